//! Divisions of a part by its whole, whose results lie between 0 and 1.

use super::{
    super::{
        ast::{Aggregation, AggregationOp, Binary, BinaryOp, Call, Expr, GroupingKind, Matching, MatchingKind},
        flow::Source,
    },
    Values,
};

/// The most operators of a sum that is looked at as a whole.
const MOST_ADDED: u32 = 16;

/// Whether a division surely is one of a part by its whole: of a sum or count over some of the series that the
/// sum or count below is over, of `a` by `a + b`, of `all - some` by `all`.
pub(super) fn is_share(binary: &Binary, source: &dyn Source) -> bool {
    let (part, whole) = (binary.left.unwrap_parens(), binary.right.unwrap_parens());
    let is_plain = binary.modifiers.fill.left.is_none() && binary.modifiers.fill.right.is_none();
    is_plain && (is_part(part, whole, binary, source) || is_rest(part, whole, source) || is_addend(part, whole, source))
}

/// Whether each value on the left is a part of the value on the right that it is matched with.
fn is_part(part: &Expr, whole: &Expr, binary: &Binary, source: &dyn Source) -> bool {
    let Expr::Aggregation(whole) = whole else { return false };
    if !matches!(whole.op.value, AggregationOp::Sum | AggregationOp::Count) || is_open(whole, source) {
        return false;
    }
    let of_whole = match &whole.grouping {
        None => Vec::new(),
        Some(grouping) if grouping.kind.value == GroupingKind::By => {
            grouping.labels.names.iter().map(|label| label.value.as_str()).collect()
        }
        Some(grouping) => return is_grouped_alike(part, whole, grouping, binary, source),
    };
    if !of_whole.iter().all(|label| is_compared(label, binary.modifiers.matching.as_deref(), source)) {
        return false;
    }
    match part {
        Expr::Aggregation(part) => is_smaller(part, whole, source),
        _ => whole.op.value == AggregationOp::Sum && is_contained(part, &whole.operand, source),
    }
}

/// The same for `without (…)`, where nothing but the same list on both sides is certain.
fn is_grouped_alike(
    part: &Expr,
    whole: &Aggregation,
    grouping: &super::super::ast::Grouping,
    binary: &Binary,
    source: &dyn Source,
) -> bool {
    let Expr::Aggregation(part) = part else { return false };
    let is_same_list = part.grouping.as_ref().is_some_and(|own| {
        own.kind.value == grouping.kind.value
            && own.labels.names.len() == grouping.labels.names.len()
            && own.labels.names.iter().all(|label| grouping.labels.has(&label.value))
    });
    binary.modifiers.matching.is_none() && is_same_list && is_smaller(part, whole, source)
}

fn is_smaller(part: &Aggregation, whole: &Aggregation, source: &dyn Source) -> bool {
    !is_open(part, source)
        && match (part.op.value, whole.op.value) {
            (AggregationOp::Sum, AggregationOp::Sum) => is_contained(&part.operand, &whole.operand, source),
            (AggregationOp::Count, AggregationOp::Count) => selects_some(&part.operand, &whole.operand, source),
            (AggregationOp::Sum, AggregationOp::Count) => counts_some(&part.operand, &whole.operand, source),
            _ => false,
        }
}

/// Whether adding up the left is to count some of the right: each is between 0 and 1.
fn counts_some(part: &Expr, whole: &Expr, source: &dyn Source) -> bool {
    let compared = match part.unwrap_parens() {
        Expr::Binary(binary) if binary.modifiers.bool_modifier.is_some() && binary.right.number().is_some() => {
            &binary.left
        }
        other => other,
    };
    selects_some(compared, whole, source) && {
        let values = Values::of(part, source);
        values.is_not_negative() && values.most <= 1.0
    }
}

/// Whether matching compares a label of the whole, so that parts meet their own whole only.
fn is_compared(label: &str, matching: Option<&Matching>, source: &dyn Source) -> bool {
    let Some(matching) = matching else { return true };
    let is_open = matching.labels.names.iter().any(|label| source.is_open(label.span));
    !is_open
        && match matching.kind.value {
            MatchingKind::On => matching.labels.has(label),
            MatchingKind::Ignoring => !matching.labels.has(label),
        }
}

/// Whether the series of the left are some of the right with the same values, none of them negative.
fn is_contained(part: &Expr, whole: &Expr, source: &dyn Source) -> bool {
    selects_some(part, whole, source) && Values::of(whole, source).is_not_negative()
}

/// Whether the series of the left are some of the right, with the same values.
fn selects_some(part: &Expr, whole: &Expr, source: &dyn Source) -> bool {
    match (part.unwrap_parens(), whole.unwrap_parens()) {
        (Expr::Selector(part), Expr::Selector(whole)) => part.is_within(whole, source),
        (Expr::Range(part), Expr::Range(whole)) => part.is_within(whole, source),
        (Expr::Call(part), Expr::Call(whole)) => is_same_call(part, whole, source),
        (Expr::Binary(filter), whole) if is_filter(filter, source) => {
            let kept = if filter.left.number().is_some() { &filter.right } else { &filter.left };
            selects_some(kept, whole, source)
        }
        _ => false,
    }
}

fn is_same_call(part: &Call, whole: &Call, source: &dyn Source) -> bool {
    let keeps_series = matches!(
        part.function.value.as_str(),
        "rate" | "irate" | "increase" | "resets" | "changes" | "count_over_time" | "sum_over_time" | "avg_over_time"
    );
    keeps_series
        && part.function.value == whole.function.value
        && !source.is_open(part.function.span)
        && !source.is_open(whole.function.span)
        && part.arguments.len() == 1
        && part.arguments.iter().zip(&whole.arguments).all(|(part, whole)| selects_some(part, whole, source))
}

fn is_filter(binary: &Binary, source: &dyn Source) -> bool {
    let op = binary.op.value;
    !source.is_open(binary.op.span)
        && binary.modifiers.fill.left.is_none()
        && binary.modifiers.group.is_none()
        && binary.modifiers.matching.is_none()
        && (op.is_comparison() && binary.modifiers.bool_modifier.is_none()
            || matches!(op, BinaryOp::And | BinaryOp::Unless))
}

/// Whether it is `(all - some) / all`.
fn is_rest(part: &Expr, whole: &Expr, source: &dyn Source) -> bool {
    let Expr::Binary(difference) = part else { return false };
    let is_plain = difference.op.value == BinaryOp::Subtract
        && !source.is_open(difference.span)
        && difference.modifiers.matching.is_none()
        && difference.modifiers.fill.left.is_none()
        && difference.modifiers.fill.right.is_none();
    is_plain && is_part(difference.right.unwrap_parens(), whole, difference, source) && is_same(&difference.left, whole)
}

/// Whether it is `a / (a + b)`, with nothing negative in the sum.
fn is_addend(part: &Expr, whole: &Expr, source: &dyn Source) -> bool {
    let Expr::Binary(sum) = whole else { return false };
    let mut addends = Vec::new();
    // Sums within divisions within sums would be looked at again at each level.
    whole.operators() <= MOST_ADDED
        && !source.is_open(sum.span)
        && collect(whole, &mut addends)
        && addends.iter().any(|addend| is_same(addend, part))
        && Values::of(whole, source).is_not_negative()
        && addends.iter().all(|addend| Values::of(addend, source).is_not_negative())
}

/// The addends of a sum without any matching of its own; whether it is one.
fn collect<'e>(expr: &'e Expr, addends: &mut Vec<&'e Expr>) -> bool {
    match expr.unwrap_parens() {
        Expr::Binary(sum) if sum.op.value == BinaryOp::Add => {
            let is_plain = sum.modifiers.matching.is_none()
                && sum.modifiers.fill.left.is_none()
                && sum.modifiers.fill.right.is_none();
            is_plain && collect(&sum.left, addends) && collect(&sum.right, addends)
        }
        other => {
            addends.push(other);
            true
        }
    }
}

/// Whether two expressions are written alike, spaces and parentheses around them aside.
pub fn is_same(left: &Expr, right: &Expr) -> bool {
    let (left, right) = (left.unwrap_parens(), right.unwrap_parens());
    std::mem::discriminant(left) == std::mem::discriminant(right)
        && left.operators() == right.operators()
        && left.to_string() == right.to_string()
}

fn is_open(aggregation: &Aggregation, source: &dyn Source) -> bool {
    let labels = aggregation.grouping.iter().flat_map(|grouping| &grouping.labels.names);
    source.is_open(aggregation.op.span) || labels.into_iter().any(|label| source.is_open(label.span))
}
