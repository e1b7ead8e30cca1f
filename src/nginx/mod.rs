//! nginx: its configuration files, as directives and blocks with their places.

use crate::text::{Excerpt, Spanned};

/// How deep blocks may stand in each other.
const DEEPEST: usize = 32;

/// A directive: `listen 80;`, or a block: `server { … }`.
#[derive(Clone, Debug)]
pub struct Directive {
    /// Its name.
    pub name: Spanned<String>,
    /// Its arguments, without the quotes around them.
    pub arguments: Vec<Spanned<String>>,
    /// What stands in its block; empty when it has none.
    pub block: Vec<Directive>,
    /// Whether it has a block.
    pub is_block: bool,
}

impl Directive {
    /// The first argument.
    pub fn argument(&self) -> Option<&Spanned<String>> {
        self.arguments.first()
    }

    /// The directives of a name in its block.
    pub fn all<'d>(&'d self, name: &'d str) -> impl Iterator<Item = &'d Directive> {
        self.block.iter().filter(move |one| one.name.value == name)
    }
}

/// Reads a configuration file; `None` when it is none: braces without partner, or words without an end.
pub fn parse(source: &Excerpt) -> Option<Vec<Directive>> {
    let mut reader = Reader { source, at: 0 };
    let directives = reader.block(0)?;
    (reader.at == source.text().len()).then_some(directives)
}

struct Reader<'s> {
    source: &'s Excerpt,
    at: usize,
}

/// What stands next.
enum Token {
    Word(Spanned<String>),
    Semicolon,
    Open,
    Close,
    End,
}

impl Reader<'_> {
    /// The directives up to the brace that closes a block, or to the end of the file.
    fn block(&mut self, depth: usize) -> Option<Vec<Directive>> {
        let mut directives = Vec::new();
        let mut words: Vec<Spanned<String>> = Vec::new();
        loop {
            match self.next()? {
                Token::Word(word) => words.push(word),
                Token::Semicolon => directives.push(directive(std::mem::take(&mut words), None)?),
                Token::Open if depth < DEEPEST => {
                    let block = self.block(depth + 1)?;
                    directives.push(directive(std::mem::take(&mut words), Some(block))?);
                }
                Token::Close if depth > 0 && words.is_empty() => return Some(directives),
                Token::End if depth == 0 && words.is_empty() => return Some(directives),
                Token::Open | Token::Close | Token::End => return None,
            }
        }
    }

    fn next(&mut self) -> Option<Token> {
        let text = self.source.text();
        loop {
            let rest = &text[self.at..];
            self.at += rest.len() - rest.trim_start().len();
            if !text[self.at..].starts_with('#') {
                break;
            }
            self.at += text[self.at..].find('\n').unwrap_or(text.len() - self.at);
        }
        let start = self.at;
        let Some(first) = text[start..].chars().next() else { return Some(Token::End) };
        self.at += first.len_utf8();
        Some(match first {
            ';' => Token::Semicolon,
            '{' => Token::Open,
            '}' => Token::Close,
            '"' | '\'' => {
                let end = start + 1 + closing(&text[start + 1..], first)?;
                self.at = end + 1;
                Token::Word(Spanned::new(self.source.span(start + 1..end), text[start + 1..end].to_owned()))
            }
            _ => {
                self.at = start + end_of_word(&text[start..]);
                Token::Word(Spanned::new(self.source.span(start..self.at), text[start..self.at].to_owned()))
            }
        })
    }
}

/// Where a quote is closed.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    text.char_indices().find_map(|(at, sign)| {
        let closes = sign == quote && !is_escaped;
        is_escaped = sign == '\\' && !is_escaped;
        closes.then_some(at)
    })
}

/// Where a word without quotes ends: a variable in braces belongs to it, and so does what a backslash stands before.
fn end_of_word(text: &str) -> usize {
    let (mut is_escaped, mut in_variable, mut before) = (false, false, ' ');
    for (at, sign) in text.char_indices() {
        let ends = sign.is_whitespace() || sign == ';' || sign == '{' && before != '$';
        if ends && !is_escaped && !in_variable {
            return at;
        }
        in_variable = (in_variable || sign == '{' && before == '$') && sign != '}';
        is_escaped = sign == '\\' && !is_escaped;
        before = sign;
    }
    text.len()
}

fn directive(words: Vec<Spanned<String>>, block: Option<Vec<Directive>>) -> Option<Directive> {
    let mut words = words.into_iter();
    let name = words.next()?;
    let is_block = block.is_some();
    Some(Directive { name, arguments: words.collect(), block: block.unwrap_or_default(), is_block })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;

    fn shown(directives: &[Directive]) -> String {
        let one = |one: &Directive| {
            let words = one.arguments.iter().map(|word| format!(" {}", word.value)).collect::<String>();
            let block = if one.is_block { format!(" {{ {} }}", shown(&one.block)) } else { String::new() };
            format!("{}{words}{block}", one.name.value)
        };
        directives.iter().map(one).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn reads_blocks_quotes_and_comments() {
        for (text, expected) in [
            ("worker_processes auto;", Some("worker_processes auto")),
            (
                "a 'b c' \"d\\\"e\"; # f;\nhttp { server { listen 80; } }",
                Some("a b c d\\\"e; http { server { listen 80 } }"),
            ),
            ("location ~ ^/a{2}$ { return 200 ${b}c; }", None),
            ("location ~ \"^/a{2}$\" { return 200 ${b}c; }", Some("location ~ ^/a{2}$ { return 200 ${b}c }")),
            ("if ($a = b) { return 204; }", Some("if ($a = b) { return 204 }")),
            ("", Some("")),
            ("server { listen 80;", None),
            ("server listen 80", None),
            ("a: b\nc:\n  - d\n", None),
            ("}", None),
            ("; a;", None),
        ] {
            let found = parse(&Excerpt::whole(FileId(0), text));
            assert_eq!(found.as_deref().map(shown).as_deref(), expected, "{text}");
        }
        assert!(parse(&Excerpt::whole(FileId(0), "a {".repeat(100))).is_none());
    }
}
