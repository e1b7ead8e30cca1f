//! Block scalars, and the line breaks of all texts that go over several lines.

use crate::tree::Style;

use super::{Scanner, Token};

/// Where the next line with anything but blanks begins.
pub(super) struct Line {
    /// Its first byte that is no blank.
    pub at: usize,
    /// The column of that.
    pub column: usize,
}

/// How the line breaks at the end of a block scalar are kept.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

impl Scanner<'_> {
    /// The next line that is not blank, from behind a text that may be followed by blanks, and how many line
    /// breaks stand before it; none if more stands on the line.
    pub(super) fn next_line(&self, from: usize) -> (Line, usize) {
        let (mut at, mut line, mut breaks) = (from, from, 0);
        loop {
            match self.byte(at) {
                b' ' => at += 1,
                b'\n' => {
                    at += 1;
                    line = at;
                    breaks += 1;
                }
                _ => return (Line { at, column: at - line }, breaks),
            }
        }
    }

    /// Writes so many line breaks as folding leaves of them.
    pub(super) fn fold(&mut self, breaks: usize) {
        match breaks {
            1 => self.decoded.push(' '),
            _ => (1..breaks).for_each(|_| self.decoded.push('\n')),
        }
    }

    /// A block scalar in a collection of this column. Ends before the next token.
    pub(super) fn block_scalar(&mut self, parent: usize) -> Option<()> {
        let start = self.at;
        let style = if self.peek() == b'|' { Style::Literal } else { Style::Folded };
        self.at += 1;
        let (chomping, deeper) = self.block_header();
        let is_header_over = matches!(self.peek(), b' ' | b'\n');
        if !is_header_over || self.skip_blanks() || (self.peek() == b'#' && self.bytes[self.at - 1] != b' ') {
            return None;
        }
        if self.peek() == b'#' {
            self.comment();
        }
        let header_end = self.at;
        let (first, breaks) = self.next_line(header_end);
        // Lines of blanks before the first are shorter than its indentation, or the text is refused.
        let mut blanks = self.text.get(header_end..first.at)?.split('\n').rev().skip(1);
        let indent = deeper.map_or(first.column, |deeper| parent + deeper);
        let are_short = blanks.all(|blanks| blanks.len() <= indent);
        if self.byte(first.at) == 0 || first.column <= parent || first.column < indent || !are_short {
            return None;
        }
        self.decoded.clear();
        (1..breaks).for_each(|_| self.decoded.push('\n'));
        self.line = first.at - first.column;
        self.at = self.line + indent;
        let content = self.at;
        self.block_lines(style, chomping, indent);
        // At the end of a file that does not end in a newline, libyaml and go-yaml add none.
        if self.at == self.bytes.len() && !self.text.ends_with('\n') && self.decoded.ends_with('\n') {
            self.decoded.pop();
        }
        let inner = content..content + self.decoded.len();
        self.push(Token { style, raw: start..self.at, inner, is_decoded: true });
        self.skip()
    }

    /// The signs behind `|` or `>`, in either order: how line breaks at the end are kept, and how much deeper than its
    /// collection the text stands, if that is said.
    fn block_header(&mut self) -> (Chomping, Option<usize>) {
        let (mut chomping, mut deeper) = (Chomping::Clip, None);
        loop {
            match self.peek() {
                b'-' if chomping == Chomping::Clip => chomping = Chomping::Strip,
                b'+' if chomping == Chomping::Clip => chomping = Chomping::Keep,
                digit @ b'1'..=b'9' if deeper.is_none() => deeper = Some(usize::from(digit - b'0')),
                _ => return (chomping, deeper),
            }
            self.at += 1;
        }
    }

    /// Reads the lines of a block scalar from the content of the first on. Ends where the first line that
    /// does not belong to it is less indented.
    fn block_lines(&mut self, style: Style, chomping: Chomping, indent: usize) {
        let mut was_indented_more = false;
        let mut is_first = true;
        // Line breaks since the last line with content.
        let mut breaks = 0;
        loop {
            let indented_more = self.peek() == b' ';
            if is_first {
                is_first = false;
            } else if style == Style::Folded && !was_indented_more && !indented_more {
                self.fold(breaks);
            } else {
                (0..breaks).for_each(|_| self.decoded.push('\n'));
            }
            was_indented_more = indented_more;
            let end = self.line_end();
            self.decoded.push_str(&self.text[self.at..end]);
            self.at = end;
            breaks = self.block_breaks(indent);
            if self.column() < indent || self.at == self.bytes.len() {
                break;
            }
        }
        let is_at_end = self.at == self.bytes.len();
        match chomping {
            Chomping::Strip => {}
            _ if breaks == 0 && is_at_end => self.decoded.push('\n'),
            Chomping::Clip => self.decoded.push('\n'),
            Chomping::Keep => (0..breaks).for_each(|_| self.decoded.push('\n')),
        }
    }

    /// Passes over line breaks and indentation; how many breaks there were.
    fn block_breaks(&mut self, indent: usize) -> usize {
        let mut breaks = 0;
        while self.peek() == b'\n' {
            self.at += 1;
            self.line = self.at;
            breaks += 1;
            while self.column() < indent && self.peek() == b' ' {
                self.at += 1;
            }
        }
        breaks
    }
}
