//! Labels that a metric does not have.

use crate::{
    check,
    facts::CapturedLabels,
    kit::*,
    promql::{
        Expr,
        ast::{Aggregation, GroupingKind, VectorSelector},
    },
    vocab::{listed, nearest},
};

use super::{captured::captured, served};

check! {
    /// An expression filters or groups by a label that the metric does not have.
    ///
    /// Which labels a metric has is known from captured `/metrics` pages, named like the job or the host that
    /// they were captured from, and from the source code of scraped
    /// programs that a compose file builds, and from what exporters were recorded to export. With
    /// `promcheck lint --prometheus URL` a live server says it.
    ///
    /// ## Why it matters
    /// A matcher of a label that is not there selects nothing: the alert never fires. Grouping by it gives one
    /// series without a name.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// rule_files: [rules.yml]
    /// scrape_configs:
    ///   - job_name: backend
    ///     static_configs: [{targets: ["backend:8080"]}]
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: Errors
    ///   expr: sum(rate(http_requests_total{status=~"5.."}[5m])) > 1
    /// ```
    /// ```text path=metrics/backend.prom
    /// # TYPE http_requests_total counter
    /// http_requests_total{method="GET",status_code="200"} 31
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// rule_files: [rules.yml]
    /// scrape_configs:
    ///   - job_name: backend
    ///     static_configs: [{targets: ["backend:8080"]}]
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: Errors
    ///   expr: sum(rate(http_requests_total{status_code=~"5.."}[5m])) > 1
    /// ```
    /// ```text path=metrics/backend.prom
    /// # TYPE http_requests_total counter
    /// http_requests_total{method="GET",status_code="200"} 31
    /// ```
    pub struct LabelUnknown {}
    id: "metrics/label-unknown", severity: Warning,
}

impl Check for LabelUnknown {
    type Subject = Query;

    fn check(&self, site: QuerySite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        // Nothing is known of labels where no configuration says who scrapes what, and no live server was asked.
        let is_known = !facts.servers.all().is_empty() || facts.inventory.server().is_some();
        let Some(expr) = site.expr().filter(|_| is_known) else { return };
        for selection in expr.selections() {
            if let Some(captured) = captured(selection.selector, site, facts) {
                matchers(selection.selector, &captured, site, facts, out);
            }
        }
        for aggregation in expr.aggregations() {
            grouping(aggregation, site, facts, out);
        }
    }
}

/// Whether a series has a label, or may have it as soon as the files here are loaded.
fn may_have(captured: &CapturedLabels<'_>, label: &str, facts: &Facts<'_>) -> bool {
    captured.may_have(label) || captured.sample.is_none() && served::is_brought(label, facts)
}

fn matchers(
    selector: &VectorSelector,
    captured: &CapturedLabels<'_>,
    site: QuerySite<'_>,
    facts: &Facts<'_>,
    out: &mut Sink<'_>,
) {
    let Some(metric) = selector.metric_name() else { return };
    for matcher in &selector.matchers {
        let label = matcher.label.value.as_str();
        // A matcher that takes the empty value is right about a label that is not there.
        if may_have(captured, label, facts) || matcher.matches("") || site.is_open(matcher.span) {
            continue;
        }
        let finding = out
            .report(matcher.label.span, format!("`{}` has no label `{label}`, so this selects nothing", metric.value))
            .label_if(captured.sample, "its labels are known from here");
        remedy(finding, &matcher.label, captured, facts);
    }
}

/// Reports a label of `by (…)` that no series below the aggregation has.
fn grouping(aggregation: &Aggregation, site: QuerySite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let Some(grouping) = aggregation.grouping.as_ref().filter(|one| one.kind.value == GroupingKind::By) else { return };
    // A function that makes labels, or a join that takes them over, may give what the metric has not.
    let makes_labels = |expr: &Expr| match expr {
        Expr::Call(call) => call.function.value.starts_with("label_") || call.function.value == "info",
        Expr::Aggregation(inner) => inner.op.value.text() == "count_values",
        Expr::Binary(binary) => binary.modifiers.group.is_some(),
        _ => false,
    };
    if aggregation.operand.walk().any(makes_labels) {
        return;
    }
    let below: Option<Vec<CapturedLabels<'_>>> =
        aggregation.operand.selections().map(|selection| captured(selection.selector, site, facts)).collect();
    let Some(first) = below.as_ref().and_then(|below| below.first()) else { return };
    for label in &grouping.labels.names {
        let is_there = below.iter().flatten().any(|captured| may_have(captured, &label.value, facts));
        if !is_there && !site.is_open(label.span) {
            let finding = out
                .report(
                    label.span,
                    format!("no series here has a label `{}`, so they fall into one group", label.value),
                )
                .label_if(first.sample, "its labels are known from here");
            remedy(finding, label, first, facts);
        }
    }
}

fn remedy(finding: Finding<'_>, wrong: &Spanned<Name>, captured: &CapturedLabels<'_>, facts: &Facts<'_>) {
    let label = wrong.value.as_str();
    let added = |name: &&&str| !matches!(**name, "job" | "instance" | "__name__");
    let own: Vec<&str> = captured.names.iter().filter(added).copied().collect();
    let longer = || own.iter().copied().find(|name| name.starts_with(label) || label.starts_with(name));
    match nearest(label, own.iter().copied()).or_else(longer) {
        Some(near) => finding.help(format!("did you mean `{near}`?")).instead(&facts.workspace.files, label, near),
        None if own.is_empty() => finding.help("it has no labels but those of its target"),
        None => finding.help(format!("it has {}", listed(own, ", "))),
    };
}
