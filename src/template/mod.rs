//! Go templates, as in rule annotations and Alertmanager notifications: text to a located syntax tree.

use crate::{diag::Diagnostic, text::Excerpt};

/// A template as it stands in a file.
#[derive(Clone, Debug)]
pub struct Template {
    /// The text, with its map to the file.
    pub text: Excerpt,
    /// Syntax errors, in order of place.
    pub errors: Vec<Diagnostic>,
}

impl Template {
    /// Reads a template; never fails.
    pub fn parse(text: Excerpt) -> Self {
        Self { text, errors: Vec::new() }
    }
}
