//! Histogram buckets that lost their `le` before `histogram_quantile`.

use crate::{
    check,
    kit::*,
    promql::{
        ast::{Aggregation, Call, Expr, GroupingKind},
        flow::keeps_labels,
    },
};

check! {
    /// The buckets under `histogram_quantile` have lost their `le`, so there is no result.
    ///
    /// ## Why it matters
    /// `histogram_quantile` tells buckets apart by their label `le`. Without it the result is empty: the alert
    /// never fires, the panel stays blank.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: SlowRequests
    ///   expr: histogram_quantile(0.95, sum by (job) (rate(http_request_duration_seconds_bucket[5m]))) > 1
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: SlowRequests
    ///   expr: histogram_quantile(0.95, sum by (job, le) (rate(http_request_duration_seconds_bucket[5m]))) > 1
    /// ```
    pub struct QuantileNoLe {}
    id: "promql/quantile-no-le", severity: Error,
}

impl Check for QuantileNoLe {
    type Subject = EachCall;

    fn check(&self, Part { site, part: call }: Part<'_, &Call>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        if !is_over_buckets(call) || site.is_open(call.function.span) {
            return;
        }
        let Some(buckets) = operand(call).filter(|buckets| are_classic(buckets, site)) else { return };
        let source = site.source(facts);
        if keeps_labels(buckets, &["le"], &source) {
            return;
        }
        let flow = source.flow(buckets);
        let le = flow.label("le");
        let Some(cause) = le.cause.as_ref().filter(|_| le.is_absent()) else { return };
        let function = &call.function.value;
        let is_here = site.query.text.full_span().contains(cause.span);
        let place = if is_here { cause.span } else { buckets.span() };
        let finding = out
            .report(place, format!("`le` is gone before `{function}` sees the buckets, so the result is empty"))
            .label(call.function.span, "needs `le`");
        let finding = if is_here { finding.here("drops `le`") } else { finding.label(cause.span, cause.drops("le")) };
        let drops = |aggregation: &&Aggregation| {
            cause.span.contains(aggregation.op.span) || grouping_is(aggregation, cause.span)
        };
        match buckets.aggregations().find(drops) {
            Some(aggregation) if is_here => help(finding, aggregation),
            _ => finding.help("keep `le` where the buckets are aggregated"),
        };
    }
}

fn is_over_buckets(call: &Call) -> bool {
    matches!(call.function.value.as_str(), "histogram_quantile" | "histogram_quantiles" | "histogram_fraction")
}

fn operand(call: &Call) -> Option<&Expr> {
    call.arguments.get(call.signature()?.series_argument()?)
}

/// Whether the operand is made of classic buckets; native histograms have no `le`.
fn are_classic(operand: &Expr, site: QuerySite<'_>) -> bool {
    // VictoriaMetrics' own buckets are told apart by `vmrange`.
    let is_vm = |aggregation: &Aggregation| {
        aggregation.grouping.as_ref().is_some_and(|grouping| grouping.labels.has("vmrange"))
    };
    if operand.aggregations().any(is_vm) {
        return false;
    }
    let mut names = operand.selections().filter_map(|selection| selection.selector.metric_name());
    names.any(|name| {
        let is_bucket = name.value.ends_with("_bucket") || name.value.contains("_bucket:");
        is_bucket && !site.is_open(name.span)
    })
}

fn grouping_is(aggregation: &Aggregation, span: Span) -> bool {
    aggregation.grouping.as_ref().is_some_and(|grouping| grouping.span == span)
}

fn help<'f>(finding: Finding<'f>, aggregation: &Aggregation) -> Finding<'f> {
    let op = aggregation.op.value.text();
    let Some(grouping) = &aggregation.grouping else {
        return finding.help(format!("aggregate by `le`, as in `{op} by (le) (…)`"));
    };
    let listed = |names: &mut dyn Iterator<Item = &str>| names.collect::<Vec<_>>().join(", ");
    let names = grouping.labels.names.iter().map(|name| name.value.as_str());
    match grouping.kind.value {
        GroupingKind::By => {
            let labels = listed(&mut names.chain(["le"]));
            let text = format!("by ({labels})");
            let fix = Fix::edit("keep `le`", Applicability::Unsafe, grouping.span, text.as_str());
            finding.help(format!("keep it: `{op} {text}`")).fix(fix)
        }
        GroupingKind::Without => {
            let labels = listed(&mut names.filter(|name| *name != "le"));
            finding.help(format!("keep it: `{op} without ({labels})`"))
        }
    }
}
