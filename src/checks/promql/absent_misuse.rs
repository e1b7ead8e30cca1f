//! `absent` of something for which it does not do what it seems to.

use crate::{
    check,
    kit::*,
    promql::{
        Expr,
        ast::{Aggregation, Call, GroupingKind, MatchOp, VectorSelector},
    },
    vocab::listed,
};

check! {
    /// `absent` asks for everything at once, where each one is meant.
    ///
    /// ## Why it matters
    /// `absent` gives one result, when nothing at all is left. `absent(up{job=~"api|web"})` is silent while one of the two is
    /// there, and `absent(sum by (instance) (…))` until the last instance is gone. What it gives has the labels of its
    /// selector's `=` matchers only, and none at all when something else than a selector stands inside.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: TargetMissing
    ///   expr: absent(up{job=~"api|web"})
    ///   for: 5m
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: TargetMissing
    ///   expr: absent(up{job="api"}) or absent(up{job="web"})
    ///   for: 5m
    /// ```
    pub struct AbsentMisuse {}
    id: "promql/absent-misuse", severity: Warning,
}

/// More values than these are a class of things, of which some may be missing.
const MOST_VALUES: usize = 4;

impl Check for AbsentMisuse {
    type Subject = EachCall;

    fn check(&self, Part { site, part: call }: Part<'_, &Call>, _: &Facts<'_>, out: &mut Sink<'_>) {
        let alert = site.rule().filter(|rule| rule.rule.is_alerting() && call.function.value == "absent");
        let (Some(alert), Some(expr)) = (alert, site.expr()) else { return };
        match call.arguments.first().map(Expr::unwrap_parens) {
            Some(Expr::Selector(selector)) => of_several(call, selector, out),
            Some(Expr::Aggregation(aggregation)) => of_aggregation(call, aggregation, out),
            _ => {}
        }
        without_patience(alert, call, expr, out);
    }
}

/// One question about several things that are listed.
fn of_several(call: &Call, selector: &VectorSelector, out: &mut Sink<'_>) {
    for matcher in selector.matchers.iter().filter(|matcher| matcher.op.value == MatchOp::Regex) {
        let listed_values = matcher.values().filter(|values| (2..=MOST_VALUES).contains(&values.len()));
        let Some(values) = listed_values.filter(|values| values.iter().all(|value| !value.is_empty())) else {
            continue;
        };
        if !matches!(matcher.label.value.as_str(), "job" | "instance" | "service" | "app" | "__name__") {
            continue;
        }
        let name = &matcher.label.value;
        let all = listed(values.iter().map(String::as_str), " and ");
        out.report(matcher.span, format!("this is silent until {all} are all gone"))
            .label(call.function.span, "gives something only when nothing is left")
            .help(format!("ask for each `{name}`: `absent (…{{{name}=\"{}\"}}) or …`", values[0]));
    }
}

fn of_aggregation(call: &Call, aggregation: &Aggregation, out: &mut Sink<'_>) {
    let function = &call.function;
    let labels = match &aggregation.grouping {
        Some(grouping) if grouping.kind.value == GroupingKind::By && !grouping.labels.names.is_empty() => {
            grouping.labels.names.iter().map(|label| label.value.as_str()).collect()
        }
        _ => Vec::new(),
    };
    let op = aggregation.op.value.text();
    if !labels.is_empty() {
        let labels = listed(labels, " and ");
        out.report(
            aggregation.op.span,
            format!("`absent` does not tell {labels} apart: it is silent until all are gone"),
        )
        .label(function.span, "gives one result, without labels")
        .help("compare with what was there: `count by (…) (… offset 1h) unless count by (…) (…)`");
    } else if let Expr::Selector(selector) = aggregation.operand.unwrap_parens()
        && selector
            .matchers
            .iter()
            .any(|matcher| matcher.op.value == MatchOp::Equal && matcher.label.value != "__name__")
    {
        out.report(aggregation.op.span, format!("`{op}` costs the labels that `absent` would give its result"))
            .severity(Severity::Info)
            .label(aggregation.operand.span(), "of a plain selector, `absent` has the labels of its `=` matchers")
            .help(format!("leave `{op}` out: `absent({})`", aggregation.operand));
    }
}

/// An alert on something missing that does not wait for the next scrape.
fn without_patience(rule: RuleSite<'_>, call: &Call, expr: &Expr, out: &mut Sink<'_>) {
    let is_absence = |expr: &Expr| expr.call_of("absent").is_some_and(|alone| std::ptr::eq(alone, call));
    let alone = match expr.unwrap_parens() {
        Expr::Binary(binary) if binary.op.value.is_comparison() => is_absence(&binary.left),
        other => is_absence(other),
    };
    let waits = rule.rule.hold_duration.is_some_and(|hold| hold.value.as_milliseconds() > 0);
    if !alone || waits {
        return;
    }
    out.report(call.function.span, "without `for`, this fires whenever Prometheus starts, before the first scrape")
        .severity(Severity::Info)
        .help("add a `for` of some scrape intervals");
}
