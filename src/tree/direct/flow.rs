//! Flow collections on one line: `[a, "b"]`, `{severity: page}`.

use crate::tree::Style;

use super::{Scanner, Token};

impl Scanner<'_> {
    /// A flow collection. Ends behind its bracket.
    pub(super) fn flow(&mut self) -> Option<()> {
        if self.is_too_deep() {
            return None;
        }
        let is_map = self.peek() == b'{';
        let close = if is_map { b'}' } else { b']' };
        if is_map {
            self.builder.open_mapping(self.at as u32);
        } else {
            self.builder.open_sequence(self.at as u32);
        }
        self.at += 1;
        let mut is_empty = true;
        loop {
            self.skip_blanks();
            if is_empty && self.peek() == close {
                break;
            }
            is_empty = false;
            if is_map {
                self.flow_key()?;
            }
            self.flow_value()?;
            self.skip_blanks();
            match self.peek() {
                b',' => self.at += 1,
                next if next == close => break,
                _ => return None,
            }
        }
        self.at += 1;
        self.last = self.at;
        self.close();
        Some(())
    }

    /// A key, its colon and the blanks behind it.
    fn flow_key(&mut self) -> Option<()> {
        self.flow_scalar()?;
        self.skip_blanks();
        let is_colon = self.peek() == b':' && self.byte(self.at + 1) == b' ';
        self.at += 1;
        self.skip_blanks();
        is_colon.then_some(())
    }

    fn flow_value(&mut self) -> Option<()> {
        match self.peek() {
            b'[' | b'{' => self.flow(),
            _ => self.flow_scalar(),
        }
    }

    fn flow_scalar(&mut self) -> Option<()> {
        let token = match self.peek() {
            b'"' | b'\'' => self.quoted(None)?,
            b'-' | b'?' | b':' => return None,
            _ if !self.is_plain_start(self.at) => return None,
            _ => {
                let end = self.flow_plain_end()?;
                Token { style: Style::Plain, raw: self.at..end, inner: self.at..end, is_decoded: false }
            }
        };
        self.at = token.raw.end;
        self.push(token);
        Some(())
    }

    /// Where a plain text ends: before a separator, or before the colon of a key.
    fn flow_plain_end(&self) -> Option<usize> {
        let mut end = self.at;
        loop {
            match self.byte(end) {
                b',' | b']' | b'}' => break,
                b'[' | b'{' | b'\n' | b'#' | 0 => return None,
                b':' => match self.byte(end + 1) {
                    b' ' => break,
                    b',' | b'[' | b']' | b'{' | b'}' | b'\n' | 0 => return None,
                    _ => end += 1,
                },
                _ => end += 1,
            }
        }
        let blanks = self.bytes[self.at..end].iter().rev().take_while(|byte| **byte == b' ').count();
        Some(end - blanks)
    }
}
