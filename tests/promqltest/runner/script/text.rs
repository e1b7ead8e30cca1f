//! What an `expect` line says of a message.

use promcheck::vocab::{Pattern, PatternUse};

/// The text that a message must have.
pub enum Text {
    /// Any.
    Any,
    /// Exactly this.
    Exactly(String),
    /// One in which this is found.
    Containing(Pattern),
}

impl Text {
    /// Reads a pattern in Go's dialect.
    pub fn containing(pattern: &str) -> Result<Self, String> {
        let pattern = Pattern::of(pattern, PatternUse::Search);
        pattern.map(Text::Containing).map_err(|error| format!("the pattern cannot be read: {error}"))
    }

    /// Whether a message has it.
    pub fn matches(&self, message: &str) -> bool {
        match self {
            Text::Any => true,
            Text::Exactly(text) => text == message,
            Text::Containing(pattern) => pattern.is_match(message),
        }
    }
}

impl std::fmt::Display for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Text::Any => f.write_str("any"),
            Text::Exactly(text) => write!(f, "`{text}`"),
            Text::Containing(pattern) => write!(f, "one like `{}`", pattern.text()),
        }
    }
}
