//! Queries that Loki refuses.

use crate::{check, kit::*, model::Document};

use super::site::sites;

check! {
    /// A query is no valid LogQL, or one that Loki refuses.
    ///
    /// ## Why it matters
    /// The panel shows an error instead of logs, and a rule is never evaluated. Loki refuses more than what does not
    /// parse: a selector that would take all streams, an aggregation that needs `unwrap`, a pattern that names no label.
    ///
    /// ## Example
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "logs", "title": "Errors",
    ///   "datasource": {"type": "loki", "uid": "loki"},
    ///   "targets": [{"refId": "A", "expr": "{app=\"shop\"} |= error"}, {"refId": "B", "expr": "{app=~\".*\"}"}]}]}
    /// ```
    ///
    /// ## Instead
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "logs", "title": "Errors",
    ///   "datasource": {"type": "loki", "uid": "loki"},
    ///   "targets": [{"refId": "A", "expr": "{app=\"shop\"} |= \"error\""}, {"refId": "B", "expr": "{app=~\".+\"}"}]}]}
    /// ```
    pub struct Syntax {}
    id: "logql/syntax", severity: Error,
}

impl Check for Syntax {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        for site in sites(document) {
            let Some(query) = site.query() else { continue };
            for error in query.errors.iter().filter(|error| !site.has_variable(error.span)) {
                out.adopt(error.clone());
            }
        }
    }
}
