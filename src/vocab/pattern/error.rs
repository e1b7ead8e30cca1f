//! Why a text is not a pattern.

use std::ops::Range;

/// A pattern that Go's `regexp` refuses.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct PatternError {
    /// What is wrong, naming the offending piece; lower case, no full stop.
    pub message: String,
    /// The offending bytes of the pattern; empty at its end when something is missing there.
    pub range: Range<usize>,
}

impl PatternError {
    pub(super) fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Self { message: message.into(), range }
    }
}
