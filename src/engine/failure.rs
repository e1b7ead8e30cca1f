//! Why an expression has no result.

use std::{error::Error, fmt};

use crate::text::Span;

/// Why an expression has no result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// The part of the expression that could not be evaluated.
    pub span: Span,
    /// What went wrong, as Prometheus words it.
    pub message: String,
}

impl Failure {
    /// A failure of the part of the expression at that place.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Failure {}
