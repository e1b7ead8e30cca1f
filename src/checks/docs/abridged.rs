//! Whether the docs give an expression in short: without what a reader does not need to see.

use crate::promql::ast::{AggregationOp, Expr, Matcher, VectorSelector};

/// Whether an expression is another one without some of its aggregations, matchers and labels to match by, and in a
/// quantile without the rate: `lag_seconds > 60` for `max by (topic) (lag_seconds{env="prod"}) > 60`.
pub fn is_abridged(short: &Expr, full: &Expr) -> bool {
    let (short, full) = (short.unwrap_parens(), full.unwrap_parens());
    if short.is_same_as(full) {
        return true;
    }
    match (short, full) {
        (Expr::Aggregation(short), Expr::Aggregation(full)) if short.op.value == full.op.value => {
            let is_same_parameter = match (&short.parameter, &full.parameter) {
                (Some(short), Some(full)) => short.is_same_as(full),
                (None, None) => true,
                _ => false,
            };
            is_same_parameter && is_abridged(&short.operand, &full.operand)
        }
        (_, Expr::Aggregation(full)) => keeps_values(full.op.value) && is_abridged(short, &full.operand),
        (Expr::Binary(short), Expr::Binary(full)) => {
            short.op.value == full.op.value
                && is_abridged(&short.left, &full.left)
                && is_abridged(&short.right, &full.right)
        }
        (Expr::Call(short), Expr::Call(full)) if short.function.value == full.function.value => {
            let is_quantile = full.function.value == "histogram_quantile";
            let mut arguments = short.arguments.iter().zip(&*full.arguments);
            short.arguments.len() == full.arguments.len()
                && arguments
                    .all(|(short, full)| is_abridged(short, full) || is_quantile && is_without_rate(short, full))
        }
        (Expr::Selector(short), Expr::Selector(full)) => selects_more(short, full),
        (Expr::Range(short), Expr::Range(full)) => {
            short.range.to_string() == full.range.to_string() && selects_more(&short.selector, &full.selector)
        }
        _ => false,
    }
}

/// Whether a result is of the size of what is aggregated, so that a reader may think of one series.
fn keeps_values(op: AggregationOp) -> bool {
    matches!(op, AggregationOp::Sum | AggregationOp::Avg | AggregationOp::Min | AggregationOp::Max)
}

/// Whether a selector has the name of another one, and no matcher that this one has not.
fn selects_more(short: &VectorSelector, full: &VectorSelector) -> bool {
    let is_there = |own: &Matcher| {
        full.matchers_of(&own.label.value)
            .any(|one| (one.op.value, &one.value.value) == (own.op.value, &own.value.value))
    };
    let names = (short.metric_name(), full.metric_name());
    matches!(names, (Some(short), Some(full)) if short.value == full.value) && short.matchers.iter().all(is_there)
}

/// Whether buckets are given without their rate.
fn is_without_rate(short: &Expr, full: &Expr) -> bool {
    match (short.unwrap_parens(), full.unwrap_parens()) {
        (_, Expr::Aggregation(full)) => is_without_rate(short, &full.operand),
        (Expr::Selector(short), Expr::Call(full)) => match &*full.arguments {
            [Expr::Range(range)] => selects_more(short, &range.selector),
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        promql::Query,
        text::{Excerpt, FileId},
    };

    #[test]
    fn tells_what_is_left_out_from_what_is_other() {
        let is_short = |short: &str, full: &str| {
            let [short, full] = [short, full].map(|text| Query::parse(Excerpt::whole(FileId(0), text)));
            is_abridged(short.valid().expect("valid"), full.valid().expect("valid"))
        };
        for (short, full) in [
            ("a_lag > 60", "max(a_lag) > 60"),
            ("a_lag > 60", "max by (topic) (a_lag{env=\"prod\"}) > 60"),
            ("rate(a_total{ok=\"no\"}[5m]) > 0", "sum(rate(a_total{ok=\"no\", job=~\"b.*\"}[5m])) without (id) > 0"),
            ("a / b > 0.9", "a / on (job) group_left () b > 0.9"),
            (
                "histogram_quantile(0.95, a_bucket) > 1",
                "histogram_quantile(0.95, sum by (le) (rate(a_bucket[5m]))) > 1",
            ),
        ] {
            assert!(is_short(short, full), "{short} {full}");
        }
        for (short, full) in [
            ("a_lag > 30", "max(a_lag) > 60"),
            ("b_lag > 60", "max(a_lag) > 60"),
            ("a_lag > 60", "count(a_lag) > 60"),
            ("sum(a_lag) > 60", "max(a_lag) > 60"),
            ("max(a_lag) > 60", "a_lag > 60"),
            ("rate(a_total[5m]) > 0", "increase(a_total[5m]) > 0"),
            ("rate(a_total[5m]) > 0", "sum(rate(a_total[15m])) > 0"),
            ("a_total > 0", "rate(a_total[5m]) > 0"),
            ("a_lag{env=\"test\"} > 60", "a_lag{env=\"prod\"} > 60"),
        ] {
            assert!(!is_short(short, full), "{short} {full}");
        }
    }
}
