//! Panels without a title or a description.

use crate::{
    check,
    kit::*,
    model::{Document, dashboard::panel::Panel},
};

use super::shows::SHOW_ANSWERS;

check! {
    /// A panel has no title or no description.
    ///
    /// ## Why it matters
    /// Who is called at night does not know what the graph means, nor what to do when it rises. This is a rule of
    /// some houses only, so it is off until it is asked for.
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
    ///   "description": "Answers of the 500 family per second; above 1 look at the log of the shop.",
    ///   "targets": [{"refId": "A", "expr": "sum(rate(http_errors_total[$__rate_interval]))"}]}]}
    /// ```
    pub struct Undescribed {
        /// Whether a panel needs a title.
        pub title: bool = true,
        /// Whether a panel needs a description.
        pub description: bool = true,
    }
    id: "dashboards/undescribed", severity: Warning, opt_in: true,
}

impl Check for Undescribed {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dashboard) = document.dashboard() else { return };
        for panel in dashboard.panels.iter().filter(|panel| panel.library.is_none()) {
            let Some(kind) = panel.kind.as_ref().filter(|kind| SHOW_ANSWERS.contains(&kind.value.as_str())) else {
                continue;
            };
            let missing = self.missing(panel);
            if let Some(missing) = missing {
                let place = panel.title.as_ref().map_or(kind.span, Excerpt::full_span);
                out.report(place, format!("the panel has {missing}"))
                    .help("say what it shows, and what to do about it");
            }
        }
    }
}

impl Undescribed {
    /// What a panel lacks, in words.
    fn missing(&self, panel: &Panel) -> Option<&'static str> {
        match (self.title && panel.title.is_none(), self.description && panel.description.is_none()) {
            (true, true) => Some("neither a title nor a description"),
            (true, false) => Some("no title"),
            (false, true) => Some("no description"),
            (false, false) => None,
        }
    }
}
