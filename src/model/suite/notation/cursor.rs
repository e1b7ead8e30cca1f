//! A place in a text of sample values, and how to move it on.

use std::ops::Range;

use crate::{
    diag::Diagnostic,
    text::{Excerpt, Span},
};

/// What is wrong with an item.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Trouble {
    span: Span,
    message: String,
    help: Option<&'static str>,
}

impl Trouble {
    pub(super) fn at(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: None }
    }

    pub(super) fn help(mut self, help: &'static str) -> Self {
        self.help = Some(help);
        self
    }

    pub(super) fn complaint(self, text: &Excerpt) -> Diagnostic {
        let span = if self.span.is_empty() { text.full_span() } else { self.span };
        let complaint = Diagnostic::error(span, self.message);
        match self.help {
            Some(help) => complaint.help(help),
            None => complaint,
        }
    }
}

/// A place in a text.
pub(super) struct Cursor<'a> {
    text: &'a Excerpt,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a Excerpt) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.text().get(self.at..).unwrap_or_default()
    }

    pub(super) fn slice(&self, range: Range<usize>) -> &'a str {
        self.text.text().get(range).unwrap_or_default()
    }

    pub(super) fn span(&self, from: usize) -> Span {
        self.text.span(from..self.at)
    }

    pub(super) fn at_end(&self) -> bool {
        self.rest().is_empty()
    }

    pub(super) fn sees(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    /// Steps over a text if it stands here.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let here = self.sees(text);
        if here {
            self.at += text.len();
        }
        here
    }

    /// Steps over one character.
    pub(super) fn step(&mut self) {
        self.at += self.rest().chars().next().map_or(0, char::len_utf8);
    }

    /// Steps over blanks, and says whether there were any.
    pub(super) fn blanks(&mut self) -> bool {
        let before = self.at;
        self.at += self.rest().bytes().take_while(|byte| is_blank(*byte)).count();
        self.at > before
    }

    /// Whether an item may end here.
    pub(super) fn at_item_end(&self) -> bool {
        self.rest().bytes().next().is_none_or(is_blank)
    }

    /// From here to the next blank.
    pub(super) fn rest_of_item(&self) -> Range<usize> {
        self.at..self.at + self.rest().bytes().take_while(|byte| !is_blank(*byte)).count()
    }

    /// From here to the next blank or closing bracket, for pointing at what could not be read.
    fn token(&self) -> Range<usize> {
        let ends = |byte: &u8| is_blank(*byte) || matches!(byte, b'}' | b']');
        self.at..self.at + self.rest().bytes().take_while(|byte| !ends(byte)).count()
    }

    /// Goes on after the item at hand, which starts at `start`; blanks inside `{{…}}` do not end it.
    pub(super) fn skip_item(&mut self, start: usize) {
        let item = self.rest_of_item();
        let opened = self.text.text()[start..item.end].rfind("{{");
        let closed = self.text.text()[start..item.end].rfind("}}");
        self.at = item.end;
        if opened.is_some() && opened > closed {
            self.at += self.rest().find("}}").map_or(0, |end| end + 2);
            self.at = self.rest_of_item().end;
        }
    }

    /// The letters, digits and underscores that begin here.
    pub(super) fn word(&self) -> &'a str {
        let rest = self.rest();
        let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        &rest[..length]
    }

    pub(super) fn trouble(&self, from: usize, message: impl Into<String>) -> Trouble {
        let end = if self.at > from { self.at } else { self.at + self.word().len() };
        let end = if end > from { end } else { self.rest_of_item().end };
        Trouble::at(self.text.span(from..end), message)
    }

    pub(super) fn trouble_at(&self, range: Range<usize>, message: impl Into<String>) -> Trouble {
        Trouble::at(self.text.span(range), message)
    }

    /// A number with at most one sign before it.
    pub(super) fn signed_number(&mut self) -> Result<f64, Trouble> {
        let negative = self.sees("-");
        if negative || self.sees("+") {
            self.step();
        }
        self.number().map(|number| if negative { -number } else { number })
    }

    /// A number without a sign: decimal, `Inf` or `NaN`. Words are read to their end, so `NaNx3` is
    /// none, while a number ends before an `x`, so `0x3` is zero three times more.
    pub(super) fn number(&mut self) -> Result<f64, Trouble> {
        let start = self.at;
        if self.rest().starts_with(|first: char| first.is_ascii_alphabetic()) {
            let word = self.word();
            let value = match word.to_ascii_lowercase().as_str() {
                "inf" => f64::INFINITY,
                "nan" => f64::NAN,
                _ => {
                    let message = format!("`{word}` is neither a number nor `stale`");
                    return Err(self
                        .trouble(start, message)
                        .help("words take no `x`: write them out once for each sample"));
                }
            };
            self.at += word.len();
            return Ok(value);
        }
        let bytes = self.rest().as_bytes();
        let digits =
            |from: usize| bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit() || **byte == b'_').count();
        let mut length = digits(0);
        if bytes.get(length) == Some(&b'.') {
            length += 1 + digits(length + 1);
        }
        if length > 0 && matches!(bytes.get(length), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
            length += 1 + sign + digits(length + 1 + sign);
        }
        let text = &self.rest()[..length];
        self.at += length;
        let follows = self.rest().chars().next();
        let goes_on = follows.is_some_and(|next| next != 'x' && (next.is_alphanumeric() || matches!(next, '_' | '.')));
        match text.replace('_', "").parse::<f64>() {
            Ok(number) if number.is_finite() && !goes_on && text.contains(|c: char| c.is_ascii_digit()) => Ok(number),
            Ok(number) if number.is_infinite() => {
                Err(self.trouble(start, format!("`{text}` is larger than any number Prometheus can hold")))
            }
            _ => {
                self.at = start;
                let item = self.token();
                Err(self
                    .trouble_at(item.clone(), format!("`{}` is not a sample value", self.slice(item)))
                    .help("items are separated by blanks and have none inside: `1`, `_`, `stale`, `1x5`, `1+2x5`"))
            }
        }
    }

    /// A whole number without a sign.
    pub(super) fn count(&mut self) -> Result<u64, Trouble> {
        let start = self.at;
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        let text = &self.rest()[..digits];
        self.at += digits;
        match text.parse() {
            Ok(count) if !self.rest().starts_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '_')) => Ok(count),
            _ => {
                self.at = start;
                let word = self.token();
                Err(self.trouble_at(word.clone(), format!("`{}` is not a whole number", self.slice(word))))
            }
        }
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
