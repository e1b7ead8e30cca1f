//! Lists and maps in block notation, which nest by their columns.

use crate::tree::Style;

use super::{Key, LONGEST_KEY, Scanner, Token};

/// So many bytes most plain texts do not have.
const NEAR: usize = 16;

impl Scanner<'_> {
    /// A map whose entries begin in this column, and whose first key was read. Ends before the next token.
    pub(super) fn mapping(&mut self, column: usize, first: Key) -> Option<()> {
        if self.is_too_deep() {
            return None;
        }
        self.builder.open_mapping(first.token.raw.start as u32);
        let mut key = first;
        loop {
            let colon = key.colon;
            self.push(key.token);
            self.value(column, colon)?;
            if !self.goes_on(column)? {
                break;
            }
            key = self.key()?;
        }
        self.close();
        Some(())
    }

    /// A list whose dashes stand in this column. Ends before the next token.
    pub(super) fn sequence(&mut self, column: usize) -> Option<()> {
        if self.is_too_deep() {
            return None;
        }
        self.builder.open_sequence(self.at as u32);
        self.last = self.at + 1;
        loop {
            self.at += 1;
            if self.skip_blanks() {
                self.node(column)?;
            } else {
                let line_end = self.line_end();
                self.skip()?;
                if self.is_end() || self.column() <= column {
                    self.push_null(line_end);
                } else {
                    self.node(column)?;
                }
            }
            if !self.goes_on(column)? || !self.is_dash() {
                break;
            }
        }
        self.close();
        Some(())
    }

    fn is_dash(&self) -> bool {
        self.peek() == b'-' && self.is_blank_at(self.at + 1)
    }

    /// What stands behind the colon of an entry of a map in this column.
    fn value(&mut self, column: usize, colon: usize) -> Option<()> {
        self.at = colon + 1;
        if self.skip_blanks() {
            let token = match self.peek() {
                b'[' | b'{' => return self.flow_node(),
                b'|' | b'>' => return self.block_scalar(column),
                b'"' | b'\'' => self.quoted(Some(column))?,
                _ => self.plain(column)?,
            };
            return self.text(token);
        }
        self.skip()?;
        match self.column() {
            next if self.is_end() || next < column => self.push_null(colon + 1),
            next if next == column && !self.is_dash() => self.push_null(colon + 1),
            next if next == column => return self.sequence(column),
            _ => return self.node(column),
        }
        Some(())
    }

    /// Any node, which stands in a collection of this column. Ends before the next token.
    fn node(&mut self, parent: usize) -> Option<()> {
        let column = self.column();
        let token = match self.peek() {
            b'-' if self.is_blank_at(self.at + 1) => return self.sequence(column),
            b'[' | b'{' => return self.flow_node(),
            b'|' | b'>' => return self.block_scalar(parent),
            b'"' | b'\'' => {
                let token = self.quoted(Some(parent))?;
                match self.colon_behind(&token) {
                    Some(colon) => return self.mapping(column, Key { token, colon }),
                    None => token,
                }
            }
            _ => match self.plain_key() {
                Some(key) => return self.mapping(column, key),
                None => self.plain(parent)?,
            },
        };
        self.text(token)
    }

    /// Puts a text into the tree, behind which only a comment may stand on its line.
    fn text(&mut self, token: Token) -> Option<()> {
        self.at = token.raw.end;
        self.push(token);
        (!self.skip_blanks()).then(|| self.skip())?
    }

    /// A flow collection, behind which only a comment may stand on its line.
    fn flow_node(&mut self) -> Option<()> {
        self.flow()?;
        (!self.skip_blanks()).then(|| self.skip())?
    }

    /// The key that stands here.
    pub(super) fn key(&mut self) -> Option<Key> {
        match self.peek() {
            b'"' | b'\'' => {
                let token = self.quoted(None)?;
                let colon = self.colon_behind(&token)?;
                Some(Key { token, colon })
            }
            _ => self.plain_key(),
        }
    }

    /// The colon that makes a key of a quoted text.
    fn colon_behind(&self, token: &Token) -> Option<usize> {
        let raw = token.raw.clone();
        let colon = raw.end + self.bytes[raw.end..].iter().take_while(|byte| **byte == b' ').count();
        let is_colon = self.byte(colon) == b':' && self.is_blank_at(colon + 1);
        let is_short = colon - raw.start < LONGEST_KEY;
        (is_colon && is_short && memchr::memchr(b'\n', &self.bytes[raw]).is_none()).then_some(colon)
    }

    /// The plain key that stands here.
    fn plain_key(&self) -> Option<Key> {
        if !self.is_plain_start(self.at) {
            return None;
        }
        let (end, colon) = self.plain_line(self.at);
        let colon = colon.filter(|colon| colon - self.at < LONGEST_KEY)?;
        let token = Token { style: Style::Plain, raw: self.at..end, inner: self.at..end, is_decoded: false };
        Some(Key { token, colon })
    }

    /// Whether a plain text may begin there.
    pub(super) fn is_plain_start(&self, at: usize) -> bool {
        match self.byte(at) {
            b'-' | b'?' | b':' => !self.is_blank_at(at + 1),
            b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"' | b'%' | b'@'
            | b'`' | b' ' | b'\n' | 0 => false,
            _ => true,
        }
    }

    /// The next byte that may end a plain text. Most texts are short, and over before a search for many bytes at once
    /// has begun.
    fn next_sign(&self, from: usize) -> Option<usize> {
        let rest = &self.bytes[from..];
        let (near, far) = rest.split_at(rest.len().min(NEAR));
        let sign = near.iter().position(|byte| matches!(byte, b':' | b'#' | b'\n'));
        let sign = sign.or_else(|| memchr::memchr3(b':', b'#', b'\n', far).map(|len| near.len() + len));
        sign.map(|len| from + len)
    }

    /// Where a plain text ends in the line, and the colon at which it ends, if it does.
    pub(super) fn plain_line(&self, start: usize) -> (usize, Option<usize>) {
        let mut at = start;
        let (end, colon) = loop {
            let Some(sign) = self.next_sign(at) else { break (self.bytes.len(), None) };
            at = sign;
            match self.bytes[at] {
                b':' if self.is_blank_at(at + 1) => break (at, Some(at)),
                b'#' if self.bytes[at - 1] == b' ' => break (at, None),
                b'\n' => break (at, None),
                _ => at += 1,
            }
        };
        let blanks = self.bytes[start..end].iter().rev().take_while(|byte| **byte == b' ').count();
        (end - blanks, colon)
    }
}
