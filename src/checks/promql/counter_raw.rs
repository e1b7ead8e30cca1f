//! Alerts on the value of a counter, which only ever grows.

use crate::{
    check,
    exposition::MetricKind,
    facts::{TypedBy, kind_of},
    kit::*,
    promql::{
        Expr,
        ast::{AggregationOp, BinaryOp, VectorSelector},
    },
};

check! {
    /// An alert compares a counter itself, not its increase.
    ///
    /// ## Why it matters
    /// A counter counts since its process was started. Above the threshold once, it stays there: the alert fires until
    /// the next restart, whatever happens.
    ///
    /// Where only its name says that it is a counter, this is a hint: some gauges are called `_total`, too.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: LoginFailures
    ///   expr: login_failures_total > 100
    /// - record: job:login_failures:rate5m
    ///   expr: sum by (job) (rate(login_failures_total[5m]))
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: LoginFailures
    ///   expr: increase(login_failures_total[1h]) > 100
    /// ```
    pub struct CounterRaw {}
    id: "promql/counter-raw", severity: Warning,
}

impl Check for CounterRaw {
    type Subject = Query;

    fn check(&self, site: QuerySite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let (Some(rule), Some(expr)) = (site.rule(), site.expr()) else { return };
        let Expr::Binary(comparison) = expr.unwrap_parens() else { return };
        let is_greater = matches!(comparison.op.value, BinaryOp::Greater | BinaryOp::GreaterEqual);
        if !rule.rule.is_alerting() || !is_greater || comparison.right.number().is_none() {
            return;
        }
        let Some(selector) = itself(&comparison.left) else { return };
        let Some(name) = selector.metric_name() else { return };
        let Some((MetricKind::Counter, by)) = kind_of(&name.value, facts) else { return };
        let message = match by {
            TypedBy::Name => format!("if `{}` is a counter, as its name says, this alert does not resolve", name.value),
            _ => format!("`{}` only ever grows, so this alert does not resolve", name.value),
        };
        let finding = out
            .report(name.span, message)
            .label(comparison.op.span.to(comparison.right.span()), "once true, it stays true")
            .help(format!("ask how much it grew lately: `increase({selector}[1h])`"));
        match by {
            TypedBy::Page(place) | TypedBy::Code(place) => finding.label(place, "its type is said here"),
            TypedBy::Rate(place) => finding.label(place, "here it is taken for a counter"),
            TypedBy::Exporter(_) | TypedBy::Server => finding,
            TypedBy::Name => finding.severity(Severity::Info),
        };
    }
}

/// The selector whose value is compared, as it is or added up.
fn itself(expr: &Expr) -> Option<&VectorSelector> {
    match expr.unwrap_parens() {
        Expr::Selector(selector) => Some(selector),
        Expr::Aggregation(aggregation) => match aggregation.op.value {
            AggregationOp::Sum | AggregationOp::Max | AggregationOp::Min | AggregationOp::Avg => {
                itself(&aggregation.operand)
            }
            _ => None,
        },
        _ => None,
    }
}
