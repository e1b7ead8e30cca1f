//! What tells samples apart for an operator that matches those of its two sides.

use std::collections::BTreeSet;

use crate::{
    engine::{Labels, METRIC_NAME, Value},
    promql::ast::{Binary, MatchingKind},
};

/// The labels that an operator matches by.
#[derive(Debug)]
pub struct Signature {
    /// `on` or `ignoring`.
    kind: MatchingKind,
    labels: Vec<String>,
}

impl Signature {
    /// What an operator matches by.
    pub fn of(binary: &Binary) -> Self {
        let matching = binary.modifiers.matching.as_ref();
        let names = matching.map(|matching| matching.labels.names.iter().map(|name| name.value.to_string()).collect());
        Self {
            kind: matching.map_or(MatchingKind::Ignoring, |matching| matching.kind.value),
            labels: names.unwrap_or_default(),
        }
    }

    /// What counts of a sample's labels.
    pub fn of_labels(&self, labels: &Labels) -> Labels {
        let is_named = |name: &str| self.labels.iter().any(|label| label == name);
        labels.filtered(|name: &str| match self.kind {
            MatchingKind::On => is_named(name),
            MatchingKind::Ignoring => name != METRIC_NAME && !is_named(name),
        })
    }

    /// What counts of the labels of all these samples.
    pub fn of_samples(&self, samples: &[(Labels, Value)]) -> BTreeSet<Labels> {
        samples.iter().map(|(labels, _)| self.of_labels(labels)).collect()
    }
}
