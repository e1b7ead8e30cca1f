//! What checks of metrics judge alike: which of them nobody scrapes, and which the docs vouch for.

use crate::{facts::Asked, kit::*};

impl Asked<'_> {
    /// Whether docs vouch for the metric; they do not for what they ask for themselves.
    pub fn is_documented(&self, facts: &Facts<'_>) -> bool {
        !matches!(self.site.owner, Owner::Docs) && facts.inventory.documented().contains_key(self.name.value.as_str())
    }
}

/// Whether a series is made by Prometheus or by a recording rule, and not scraped.
pub fn is_made(name: &str, facts: &Facts<'_>) -> bool {
    let by_prometheus = name.starts_with("ALERTS") || name == "up" || name.starts_with("scrape_");
    by_prometheus || name.contains(':') || !facts.rules.records(name).is_empty()
}
