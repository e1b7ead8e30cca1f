//! Comparisons that the values of an expression can never, or always, meet.

use crate::{
    check,
    kit::*,
    promql::{
        ast::{Aggregation, AggregationOp, Binary, BinaryOp, Call, Expr},
        values::{Outcome, Reason, Values, reasons},
    },
};

check! {
    /// A comparison lies outside of what an expression can give.
    ///
    /// ## Why it matters
    /// `rate` is never negative, `count` is never 0 (of nothing it gives nothing), `up` is 0 or 1, a part divided by
    /// its whole is between 0 and 1, and a quantile is asked for as 0.95, not as 95. An alert on anything else never
    /// fires. What is known is carried through arithmetic, aggregation and recording rules, and told step by step.
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

    fn check(&self, site: QuerySite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(expr) = site.expr() else { return };
        for node in expr.walk() {
            match node {
                Expr::Binary(binary) if compares_with_nan(binary) => with_nan(binary, site, out),
                Expr::Binary(binary) if binary.op.value.is_comparison() => comparison(binary, site, facts, out),
                Expr::Call(call) => of_function(call, site, out),
                Expr::Aggregation(aggregation) => of_aggregation(aggregation, out),
                _ => {}
            }
        }
    }
}

fn compares_with_nan(binary: &Binary) -> bool {
    let is_nan = |side: &Expr| side.number().is_some_and(f64::is_nan);
    binary.op.value.is_comparison() && is_nan(&binary.left) != is_nan(&binary.right)
}

/// Of panels it is not known whether VictoriaMetrics is asked, where NaN is what is missing.
fn with_nan(binary: &Binary, site: QuerySite<'_>, out: &mut Sink<'_>) {
    let (number, other) = match binary.left.number() {
        Some(_) => (&binary.left, &binary.right),
        None => (&binary.right, &binary.left),
    };
    if site.rule().is_none() || is_switch(other) {
        return;
    }
    let (message, remedy) = match binary.op.value {
        BinaryOp::NotEqual => (
            "this always holds: NaN differs from every number, and from NaN",
            "to leave NaN out, compare a series with itself: `x == x`",
        ),
        _ => (
            "this never holds: NaN compares with nothing, not even with NaN",
            "to find NaN, compare a series with itself: `x != x`",
        ),
    };
    out.report(binary.op.span.to(number.span()), message).help(remedy);
}

/// A proof of more steps than these is told by its first and last ones.
const MOST_REASONS: usize = 4;

fn comparison(binary: &Binary, site: QuerySite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let (expr, op, other) = match (binary.left.number(), binary.right.number()) {
        (Some(_), Some(_)) => return,
        (Some(_), None) => (&binary.right, binary.op.value.mirrored(), &binary.left),
        _ => (&binary.left, binary.op.value, &binary.right),
    };
    let source = site.values(facts);
    let (values, limits) = (Values::of(expr, &source), Values::of(other, &source));
    let is_filled = binary.modifiers.fill.left.is_some() || binary.modifiers.fill.right.is_some();
    if is_filled || !values.never(op, limits) || is_switch(expr) || site.is_open(binary.span) {
        return;
    }
    // Whoever compares with infinity, or with what is empty itself, means something else.
    if values.is_none() || limits.is_none() || other.number().is_some_and(f64::is_infinite) {
        return;
    }
    let limit = limit(values, op, limits);
    let place = match (binary.left.number(), binary.right.number()) {
        (Some(_), _) => binary.left.span().to(binary.op.span),
        (_, Some(_)) => binary.op.span.to(binary.right.span()),
        _ => binary.op.span,
    };
    let message = match other.number() {
        Some(_) => format!("this never holds: the value is {limit}"),
        None => format!("this never holds: the left side is {values}, the right side is {limits}"),
    };
    let mut steps = reasons(expr, &source);
    if other.number().is_none() {
        steps.extend(reasons(other, &source));
    }
    let finding = out.report(place, message);
    let finding = with_reasons(finding, &steps, expr, &limit);
    let finding = match site.expr().map(|whole| Outcome::of(whole, &source)) {
        Some(Outcome::Never) => {
            let alert = site.rule().and_then(|rule| rule.rule.alert.as_ref());
            finding.label_if(alert.map(|name| name.span), "so this alert never fires")
        }
        _ => finding,
    };
    finding.help(remedy(expr, values, other));
}

/// Whether an expression reads no series, as in `vector(0) == 1`: it is switched off on purpose.
fn is_switch(expr: &Expr) -> bool {
    let is_clock = matches!(expr.unwrap_parens(), Expr::Call(call) if call.arguments.is_empty());
    expr.selections().next().is_none() && !is_clock
}

/// The limit of the values that a comparison does not reach, in words.
fn limit(values: Values, op: BinaryOp, others: Values) -> String {
    if values.least == values.most {
        return values.to_string();
    }
    let is_above = others.least > values.most;
    let is_below = others.most < values.least;
    match op {
        BinaryOp::Greater | BinaryOp::GreaterEqual => Values { least: f64::NEG_INFINITY, ..values }.to_string(),
        BinaryOp::Less | BinaryOp::LessEqual => Values { most: f64::INFINITY, ..values }.to_string(),
        _ if is_above => Values { least: f64::NEG_INFINITY, ..values }.to_string(),
        _ if is_below => Values { most: f64::INFINITY, ..values }.to_string(),
        _ => values.to_string(),
    }
}

fn with_reasons<'f>(finding: Finding<'f>, steps: &[Reason], expr: &Expr, limit: &str) -> Finding<'f> {
    let told = match steps {
        [] => return finding.label(expr.span(), format!("{limit}, if there is any")),
        steps if steps.len() <= MOST_REASONS => steps,
        steps => &steps[steps.len() - MOST_REASONS..],
    };
    told.iter().fold(finding, |finding, step| finding.label(step.span, step.text.as_str()))
}

fn remedy(expr: &Expr, values: Values, other: &Expr) -> String {
    let threshold = other.number();
    match expr.unwrap_parens() {
        Expr::Aggregation(inner) if inner.op.value == AggregationOp::Count && threshold.is_some_and(|one| one < 1.0) => {
            "`count` of nothing gives nothing, not 0: use `absent (…)`, or `count (…) or vector(0)`, or `sum` what is 0 or 1"
                .to_owned()
        }
        Expr::Call(inner) if inner.function.value.starts_with("absent") => {
            format!("`{}` is 1 when there is nothing, and nothing when there is", inner.function.value)
        }
        _ => match threshold {
            Some(percent) if values.most == 1.0 && !values.whole && (2.0..=100.0).contains(&percent) => {
                format!("compare with {}, or multiply the share by 100", percent / 100.0)
            }
            Some(_) => "compare with a number that the expression can reach".to_owned(),
            None => "compare with what the expression can reach".to_owned(),
        },
    }
}

fn of_function(call: &Call, site: QuerySite<'_>, out: &mut Sink<'_>) {
    let is_quantile = matches!(call.function.value.as_str(), "histogram_quantile" | "quantile_over_time");
    if let Some(quantile) = call.arguments.first().filter(|_| is_quantile && !site.is_open(call.function.span)) {
        quantile_outside(quantile, out);
    }
}

fn of_aggregation(aggregation: &Aggregation, out: &mut Sink<'_>) {
    if let Some(quantile) = aggregation.parameter.as_deref().filter(|_| aggregation.op.value == AggregationOp::Quantile)
    {
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
