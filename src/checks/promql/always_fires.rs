//! Alerts whose condition always holds.

use crate::{
    check,
    kit::*,
    promql::{
        Expr,
        ast::{AggregationOp, Binary},
        values::{Culprit, Outcome, Values, culprit, reasons},
    },
};

check! {
    /// The condition of an alert holds whatever the value, so that it fires as long as its metric exists.
    ///
    /// ## Why it matters
    /// `rate (…) >= 0` is true of every rate. The alert fires when the first series comes and never resolves; it is
    /// soon silenced, and with it whatever it was meant for.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: NoTraffic
    ///   expr: sum by (job) (rate(http_requests_total[5m])) >= 0
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: NoTraffic
    ///   expr: sum by (job) (rate(http_requests_total[5m])) == 0
    /// ```
    pub struct AlwaysFires {}
    id: "promql/always-fires", severity: Error,
}

impl Check for AlwaysFires {
    type Subject = Query;

    fn check(&self, site: QuerySite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let (Some(rule), Some(expr)) = (site.rule(), site.expr()) else { return };
        let Some(alert) = rule.rule.alert.as_ref().filter(|_| rule.rule.is_alerting()) else { return };
        let source = site.values(facts);
        if depends_on_values(expr, &source) || Outcome::of(expr, &source) != Outcome::Whenever {
            return;
        }
        let Some(metric) = metric(expr) else { return };
        let finding = match culprit(expr, &source) {
            Some(Culprit::Comparison(binary)) => {
                let (what, place) = compared(binary);
                if asks_for_presence(what) {
                    return;
                }
                let values = Values::of(what, &source);
                let finding = out.report(place, format!("this always holds: the value is {values}"));
                reasons(what, &source)
                    .into_iter()
                    .fold(finding, |finding, step| finding.label(step.span, step.text))
                    .help("compare with a number that tells good from bad")
            }
            Some(Culprit::Exhaustion(first, second)) => out
                .report(second.span, "every value meets this condition or the other")
                .label(first.span, "the other condition")
                .help("for both at once, write `and`"),
            _ => return,
        };
        finding.label(alert.span, format!("so this alert fires as long as `{metric}` exists"));
    }
}

/// Whether an expression is a comparison that some values do not meet: so are nearly all, and their parts need no look.
fn depends_on_values(expr: &Expr, source: &SiteValues<'_, '_>) -> bool {
    let Expr::Binary(binary) = expr.unwrap_parens() else { return false };
    let compares = binary.op.value.is_comparison() && binary.modifiers.bool_modifier.is_none();
    compares && !Values::of(&binary.left, source).always(binary.op.value, Values::of(&binary.right, source))
}

/// Whether a comparison like `count (…) > 0` only spells out that there is something.
fn asks_for_presence(what: &Expr) -> bool {
    match what.unwrap_parens() {
        Expr::Aggregation(aggregation) => matches!(aggregation.op.value, AggregationOp::Count | AggregationOp::Group),
        Expr::Call(call) => matches!(call.function.value.as_str(), "present_over_time" | "count_over_time"),
        _ => false,
    }
}

/// What is compared, and the comparison with the other side.
fn compared(binary: &Binary) -> (&Expr, Span) {
    match binary.left.number() {
        Some(_) => (&binary.right, binary.left.span().to(binary.op.span)),
        None => (&binary.left, binary.op.span.to(binary.right.span())),
    }
}

/// The first metric that an expression selects.
fn metric(expr: &Expr) -> Option<&str> {
    expr.selections().find_map(|selection| selection.selector.metric_name()).map(|name| name.value.as_str())
}
