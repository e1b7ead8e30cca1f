//! How keys are declared, for readers and schema writers alike.

use crate::text::{Span, Spanned};

use super::CheckEntry;

/// The key of a check's settings that is not an option.
pub const SEVERITY: &str = "severity";

/// One key.
#[derive(Copy, Clone, Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it means, Markdown, for editors that show the schema.
    pub about: &'static str,
}

/// A scalar of the configuration.
pub trait Scalar: Sized {
    /// What it takes, in words: "a date such as `2026-12-31`".
    const EXPECTED: &'static str;

    /// Reads it; the error completes "`key` takes …, but".
    fn parse(text: &str) -> Result<Self, String>;

    /// Its JSON schema.
    fn schema() -> serde_json::Value;
}

/// A visitor of keys. Reading gives what the file holds; writing a schema notes the key and gives nothing.
pub trait Keys {
    /// A key that holds a scalar.
    fn one<T: Scalar>(&mut self, key: Key) -> Option<Spanned<T>>;

    /// A key that must hold a scalar. A reader complains of its absence.
    fn required<T: Scalar>(&mut self, key: Key) -> Option<Spanned<T>>;

    /// A key that holds a list of scalars.
    fn many<T: Scalar>(&mut self, key: Key) -> Vec<Spanned<T>>;

    /// A key that holds a list of maps.
    fn maps<T>(&mut self, key: Key, what: &'static str, item: fn(&mut Self) -> Option<T>) -> Vec<T>;

    /// A key that holds a map.
    fn map<T>(&mut self, key: Key, what: &'static str, read: fn(&mut Self) -> Option<T>) -> Option<T>;

    /// The key that holds levels and options by check.
    fn checks(&mut self, key: Key) -> Vec<CheckEntry>;

    /// The place of the map whose keys these are.
    fn span(&self) -> Span;
}
