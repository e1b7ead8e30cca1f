//! Whether an expression leaves its series all their labels: what is asked before their flow is followed.

use super::{
    super::{
        ast::{Binary, Call, Expr, MatchOp, Matcher, VectorSelector},
        functions::ValueType,
    },
    Source, is_scalar,
};

/// Whether nothing in an expression takes a label from its series, the metric's name aside, nor says that they lack one.
/// Then [`Flow::of`](super::Flow::of) knows of none that is absent, of the expression and of each of its parts that gives
/// series. `false` promises nothing.
pub fn keeps_labels(expr: &Expr, source: &dyn Source) -> bool {
    match expr {
        Expr::Selector(selector) => by_selector(selector, source),
        Expr::Range(range) => by_selector(&range.selector, source),
        Expr::Subquery(subquery) => keeps_labels(&subquery.operand, source),
        Expr::Aggregation(aggregation) => aggregation.op.value.selects() && keeps_labels(&aggregation.operand, source),
        Expr::Call(call) => by_call(call, source),
        Expr::Binary(binary) => by_binary(binary, source),
        Expr::Unary(unary) => keeps_labels(&unary.operand, source),
        Expr::Paren(paren) => keeps_labels(&paren.inner, source),
        Expr::Number(_) | Expr::String(_) | Expr::Broken(_) => false,
    }
}

fn by_selector(selector: &VectorSelector, source: &dyn Source) -> bool {
    let wants_none = |matcher: &Matcher| {
        let begins = matcher.value.value.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '.');
        matches!(matcher.op.value, MatchOp::Equal | MatchOp::Regex) && !begins
    };
    !selector.matchers.iter().any(wants_none) && !source.is_recorded(selector)
}

fn by_call(call: &Call, source: &dyn Source) -> bool {
    let Some(function) = call.signature().filter(|function| function.result != ValueType::Scalar) else { return false };
    let changes = matches!(
        function.name,
        "absent"
            | "absent_over_time"
            | "histogram_quantile"
            | "histogram_quantiles"
            | "histogram_fraction"
            | "label_replace"
            | "label_join"
    );
    let series = function.series_argument().and_then(|index| call.arguments.get(index));
    !changes && series.is_some_and(|series| keeps_labels(series, source))
}

fn by_binary(binary: &Binary, source: &dyn Source) -> bool {
    let keeps = |expr: &Expr| keeps_labels(expr, source);
    match (is_scalar(&binary.left), is_scalar(&binary.right)) {
        (true, true) => false,
        (true, false) => keeps(&binary.right),
        (false, true) => keeps(&binary.left),
        (false, false) => {
            (binary.matching.is_none() || binary.op.value.is_set()) && keeps(&binary.left) && keeps(&binary.right)
        }
    }
}
