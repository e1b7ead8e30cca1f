//! Texts in double quotes, and what is wrong with them.

use std::ops::Range;

use crate::vocab::shortened;

use super::{Scanner, Style, escape};

impl Scanner<'_> {
    /// A text that is a value. One that goes on behind its quote has a quote inside which nobody escaped: it is read up to
    /// the quote that was meant to end it.
    pub(super) fn text(&mut self) {
        let start = self.at;
        let (quote, closed) = escape::string_end(self.bytes, start);
        let goes_on = self.bytes.get(quote).is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'\\');
        let Some(end) = self.meant_end(quote).filter(|_| closed && goes_on) else { return self.string() };
        self.at = end;
        let is_escaped_twice = self.text[..quote - 1].ends_with("\\\\");
        let help = if is_escaped_twice {
            "`\\\\` is a backslash, and leaves the quote as it is: write `\\\"`"
        } else {
            "inside a text, write a quote as `\\\"`"
        };
        self.complain(quote - 1..quote, "this quote ends the text, which goes on behind it", help);
        self.content(start..end, start + 1..end - 1);
    }

    /// Behind the first quote of a line that nothing follows but closing brackets, a comma, or one and another entry.
    fn meant_end(&self, from: usize) -> Option<usize> {
        let line = self.text[from..].lines().next()?;
        let ends = |rest: &str| {
            let rest = rest.trim_start_matches([' ', '\t', '}', ']']);
            let next = rest.strip_prefix(',').map_or(rest, str::trim_start);
            rest.is_empty() || rest.starts_with(',') && (next.is_empty() || next.starts_with(['"', '{', '[']))
        };
        let mut quotes = line.match_indices('"').map(|(at, _)| at + 1);
        quotes.find(|at| ends(&line[*at..])).map(|at| from + at)
    }

    pub(super) fn string(&mut self) {
        let start = self.at;
        let (end, closed) = escape::string_end(self.bytes, start);
        let inner = start + 1..end - usize::from(closed);
        self.at = end;
        if !closed && end == self.bytes.len() {
            self.end(start, "a string", "quote");
        } else if !closed {
            let help = "write a closing quote; inside the text, quotes are written `\\\"` and line breaks `\\n`";
            self.complain(start..end, "this text has no closing quote", help);
        }
        self.content(start..end, inner);
    }

    /// Reads what stands between the quotes of a text.
    fn content(&mut self, whole: Range<usize>, inner: Range<usize>) {
        let content = &self.text[inner.clone()];
        let raw = whole.start as u32..whole.end as u32;
        if content.bytes().fold(false, |found, byte| found | (byte < 0x20)) {
            self.control(inner.clone());
        }
        if !content.as_bytes().contains(&b'\\') {
            self.builder.verbatim_scalar(Style::DoubleQuoted, raw, inner.start as u32..inner.end as u32);
            return;
        }
        let mut decoded = String::with_capacity(content.len());
        for (piece, meaning) in escape::json_pieces(content) {
            match meaning {
                escape::Meaning::Verbatim => decoded.push_str(&content[piece]),
                escape::Meaning::Char(char) => decoded.push(char),
                escape::Meaning::Wrong(why) => {
                    let place = inner.start + piece.start..inner.start + piece.end;
                    let shown = shortened(&content[piece.clone()], 20);
                    self.complain(place, format!("`{shown}` is no escape of JSON"), why);
                    decoded.push_str(&content[piece]);
                }
            }
        }
        self.builder.decoded_scalar(Style::DoubleQuoted, raw, decoded);
    }

    /// Complains of the first raw control character of a string.
    fn control(&mut self, inner: Range<usize>) {
        if let Some(at) = self.bytes[inner.clone()].iter().position(|byte| *byte < 0x20) {
            let at = inner.start + at;
            let shown = match self.bytes[at] {
                b'\n' => "a line break".to_owned(),
                b'\t' => "a tab".to_owned(),
                byte => format!("the control character U+{byte:04X}"),
            };
            self.complain(
                at..at + 1,
                format!("{shown} stands raw inside a text"),
                "write it as an escape: `\\n`, `\\t`, `\\u001f`",
            );
        }
    }
}
