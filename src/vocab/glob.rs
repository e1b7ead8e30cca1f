//! Globs of one path component as Go's `path/filepath` reads them (`filepath.Match`).

/// A pattern that names of files match: `*`, `?`, classes in brackets, and backslashes before what is literal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileGlob {
    parts: Vec<Part>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Part {
    Literal(char),
    Any,
    Run,
    Class { negated: bool, ranges: Vec<(char, char)> },
}

impl FileGlob {
    /// Reads a pattern; `None` when it is malformed, which Go calls a bad pattern.
    pub fn parse(text: &str) -> Option<Self> {
        let mut letters = text.chars().peekable();
        let mut parts = Vec::new();
        while let Some(letter) = letters.next() {
            parts.push(match letter {
                '*' => Part::Run,
                '?' => Part::Any,
                '\\' => Part::Literal(letters.next()?),
                '[' => {
                    let negated = letters.next_if_eq(&'^').is_some();
                    let mut ranges = Vec::new();
                    while ranges.is_empty() || letters.next_if_eq(&']').is_none() {
                        let first = member(&mut letters)?;
                        let last = if letters.next_if_eq(&'-').is_some() { member(&mut letters)? } else { first };
                        ranges.push((first, last));
                    }
                    Part::Class { negated, ranges }
                }
                _ => Part::Literal(letter),
            });
        }
        Some(Self { parts })
    }

    /// Whether it says more than one name.
    pub fn is_wild(&self) -> bool {
        self.parts.iter().any(|part| !matches!(part, Part::Literal(_)))
    }

    /// Whether a name matches.
    pub fn matches(&self, name: &str) -> bool {
        let name: Vec<char> = name.chars().collect();
        // Where the last run of any letters began, to try again with one letter more.
        let (mut part, mut at, mut retry) = (0, 0, None);
        while at < name.len() || part < self.parts.len() {
            match self.parts.get(part) {
                Some(Part::Run) => {
                    retry = Some((part, at));
                    part += 1;
                    continue;
                }
                Some(one) if name.get(at).is_some_and(|letter| one.takes(*letter)) => {
                    part += 1;
                    at += 1;
                    continue;
                }
                _ => {}
            }
            let Some((run, from)) = retry.filter(|(_, from)| *from < name.len()) else { return false };
            retry = Some((run, from + 1));
            part = run + 1;
            at = from + 1;
        }
        true
    }
}

impl Part {
    fn takes(&self, letter: char) -> bool {
        match self {
            Part::Literal(own) => *own == letter,
            Part::Any | Part::Run => true,
            Part::Class { negated, ranges } => {
                ranges.iter().any(|(first, last)| (*first..=*last).contains(&letter)) != *negated
            }
        }
    }
}

/// One end of a range in brackets.
fn member(letters: &mut impl Iterator<Item = char>) -> Option<char> {
    match letters.next()? {
        '\\' => letters.next(),
        '-' | ']' => None,
        letter => Some(letter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_as_go_does() {
        for (pattern, name, expected) in [
            ("*.tmpl", "a.tmpl", true),
            ("*.tmpl", ".tmpl", true),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "aXbY", false),
            ("a?", "ab", true),
            ("[a-c]x", "bx", true),
            ("[^a-c]x", "bx", false),
            ("[!a]", "a", true),
            ("{a,b}", "a", false),
            ("\\*", "*", true),
            ("\\*", "x", false),
            ("**", "anything", true),
            ("", "", true),
        ] {
            let glob = FileGlob::parse(pattern).expect("it is a pattern");
            assert_eq!(glob.matches(name), expected, "{pattern} {name}");
        }
        for pattern in ["[", "[]a]", "[a-]", "[-a]", "a\\", "[a"] {
            assert_eq!(FileGlob::parse(pattern), None, "{pattern}");
        }
    }
}
