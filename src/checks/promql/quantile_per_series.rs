//! Alerts on a quantile of each series by itself.

use crate::{
    check,
    kit::*,
    promql::{Expr, ast::Call},
    vocab::listed,
};

check! {
    /// An alert takes a quantile of each series of a histogram, where that of all requests is meant.
    ///
    /// ## Why it matters
    /// Without `sum by (le)` there is one quantile for each path, method and status. On a path that is asked for once an
    /// hour, one slow request is its 95th percentile, and fires. The check reads the labels from captured pages of metrics.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: SlowRequests
    ///   expr: histogram_quantile(0.95, rate(http_request_duration_seconds_bucket[5m])) > 2
    /// ```
    /// ```text path=metrics/shop.prom
    /// # TYPE http_request_duration_seconds histogram
    /// http_request_duration_seconds_bucket{path="/",le="1"} 3
    /// http_request_duration_seconds_bucket{path="/",le="10"} 4
    /// http_request_duration_seconds_bucket{path="/",le="+Inf"} 4
    /// http_request_duration_seconds_sum{path="/"} 7
    /// http_request_duration_seconds_count{path="/"} 4
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: SlowRequests
    ///   expr: histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m]))) > 2
    /// ```
    /// ```text path=metrics/shop.prom
    /// # TYPE http_request_duration_seconds histogram
    /// http_request_duration_seconds_bucket{path="/",le="1"} 3
    /// http_request_duration_seconds_bucket{path="/",le="10"} 4
    /// http_request_duration_seconds_bucket{path="/",le="+Inf"} 4
    /// http_request_duration_seconds_sum{path="/"} 7
    /// http_request_duration_seconds_count{path="/"} 4
    /// ```
    pub struct QuantilePerSeries {}
    id: "promql/quantile-per-series", severity: Info,
}

impl Check for QuantilePerSeries {
    type Subject = EachCall;

    fn check(&self, Part { site, part: call }: Part<'_, &Call>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        if call.function.value != "histogram_quantile" || !site.rule().is_some_and(|rule| rule.rule.is_alerting()) {
            return;
        }
        let Some(name) = plain_buckets(call) else { return };
        let Some((labels, place)) = facts.buckets.labels(&name.value) else { return };
        let labels = listed(labels, ", ");
        out.report(
            call.function.span,
            format!("this is a quantile for each {labels}: one slow request of a rare one fires"),
        )
        .label(name.span, "nothing adds these up")
        .label(place, "a captured page shows the labels")
        .help("take the quantile of all: `histogram_quantile(…, sum by (le) (…))`");
    }
}

/// The metric of buckets whose rates are not added up.
fn plain_buckets(call: &Call) -> Option<&Spanned<Name>> {
    let Expr::Call(rate) = call.arguments.get(1)?.unwrap_parens() else { return None };
    let Expr::Range(range) = rate.arguments.first()?.unwrap_parens() else { return None };
    range.selector.metric_name().filter(|name| name.value.ends_with("_bucket"))
}
