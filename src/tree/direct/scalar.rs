//! Quoted and plain texts, whose lines are folded into one.

use crate::tree::{Style, fault::without_indentation};

use super::{Scanner, Token, folding::Line};

impl Scanner<'_> {
    /// A plain text in a collection of this column, over all its lines.
    pub(super) fn plain(&mut self, parent: usize) -> Option<Token> {
        let start = self.at;
        if !self.is_plain_start(start) {
            return None;
        }
        let (mut end, None) = self.plain_line(start) else { return None };
        let mut is_decoded = false;
        loop {
            let (next, breaks) = self.next_line(end);
            if breaks == 0 || next.column <= parent || matches!(self.byte(next.at), b'#' | 0) {
                break;
            }
            let (next_end, None) = self.plain_line(next.at) else { return None };
            if !is_decoded {
                self.decoded.clear();
                self.decoded.push_str(&self.text[start..end]);
                is_decoded = true;
            }
            self.fold(breaks);
            self.decoded.push_str(&self.text[next.at..next_end]);
            end = next_end;
        }
        Some(Token { style: Style::Plain, raw: start..end, inner: start..end, is_decoded })
    }

    /// A quoted text: on one line, or, in a collection of this column, over many. They should stand deeper; Prometheus
    /// takes them all the same.
    pub(super) fn quoted(&mut self, parent: Option<usize>) -> Option<Token> {
        let (start, quote) = (self.at, self.peek());
        let style = if quote == b'"' { Style::DoubleQuoted } else { Style::SingleQuoted };
        let mut at = start + 1;
        let mut done = at;
        let mut is_decoded = false;
        self.is_shallow = false;
        loop {
            at += memchr::memchr3(quote, b'\\', b'\n', &self.bytes[at..])?;
            let byte = self.bytes[at];
            let is_doubled = byte == b'\'' && self.byte(at + 1) == b'\'' && quote == b'\'';
            if byte == quote && !is_doubled {
                break;
            }
            if byte == b'\\' && quote == b'\'' {
                at += 1;
                continue;
            }
            if !is_decoded {
                self.decoded.clear();
                is_decoded = true;
            }
            self.decoded.push_str(&self.text[done..at]);
            at = match byte {
                b'\n' => self.folded_break(done, at, (quote, parent?))?,
                b'\'' => {
                    self.decoded.push('\'');
                    at + 2
                }
                _ => self.escape(at, parent.is_some())?,
            };
            done = at;
        }
        if is_decoded {
            self.decoded.push_str(&self.text[done..at]);
        }
        if self.is_shallow {
            self.stream.complaints.push(without_indentation(self.source, start));
        }
        Some(Token { style, raw: start..at + 1, inner: start + 1..at, is_decoded })
    }

    /// Folds the line break at `at`; the text since `done` was taken over already, with the blanks that go.
    fn folded_break(&mut self, done: usize, at: usize, (quote, parent): (u8, usize)) -> Option<usize> {
        let blanks = self.bytes[done..at].iter().rev().take_while(|byte| **byte == b' ').count();
        self.decoded.truncate(self.decoded.len() - blanks);
        let (next, breaks) = self.next_line(at);
        self.fold(breaks);
        // The closing quote may stand anywhere.
        self.is_shallow |= next.column <= parent && self.byte(next.at) != quote;
        self.goes_on_at(&next)
    }

    /// Where a quoted text goes on in its next line.
    fn goes_on_at(&self, next: &Line) -> Option<usize> {
        let is_sign = |sign| self.bytes[next.at..].starts_with(&[sign; 3]) && self.is_blank_at(next.at + 3);
        let is_marker = next.column == 0 && (is_sign(b'-') || is_sign(b'.'));
        (!is_marker && self.byte(next.at) != 0).then_some(next.at)
    }

    /// Decodes the escape at `at`, which may be one of a line break; where it ends.
    fn escape(&mut self, at: usize, is_over_lines: bool) -> Option<usize> {
        let char = match self.byte(at + 1) {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b' ' => ' ',
            b'\n' => {
                let (next, breaks) = self.next_line(at + 1);
                (1..breaks).for_each(|_| self.decoded.push('\n'));
                return is_over_lines.then(|| self.goes_on_at(&next))?;
            }
            b'u' => {
                let digits = self.text.get(at + 2..at + 6).filter(|digits| is_hexadecimal(digits))?;
                self.decoded.push(char::from_u32(u32::from_str_radix(digits, 16).ok()?)?);
                return Some(at + 6);
            }
            _ => return None,
        };
        self.decoded.push(char);
        Some(at + 2)
    }
}

fn is_hexadecimal(digits: &str) -> bool {
    digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}
