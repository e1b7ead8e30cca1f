//! A coarse lexer for PromQL with Grafana's variables in it: just enough to know what stands around a
//! variable. Variables are read first, as Grafana does, so one may stand in the middle of a word or a string.

use std::ops::Range;

use crate::model::dashboard::reference::Reference;

/// What a lexeme is.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// Letters, digits, `_`, `.`, and variables without a gap; `:` too, outside `[…]`.
    Word,
    /// A string with its quotes.
    Text,
    /// `(`, `{`, `[`.
    Open(u8),
    /// `)`, `}`, `]`.
    Close(u8),
    /// `,`.
    Comma,
    /// `:` inside `[…]`.
    Colon,
    /// A run of `=!~<>`, or any other single sign.
    Sign,
    /// `#` to the end of its line.
    Comment,
}

/// A lexeme and the variables in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Lexeme {
    pub shape: Shape,
    pub range: Range<usize>,
    /// Indices of the references inside.
    pub references: Range<usize>,
}

/// Splits a query; every byte that is not a blank belongs to exactly one lexeme.
pub(super) fn lexemes(text: &str, references: &[Reference]) -> Vec<Lexeme> {
    let mut lexer = Lexer { text, references, at: 0, next: 0, open: Vec::new() };
    std::iter::from_fn(|| lexer.lexeme()).collect()
}

struct Lexer<'a> {
    text: &'a str,
    references: &'a [Reference],
    at: usize,
    /// Index of the first reference that does not lie before `at`.
    next: usize,
    open: Vec<u8>,
}

impl Lexer<'_> {
    fn lexeme(&mut self) -> Option<Lexeme> {
        let bytes = self.text.as_bytes();
        while bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        let (start, first) = (self.at, self.next);
        let byte = *bytes.get(start)?;
        let colon = byte == b':' && self.open.last() == Some(&b'[');
        let shape = if self.at_reference() || (is_word(byte) && !colon) {
            self.word();
            Shape::Word
        } else {
            self.other(byte)
        };
        Some(Lexeme { shape, range: start..self.at, references: first..self.next })
    }

    fn other(&mut self, byte: u8) -> Shape {
        match byte {
            b'"' | b'\'' | b'`' => {
                self.string(byte);
                return Shape::Text;
            }
            b'#' => {
                self.run(|byte| byte != b'\n');
                return Shape::Comment;
            }
            b'=' | b'!' | b'~' | b'<' | b'>' => {
                self.run(|byte| matches!(byte, b'=' | b'!' | b'~' | b'<' | b'>'));
                return Shape::Sign;
            }
            _ => self.at += 1,
        }
        match byte {
            b'(' | b'{' | b'[' => {
                self.open.push(byte);
                Shape::Open(byte)
            }
            b')' | b'}' | b']' => {
                self.open.pop();
                Shape::Close(byte)
            }
            b',' => Shape::Comma,
            b':' => Shape::Colon,
            _ => Shape::Sign,
        }
    }

    fn at_reference(&self) -> bool {
        self.references.get(self.next).is_some_and(|reference| reference.range.start == self.at)
    }

    /// Steps over the reference that starts here, if one does.
    fn step_over(&mut self) -> bool {
        let here = self.at_reference();
        if here {
            self.at = self.references[self.next].range.end;
            self.next += 1;
        }
        here
    }

    fn word(&mut self) {
        let in_range = self.open.last() == Some(&b'[');
        let goes_on = |byte: &u8| is_word(*byte) && !(in_range && *byte == b':');
        loop {
            if self.step_over() {
                continue;
            }
            if !self.text.as_bytes().get(self.at).is_some_and(goes_on) {
                return;
            }
            self.at += 1;
        }
    }

    fn string(&mut self, quote: u8) {
        self.at += 1;
        while let Some(&byte) = self.text.as_bytes().get(self.at) {
            if self.step_over() {
                continue;
            }
            self.at += 1;
            if byte == quote {
                return;
            }
            if byte == b'\\' && quote != b'`' && !self.at_reference() && self.at < self.text.len() {
                self.at += 1;
            }
        }
    }

    fn run(&mut self, more: impl Fn(u8) -> bool) {
        while self.text.as_bytes().get(self.at).is_some_and(|byte| more(*byte)) {
            if !self.step_over() {
                self.at += 1;
            }
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':') || !byte.is_ascii()
}
