//! Files of environment variables as docker compose reads them: `.env`, and those that `env_file` names.
//!
//! Behaviour: the `dotenv` package of compose-go.

use std::{collections::BTreeMap, ops::Range, path::Path};

use crate::text::{Excerpt, Span, Spanned};

use super::{Variables, value::expand};

/// A file of environment variables.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EnvFile {
    /// All of it.
    pub span: Span,
    /// What it sets, in order.
    pub assignments: Vec<Assignment>,
    /// Whether each line was understood.
    pub is_whole: bool,
}

/// A line that sets a variable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assignment {
    /// The variable.
    pub name: Spanned<String>,
    /// Its value; a name alone is taken over from outside.
    value: Option<Written>,
}

/// A value as written.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Written {
    /// Without quotes, and without a comment behind it.
    text: String,
    quote: Quote,
}

/// What stands around a value.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Quote {
    None,
    Single,
    Double,
}

impl EnvFile {
    /// Reads a file.
    pub fn parse(source: &Excerpt) -> Self {
        let text = source.text();
        let mut file = Self { span: source.full_span(), assignments: Vec::new(), is_whole: true };
        let mut from = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        while let Some(start) = next_statement(text, from) {
            match assignment(source, start) {
                Some((assignment, end)) => {
                    file.assignments.push(assignment);
                    from = end;
                }
                None => {
                    file.is_whole = false;
                    from = end_of_line(text, start);
                }
            }
        }
        file
    }

    /// The variables it sets, where those that are given come from outside. Of one that hangs on another which
    /// is set nowhere, it is known only that it is set.
    pub fn variables(&self, given: &Variables) -> Variables {
        let mut around: BTreeMap<String, Option<String>> =
            given.iter().map(|(name, value)| (name.to_owned(), value.map(str::to_owned))).collect();
        let mut own = BTreeMap::new();
        for assignment in &self.assignments {
            let name = &assignment.name.value;
            let value = match &assignment.value {
                Some(written) => written.known(&around),
                None => around.get(name).cloned().flatten(),
            };
            if given.get(name).is_none() {
                around.insert(name.clone(), value.clone());
            }
            own.insert(name.clone(), value);
        }
        own.into_iter().collect()
    }

    /// The values that stand in it as they are, with the variables that they are given to.
    pub fn literals(&self) -> impl Iterator<Item = (&Spanned<String>, &str)> {
        self.assignments.iter().filter_map(|one| {
            let written = one.value.as_ref()?;
            let is_literal = written.quote == Quote::Single || !written.text.contains('$');
            is_literal.then_some((&one.name, written.text.as_str()))
        })
    }

    /// Where a variable is set.
    pub fn place(&self, name: &str) -> Option<Span> {
        self.assignments.iter().rfind(|one| one.name.value == name).map(|one| one.name.span)
    }

    /// The text of the file, byte for byte, in which nothing can be read but the names: values are secrets.
    pub fn masked(&self, text: &str) -> String {
        let names: Vec<Range<usize>> =
            self.assignments.iter().filter(|one| is_plain(&one.name.value)).map(|one| one.name.span.range()).collect();
        let mut shown = String::with_capacity(text.len());
        for (at, sign) in text.char_indices() {
            let next = names.partition_point(|name| name.end <= at);
            let is_of_name = names.get(next).is_some_and(|name| name.contains(&at));
            if is_of_name || sign == '=' || sign.is_ascii_whitespace() {
                shown.push(sign);
            } else {
                shown.extend(std::iter::repeat_n('*', sign.len_utf8()));
            }
        }
        shown
    }
}

impl Written {
    fn known(&self, around: &BTreeMap<String, Option<String>>) -> Option<String> {
        match self.quote {
            Quote::Single => Some(self.text.clone()),
            Quote::None => expand(&self.text, around, 0),
            Quote::Double => expand(&unescaped(&self.text)?, around, 0),
        }
    }
}

/// Whether a path has the name of a file of environment variables: `.env`, `.env.production`, `minio.env`.
pub fn is_env_file(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(is_name_of_env_file)
}

/// Whether a file of this name holds environment variables.
pub fn is_name_of_env_file(name: &str) -> bool {
    name == ".env" || name.starts_with(".env.") || name.ends_with(".env")
}

/// Whether a name is written as names of variables are, and is no piece of a key that stands on lines of its own.
fn is_plain(name: &str) -> bool {
    let mixes = name.contains(|c: char| c.is_ascii_lowercase()) && name.contains(|c: char| c.is_ascii_uppercase());
    !mixes && !name.starts_with(|c: char| c.is_ascii_digit())
}

/// Where the next statement starts, behind blanks and comments.
fn next_statement(text: &str, mut from: usize) -> Option<usize> {
    loop {
        let rest = text.get(from..)?;
        let start = from + (rest.len() - rest.trim_start().len());
        match text.get(start..)?.chars().next()? {
            '#' => from = end_of_line(text, start),
            _ => return Some(start),
        }
    }
}

fn end_of_line(text: &str, from: usize) -> usize {
    text[from..].find('\n').map_or(text.len(), |length| from + length + 1)
}

/// The assignment that starts here, and where it ends.
fn assignment(source: &Excerpt, start: usize) -> Option<(Assignment, usize)> {
    let text = source.text();
    let end = end_of_line(text, start);
    let line = &text[start..end];
    let exported = line.strip_prefix("export").filter(|rest| rest.starts_with(char::is_whitespace));
    let rest = exported.map_or(line, str::trim_start);
    let from = end - rest.len();
    let sign = rest.find(['=', ':']);
    let name = rest[..sign.unwrap_or(rest.len())].trim_end();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '[' | ']');
    if name.is_empty() || !name.chars().all(is_name) {
        return None;
    }
    let name = Spanned::new(source.span(from..from + name.len()), name.to_owned());
    let Some(sign) = sign else { return Some((Assignment { name, value: None }, end)) };
    let behind = &rest[sign + 1..];
    let blank = behind.len() - behind.trim_start_matches(|c: char| c.is_whitespace() && c != '\n').len();
    let (value, end) = value(text, from + sign + 1 + blank)?;
    Some((Assignment { name, value: Some(value) }, end))
}

/// The value that starts here, and where it ends; `None` when its quote is not closed.
fn value(text: &str, start: usize) -> Option<(Written, usize)> {
    let rest = &text[start..];
    let (quote, mark) = match rest.chars().next() {
        Some('\'') => (Quote::Single, '\''),
        Some('"') => (Quote::Double, '"'),
        _ => {
            let end = end_of_line(text, start);
            let line = &text[start..end];
            let written = line.split(" #").next().unwrap_or_default().trim_end();
            return Some((Written { text: written.to_owned(), quote: Quote::None }, end));
        }
    };
    let inside = &rest[1..];
    let mut closings = inside.match_indices(mark).map(|(at, _)| at);
    let length = closings.find(|at| !inside[..*at].ends_with('\\'))?;
    Some((Written { text: inside[..length].to_owned(), quote }, start + length + 2))
}

/// A text between double quotes without its escapes; `None` where an escaped dollar sign makes it hard to tell.
fn unescaped(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        match (sign, sign == '\\') {
            (_, false) => plain.push(sign),
            (_, true) => match signs.next()? {
                'n' => plain.push('\n'),
                'r' => plain.push('\r'),
                '$' => return None,
                other => plain.push(other),
            },
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::FileId;

    fn read(text: &str) -> EnvFile {
        EnvFile::parse(&Excerpt::whole(FileId(0), text))
    }

    #[test]
    fn reads_what_compose_reads() {
        let outside: Variables = [("HOME_PORT".to_owned(), Some("80".to_owned()))].into_iter().collect();
        for (text, expected) in [
            ("A=1\n# B=2\n\nC = 3 # three\n", "A=1 C=3"),
            ("export A='x # $B'\nexported: y", "A=x # $B exported=y"),
            ("A=\"x\\\"y\" # z\nB=a#b", "A=x\"y B=a#b"),
            ("A=1\nB=${A}-${C:-c}\nC=$D", "A=1 B=1-c C=?"),
            ("A=\nHOME_PORT\nB=${HOME_PORT}1", "A= B=801 HOME_PORT=80"),
            ("A='two\nlines'\nB=1", "A=two\nlines B=1"),
            ("A=pa$$word\r\nB=\"\\$x\"\r\n", "A=pa$word B=?"),
            ("\u{feff}A=1", "A=1"),
        ] {
            let file = read(text);
            let shown = file.variables(&outside);
            let shown: Vec<String> =
                shown.iter().map(|(name, value)| format!("{name}={}", value.unwrap_or("?"))).collect();
            assert_eq!((shown.join(" ").as_str(), file.is_whole), (expected, true), "{text}");
        }
    }

    #[test]
    fn says_what_it_does_not_understand() {
        for (text, names) in [("A b=1\nC=2", "C"), ("A='open\nB=2", "B"), ("=1", ""), ("{\"json\": 1}", "")] {
            let file = read(text);
            let found: Vec<&str> = file.assignments.iter().map(|one| one.name.as_str()).collect();
            assert_eq!((found.join(" ").as_str(), file.is_whole), (names, false), "{text}");
        }
    }

    #[test]
    fn shows_nothing_but_names() {
        let text = "# secret\nexport KEY=\"ä b\" #c\nMIIabcQ==\n";
        assert_eq!(read(text).masked(text), "* ******\n****** KEY=*** ** **\n*******==\n");
    }

    #[test]
    fn knows_its_names() {
        for (path, expected) in
            [(".env", true), ("a/.env.example", true), ("minio.env", true), (".envrc", false), ("env.yml", false)]
        {
            assert_eq!(is_env_file(Path::new(path)), expected, "{path}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_masked(text in "[A-Cab=:$'\"# \n\\\\é{}-]{0,60}") {
            let file = read(&text);
            for one in &file.assignments {
                prop_assert_eq!(text.get(one.name.span.range()), Some(one.name.as_str()));
            }
            prop_assert_eq!(file.masked(&text).len(), text.len());
            prop_assert!(file.variables(&Variables::default()).iter().count() <= file.assignments.len());
        }
    }
}
