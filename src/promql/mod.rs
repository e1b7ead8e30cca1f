//! PromQL: text to a located syntax tree, its types, and back to text.

use crate::{diag::Diagnostic, text::Excerpt};

/// A PromQL expression as it stands in a file.
#[derive(Clone, Debug)]
pub struct Query {
    /// The text, with its map to the file.
    pub text: Excerpt,
    /// Syntax and type errors, in order of place.
    pub errors: Vec<Diagnostic>,
}

impl Query {
    /// Reads an expression; never fails.
    pub fn parse(text: Excerpt) -> Self {
        Self { text, errors: Vec::new() }
    }
}
