//! Streams that cannot exist.

use crate::{check, kit::*, model::Document};

use super::site::sites;

check! {
    /// The matchers of a selector exclude each other, so it selects no stream.
    ///
    /// ## Why it matters
    /// The query is valid and always empty: no lines, no numbers, no alert.
    ///
    /// ## Example
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "logs", "title": "Errors",
    ///   "datasource": {"type": "loki", "uid": "loki"},
    ///   "targets": [{"refId": "A", "expr": "{app=\"shop\", app=\"stock\"}"}]}]}
    /// ```
    ///
    /// ## Instead
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "logs", "title": "Errors",
    ///   "datasource": {"type": "loki", "uid": "loki"},
    ///   "targets": [{"refId": "A", "expr": "{app=~\"shop|stock\"}"}]}]}
    /// ```
    pub struct EmptyMatchers {}
    id: "logql/empty-matchers", severity: Error,
}

impl Check for EmptyMatchers {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        for site in sites(document) {
            let Some(expr) = site.query().and_then(|query| query.valid()) else { continue };
            for log in expr.logs() {
                let Some((first, second)) = log.selector.contradiction(|matcher| site.has_variable(matcher.span))
                else {
                    continue;
                };
                let label = &second.label.value;
                if first.span == second.span {
                    out.report(
                        second.span,
                        format!("no value of `{label}` passes this matcher, so nothing is selected"),
                    )
                    .help("correct the matcher, or remove it");
                } else {
                    out.report(
                        second.span,
                        format!("no value of `{label}` passes both matchers, so nothing is selected"),
                    )
                    .label(first.span, "excludes what the other wants")
                    .help("remove one of them");
                }
            }
        }
    }
}
