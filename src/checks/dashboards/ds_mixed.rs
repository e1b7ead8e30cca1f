//! Queries that go to another datasource than they name.

use std::collections::BTreeMap;

use crate::{
    check,
    facts::Datasources,
    kit::*,
    model::{
        Document,
        dashboard::{
            Dashboard, Style,
            datasource::{DatasourceRef, DatasourceTarget},
        },
    },
};

use super::plugin::language;

check! {
    /// A query names another datasource than its panel, which decides.
    ///
    /// ## Why it matters
    /// Unless the panel's datasource is `-- Mixed --`, Grafana sends all of its queries to that one, whatever they
    /// name: PromQL goes to Loki, or staging is shown under the name of production.
    ///
    /// ## Example
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "timeseries", "title": "Errors",
    ///   "datasource": {"type": "prometheus", "uid": "prom"},
    ///   "targets": [{"refId": "A", "datasource": {"type": "loki", "uid": "loki"}, "expr": "{app=\"shop\"} |= \"error\""}]}]}
    /// ```
    ///
    /// ## Instead
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "timeseries", "title": "Errors",
    ///   "datasource": {"type": "datasource", "uid": "-- Mixed --"},
    ///   "targets": [{"refId": "A", "datasource": {"type": "loki", "uid": "loki"}, "expr": "{app=\"shop\"} |= \"error\""}]}]}
    /// ```
    pub struct DsMixed {}
    id: "dashboards/ds-mixed", severity: Warning,
}

impl Check for DsMixed {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        // In v2 there is no datasource of the panel.
        let Some(dashboard) = document.dashboard().filter(|one| one.style == Style::Classic) else { return };
        let mut found: BTreeMap<Pair, Vec<(&DatasourceRef, &DatasourceRef)>> = BTreeMap::new();
        for panel in &dashboard.panels {
            let Some(of_panel) = &panel.datasource else { continue };
            for named in panel.targets.iter().filter_map(|target| target.datasource.as_ref()) {
                if let Some(pair) = differ(dashboard, of_panel, named, facts) {
                    found.entry(pair).or_default().push((of_panel, named));
                }
            }
        }
        for ((asked, meant), places) in found {
            let Some((of_panel, named)) = places.first() else { continue };
            let others = here_and_more(places.len());
            out.report(named.points_to.span, format!("this query goes to {asked}, not to {meant}{others}"))
                .label(of_panel.points_to.span, "the panel's datasource decides")
                .help("name the same datasource at both places, or make the panel's `-- Mixed --`");
        }
    }
}

/// Who is asked, and who is meant; both in words.
type Pair = (String, String);

/// Whether a query certainly means another datasource than its panel.
fn differ<'d>(
    dashboard: &'d Dashboard,
    of_panel: &'d DatasourceRef,
    named: &'d DatasourceRef,
    facts: &Facts<'_>,
) -> Option<Pair> {
    let is_special = |one: &DatasourceRef| {
        matches!(
            one.points_to.value,
            DatasourceTarget::Mixed
                | DatasourceTarget::Dashboard
                | DatasourceTarget::Grafana
                | DatasourceTarget::Expression
                | DatasourceTarget::Default
        )
    };
    if is_special(of_panel) || is_special(named) {
        return None;
    }
    let plugin = |one: &'d DatasourceRef| {
        one.plugin
            .as_ref()
            .map(|plugin| plugin.value.as_str())
            .filter(|plugin| !plugin.starts_with('$') && *plugin != "datasource")
            .or_else(|| one.variable().and_then(|name| dashboard.plugin_of(name)))
    };
    if let (Some(asked), Some(meant)) = (plugin(of_panel), plugin(named))
        && language(asked) != language(meant)
    {
        return Some((format!("a datasource of type `{asked}`"), format!("one of type `{meant}`")));
    }
    let (asked, meant) = (Datasources::literal(of_panel)?, Datasources::literal(named)?);
    // Of what is not provisioned, `dashboards/ds-unknown` tells.
    if facts.datasources.lack(meant) {
        return None;
    }
    // A uid and a name may mean the same.
    let is_same = |one: &DatasourceRef, other: &DatasourceRef| {
        std::mem::discriminant(&one.points_to.value) == std::mem::discriminant(&other.points_to.value)
    };
    let known = |name: &str| facts.datasources.find(name).and_then(|one| one.datasource.effective_uid());
    let differs = match (known(asked), known(meant)) {
        (Some(asked), Some(meant)) => asked != meant,
        _ => asked != meant && is_same(of_panel, named),
    };
    differs.then(|| (format!("`{asked}`"), format!("`{meant}`")))
}
