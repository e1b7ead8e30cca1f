//! Windows of Loki's graphs that do not follow their zoom.

use crate::{check, kit::*, model::Document};

use super::site::{Site, sites};

check! {
    /// A query of a dashboard has a fixed window where `$__auto` would follow the graph.
    ///
    /// ## Why it matters
    /// Zoomed out, a window shorter than the step leaves out lines; zoomed in, one that is longer smooths away what
    /// is looked for. A fixed window is right where the number itself is meant, such as "errors per hour".
    ///
    /// ## Example
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "timeseries", "title": "Errors",
    ///   "datasource": {"type": "loki", "uid": "loki"},
    ///   "targets": [{"refId": "A", "expr": "sum(count_over_time({app=\"shop\"} |= \"error\" [5m]))"}]}]}
    /// ```
    ///
    /// ## Instead
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "timeseries", "title": "Errors",
    ///   "datasource": {"type": "loki", "uid": "loki"},
    ///   "targets": [{"refId": "A", "expr": "sum(count_over_time({app=\"shop\"} |= \"error\" [$__auto]))"}]}]}
    /// ```
    pub struct FixedWindow {}
    id: "logql/fixed-window", severity: Info, opt_in: true,
}

impl Check for FixedWindow {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        for site in sites(document).filter(|site| matches!(site, Site::Dashboard(_))) {
            let Some(expr) = site.query().and_then(|query| query.valid()) else { continue };
            for range in expr.ranges() {
                let window = range.range.window.span;
                if !site.has_variable(window) {
                    let fix = Fix::edit("take `$__auto`", Applicability::Unsafe, window, "[$__auto]");
                    out.report(window, format!("the window of this `{}` is fixed", range.op.value))
                        .help("take `[$__auto]`, which follows the graph")
                        .fix(fix);
                }
            }
        }
    }
}
