//! Queries that Loki refuses.

use crate::{
    check,
    kit::*,
    logql::ast::LogQuery,
    model::Document,
    template::{Dialect, Template},
};

use super::site::{Site, sites};

check! {
    /// A query is no valid LogQL, or one that Loki refuses.
    ///
    /// ## Why it matters
    /// The panel shows an error instead of logs, and a rule is never evaluated. Loki refuses more than what does not
    /// parse: a selector that would take all streams, an aggregation that needs `unwrap`, a pattern that names no label,
    /// a template of `line_format` or `label_format` with a function that Loki does not have.
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
            // Which streams have a label is asked in another way, in which Loki may refuse less.
            let is_asked = !matches!(site, Site::Variable(_)) || query.expr.is_none();
            for error in query.errors.iter().filter(|error| is_asked && !site.has_variable(error.span)) {
                out.adopt(error.clone());
            }
            for text in query.expr.iter().flat_map(|expr| expr.logs()).flat_map(LogQuery::templates) {
                let template = Template::parse(text.clone(), Dialect::Loki);
                for error in template.errors().iter().chain(template.failures()) {
                    if !site.has_variable(error.span) {
                        out.adopt(error.clone());
                    }
                }
            }
        }
    }
}
