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
pub fn keeps_all_labels(expr: &Expr, source: &dyn Source) -> bool {
    keeps(expr, None, source)
}

/// Whether nothing in an expression takes one of these labels from its series, nor says that they lack it. Then
/// [`Flow::of`](super::Flow::of) knows none of them to be absent. `false` promises nothing.
pub fn keeps_labels(expr: &Expr, labels: &[&str], source: &dyn Source) -> bool {
    !labels.contains(&"__name__") && keeps(expr, Some(labels), source)
}

/// Whether an expression keeps these labels, or all.
fn keeps(expr: &Expr, labels: Option<&[&str]>, source: &dyn Source) -> bool {
    match expr {
        Expr::Selector(selector) => by_selector(selector, labels, source),
        Expr::Range(range) => by_selector(&range.selector, labels, source),
        Expr::Subquery(subquery) => keeps(&subquery.operand, labels, source),
        Expr::Aggregation(aggregation) => {
            by_aggregation(aggregation, labels) && keeps(&aggregation.operand, labels, source)
        }
        Expr::Call(call) => by_call(call, labels, source),
        Expr::Binary(binary) => by_binary(binary, labels, source),
        Expr::Unary(unary) => keeps(&unary.operand, labels, source),
        Expr::Paren(paren) => keeps(&paren.inner, labels, source),
        Expr::Number(_) | Expr::String(_) | Expr::Broken(_) => false,
    }
}

fn by_selector(selector: &VectorSelector, labels: Option<&[&str]>, source: &dyn Source) -> bool {
    let wants_none = |matcher: &Matcher| {
        let begins = matcher.value.value.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '.');
        matches!(matcher.op.value, MatchOp::Equal | MatchOp::Regex)
            && !begins
            && labels.is_none_or(|labels| labels.contains(&matcher.label.value.as_str()))
    };
    !selector.matchers.iter().any(wants_none) && !source.is_recorded(selector)
}

fn by_aggregation(aggregation: &Aggregation, labels: Option<&[&str]>) -> bool {
    let groups_by = |label: &&str| aggregation.grouping.as_ref().is_some_and(|grouping| grouping.keeps(label));
    aggregation.op.value.selects() || labels.is_some_and(|labels| labels.iter().all(groups_by))
}

fn by_call(call: &Call, labels: Option<&[&str]>, source: &dyn Source) -> bool {
    let Some(function) = call.signature().filter(|function| function.result != ValueType::Scalar) else { return false };
    let spares = |taken: &str| labels.is_some_and(|labels| !labels.contains(&taken));
    let series = function.series_argument().and_then(|index| call.arguments.get(index));
    let is_spared = match function.name {
        "absent" | "absent_over_time" => false,
        "histogram_quantile" | "histogram_quantiles" | "histogram_fraction" => spares("le"),
        "label_replace" | "label_join" => {
            call.arguments.get(1).and_then(Expr::string).is_some_and(|target| spares(&target.value))
        }
        _ => true,
    };
    is_spared && series.is_some_and(|series| keeps(series, labels, source))
}

fn by_binary(binary: &Binary, labels: Option<&[&str]>, source: &dyn Source) -> bool {
    let keeps = |expr: &Expr| keeps(expr, labels, source);
    match (is_scalar(&binary.left), is_scalar(&binary.right)) {
        (true, true) => false,
        (true, false) => keeps(&binary.right),
        (false, true) => keeps(&binary.left),
        (false, false) => {
            let compares = |matching: &Matching| {
                labels.is_some_and(|labels| labels.iter().all(|label| is_compared(matching, label)))
            };
            let is_left = binary.op.value.is_set() || labels.is_some() && binary.modifiers.group.is_some();
            (is_left || binary.modifiers.matching.as_deref().is_none_or(compares))
                && keeps(&binary.left)
                && keeps(&binary.right)
        }
    }
}

/// Whether a label is among those that both sides of an operator must agree on.
fn is_compared(matching: &Matching, label: &str) -> bool {
    matching.labels.has(label) == (matching.kind.value == MatchingKind::On)
}
