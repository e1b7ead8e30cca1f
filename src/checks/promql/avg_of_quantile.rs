//! Averages and sums of quantiles.

use crate::{
    check,
    kit::*,
    promql::{
        Expr,
        ast::{Aggregation, AggregationOp, MatchOp},
    },
};

check! {
    /// Quantiles are averaged or added up.
    ///
    /// ## Why it matters
    /// The average of two 95th percentiles is not the 95th percentile of both: a busy instance and an idle one count
    /// the same. The number that comes out is between the two, and means nothing.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: Slow
    ///   expr: avg(histogram_quantile(0.95, sum by (le, instance) (rate(request_seconds_bucket[5m])))) > 1
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: Slow
    ///   expr: histogram_quantile(0.95, sum by (le) (rate(request_seconds_bucket[5m]))) > 1
    /// ```
    pub struct AvgOfQuantile {}
    id: "promql/avg-of-quantile", severity: Warning,
}

impl Check for AvgOfQuantile {
    type Subject = EachAggregation;

    fn check(&self, Part { site, part: aggregation }: Part<'_, &Aggregation>, _: &Facts<'_>, out: &mut Sink<'_>) {
        let op = match aggregation.op.value {
            AggregationOp::Avg => "average",
            AggregationOp::Sum => "sum",
            _ => return,
        };
        let Some(place) = quantile(&aggregation.operand).filter(|_| !site.is_open(aggregation.op.span)) else {
            return;
        };
        let remedy =
            if aggregation.operand.calls().next().is_some_and(|call| call.function.value == "histogram_quantile") {
                "add up the buckets first, and take the quantile of the sum"
            } else {
                "take `max` to see the worst of them; a summary cannot be put together again, a histogram can"
            };
        let severity = if site.rule().is_some() { Severity::Warning } else { Severity::Info };
        out.report(aggregation.op.span, format!("the {op} of quantiles is no quantile"))
            .severity(severity)
            .label(place, "these are quantiles")
            .help(remedy);
    }
}

/// Where an expression gives quantiles: of a histogram, or of a summary whose `quantile` it selects.
fn quantile(expr: &Expr) -> Option<Span> {
    match expr.unwrap_parens() {
        Expr::Call(call) if call.function.value == "histogram_quantile" => Some(call.function.span),
        Expr::Selector(selector) => {
            let mut matchers = selector.matchers_of("quantile");
            let one =
                matchers.find(|matcher| matcher.op.value == MatchOp::Equal && is_between(&matcher.value.value))?;
            Some(one.span)
        }
        _ => None,
    }
}

/// Whether a quantile lies strictly between 0 and 1; the least and the greatest can be put together.
fn is_between(quantile: &str) -> bool {
    quantile.parse::<f64>().is_ok_and(|quantile| quantile > 0.0 && quantile < 1.0)
}
