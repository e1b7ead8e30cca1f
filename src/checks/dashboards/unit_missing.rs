//! Panels without a unit.

use crate::{check, kit::*, model::Document};

check! {
    /// A panel with numbers says no unit.
    ///
    /// ## Why it matters
    /// 0.25 may be a quarter of a second, a quarter of all requests, or a quarter of a gigabyte. This is a rule of some
    /// houses only, so it is off until it is asked for; `dashboards/unit` finds units that are wrong.
    ///
    /// ## Example
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "timeseries", "title": "Errors",
    ///   "targets": [{"refId": "A", "expr": "sum(rate(http_errors_total[$__rate_interval]))"}]}]}
    /// ```
    ///
    /// ## Instead
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "timeseries", "title": "Errors",
    ///   "fieldConfig": {"defaults": {"unit": "reqps"}, "overrides": []},
    ///   "targets": [{"refId": "A", "expr": "sum(rate(http_errors_total[$__rate_interval]))"}]}]}
    /// ```
    pub struct UnitMissing {}
    id: "dashboards/unit-missing", severity: Warning, opt_in: true,
}

/// Visualisations that show numbers.
const NUMBERS: [&str; 8] = ["timeseries", "graph", "stat", "singlestat", "gauge", "bargauge", "table", "heatmap"];

impl Check for UnitMissing {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dashboard) = document.dashboard() else { return };
        for panel in dashboard.panels.iter().filter(|panel| panel.library.is_none()) {
            let Some(kind) = panel.kind.as_ref().filter(|kind| NUMBERS.contains(&kind.value.as_str())) else {
                continue;
            };
            let mut configs = std::iter::once(&panel.defaults).chain(&panel.overrides);
            if !configs.any(|config| config.unit.as_ref().is_some_and(|unit| !unit.value.is_empty())) {
                let place = panel.title.as_ref().map_or(kind.span, Excerpt::full_span);
                out.report(place, "the panel says no unit").help("choose one; `short` for a plain number");
            }
        }
    }
}
