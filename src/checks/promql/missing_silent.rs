//! Alerts on too few of something that are silent when there is nothing at all.

use crate::{
    check,
    kit::*,
    promql::{
        Expr,
        ast::{Aggregation, AggregationOp, Binary, BinaryOp, Grouping, GroupingKind},
    },
};

check! {
    /// An alert on a small `count` does not fire when there is nothing to count.
    ///
    /// ## Why it matters
    /// `count` of nothing gives nothing, not 0. An alert for "fewer than two are up" fires when one is left and
    /// resolves when the last one goes down.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: TooFewReplicas
    ///   expr: count(up{job="api"} == 1) < 2
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: TooFewReplicas
    ///   expr: sum(up{job="api"} == bool 1) < 2
    /// ```
    pub struct MissingSilent {}
    id: "promql/missing-silent", severity: Warning,
}

impl Check for MissingSilent {
    type Subject = Query;

    fn check(&self, site: QuerySite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let (Some(rule), Some(expr)) = (site.rule(), site.expr()) else { return };
        let Some((count, limit, comparison)) = too_few(expr).filter(|_| rule.rule.is_alerting()) else { return };
        if is_watched_otherwise(&count.operand, facts) {
            return;
        }
        out.report(comparison, "when there is nothing left to count, this is silent")
            .label(count.op.span, "gives nothing, not 0, when nothing is left")
            .help(match count.operand.unwrap_parens() {
                Expr::Binary(inner) if inner.op.value.is_comparison() => format!(
                    "add up what is 0 or 1, as in `sum(… {} bool …) < {limit}`, or append `or vector(0)` to the count",
                    inner.op.value.text()
                ),
                _ => "append `or vector(0)` to the count, or add an alert on `absent (…)`".to_owned(),
            });
    }
}

/// A comparison of a `count` over no labels with a greatest number above 0.
fn too_few(expr: &Expr) -> Option<(&Aggregation, f64, Span)> {
    let Expr::Binary(binary) = expr.unwrap_parens() else { return None };
    let Binary { left, op, right, .. } = &**binary;
    let limit = right.number().filter(|limit| *limit > 0.0)?;
    let Expr::Aggregation(count) = left.unwrap_parens() else { return None };
    // By some label, a group that is gone is one of many; without any, all are.
    let is_over_all = count.grouping.as_ref().is_none_or(keeps_nothing);
    let is_less = matches!(op.value, BinaryOp::Less | BinaryOp::LessEqual);
    let is_small = is_less && (op.value == BinaryOp::LessEqual || limit > 1.0);
    (count.op.value == AggregationOp::Count && is_over_all && is_small)
        .then(|| (&**count, limit, op.span.to(right.span())))
}

fn keeps_nothing(grouping: &Grouping) -> bool {
    grouping.kind.value == GroupingKind::By && grouping.labels.names.is_empty()
}

/// Whether some rule asks whether the counted series are there at all.
fn is_watched_otherwise(operand: &Expr, facts: &Facts<'_>) -> bool {
    let names = operand.selections().filter_map(|selection| selection.selector.metric_name());
    let asked = names.flat_map(|name| facts.asked.of_metric(&name.value));
    asked.filter(|asked| matches!(asked.site.owner, Owner::Rule(_))).any(|asked| {
        let calls = asked.site.expr().into_iter().flat_map(Expr::calls);
        let absences = calls.filter(|call| call.function.value.starts_with("absent"));
        let mut selections = absences.flat_map(|call| &call.arguments).flat_map(Expr::selections);
        selections.any(|selection| std::ptr::eq(selection.selector, asked.selector))
    })
}
