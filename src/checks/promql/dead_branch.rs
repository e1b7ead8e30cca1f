//! Operands of `and`, `or` and `unless` that make no difference.

use crate::{
    check,
    kit::*,
    promql::{
        Expr,
        ast::{Binary, BinaryOp},
        flow::Source,
        values::{Outcome, is_same},
    },
};

check! {
    /// One side of `and`, `or` or `unless` makes no difference, whatever the data.
    ///
    /// ## Why it matters
    /// Somebody wrote it because it was to decide something. `x or x{job="api"}` is `x`; what stands behind
    /// `vector(0) or …` without labels never shows. Usually a matcher, a name or the order is wrong.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: NoRequests
    ///   expr: (vector(0) or sum(rate(http_requests_total[5m]))) == 0
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: NoRequests
    ///   expr: (sum(rate(http_requests_total[5m])) or vector(0)) == 0
    /// ```
    pub struct DeadBranch {}
    id: "promql/dead-branch", severity: Warning,
}

impl Check for DeadBranch {
    type Subject = EachBinary;

    fn check(&self, Part { site, part: binary }: Part<'_, &Binary>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        match binary.op.value {
            BinaryOp::Or if site.is_literal(binary.span) => or(binary, site, facts, out),
            BinaryOp::And if site.is_literal(binary.span) => and(binary, site, facts, out),
            _ => {}
        }
    }
}

fn or(binary: &Binary, site: QuerySite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let source = site.values(facts);
    if binary.modifiers.matching.is_none() && is_within(&binary.right, &binary.left, &source) {
        out.report(binary.right.span(), "this adds nothing: all of it is on the left side, too")
            .label(binary.left.span(), "these series come first")
            .help("take something else, or leave it out");
        return;
    }
    let compares_nothing = binary.modifiers.matching.as_ref().is_some_and(|matching| matching.labels.names.is_empty());
    let is_bare = |expr: &Expr| compares_nothing || has_no_labels(expr);
    let is_there = || Outcome::of(&binary.left, &source) == Outcome::Always;
    let reads_series = || binary.right.selections().next().is_some();
    if is_bare(&binary.right) && is_bare(&binary.left) && reads_series() && is_there() {
        out.report(binary.right.span(), "this never shows: the left side of `or` is always there")
            .label(binary.left.span(), "gives a value at every moment")
            .help("exchange the two sides: what may be missing comes first");
    }
}

fn and(binary: &Binary, site: QuerySite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let source = site.values(facts);
    if binary.modifiers.matching.is_none() && is_within(&binary.left, &binary.right, &source) {
        out.report(binary.right.span(), "this lets everything through: all of the left side is here, too")
            .label(binary.left.span(), "these series are on both sides")
            .help("leave it out, or compare it with something");
    }
}

/// Whether each series of the first is one of the second, under the same labels.
fn is_within(part: &Expr, whole: &Expr, source: &dyn Source) -> bool {
    if is_same(part, whole) && part.selections().next().is_some() {
        return true;
    }
    match (part.unwrap_parens(), whole.unwrap_parens()) {
        (Expr::Selector(part), Expr::Selector(whole)) => part.is_within(whole, source),
        (Expr::Binary(filter), whole)
            if filter.op.value.is_comparison()
                && filter.modifiers.bool_modifier.is_none()
                && filter.right.number().is_some() =>
        {
            is_within(&filter.left, whole, source)
        }
        _ => false,
    }
}

/// Whether a result surely has no labels.
fn has_no_labels(expr: &Expr) -> bool {
    match expr.unwrap_parens() {
        Expr::Aggregation(aggregation) => {
            let is_all = aggregation.grouping.is_none();
            is_all && !aggregation.op.value.selects() && aggregation.parameter.is_none()
        }
        Expr::Call(call) => call.function.value == "vector" || call.arguments.is_empty(),
        Expr::Number(_) => true,
        Expr::Binary(binary) => has_no_labels(&binary.right) && has_no_labels(&binary.left),
        _ => false,
    }
}
