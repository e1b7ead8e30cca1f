//! Plain and quoted scalars: escapes, and lines folded into one.

use std::ops::Range;

use crate::text::{Excerpt, ExcerptBuilder};

/// A plain scalar.
pub fn plain(source: &Excerpt, raw: Range<usize>) -> Excerpt {
    Decoder::new(source, raw).decode(|_, _| None)
}

/// A single-quoted scalar: `''` is a quote.
pub fn single_quoted(source: &Excerpt, raw: Range<usize>) -> Excerpt {
    let inside = inside(raw);
    Decoder::new(source, inside).decode(|rest, _| rest.starts_with("''").then_some((2, Escape::Char('\''))))
}

/// A double-quoted scalar of YAML, whose escapes are a superset of JSON's.
pub fn double_quoted(source: &Excerpt, raw: Range<usize>) -> Excerpt {
    let inside = inside(raw);
    Decoder::new(source, inside).decode(|rest, first| (first == b'\\').then(|| escape(rest)).flatten())
}

fn inside(raw: Range<usize>) -> Range<usize> {
    raw.start + 1..raw.end.saturating_sub(1).max(raw.start + 1)
}

enum Escape {
    Char(char),
    /// A backslash before a line break: the lines are joined without a blank.
    LineBreak,
}

/// Reads the inside of a scalar once, from left to right.
struct Decoder<'s> {
    text: &'s str,
    at: usize,
    end: usize,
    out: ExcerptBuilder<'s>,
}

impl<'s> Decoder<'s> {
    fn new(source: &'s Excerpt, range: Range<usize>) -> Self {
        let end = range.end.min(source.text().len());
        Self { text: source.text(), at: range.start.min(end), end, out: ExcerptBuilder::new(source) }
    }

    fn decode(mut self, escape: impl Fn(&str, u8) -> Option<(usize, Escape)>) -> Excerpt {
        while let Some(rest) = self.text.get(self.at..self.end).filter(|rest| !rest.is_empty()) {
            let first = rest.as_bytes()[0];
            match first {
                b' ' | b'\t' | b'\n' | b'\r' => self.blanks(),
                b'\'' | b'\\' => match escape(rest, first) {
                    Some((len, Escape::Char(char))) => {
                        self.out.replace(self.at..self.at + len, char.encode_utf8(&mut [0; 4]));
                        self.at += len;
                    }
                    Some((len, Escape::LineBreak)) => {
                        self.at += len;
                        self.breaks();
                    }
                    None => self.copy(1),
                },
                _ => {
                    let len = rest.find([' ', '\t', '\n', '\r', '\'', '\\']).unwrap_or(rest.len());
                    self.copy(len);
                }
            }
        }
        self.out.finish()
    }

    fn copy(&mut self, len: usize) {
        self.out.copy(self.at..self.at + len);
        self.at += len;
    }

    /// Blanks: kept inside a line; with a line break among them they fold into one blank.
    fn blanks(&mut self) {
        let start = self.at;
        let len = self.blank_len();
        let Some(line_break) = self.break_len(start + len) else { return self.copy(len) };
        self.at = start + len + line_break;
        if !self.breaks() {
            self.out.replace(start..self.at, " ");
        }
    }

    /// Passes over the indentation of a continued line; each empty line before it is a line break of
    /// the text. Says whether there was one.
    fn breaks(&mut self) -> bool {
        let mut any = false;
        loop {
            self.at += self.blank_len();
            let Some(len) = self.break_len(self.at) else { return any };
            self.out.replace(self.at..self.at + len, "\n");
            self.at += len;
            any = true;
        }
    }

    fn blank_len(&self) -> usize {
        let rest = self.text.get(self.at..self.end).unwrap_or_default();
        rest.len() - rest.trim_start_matches([' ', '\t']).len()
    }

    fn break_len(&self, at: usize) -> Option<usize> {
        break_len(self.text.get(at..self.end)?)
    }
}

/// The length of the line break at the beginning of a text.
pub fn break_len(rest: &str) -> Option<usize> {
    match rest.as_bytes() {
        [b'\r', b'\n', ..] => Some(2),
        [b'\r' | b'\n', ..] => Some(1),
        _ => None,
    }
}

/// The first escape that YAML does not know, in a text that begins with a double quote.
pub fn first_wrong_escape(text: &str) -> Option<Range<usize>> {
    let mut at = 1;
    while let Some(rest) = text.get(at..) {
        at += rest.find(['"', '\\'])?;
        let rest = text.get(at..).filter(|rest| rest.starts_with('\\'))?;
        match escape(rest) {
            Some((len, _)) => at += len,
            None => return Some(at..at + 1 + rest[1..].chars().next().map_or(0, char::len_utf8)),
        }
    }
    None
}

/// The length and meaning of YAML's escape at the beginning of `rest`.
fn escape(rest: &str) -> Option<(usize, Escape)> {
    let hex = |from: usize, to: usize| u32::from_str_radix(rest.get(from..to)?, 16).ok();
    let char = match rest.as_bytes().get(1)? {
        b'0' => '\0',
        b'a' => '\u{7}',
        b'b' => '\u{8}',
        b't' | b'\t' => '\t',
        b'n' => '\n',
        b'v' => '\u{b}',
        b'f' => '\u{c}',
        b'r' => '\r',
        b'e' => '\u{1b}',
        b' ' => ' ',
        b'"' => '"',
        b'/' => '/',
        b'\\' => '\\',
        b'N' => '\u{85}',
        b'_' => '\u{a0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        b'x' => return Some((4, Escape::Char(char::from_u32(hex(2, 4)?)?))),
        b'u' => {
            let code = hex(2, 6)?;
            if let (0xD800..=0xDBFF, Some("\\u")) = (code, rest.get(6..8)) {
                let low = hex(8, 12)?.checked_sub(0xDC00)?;
                return Some((12, Escape::Char(char::from_u32(0x10000 + ((code - 0xD800) << 10) + low)?)));
            }
            return Some((6, Escape::Char(char::from_u32(code)?)));
        }
        b'U' => return Some((10, Escape::Char(char::from_u32(hex(2, 10)?)?))),
        b'\n' | b'\r' => return Some((1 + break_len(&rest[1..])?, Escape::LineBreak)),
        _ => return None,
    };
    Some((2, Escape::Char(char)))
}
