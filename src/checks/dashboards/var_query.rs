//! Variables whose query gives nothing.

use crate::{
    check,
    facts::Datasources,
    kit::*,
    model::{
        Document,
        dashboard::{
            Dashboard,
            interpolation::{Interpolated, is_placeholder},
            variable::{Variable, VariableQuery},
        },
    },
    promql::{self, Query},
    vocab::{Pattern, is_label_name, listed, nearest},
};

check! {
    /// The query of a variable is not understood, or asks for what is not there.
    ///
    /// ## Why it matters
    /// The list of the variable stays empty, and with it every panel that uses it.
    ///
    /// ## Example
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39,
    ///  "templating": {"list": [{"name": "instance", "type": "query", "datasource": {"type": "prometheus", "uid": "prom"},
    ///   "query": "label_values(up{job=\"shop\", instance)"}]}, "panels": []}
    /// ```
    ///
    /// ## Instead
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39,
    ///  "templating": {"list": [{"name": "instance", "type": "query", "datasource": {"type": "prometheus", "uid": "prom"},
    ///   "query": "label_values(up{job=\"shop\"}, instance)"}]}, "panels": []}
    /// ```
    pub struct VarQuery {}
    id: "dashboards/var-query", severity: Error,
}

impl Check for VarQuery {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dashboard) = document.dashboard() else { return };
        for variable in &dashboard.variables {
            match &variable.query {
                VariableQuery::Malformed(text) => malformed(text, out),
                VariableQuery::Misunderstood(text) => misunderstood(text, out),
                VariableQuery::Metrics { pattern } => names(pattern, out),
                VariableQuery::LabelValues { of, label } => {
                    if let Some(of) = of {
                        broken(dashboard, variable, of, facts, out);
                        unknown_label(document, of, label, facts, out);
                    }
                }
                query => query.promql().into_iter().for_each(|of| broken(dashboard, variable, of, facts, out)),
            }
        }
    }
}

fn malformed(text: &Excerpt, out: &mut Sink<'_>) {
    out.report(text.full_span(), "Grafana does not understand this query of a variable").help(
        "it knows `label_names()`, `label_values(label)`, `label_values(selector, label)`, `metrics(pattern)` and \
         `query_result(expression)`",
    );
}

fn misunderstood(text: &Excerpt, out: &mut Sink<'_>) {
    out.report(text.full_span(), "Grafana does not understand this query of a Loki variable").help(
        "it knows `label_names()`, `label_values(label)` and `label_values({selector}, label)`; for anything else it lists \
         the names of labels",
    );
}

/// A pattern of metric names that does not compile.
fn names(pattern: &Excerpt, out: &mut Sink<'_>) {
    let is_literal = crate::model::dashboard::reference::references(pattern.text()).is_empty();
    let bare = pattern.text().trim_matches(['"', '\'']);
    if let Err(error) = Pattern::anchored(bare)
        && is_literal
    {
        out.report(pattern.full_span(), format!("this is no regular expression: {error}")).help("correct the pattern");
    }
}

/// PromQL inside that does not parse; where nobody says that a Prometheus is asked, the form of the query does.
fn broken(dashboard: &Dashboard, variable: &Variable, of: &Interpolated, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let asks_victoria = variable.datasource.as_ref().is_some_and(|one| facts.datasources.leads_to_victoria(one));
    let is_ours = match variable.datasource.as_ref() {
        Some(datasource) => datasource.plugin.as_ref().map_or_else(
            || datasource.variable().is_none_or(|name| dashboard.plugin_of(name) == Some("prometheus")),
            |plugin| plugin.value == "prometheus",
        ),
        None => true,
    };
    let Some(query) = of.query.as_ref().filter(|_| is_ours && !asks_victoria) else { return };
    if promql::may_be_metricsql(query.text.text()) {
        return;
    }
    let is_of_labels = !matches!(variable.query, VariableQuery::QueryResult(_));
    let is_lenient = is_of_labels && !asks_prometheus(variable, facts);
    for error in query.errors() {
        if of.uses_in(error.span).next().is_some() {
            continue;
        }
        let finding = out.adopt(error.clone());
        if is_lenient && selects_everything(query, error.span) {
            finding.severity(Severity::Warning).help(
                "Prometheus refuses to list the labels of all series, while Thanos and Mimir do it: name a metric",
            );
        }
    }
}

/// Whether a variable asks what is provisioned as a Prometheus, and is one by its address.
fn asks_prometheus(variable: &Variable, facts: &Facts<'_>) -> bool {
    let name = variable.datasource.as_ref().and_then(Datasources::literal);
    let mut provisioned = name.into_iter().flat_map(|name| facts.datasources.called(name));
    provisioned.any(|one| {
        let url = one.datasource.url.as_ref().and_then(|url| url.known()).unwrap_or_default();
        ["prometheus", ":9090"].iter().any(|word| url.contains(word))
    })
}

/// Whether a place is that of a selector that every series passes.
fn selects_everything(query: &Query, place: Span) -> bool {
    let mut selections = query.expr.iter().flat_map(promql::Expr::selections);
    selections.any(|one| {
        let matchers = &one.selector.matchers;
        one.selector.span == place && one.selector.name.is_none() && matchers.iter().all(|matcher| matcher.matches(""))
    })
}

/// A label that the metric does not have, where it is known which it has.
fn unknown_label(document: &Document, of: &Interpolated, label: &Excerpt, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let name = label.text();
    let Some(expr) = of.query.as_ref().and_then(|query| query.valid()) else { return };
    let mut selections = expr.selections();
    let (Some(selection), None) = (selections.next(), selections.next()) else { return };
    let Some(metric) = selection.selector.metric_name().filter(|metric| !is_placeholder(&metric.value)) else { return };
    if !is_label_name(name) || !facts.rules.records(&metric.value).is_empty() {
        return;
    }
    let scraping = facts.servers.scraping(document);
    let of_files = || {
        let jobs = scraping.jobs(selection.selector)?;
        facts.inventory.labels(&metric.value, &jobs, &facts.instrumented, &facts.exporters)
    };
    let captured = facts.inventory.served_labels(&metric.value, &facts.instrumented).or_else(of_files);
    let Some(captured) = captured.filter(|captured| !captured.may_have(name)) else { return };
    let finding = out
        .report(label.full_span(), format!("`{}` has no label `{name}`, so the list is empty", metric.value))
        .severity(Severity::Warning)
        .label_if(captured.sample, "its labels are known from here");
    match nearest(name, captured.names.iter().copied()) {
        Some(near) => finding.help(format!("did you mean `{near}`?")).instead(&facts.workspace.files, name, near),
        None => finding.help(format!("it has {}", listed(&captured.names, ", "))),
    };
}
