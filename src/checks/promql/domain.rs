//! Comparisons that the values of an expression can never, or always, meet.

use crate::{
    check,
    kit::*,
    promql::{
        ast::{Aggregation, AggregationOp, Binary, BinaryOp, Call, Expr},
        bounds::Bounds,
    },
};

check! {
    /// A comparison lies outside of what an expression can give.
    ///
    /// ## Why it matters
    /// `rate` is never negative, `count` is never 0 (of nothing it gives nothing), `up` is 0 or 1, and a quantile
    /// is asked for as 0.95, not as 95. An alert on anything else never fires, or never stops.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: NobodyIsUp
    ///   expr: count(up{job="api"} == 1) == 0
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: NobodyIsUp
    ///   expr: sum(up{job="api"}) == 0
    /// ```
    pub struct Domain {}
    id: "promql/domain", severity: Error,
}

impl Check for Domain {
    type Subject = Query;

    fn check(&self, site: QuerySite<'_>, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(expr) = site.expr() else { return };
        for node in expr.walk() {
            match node {
                Expr::Binary(binary) if binary.op.value.is_comparison() => comparison(binary, site, out),
                Expr::Call(call) => of_function(call, site, out),
                Expr::Aggregation(aggregation) => of_aggregation(aggregation, out),
                _ => {}
            }
        }
    }
}

fn comparison(binary: &Binary, site: QuerySite<'_>, out: &mut Sink<'_>) {
    let (expr, op, threshold) = match (binary.left.number(), binary.right.number()) {
        (None, Some(number)) => (&binary.left, binary.op.value, number),
        (Some(number), None) => (&binary.right, mirrored(binary.op.value), number),
        _ => return,
    };
    let bounds = Bounds::of(expr, &|span| site.is_open(span));
    // What reads no series, as in `vector(0) == 1`, is switched off on purpose.
    if expr.selections().next().is_none()
        && !matches!(expr.unwrap_parens(), Expr::Call(call) if call.arguments.is_empty())
    {
        return;
    }
    if !threshold.is_finite() || site.is_open(binary.op.span) || !bounds.never(op, threshold) {
        return;
    }
    let limit = if bounds.least == bounds.most {
        format!("always {}", bounds.least)
    } else if matches!(op, BinaryOp::Greater | BinaryOp::GreaterEqual) || threshold > bounds.most {
        format!("at most {}", bounds.most)
    } else {
        format!("at least {}", bounds.least)
    };
    let place = binary.op.span.to(binary.right.span());
    let place = if binary.right.number().is_some() { place } else { binary.left.span().to(binary.op.span) };
    let finding = out
        .report(place, format!("this never holds: the value is {limit}"))
        .label(expr.span(), format!("{limit}, if there is any"));
    match expr.unwrap_parens() {
        Expr::Aggregation(inner) if inner.op.value == AggregationOp::Count && threshold < 1.0 => finding.help(
            "`count` of nothing gives nothing, not 0: use `absent (…)`, or `count (…) or vector(0)`, or `sum` what is 0 or 1",
        ),
        Expr::Call(inner) if inner.function.value.starts_with("absent") => {
            finding.help(format!("`{}` is 1 when there is nothing, and nothing when there is", inner.function.value))
        }
        _ => finding.help("compare with a number that the expression can reach"),
    };
}

/// The comparison with its sides exchanged.
fn mirrored(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Less => BinaryOp::Greater,
        BinaryOp::LessEqual => BinaryOp::GreaterEqual,
        BinaryOp::Greater => BinaryOp::Less,
        BinaryOp::GreaterEqual => BinaryOp::LessEqual,
        other => other,
    }
}

fn of_function(call: &Call, site: QuerySite<'_>, out: &mut Sink<'_>) {
    let is_quantile = matches!(call.function.value.as_str(), "histogram_quantile" | "quantile_over_time");
    if let Some(quantile) = call.arguments.first().filter(|_| is_quantile && !site.is_open(call.function.span)) {
        quantile_outside(quantile, out);
    }
}

fn of_aggregation(aggregation: &Aggregation, out: &mut Sink<'_>) {
    if let Some(quantile) = aggregation.parameter.as_ref().filter(|_| aggregation.op.value == AggregationOp::Quantile) {
        quantile_outside(quantile, out);
    }
}

fn quantile_outside(quantile: &Expr, out: &mut Sink<'_>) {
    let Some(number) = quantile.number().filter(|number| *number < 0.0 || *number > 1.0) else { return };
    let result = if number > 1.0 { "+Inf" } else { "-Inf" };
    let finding =
        out.report(quantile.span(), format!("a quantile lies between 0 and 1, so the result is always {result}"));
    if (2.0..100.0).contains(&number) {
        finding.help(format!("of percentile {number}, write `{}`", number / 100.0));
    }
}
