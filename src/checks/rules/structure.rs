//! Groups and rules that Prometheus refuses although it knows all of their keys.

use crate::{check, kit::*, model::Document};

check! {
    /// A group or a rule is put together in a way that Prometheus refuses.
    ///
    /// ## Why it matters
    /// One such rule keeps the whole file from loading. After a failed reload the server goes on with the old
    /// rules.
    ///
    /// ## Example
    /// ```yaml
    /// - record: job:up:sum
    ///   expr: sum by (job) (up)
    ///   for: 5m
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - record: job:up:sum
    ///   expr: sum by (job) (up)
    /// ```
    pub struct Structure {}
    id: "rules/structure", severity: Error,
}

impl Check for Structure {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        let flaws = document.rule_file().map(|file| file.flaws(&document.complaints));
        for flaw in flaws.into_iter().flatten() {
            out.adopt(flaw);
        }
    }
}
