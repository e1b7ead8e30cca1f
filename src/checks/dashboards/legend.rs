//! Legends that name a label which the query's result certainly has not.

use std::collections::BTreeMap;

use crate::{
    check,
    kit::*,
    model::{
        Document,
        dashboard::{
            panel::Panel,
            queries::DashboardQuery,
            target::{Language, Target, legend_labels},
        },
    },
    promql::flow::{Cause, Flow, keeps_labels},
    vocab::{listed, nearest},
};

check! {
    /// A legend shows a label that the result of the query does not have.
    ///
    /// ## Why it matters
    /// Grafana writes nothing in its place: all lines of the graph have the same name, or none.
    ///
    /// ## Example
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "timeseries", "title": "Rate",
    ///   "datasource": {"type": "prometheus", "uid": "prom"},
    ///   "targets": [{"refId": "A", "expr": "sum by (job) (rate(http_requests_total[5m]))", "legendFormat": "{{instance}}"}]}]}
    /// ```
    ///
    /// ## Instead
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "timeseries", "title": "Rate",
    ///   "datasource": {"type": "prometheus", "uid": "prom"},
    ///   "targets": [{"refId": "A", "expr": "sum by (job) (rate(http_requests_total[5m]))", "legendFormat": "{{job}}"}]}]}
    /// ```
    pub struct Legend {}
    id: "dashboards/legend", severity: Warning,
}

impl Check for Legend {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dashboard) = document.dashboard() else { return };
        for panel in &dashboard.panels {
            for target in panel.targets.iter().filter(|target| shows_legend(target)) {
                look_at(document, panel, target, facts, out);
            }
        }
    }
}

/// Whether the legend of a target is shown: a table has columns instead.
fn shows_legend(target: &Target) -> bool {
    !target.hidden && target.format.as_ref().is_none_or(|format| format.value != "table")
}

fn look_at<'w>(document: &'w Document, panel: &'w Panel, target: &'w Target, facts: &Facts<'w>, out: &mut Sink<'_>) {
    let (Some(legend), Some(interpolated)) = (&target.legend_format, &target.query) else { return };
    let (Some(query), certain) = (&interpolated.query, target.language == Language::PromQl) else { return };
    let owner = Owner::Dashboard(DashboardQuery { panel: Some(panel), interpolated, certain });
    let site = QuerySite { document, query, owner };
    let Some(expr) = site.expr() else { return };
    let named = legend_labels(legend.text());
    let names: Vec<&str> = named.iter().map(|(name, _)| *name).collect();
    let source = site.source(facts);
    if names.is_empty() || keeps_labels(expr, &names, &source) {
        return;
    }
    let flow = source.flow(expr);
    // What one aggregation drops is one mistake, however many labels the legend misses.
    let mut missing: BTreeMap<Span, Missing<'_>> = BTreeMap::new();
    for (name, range) in named {
        let label = flow.label(name);
        // What happens outside of the query may happen otherwise on the server that is asked.
        let cause =
            label.cause.as_ref().filter(|cause| label.is_absent() && query.text.full_span().contains(cause.span));
        if let Some(cause) = cause {
            let missing = missing.entry(cause.span).or_insert(Missing { cause, labels: Vec::new() });
            missing.labels.push((name, legend.span(range)));
        }
    }
    for missing in missing.into_values() {
        report(&missing, &flow, facts, out);
    }
}

/// Labels that a legend names and that are missing for one cause, each at its place.
struct Missing<'f> {
    cause: &'f Cause,
    labels: Vec<(&'f str, Span)>,
}

fn report(missing: &Missing<'_>, flow: &Flow, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let Missing { cause, labels } = missing;
    let Some((_, first)) = labels.first() else { return };
    let names: Vec<&str> = labels.iter().map(|(name, _)| *name).collect();
    let (a_label, shows) = if names.len() == 1 { ("a label", "it shows") } else { ("labels", "they show") };
    let kept: Vec<&str> = flow.names().filter(|label| *label != "__name__" && !flow.label(label).is_absent()).collect();
    let near = names.iter().find_map(|name| nearest(name, kept.iter().copied()));
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if kept.is_empty() => "keep it in the query, or leave it out of the legend".to_owned(),
        None => format!("keep it in the query, or name what is there: {}", listed(&kept, ", ")),
    };
    let finding = out
        .report(*first, format!("the result never has {a_label} {}, so {shows} as nothing", listed(&names, " and ")))
        .label(cause.span, cause.drops(&names.join("` and `")))
        .help(help);
    if let (Some(near), [(name, _)]) = (near, labels.as_slice()) {
        finding.instead(&facts.workspace.files, name, near);
    }
}
