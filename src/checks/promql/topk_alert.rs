//! Alerts on the greatest or least few, which change all the time.

use crate::{
    check,
    kit::*,
    promql::{
        Expr,
        ast::{Aggregation, AggregationOp, Binary},
    },
};

check! {
    /// An alert fires for the top few series only, and which these are changes.
    ///
    /// ## Why it matters
    /// With each evaluation other series may be the top three. The alerts of those that fell out resolve though nothing
    /// got better, and with a `for` an alert starts to wait anew each time it comes back in.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: SlowQueries
    ///   expr: topk(3, query_seconds) > 5
    ///   for: 10m
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: SlowQueries
    ///   expr: query_seconds > 5
    ///   for: 10m
    /// ```
    pub struct TopkAlert {}
    id: "promql/topk-alert", severity: Warning,
}

impl Check for TopkAlert {
    type Subject = Query;

    fn check(&self, site: QuerySite<'_>, _: &Facts<'_>, out: &mut Sink<'_>) {
        let (Some(rule), Some(expr)) = (site.rule(), site.expr()) else { return };
        let Some(top) = of_result(expr).filter(|_| rule.rule.is_alerting()) else { return };
        let finding = out
            .report(top.op.span, format!("which series `{}` picks changes, and so do the alerts", top.op.value.text()))
            .help("compare all series; Alertmanager groups them into one notification");
        if let Some(hold) = &rule.rule.hold_duration {
            finding.label(hold.span, "a series that falls out waits this long again");
        }
    }
}

/// The selection of a few that decides which series the result has. One of one group is always there.
fn of_result(expr: &Expr) -> Option<&Aggregation> {
    match expr.unwrap_parens() {
        Expr::Aggregation(aggregation) => {
            let is_few = matches!(aggregation.op.value, AggregationOp::Topk | AggregationOp::Bottomk);
            is_few.then_some(&**aggregation)
        }
        Expr::Binary(binary) => {
            let Binary { left, op, right, .. } = &**binary;
            let compares = op.value.is_comparison() && right.number().is_some();
            if compares { of_result(left) } else { None }
        }
        _ => None,
    }
}
