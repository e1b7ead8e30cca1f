//! Labels that are asked for after they were dropped.

use crate::{
    check,
    kit::*,
    promql::{
        Expr,
        ast::{Aggregation, Binary, BinaryOp, GroupingKind, MatchingKind},
        flow::{Known, keeps_labels},
        functions::ValueType,
    },
};

check! {
    /// An expression asks for a label that it has dropped before, or fetches one that goes nowhere.
    ///
    /// ## Why it matters
    /// `max by (cluster) (sum (x))` has one result without `cluster`: the inner `sum` dropped it. `on (cluster)` between two
    /// sides without it compares nothing. And what `group_left (team)` fetches on the right of `and` never arrives, as
    /// the result of `and` has the labels of its left side only.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: ManyErrors
    ///   expr: max by (cluster) (sum(rate(errors_total[5m]))) > 5
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: ManyErrors
    ///   expr: max by (cluster) (sum by (cluster, job) (rate(errors_total[5m]))) > 5
    /// ```
    pub struct LabelLost {}
    id: "promql/label-lost", severity: Warning,
}

impl Check for LabelLost {
    type Subject = Query;

    fn check(&self, site: QuerySite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(expr) = site.expr() else { return };
        for node in expr.walk() {
            match node {
                Expr::Aggregation(aggregation) if site.is_literal(aggregation.span) => {
                    of_aggregation(aggregation, site, facts, out);
                }
                Expr::Binary(binary) if !binary.is_long() && site.is_literal(binary.span) => {
                    of_matching(binary, site, facts, out);
                    fetched_for_nothing(binary, out);
                }
                _ => {}
            }
        }
    }
}

/// `by (x)` of what has lost `x`.
fn of_aggregation(aggregation: &Aggregation, site: QuerySite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let Some(grouping) = aggregation.grouping.as_ref().filter(|one| one.kind.value == GroupingKind::By) else { return };
    // Of a plain selector nothing is lost, and most aggregations are of one.
    if grouping.labels.names.is_empty() || !drops_labels(&aggregation.operand) {
        return;
    }
    let source = site.source(facts);
    if keeps_labels(&aggregation.operand, &grouping.labels.texts(), &source) {
        return;
    }
    let flow = source.flow(&aggregation.operand);
    for label in &grouping.labels.names {
        if let Some(cause) = dropped(flow.label(&label.value)) {
            out.report(label.span, format!("there is no `{}` left to group by", label.value))
                .label(cause.span, cause.drops(&label.value))
                .help(format!("keep `{}` there, or take it out here", label.value));
        }
    }
}

/// `on (x)` of two sides that have both lost it.
fn of_matching(binary: &Binary, site: QuerySite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let Some(matching) = binary.modifiers.matching.as_ref().filter(|one| one.kind.value == MatchingKind::On) else {
        return;
    };
    if !drops_labels(&binary.left) || !drops_labels(&binary.right) {
        return;
    }
    let source = site.source(facts);
    let labels = matching.labels.texts();
    if keeps_labels(&binary.left, &labels, &source) || keeps_labels(&binary.right, &labels, &source) {
        return;
    }
    let (left, right) = (source.flow(&binary.left), source.flow(&binary.right));
    for label in &matching.labels.names {
        let (Some(one), Some(other)) = (dropped(left.label(&label.value)), dropped(right.label(&label.value))) else {
            continue;
        };
        out.report(label.span, format!("neither side has `{}` left to compare", label.value))
            .label(one.span, one.drops(&label.value))
            .label(other.span, other.drops(&label.value))
            .help(format!("keep `{}` on both sides, or take it out here", label.value));
    }
}

/// `group_left (x)` on the right of `and` and `unless`, whose result has the labels of the left only.
fn fetched_for_nothing(binary: &Binary, out: &mut Sink<'_>) {
    if !matches!(binary.op.value, BinaryOp::And | BinaryOp::Unless) {
        return;
    }
    let Expr::Binary(inner) = through_filters(&binary.right) else { return };
    let Some(labels) = inner.modifiers.group.as_ref().and_then(|group| group.labels.as_ref()) else { return };
    let is_compared = |label: &str| match &binary.modifiers.matching {
        Some(matching) => matching.labels.has(label) == (matching.kind.value == MatchingKind::On),
        None => true,
    };
    if let Some(label) = labels.names.iter().find(|label| !is_compared(&label.value)) {
        let op = binary.op.value.text();
        out.report(label.span, format!("`{}` is fetched for nothing: `{op}` gives the left side only", label.value))
            .label(binary.op.span, "keeps the labels of its left side")
            .help("fetch it for the whole: write parentheses around what comes before");
    }
}

/// The expression below comparisons with numbers.
fn through_filters(expr: &Expr) -> &Expr {
    match expr.unwrap_parens() {
        Expr::Binary(binary) if binary.op.value.is_comparison() && binary.right.number().is_some() => {
            through_filters(&binary.left)
        }
        other => other,
    }
}

/// Where a label was dropped, if it surely was.
fn dropped(known: &Known) -> Option<&crate::promql::flow::Cause> {
    known.cause.as_ref().filter(|_| known.is_absent())
}

/// Whether something in an expression may drop labels.
fn drops_labels(expr: &Expr) -> bool {
    let is_vector = expr.value_type() == Some(ValueType::InstantVector);
    let drops = |node: &Expr| match node {
        Expr::Aggregation(_) => true,
        Expr::Binary(binary) => binary.modifiers.matching.is_some(),
        Expr::Selector(selector) => selector.metric_name().is_some_and(|name| name.value.contains(':')),
        _ => false,
    };
    is_vector && expr.walk().any(drops)
}
