//! An expression with every selector pinned to one time by `@`, so that it must give the same at any time.

use promcheck::{
    promql::{
        Feature, Query,
        ast::{At, AtTime, Expr, Modifiers},
    },
    text::{Excerpt, FileId},
};

/// Functions whose result depends on when they are evaluated, whatever their argument is pinned to.
const UNSTEADY: [&str; 15] = [
    "days_in_month",
    "day_of_month",
    "day_of_week",
    "day_of_year",
    "end",
    "hour",
    "minute",
    "month",
    "year",
    "predict_linear",
    "range",
    "start",
    "step",
    "time",
    "timestamp",
];

/// The expression with `@ at` at every selector and subquery that names no time yet, printed anew; `None`
/// when its result depends on the time of evaluation all the same. What stands in a subquery stays.
pub fn pinned(expr: &str, at: i64) -> Option<String> {
    let query = Query::parse(Excerpt::whole(FileId(0), expr)).with_features(&Feature::ALL);
    let mut expr = query.valid()?.clone();
    pin(&mut expr, at).then(|| expr.to_string())
}

/// Pins; `false` when a function that is called depends on the time of evaluation.
fn pin(expr: &mut Expr, at: i64) -> bool {
    match expr {
        Expr::Number(_) | Expr::String(_) | Expr::Broken(_) => true,
        Expr::Selector(selector) => pin_here(&mut selector.modifiers, at),
        Expr::Range(range) => pin_here(&mut range.modifiers, at),
        Expr::Subquery(subquery) => pin_here(&mut subquery.modifiers, at),
        Expr::Aggregation(aggregation) => {
            let parameter = aggregation.parameter.as_mut().is_none_or(|parameter| pin(parameter, at));
            pin(&mut aggregation.operand, at) && parameter
        }
        Expr::Call(call) => {
            !UNSTEADY.contains(&call.function.value.as_str())
                && call.arguments.iter_mut().all(|argument| pin(argument, at))
        }
        Expr::Binary(binary) => pin(&mut binary.left, at) && pin(&mut binary.right, at),
        Expr::Unary(unary) => pin(&mut unary.operand, at),
        Expr::Paren(paren) => pin(&mut paren.inner, at),
    }
}

fn pin_here(modifiers: &mut Modifiers, at: i64) -> bool {
    if !modifiers.at.as_ref().is_some_and(|at| matches!(at.time, AtTime::Milliseconds(_))) {
        let span = Excerpt::whole(FileId(0), "").full_span();
        modifiers.at = Some(Box::new(At { span, time: AtTime::Milliseconds(at) }));
    }
    true
}

#[test]
fn selectors_are_pinned_once() {
    for (expr, expected) in [
        ("up + up @ 3", Some("up @ 60.000 + up @ 3.000")),
        ("rate(up[5m] @ start())", Some("rate(up[5m] @ 60.000)")),
        ("max_over_time(rate(up[5m])[1h:] offset 5m)", Some("max_over_time(rate(up[5m])[1h:] @ 60.000 offset 5m)")),
        ("sum_over_time(timestamp(up)[5m:1m])", Some("sum_over_time(timestamp(up)[5m:1m] @ 60.000)")),
        ("up + time()", None),
        ("topk(scalar(a), -b)", Some("topk(scalar(a @ 60.000), -b @ 60.000)")),
    ] {
        assert_eq!(pinned(expr, 60_000).as_deref(), expected, "{expr}");
    }
}
