//! Thresholds that no quantile of a histogram can reach.

use crate::{
    check,
    kit::*,
    promql::{
        Expr,
        ast::{AggregationOp, Binary, BinaryOp, Call},
    },
};

check! {
    /// A quantile is compared with more than the highest bucket of its histogram.
    ///
    /// ## Why it matters
    /// `histogram_quantile` does not look beyond the highest bucket that has an end: what is slower than 10 seconds counts
    /// as 10 seconds, if that is where the buckets end. An alert above it never fires, however slow everything is.
    /// The check reads the buckets from captured pages of metrics.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: VerySlow
    ///   expr: histogram_quantile(0.99, sum by (le) (rate(export_duration_seconds_bucket[5m]))) > 30
    /// ```
    /// ```text path=metrics/exporter.prom
    /// # TYPE export_duration_seconds histogram
    /// export_duration_seconds_bucket{le="1"} 3
    /// export_duration_seconds_bucket{le="10"} 4
    /// export_duration_seconds_bucket{le="+Inf"} 5
    /// export_duration_seconds_sum 71
    /// export_duration_seconds_count 5
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: VerySlow
    ///   expr: histogram_quantile(0.99, sum by (le) (rate(export_duration_seconds_bucket[5m]))) > 5
    /// ```
    /// ```text path=metrics/exporter.prom
    /// # TYPE export_duration_seconds histogram
    /// export_duration_seconds_bucket{le="1"} 3
    /// export_duration_seconds_bucket{le="10"} 4
    /// export_duration_seconds_bucket{le="+Inf"} 5
    /// export_duration_seconds_sum 71
    /// export_duration_seconds_count 5
    /// ```
    pub struct QuantileBounds {}
    id: "promql/quantile-bounds", severity: Error,
}

impl Check for QuantileBounds {
    type Subject = EachBinary;

    fn check(&self, Part { site, part: comparison }: Part<'_, &Binary>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let is_above = matches!(comparison.op.value, BinaryOp::Greater | BinaryOp::GreaterEqual);
        let is_meant = is_above && site.is_literal(comparison.span);
        let Some(threshold) = comparison.right.number().filter(|_| is_meant) else { return };
        let Some(quantile) = quantile(&comparison.left) else { return };
        let Some(name) = buckets(quantile) else { return };
        let Some((highest, place)) = facts.buckets.highest(&name.value) else { return };
        let is_out = threshold > highest || threshold == highest && comparison.op.value == BinaryOp::Greater;
        if is_out && facts.rules.records(&name.value).is_empty() {
            out.report(
                comparison.op.span.to(comparison.right.span()),
                format!("this never holds: the buckets of `{}` end at {highest}", name.value),
            )
            .label(place, "the highest bucket with an end")
            .label(quantile.function.span, format!("gives {highest} for whatever is above"))
            .help(format!("compare with less than {highest}, or add buckets where the histogram is made"));
        }
    }
}

/// The quantile that is compared, itself or the greatest of several.
fn quantile(expr: &Expr) -> Option<&Call> {
    match expr.unwrap_parens() {
        Expr::Aggregation(aggregation) => match aggregation.op.value {
            AggregationOp::Max | AggregationOp::Min | AggregationOp::Avg => quantile(&aggregation.operand),
            _ => None,
        },
        other => other.call_of("histogram_quantile"),
    }
}

/// The only metric of the buckets, if nothing computes with their bounds.
fn buckets(quantile: &Call) -> Option<&Spanned<Name>> {
    let operand = quantile.arguments.get(1)?;
    if operand.calls().any(|call| call.function.value.starts_with("label_")) {
        return None;
    }
    let mut names = operand.selections().map(|selection| selection.selector.metric_name());
    let first = names.next()??;
    let is_only = names.all(|name| name.is_some_and(|name| name.value == first.value));
    (is_only && first.value.ends_with("_bucket")).then_some(first)
}
