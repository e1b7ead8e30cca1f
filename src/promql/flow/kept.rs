//! Whether an expression leaves its series their labels: what is asked before their flow is followed.

use super::{
    super::{
        ast::{Aggregation, Binary, Call, Expr, MatchOp, Matcher, Matching, MatchingKind, VectorSelector},
        functions::ValueType,
    },
    Source, is_scalar,
};

/// Whether nothing in an expression takes a label from its series, the metric's name aside, nor says that they lack one.
/// Then [`Flow::of`](super::Flow::of) knows of none that is absent, of the expression and of each of its parts that gives
/// series. `false` promises nothing.
pub fn keeps_labels(expr: &Expr, source: &dyn Source) -> bool {
    keeps(expr, None, source)
}

/// Whether nothing in an expression takes one label from its series, nor says that they lack it. Then
/// [`Flow::of`](super::Flow::of) does not know it to be absent. `false` promises nothing.
pub fn keeps_label(expr: &Expr, label: &str, source: &dyn Source) -> bool {
    label != "__name__" && keeps(expr, Some(label), source)
}

/// Whether an expression keeps a label, or all of them.
fn keeps(expr: &Expr, label: Option<&str>, source: &dyn Source) -> bool {
    match expr {
        Expr::Selector(selector) => by_selector(selector, label, source),
        Expr::Range(range) => by_selector(&range.selector, label, source),
        Expr::Subquery(subquery) => keeps(&subquery.operand, label, source),
        Expr::Aggregation(aggregation) => {
            by_aggregation(aggregation, label) && keeps(&aggregation.operand, label, source)
        }
        Expr::Call(call) => by_call(call, label, source),
        Expr::Binary(binary) => by_binary(binary, label, source),
        Expr::Unary(unary) => keeps(&unary.operand, label, source),
        Expr::Paren(paren) => keeps(&paren.inner, label, source),
        Expr::Number(_) | Expr::String(_) | Expr::Broken(_) => false,
    }
}

fn by_selector(selector: &VectorSelector, label: Option<&str>, source: &dyn Source) -> bool {
    let wants_none = |matcher: &Matcher| {
        let begins = matcher.value.value.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '.');
        matches!(matcher.op.value, MatchOp::Equal | MatchOp::Regex)
            && !begins
            && label.is_none_or(|label| matcher.label.value == label)
    };
    !selector.matchers.iter().any(wants_none) && !source.is_recorded(selector)
}

fn by_aggregation(aggregation: &Aggregation, label: Option<&str>) -> bool {
    let groups_by = |label: &str| aggregation.grouping.as_ref().is_some_and(|grouping| grouping.keeps(label));
    aggregation.op.value.selects() || label.is_some_and(groups_by)
}

fn by_call(call: &Call, label: Option<&str>, source: &dyn Source) -> bool {
    let Some(function) = call.signature().filter(|function| function.result != ValueType::Scalar) else { return false };
    let spares = |taken: Option<&str>| label.is_some() && taken.is_some() && label != taken;
    let series = function.series_argument().and_then(|index| call.arguments.get(index));
    let is_spared = match function.name {
        "absent" | "absent_over_time" => false,
        "histogram_quantile" | "histogram_quantiles" | "histogram_fraction" => spares(Some("le")),
        "label_replace" | "label_join" => {
            spares(call.arguments.get(1).and_then(Expr::string).map(|target| target.value.as_str()))
        }
        _ => true,
    };
    is_spared && series.is_some_and(|series| keeps(series, label, source))
}

fn by_binary(binary: &Binary, label: Option<&str>, source: &dyn Source) -> bool {
    let keeps = |expr: &Expr| keeps(expr, label, source);
    match (is_scalar(&binary.left), is_scalar(&binary.right)) {
        (true, true) => false,
        (true, false) => keeps(&binary.right),
        (false, true) => keeps(&binary.left),
        (false, false) => {
            let compares = |matching: &Matching| label.is_some_and(|label| is_compared(matching, label));
            let is_left = binary.op.value.is_set() || label.is_some() && binary.group.is_some();
            (is_left || binary.matching.as_deref().is_none_or(compares)) && keeps(&binary.left) && keeps(&binary.right)
        }
    }
}

/// Whether a label is among those that both sides of an operator must agree on.
fn is_compared(matching: &Matching, label: &str) -> bool {
    matching.labels.has(label) == (matching.kind.value == MatchingKind::On)
}
