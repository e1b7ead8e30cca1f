//! The pieces of a template and the tokens of its actions.

use std::ops::Range;

/// A part of the template, in the order of the text. Ranges are bytes of the template.
#[derive(Debug)]
pub(super) enum Piece {
    /// Text, trimmed.
    Text(Range<usize>),
    Comment,
    /// What stands between delimiters, these included.
    Action {
        range: Range<usize>,
        /// Whether it could not be cut into tokens to its end; then it was reported.
        broken: bool,
    },
}

/// `{{ … }}`.
#[derive(Debug)]
pub(super) struct Action<'l> {
    /// With its delimiters.
    pub(super) range: Range<usize>,
    pub(super) tokens: &'l [Token],
    /// Whether it could not be cut into tokens to its end; then it was reported.
    pub(super) broken: bool,
}

/// A token.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    start: u32,
    end: u32,
}

impl Token {
    pub(super) fn new(kind: TokenKind, range: Range<usize>) -> Self {
        Self { kind, start: range.start as u32, end: range.end as u32 }
    }

    /// Where it stands in the template.
    pub(super) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// The kinds of tokens.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum TokenKind {
    Assign,
    Boolean,
    /// A printable ASCII character that means nothing to Go, such as `,` but in a `range`.
    Character,
    CharacterConstant,
    Complex,
    Declare,
    Dot,
    Field,
    Identifier,
    Keyword,
    LeftParenthesis,
    Nil,
    Number,
    Pipe,
    RawString,
    RightParenthesis,
    Space,
    String,
    Variable,
}

/// Words that are no functions.
pub(super) const KEYWORDS: [&str; 10] =
    ["block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"];
