//! Alerts on the value of a counter, which only ever grows.

use crate::{
    catalog, check,
    exposition::MetricKind,
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
    /// ## Example
    /// ```yaml
    /// - alert: LoginFailures
    ///   expr: login_failures_total > 100
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
        let Some(name) = selector.metric_name().filter(|name| is_counter(&name.value, facts)) else { return };
        out.report(name.span, format!("`{}` only ever grows, so this alert does not resolve", name.value))
            .label(comparison.op.span.to(comparison.right.span()), "once true, it stays true")
            .help(format!("ask how much it grew lately: `increase({selector}[1h])`"));
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

/// Words for what is there now: a name with one of them may end in `_total` and be a gauge all the same.
const LEVELS: [&str; 14] = [
    "active",
    "capacity",
    "connected",
    "current",
    "free",
    "limit",
    "memory",
    "open",
    "pending",
    "queue",
    "queued",
    "running",
    "used",
    "waiting",
];

/// Whether a metric is a counter: by a captured page, else by its name.
fn is_counter(name: &str, facts: &Facts<'_>) -> bool {
    match facts.inventory.kind(name) {
        Some((kind, _)) => kind == MetricKind::Counter,
        None if catalog::kind_of(name).is_some_and(|(kind, _)| kind != MetricKind::Counter) => false,
        None => {
            let is_level = name.split('_').any(|word| LEVELS.contains(&word));
            name.ends_with("_total") && !is_level && facts.rules.records(name).is_empty()
        }
    }
}
