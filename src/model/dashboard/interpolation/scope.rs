//! What values the variables of a dashboard can take.

use std::collections::BTreeMap;

/// Known values of variables, by name.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    values: BTreeMap<String, Vec<String>>,
}

impl Scope {
    /// Nothing known.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a variable with the values it is known to take, the current one first.
    pub fn add(&mut self, name: impl Into<String>, values: Vec<String>) {
        self.values.entry(name.into()).or_default().extend(values);
    }

    /// Whether the dashboard defines the variable.
    pub fn defines(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// The values a variable is known to take; empty when unknown.
    pub fn values(&self, name: &str) -> &[String] {
        self.values.get(name).map(Vec::as_slice).unwrap_or_default()
    }
}
