//! Queries of dashboards that Prometheus cannot read.

use crate::{
    check,
    facts::{Program, running},
    kit::*,
    model::{
        Document,
        dashboard::{panel::Panel, queries::DashboardQuery},
    },
    promql::{self, Feature, may_be_metricsql},
    vocab::names_a_blank,
};

check! {
    /// A query of a dashboard is no valid PromQL.
    ///
    /// ## Why it matters
    /// The panel shows an error instead of data, and only to the person who opens it.
    ///
    /// ## Example
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "timeseries", "title": "Rate",
    ///   "datasource": {"type": "prometheus", "uid": "prom"},
    ///   "targets": [{"refId": "A", "expr": "sum by (job (rate(http_requests_total[$__rate_interval]))"}]}]}
    /// ```
    ///
    /// ## Instead
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "timeseries", "title": "Rate",
    ///   "datasource": {"type": "prometheus", "uid": "prom"},
    ///   "targets": [{"refId": "A", "expr": "sum by (job) (rate(http_requests_total[$__rate_interval]))"}]}]}
    /// ```
    pub struct Promql {}
    id: "dashboards/promql", severity: Error,
}

impl Check for Promql {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dashboard) = document.dashboard().filter(|_| !facts.datasources.are_victoria()) else { return };
        let is_ours = |query: &DashboardQuery<'_>| query.certain && !asks_victoria(query, facts);
        let queries: Vec<_> = dashboard.queries().filter(is_ours).collect();
        // VictoriaMetrics is often provisioned as a Prometheus; then nothing is certain about its dashboards.
        let broken = queries
            .iter()
            .filter_map(|query| query.interpolated.query.as_ref())
            .filter(|query| !query.errors().is_empty());
        if broken.into_iter().any(|query| may_be_metricsql(query.text.text()) || is_about_victoria(query)) {
            return;
        }
        let faults = || {
            let of_file = facts.workspace.readings.get(document.file.0 as usize);
            of_file.into_iter().flat_map(|reading| &reading.complaints).chain(&document.complaints)
        };
        for query in queries {
            let Some(text) = query.interpolated.query.as_ref().map(|query| query.text.full_span()) else { continue };
            // A text that is broken itself says nothing of the expression in it.
            if !faults().any(|fault| text.contains(fault.span)) {
                complain(document, query, facts, out);
            }
        }
    }
}

/// Whether a panel asks a VictoriaMetrics that is provisioned as a Prometheus.
fn asks_victoria(query: &DashboardQuery<'_>, facts: &Facts<'_>) -> bool {
    let of_panel = query.panel.into_iter().flat_map(Panel::datasource_references);
    of_panel.into_iter().any(|reference| facts.datasources.leads_to_victoria(reference))
}

/// Whether a query asks for a metric of VictoriaMetrics itself, which mostly keeps these.
fn is_about_victoria(query: &promql::Query) -> bool {
    let selections = query.expr.as_ref().into_iter().flat_map(promql::Expr::selections);
    let mut names = selections.filter_map(|selection| selection.selector.metric_name());
    names.any(|name| ["vm_", "vmagent_", "vmalert_", "vmauth_"].iter().any(|start| name.value.starts_with(start)))
}

fn complain(document: &Document, of_dashboard: DashboardQuery<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let Some(query) = &of_dashboard.interpolated.query else { return };
    let text = query.text.text();
    // An empty query is a panel that is not finished; Grafana does not send it. A dashboard with blanks is to be copied.
    if query.errors().is_empty() || text.trim().is_empty() || names_a_blank(text) {
        return;
    }
    let path = &facts.workspace.files.file(document.file).path;
    let release = running(facts, Program::Prometheus, path).map(|running| running.version);
    let features = facts.config.enable_features.iter().filter_map(|flag| Feature::of_flag(&flag.value));
    for error in query.clone().with_features(&features.collect::<Vec<_>>()).errors_in(release) {
        if of_dashboard.interpolated.uses_in(error.span).next().is_none() {
            out.adopt(error.clone());
        }
    }
}
