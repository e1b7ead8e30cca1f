//! Alerts on ratios of aggregations that fire at the first odd moment.

use crate::{
    check,
    kit::*,
    promql::{
        Expr,
        ast::{Binary, BinaryOp},
    },
};

check! {
    /// An alert on a ratio of two aggregations has no `for`.
    ///
    /// ## Why it matters
    /// When some instances start, stop or miss a scrape, one side of the ratio moves before the other. For a moment the
    /// result is anything. A `for` of some minutes keeps such moments from waking somebody up.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: HighErrorRate
    ///   expr: sum(rate(errors_total[5m])) / sum(rate(requests_total[5m])) > 0.05
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: HighErrorRate
    ///   expr: sum(rate(errors_total[5m])) / sum(rate(requests_total[5m])) > 0.05
    ///   for: 5m
    /// ```
    pub struct RatioWithoutFor {}
    id: "promql/ratio-without-for", severity: Info,
}

impl Check for RatioWithoutFor {
    type Subject = Query;

    fn check(&self, site: QuerySite<'_>, _: &Facts<'_>, out: &mut Sink<'_>) {
        let (Some(rule), Some(expr)) = (site.rule(), site.expr()) else { return };
        let waits = rule.rule.hold_duration.is_some_and(|hold| hold.value.as_milliseconds() > 0);
        if !rule.rule.is_alerting() || waits {
            return;
        }
        let Expr::Binary(comparison) = expr.unwrap_parens() else { return };
        let Some(ratio) = comparison.op.value.is_comparison().then(|| ratio(&comparison.left)).flatten() else {
            return;
        };
        out.report(ratio.op.span, "without `for`, one uneven scrape of the two sides fires this")
            .label(ratio.left.span(), "aggregated over several series")
            .label(ratio.right.span(), "and over others, which need not move at the same time")
            .help("add `for: 5m`, or as long as it takes to be sure");
    }
}

/// The division of one aggregation by another that an expression is, up to constants.
fn ratio(expr: &Expr) -> Option<&Binary> {
    let Expr::Binary(binary) = expr.unwrap_parens() else { return None };
    let is_aggregated = |expr: &Expr| matches!(expr.unwrap_parens(), Expr::Aggregation(_));
    match binary.op.value {
        BinaryOp::Divide if is_aggregated(&binary.left) && is_aggregated(&binary.right) => Some(binary),
        op if op.is_arithmetic() && binary.right.number().is_some() => ratio(&binary.left),
        op if op.is_arithmetic() && binary.left.number().is_some() => ratio(&binary.right),
        _ => None,
    }
}
