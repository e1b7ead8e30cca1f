//! What current Grafana replaces, ignores or no longer shows.

use std::collections::BTreeMap;

use crate::{
    check,
    kit::*,
    model::{
        Document,
        dashboard::{Dashboard, panel::Panel},
    },
};

check! {
    /// A dashboard holds what current Grafana no longer has.
    ///
    /// ## Why it matters
    /// Since version 11 Grafana ignores the alerts inside panels, so nobody is told of anything. Version 12 has no
    /// Angular: it replaces its own old panels by their successors, at each load anew and not always faithfully,
    /// and shows an error where a plugin has no successor.
    ///
    /// ## Example
    /// ```json
    /// {"title": "Shop", "schemaVersion": 30, "panels": [{"type": "graph", "title": "Errors",
    ///   "datasource": {"type": "prometheus", "uid": "prom"}, "alert": {"name": "Errors", "frequency": "1m"},
    ///   "targets": [{"refId": "A", "expr": "sum(rate(http_errors_total[$__rate_interval]))"}]}]}
    /// ```
    ///
    /// ## Instead
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "timeseries", "title": "Errors",
    ///   "datasource": {"type": "prometheus", "uid": "prom"},
    ///   "targets": [{"refId": "A", "expr": "sum(rate(http_errors_total[$__rate_interval]))"}]}]}
    /// ```
    /// and the alert as a rule of Prometheus or of Grafana's alerting.
    pub struct Deprecated {}
    id: "dashboards/deprecated", severity: Warning,
}

/// Old panels, and what Grafana replaces them by (`autoMigrateAngular` in `PanelModel.ts`).
const REPLACED: [(&str, &str); 7] = [
    ("graph", "timeseries"),
    ("singlestat", "stat"),
    ("table-old", "table"),
    ("grafana-singlestat-panel", "stat"),
    ("grafana-piechart-panel", "piechart"),
    ("grafana-worldmap-panel", "geomap"),
    ("natel-discrete-panel", "state-timeline"),
];

/// Plugins that were written for Angular and have no version without it.
const LOST: [&str; 5] = [
    "agenty-flowcharting-panel",
    "btplc-status-dot-panel",
    "mtanda-histogram-panel",
    "neocat-cal-heatmap-panel",
    "petrslavotinek-carpetplot-panel",
];

impl Check for Deprecated {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dashboard) = document.dashboard() else { return };
        legacy_alerts(dashboard, out);
        old_panels(dashboard, out);
        legacy_rows(dashboard, out);
    }
}

fn legacy_alerts(dashboard: &Dashboard, out: &mut Sink<'_>) {
    let alerts: Vec<Span> = dashboard.panels.iter().filter_map(|panel| panel.legacy_alert).collect();
    let Some(first) = alerts.first() else { return };
    let others = here_and_more(alerts.len());
    out.report(*first, format!("Grafana ignores alerts inside panels since version 11{others}"))
        .help("write it as a rule of Prometheus or of Grafana's alerting");
}

fn old_panels(dashboard: &Dashboard, out: &mut Sink<'_>) {
    let kinds = || dashboard.panels.iter().filter_map(|panel| panel.kind.as_ref());
    let mut lost: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    for kind in kinds().filter(|kind| LOST.contains(&kind.value.as_str())) {
        lost.entry(&kind.value).or_default().push(kind.span);
    }
    for (kind, places) in lost {
        out.report(
            places[0],
            format!("the plugin `{kind}` needs Angular, which Grafana 12 has not{}", here_and_more(places.len())),
        )
        .help("take another visualisation");
    }
    let successor = |kind: &Spanned<String>| REPLACED.iter().find(|(old, _)| *old == kind.value);
    let mut replaced = kinds().filter_map(|kind| Some((kind.span, successor(kind)?)));
    let Some((first, pair)) = replaced.next() else { return };
    let mut pairs = vec![pair];
    let mut count = 1;
    for (_, pair) in replaced {
        count += 1;
        if !pairs.contains(&pair) {
            pairs.push(pair);
        }
    }
    let words: Vec<String> = pairs.iter().map(|(old, new)| format!("`{old}` by `{new}`")).collect();
    out.report(
        first,
        format!("current Grafana replaces this panel when it loads the dashboard{}", here_and_more(count)),
    )
    .severity(Severity::Info)
    .help(format!("open the dashboard in a current Grafana and save it: it replaces {}", words.join(", ")));
}

fn legacy_rows(dashboard: &Dashboard, out: &mut Sink<'_>) {
    let rows: Vec<Span> = dashboard.panels.iter().filter(|panel| panel.legacy_row).filter_map(first_place).collect();
    let Some(first) = rows.first() else { return };
    let others = here_and_more(rows.len());
    out.report(*first, format!("a row of the form before Grafana 5, which is laid out anew at every load{others}"))
        .severity(Severity::Info)
        .help("open the dashboard in a current Grafana and save it");
}

/// The title of a row, else where it begins.
fn first_place(row: &Panel) -> Option<Span> {
    let span = row.span?;
    Some(row.title.as_ref().map_or(Span::new(span.file, span.start, span.start + 1), Excerpt::full_span))
}
