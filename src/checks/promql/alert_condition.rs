//! Alerts without a condition.

use crate::{
    check,
    kit::*,
    promql::{
        ast::{AggregationOp, Binary, BinaryOp, Call, Expr, VectorSelector},
        values::Values,
    },
};

check! {
    /// Nothing in the expression of an alert compares, so that it fires for every series.
    ///
    /// ## Why it matters
    /// An alert fires for each series that its expression gives, whatever the value, even 0. Without a comparison
    /// that leaves series out, it fires as long as the metric exists. With `bool`, a comparison leaves nothing out:
    /// it gives 0 or 1.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: HighErrorRate
    ///   expr: sum by (job) (rate(http_errors_total[5m])) > bool 5
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: HighErrorRate
    ///   expr: sum by (job) (rate(http_errors_total[5m])) > 5
    /// ```
    pub struct AlertCondition {}
    id: "promql/alert-condition", severity: Warning,
}

impl Check for AlertCondition {
    type Subject = Query;

    fn check(&self, site: QuerySite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let (Some(rule), Some(expr)) = (site.rule(), site.expr()) else { return };
        let Some(name) = rule.rule.alert.as_ref().filter(|_| rule.rule.is_alerting()) else { return };
        if has_condition(expr, facts) || expr.selections().next().is_none() {
            return;
        }
        if is_about_presence(expr, &site.values(facts)) || is_heartbeat(&name.value) {
            return;
        }
        match unfiltered_bool(expr) {
            Some(span) => out
                .report(
                    span,
                    format!("`{}` fires for every series: with `bool`, the comparison leaves none out", name.value),
                )
                .help("remove `bool`, or compare the result: `… == 1`"),
            None => out
                .report(
                    expr.span(),
                    format!("`{}` fires for every series: nothing in its expression compares", name.value),
                )
                .help("compare with a threshold, as in `… > 0`"),
        };
    }
}

/// Whether the name says that the alert is to fire all the time, to show that alerting works.
fn is_heartbeat(name: &str) -> bool {
    let name: String = name.to_lowercase().chars().filter(|character| character.is_ascii_alphabetic()).collect();
    ["watchdog", "deadman", "heartbeat", "alwaysfiring", "alwaysfire", "alwayson"]
        .iter()
        .any(|word| name.contains(word))
}

/// Labels that say where a series comes from, not what state something is in.
const AMBIENT: [&str; 10] =
    ["__name__", "job", "instance", "cluster", "namespace", "environment", "env", "service", "app", "pod"];

/// Whether the mere presence of a series may be meant: a metric selected by a label of its own, as in
/// `disk_info{state="failed"}`, or how many of them there are.
fn is_about_presence(expr: &Expr, source: &SiteValues<'_, '_>) -> bool {
    let is_about_presence = |expr: &Expr| is_about_presence(expr, source);
    match expr {
        Expr::Paren(paren) => is_about_presence(&paren.inner),
        Expr::Selector(selector) => {
            let names_a_state = |label: &str| !AMBIENT.contains(&label);
            // Where every state has a series, and those that are not so are 0, the value matters.
            selector.matchers.iter().any(|matcher| names_a_state(&matcher.label.value))
                && Values::of(expr, source) != Values::STATE
        }
        Expr::Aggregation(aggregation) => {
            let op = aggregation.op.value;
            let keeps = matches!(
                op,
                AggregationOp::Count
                    | AggregationOp::Group
                    | AggregationOp::Max
                    | AggregationOp::Min
                    | AggregationOp::Sum
            );
            (keeps || op.selects()) && is_about_presence(&aggregation.operand)
        }
        Expr::Call(call)
            if matches!(call.function.value.as_str(), "label_replace" | "label_join" | "last_over_time") =>
        {
            call.arguments.first().is_some_and(is_about_presence)
        }
        Expr::Binary(binary) => match binary.op.value {
            BinaryOp::Or => is_about_presence(&binary.left) && is_about_presence(&binary.right),
            // What is joined with the properties of something else is there where both are.
            BinaryOp::Multiply => {
                let sides = [&binary.left, &binary.right];
                sides.iter().any(|side| is_about_presence(side))
                    && sides.iter().all(|side| is_about_presence(side) || is_info(side))
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether an expression selects properties of something, whose value says nothing.
fn is_info(expr: &Expr) -> bool {
    let name = match expr.unwrap_parens() {
        Expr::Selector(selector) => selector.metric_name(),
        _ => None,
    };
    name.is_some_and(|name| name.value.ends_with("_info"))
}

/// Whether an expression gives something only under a condition, not whenever its series exist.
fn has_condition(expr: &Expr, facts: &Facts<'_>) -> bool {
    match expr {
        Expr::Binary(binary) => binary_has_condition(binary, facts),
        Expr::Aggregation(aggregation) => has_condition(&aggregation.operand, facts),
        Expr::Call(call) => call_has_condition(call, facts),
        Expr::Paren(paren) => has_condition(&paren.inner, facts),
        Expr::Unary(unary) => has_condition(&unary.operand, facts),
        Expr::Subquery(subquery) => has_condition(&subquery.operand, facts),
        Expr::Selector(selector) => selects_conditions(selector, facts),
        Expr::Range(range) => selects_conditions(&range.selector, facts),
        Expr::Number(_) | Expr::String(_) => false,
        Expr::Broken(_) => true,
    }
}

fn binary_has_condition(binary: &Binary, facts: &Facts<'_>) -> bool {
    let either = || has_condition(&binary.left, facts) || has_condition(&binary.right, facts);
    match binary.op.value {
        BinaryOp::And | BinaryOp::Unless => true,
        BinaryOp::Or => has_condition(&binary.left, facts) && has_condition(&binary.right, facts),
        op if op.is_comparison() && binary.modifiers.bool_modifier.is_none() => true,
        _ => either(),
    }
}

fn call_has_condition(call: &Call, facts: &Facts<'_>) -> bool {
    match call.function.value.as_str() {
        "absent" | "absent_over_time" => true,
        "scalar" | "vector" => false,
        _ => call.arguments.iter().any(|argument| has_condition(argument, facts)),
    }
}

/// Series that are there only while something is wrong: alerts, and recorded series with a condition. Of series
/// that somebody else records, nothing is known.
fn selects_conditions(selector: &VectorSelector, facts: &Facts<'_>) -> bool {
    let Some(name) = selector.metric_name() else { return true };
    if name.value == "ALERTS" || name.value == "ALERTS_FOR_STATE" {
        return true;
    }
    let recorded = facts.rules.records(&name.value);
    if recorded.is_empty() {
        return name.value.contains(':');
    }
    // A rule that reads its own series, or a long chain of rules, is not followed: one step shows the condition.
    recorded.iter().all(|site| {
        let expr = site.rule.expr.as_ref().and_then(|query| query.valid());
        expr.is_none_or(|expr| {
            expr.walk().any(is_comparing) || expr.selections().any(|selection| reads_records(selection.selector, facts))
        })
    })
}

fn reads_records(selector: &VectorSelector, facts: &Facts<'_>) -> bool {
    selector.metric_name().is_none_or(|name| name.value.contains(':') || !facts.rules.records(&name.value).is_empty())
}

fn is_comparing(expr: &Expr) -> bool {
    match expr {
        Expr::Binary(binary) => {
            let op = binary.op.value;
            op.is_comparison() && binary.modifiers.bool_modifier.is_none()
                || matches!(op, BinaryOp::And | BinaryOp::Unless)
        }
        Expr::Call(call) => call.function.value.starts_with("absent"),
        _ => false,
    }
}

/// The `bool` of the comparison that the expression as a whole is.
fn unfiltered_bool(expr: &Expr) -> Option<Span> {
    match expr.unwrap_parens() {
        Expr::Binary(binary) => binary.modifiers.bool_modifier,
        _ => None,
    }
}
