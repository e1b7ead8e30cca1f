//! Queries that cannot be narrowed down to a job or an instance.

use crate::{
    check,
    kit::*,
    model::{
        Document,
        dashboard::{
            Dashboard, Wrapper,
            interpolation::{MatchOperator, Slot},
        },
    },
};

check! {
    /// Queries are not filtered by the variables that every dashboard of the house has.
    ///
    /// ## Why it matters
    /// Whoever chooses an instance believes to see that instance alone. This is a rule of some houses only, so it is off
    /// until it is asked for.
    ///
    /// ## Example
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39,
    ///  "templating": {"list": [{"name": "job", "type": "query", "multi": true, "query": "label_values(up, job)"},
    ///   {"name": "instance", "type": "query", "multi": true, "query": "label_values(up, instance)"}]},
    ///  "panels": [{"type": "stat", "title": "Up", "datasource": {"type": "prometheus", "uid": "prom"},
    ///   "targets": [{"refId": "A", "expr": "sum(up{job=~\"$job\"})"}]}]}
    /// ```
    ///
    /// ## Instead
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39,
    ///  "templating": {"list": [{"name": "job", "type": "query", "multi": true, "query": "label_values(up, job)"},
    ///   {"name": "instance", "type": "query", "multi": true, "query": "label_values(up, instance)"}]},
    ///  "panels": [{"type": "stat", "title": "Up", "datasource": {"type": "prometheus", "uid": "prom"},
    ///   "targets": [{"refId": "A", "expr": "sum(up{job=~\"$job\", instance=~\"$instance\"})"}]}]}
    /// ```
    pub struct Scope {
        /// The labels, each with a variable of the same name.
        pub labels: Vec<String> = vec!["job".to_owned(), "instance".to_owned()],
    }
    id: "dashboards/scope", severity: Warning, opt_in: true,
}

impl Check for Scope {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dashboard) = document.dashboard().filter(|one| one.wrapper != Wrapper::Library) else { return };
        if !dashboard.queries().any(|query| query.certain) {
            return;
        }
        for label in &self.labels {
            if dashboard.variable(label).is_none() {
                let start = dashboard.span.start;
                let whole = Span::new(dashboard.span.file, start, start + 1);
                let place = dashboard.title.as_ref().map_or(whole, Excerpt::full_span);
                out.report(place, format!("the dashboard has no variable `{label}`"))
                    .help(format!("add one that asks `label_values(…, {label})`"));
            }
            unfiltered(dashboard, label, out);
        }
    }
}

fn unfiltered(dashboard: &Dashboard, label: &str, out: &mut Sink<'_>) {
    let mut missing = Vec::new();
    for query in dashboard.queries().filter(|query| query.certain && query.panel.is_some()) {
        let Some(expr) = query.interpolated.query.as_ref().and_then(|query| query.valid()) else { continue };
        for selection in expr.selections() {
            let span = selection.selector.span;
            let mut uses = query.interpolated.uses_in(span);
            let is_filtered = uses.any(|used| match &used.slot {
                Slot::LabelValue { label: own, operator: MatchOperator::Matches, .. } => {
                    own == label && used.variable.name == label
                }
                Slot::Matchers => true,
                _ => false,
            });
            if !is_filtered {
                missing.push(span);
            }
        }
    }
    let Some(first) = missing.first() else { return };
    out.report(*first, format!("the selector is not filtered by `${label}`{}", here_and_more(missing.len())))
        .help(format!("add `{label}=~\"${label}\"`"));
}
