//! What LogQL is made of.

use std::ops::Range;

/// A token and its place in the expression.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) range: Range<usize>,
}

/// What a token is.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum TokenKind {
    /// A name or a word of the language.
    Word,
    /// A string, decoded.
    Text(String),
    /// A number.
    Number(f64),
    /// `5m`, `1.5s`.
    Duration,
    /// `20MB`, `4KiB`.
    Bytes,
    /// `[5m]`, in seconds.
    Window(f64),
    /// `--strict`.
    Flag,
    /// A bracket, a comma or an operator.
    Sign(&'static str),
    /// The end of the expression.
    End,
}

/// All signs, longer ones before those they begin with.
pub(super) const SIGNS: [&str; 25] = [
    "|=", "|~", "|>", "!=", "!~", "!>", "=~", "==", ">=", "<=", "{", "}", "(", ")", ",", "=", ">", "<", "|", "+", "-",
    "*", "/", "%", "^",
];
