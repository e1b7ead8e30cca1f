//! The UTF-8 grammar (Alertmanager, `matcher/parse`): any label name, quotes as in Go.

use std::ops::Range;

use crate::text::{Excerpt, ExcerptBuilder, Spanned};

use super::{MatchOp, Matcher, MatcherStyle, Misread, check_pattern, part};

#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Token {
    OpenBrace,
    CloseBrace,
    Comma,
    Operator(MatchOp),
    Quoted,
    Unquoted,
}

/// Whether a character must be quoted.
pub(super) fn is_reserved(letter: char) -> bool {
    letter.is_whitespace() || "{}!=~,\\\"'`".contains(letter)
}

/// Reads a list of matchers, in braces or not.
pub(super) fn parse(text: &Excerpt) -> Result<Vec<Matcher>, Misread> {
    let mut parser = Parser { text, at: 0 };
    let mut matchers = Vec::new();
    let braced = parser.take(Token::OpenBrace)?;
    loop {
        match parser.peek()? {
            None | Some((Token::CloseBrace, _)) => break,
            Some(_) => matchers.push(parser.matcher()?),
        }
        if !parser.take(Token::Comma)? {
            break;
        }
    }
    match (braced, parser.next()?) {
        (true, Some((Token::CloseBrace, _))) => {}
        (true, None) => return Err(parser.misread(parser.at..parser.at, "the opening brace is not closed")),
        (false, None) => return Ok(matchers),
        (false, Some((Token::CloseBrace, range))) => return Err(parser.misread(range, "no brace was opened")),
        (_, Some((_, range))) => return Err(parser.misread(range, "a comma is expected here")),
    }
    match parser.next()? {
        None => Ok(matchers),
        Some((_, range)) => Err(parser.misread(range, "nothing may follow the closing brace")),
    }
}

struct Parser<'t> {
    text: &'t Excerpt,
    at: usize,
}

impl Parser<'_> {
    fn matcher(&mut self) -> Result<Matcher, Misread> {
        let (name, name_range) = self.word("a label name is expected here")?;
        let op = match self.next()? {
            Some((Token::Operator(op), _)) => op,
            other => {
                let range = other.map_or(self.at..self.at, |(_, range)| range);
                return Err(self.misread(range, "one of `=`, `!=`, `=~`, `!~` is expected here"));
            }
        };
        let (value, value_range) = self.word("a value is expected here")?;
        check_pattern(op, &value, value_range.clone())?;
        Ok(Matcher {
            name: Spanned::new(self.text.span(name_range.clone()), name.text().to_owned()),
            op,
            value,
            span: self.text.span(name_range.start..value_range.end),
            style: MatcherStyle::Text,
        })
    }

    /// A quoted or unquoted word, and where it stands with its quotes.
    fn word(&mut self, expected: &str) -> Result<(Excerpt, Range<usize>), Misread> {
        match self.next()? {
            Some((Token::Unquoted, range)) => Ok((part(self.text, range.clone()), range)),
            Some((Token::Quoted, range)) => Ok((unquoted(self.text, range.clone())?, range)),
            Some((_, range)) => Err(self.misread(range, expected)),
            None => Err(self.misread(self.at..self.at, expected)),
        }
    }

    fn misread(&self, at: Range<usize>, message: &str) -> Misread {
        Misread::new(at, message)
    }

    fn take(&mut self, token: Token) -> Result<bool, Misread> {
        match self.peek()? {
            Some((next, range)) if next == token => {
                self.at = range.end;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    fn next(&mut self) -> Result<Option<(Token, Range<usize>)>, Misread> {
        let next = self.peek()?;
        self.at = next.as_ref().map_or(self.text.text().len(), |(_, range)| range.end);
        Ok(next)
    }

    fn peek(&self) -> Result<Option<(Token, Range<usize>)>, Misread> {
        let text = self.text.text();
        let start = text.len() - text[self.at..].trim_start().len();
        let rest = &text[start..];
        let Some(first) = rest.chars().next() else { return Ok(None) };
        let (token, length) = match first {
            '{' => (Token::OpenBrace, 1),
            '}' => (Token::CloseBrace, 1),
            ',' => (Token::Comma, 1),
            '=' if rest.starts_with("=~") => (Token::Operator(MatchOp::Regex), 2),
            '=' => (Token::Operator(MatchOp::Equal), 1),
            '!' if rest.starts_with("!=") => (Token::Operator(MatchOp::NotEqual), 2),
            '!' if rest.starts_with("!~") => (Token::Operator(MatchOp::NotRegex), 2),
            '"' => (
                Token::Quoted,
                quoted_length(rest).ok_or_else(|| self.misread(start..text.len(), "the quote is not closed"))?,
            ),
            letter if is_reserved(letter) => {
                let message = format!("`{letter}` stands only in double quotes");
                return Err(self.misread(start..start + letter.len_utf8(), &message));
            }
            _ => (Token::Unquoted, rest.find(is_reserved).unwrap_or(rest.len())),
        };
        Ok(Some((token, start..start + length)))
    }
}

/// Length of a quoted word with its quotes, if it is closed.
fn quoted_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    let end = text.char_indices().skip(1).find(|(_, letter)| {
        let closes = *letter == '"' && !escaped;
        escaped = *letter == '\\' && !escaped;
        closes
    });
    end.map(|(at, _)| at + 1)
}

/// A quoted word without its quotes, its escapes read as Go reads them.
fn unquoted(text: &Excerpt, range: Range<usize>) -> Result<Excerpt, Misread> {
    let inner = range.start + 1..range.end - 1;
    let source = text.text();
    let mut value = ExcerptBuilder::new(text);
    let mut at = inner.start;
    while at < inner.end {
        let rest = &source[at..inner.end];
        let run = rest.find(['\\', '\n']).unwrap_or(rest.len());
        if run > 0 {
            value.copy(at..at + run);
            at += run;
            continue;
        }
        let (letter, length) =
            escape(rest).ok_or_else(|| Misread::new(at..(at + 2).min(inner.end), "Go knows no such escape"))?;
        value.replace(at..at + length, letter.encode_utf8(&mut [0; 4]));
        at += length;
    }
    if value.is_empty() {
        return Ok(part(text, inner.start..inner.start));
    }
    Ok(value.finish())
}

/// The character that an escape stands for, and the escape's length. Bytes that would have to be put
/// together to make a character are not understood.
fn escape(text: &str) -> Option<(char, usize)> {
    let kind = text.strip_prefix('\\')?.chars().next()?;
    let simple = match kind {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        '\\' | '"' => kind,
        'x' => return numeric(text, 2, 2, 16).filter(|(letter, _)| letter.is_ascii()),
        'u' => return numeric(text, 2, 4, 16),
        'U' => return numeric(text, 2, 8, 16),
        '0'..='7' => return numeric(text, 1, 3, 8).filter(|(letter, _)| letter.is_ascii()),
        _ => return None,
    };
    Some((simple, 2))
}

fn numeric(text: &str, from: usize, digits: usize, radix: u32) -> Option<(char, usize)> {
    let number = text.get(from..from + digits)?;
    if !number.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    Some((char::from_u32(u32::from_str_radix(number, radix).ok()?)?, from + digits))
}
