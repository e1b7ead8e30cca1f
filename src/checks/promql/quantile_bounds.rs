//! Thresholds that no quantile of a histogram can reach.

use crate::{
    catalog, check,
    kit::*,
    promql::{
        Expr,
        ast::{AggregationOp, Binary, BinaryOp, Call, VectorSelector},
    },
};

check! {
    /// A quantile is compared with more than the highest bucket of its histogram.
    ///
    /// ## Why it matters
    /// `histogram_quantile` does not look beyond the highest bucket that has an end: what is slower than 10 seconds counts
    /// as 10 seconds, if that is where the buckets end. An alert above it never fires, however slow everything is.
    /// The check reads the buckets from captured pages of metrics, and from the source code of the programs: unless they
    /// are told others, most client libraries end at 10, and FastAPI's instrumentator ends those with a `handler` at 1.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: VerySlow
    ///   expr: histogram_quantile(0.99, sum by (le) (rate(export_duration_seconds_bucket[5m]))) > 30
    /// ```
    /// ```text path=metrics/exporter.prom
    /// # TYPE export_duration_seconds histogram
    /// export_duration_seconds_bucket{le="1"} 3
    /// export_duration_seconds_bucket{le="10"} 4
    /// export_duration_seconds_bucket{le="+Inf"} 5
    /// export_duration_seconds_sum 71
    /// export_duration_seconds_count 5
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: VerySlow
    ///   expr: histogram_quantile(0.99, sum by (le) (rate(export_duration_seconds_bucket[5m]))) > 5
    /// ```
    /// ```text path=metrics/exporter.prom
    /// # TYPE export_duration_seconds histogram
    /// export_duration_seconds_bucket{le="1"} 3
    /// export_duration_seconds_bucket{le="10"} 4
    /// export_duration_seconds_bucket{le="+Inf"} 5
    /// export_duration_seconds_sum 71
    /// export_duration_seconds_count 5
    /// ```
    pub struct QuantileBounds {}
    id: "promql/quantile-bounds", severity: Error,
}

impl Check for QuantileBounds {
    type Subject = EachBinary;

    fn check(&self, Part { site, part: comparison }: Part<'_, &Binary>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let is_above = matches!(comparison.op.value, BinaryOp::Greater | BinaryOp::GreaterEqual);
        let is_meant = is_above && site.is_literal(comparison.span);
        let Some(threshold) = comparison.right.number().filter(|_| is_meant) else { return };
        let Some(quantile) = quantile(&comparison.left) else { return };
        let Some(selector) = buckets(quantile) else { return };
        let Some(name) = selector.metric_name().filter(|name| facts.rules.records(&name.value).is_empty()) else {
            return;
        };
        let Some(end) = End::of(selector, &name.value, site, facts) else { return };
        let highest = end.highest;
        if threshold > highest || threshold == highest && comparison.op.value == BinaryOp::Greater {
            out.report(
                comparison.op.span.to(comparison.right.span()),
                format!("this never holds: the buckets of `{}` end at {highest}", name.value),
            )
            .severity(end.severity)
            .label(end.place, end.says)
            .label(quantile.function.span, format!("gives {highest} for whatever is above"))
            .help(format!("compare with less than {highest}, or add buckets where the histogram is made"));
        }
    }
}

/// Where the buckets of a histogram end.
struct End {
    highest: f64,
    place: Span,
    says: &'static str,
    severity: Severity,
}

impl End {
    /// What a captured page shows, else what the source code says of the programs that are scraped, or of all if nothing
    /// else is known to have the metric.
    fn of(selector: &VectorSelector, buckets: &str, site: QuerySite<'_>, facts: &Facts<'_>) -> Option<Self> {
        if let Some((highest, place)) = facts.buckets.highest(buckets) {
            return Some(Self { highest, place, says: "the highest bucket with an end", severity: Severity::Error });
        }
        let of_code = |end: Spanned<f64>, severity| Self {
            highest: end.value,
            place: end.span,
            says: "made here, with these buckets or those of its library",
            severity,
        };
        if let Some(end) = of_jobs(selector, buckets, site, facts) {
            return Some(of_code(end, Severity::Error));
        }
        let is_common = !catalog::having(buckets).is_empty() || buckets.starts_with("http_");
        Some(of_code(facts.instrumented.highest(buckets).filter(|_| !is_common)?, Severity::Warning))
    }
}

/// Where the code of the programs has them that a selector reads, if it is here of each program that may have them.
fn of_jobs(selector: &VectorSelector, buckets: &str, site: QuerySite<'_>, facts: &Facts<'_>) -> Option<Spanned<f64>> {
    let mut highest: Option<Spanned<f64>> = None;
    for job in facts.servers.scraping(site.document).jobs(selector)? {
        if facts.inventory.lacks(job.config, buckets) {
            continue;
        }
        let code = facts.instrumented.of_job(job.config)?;
        if code.has(buckets) {
            let end = code.highest(buckets)?;
            highest = highest.filter(|other| other.value >= end.value).or(Some(end));
        } else if code.is_open() {
            return None;
        }
    }
    highest
}

/// The quantile that is compared, itself or the greatest of several.
fn quantile(expr: &Expr) -> Option<&Call> {
    match expr.unwrap_parens() {
        Expr::Aggregation(aggregation) => match aggregation.op.value {
            AggregationOp::Max | AggregationOp::Min | AggregationOp::Avg => quantile(&aggregation.operand),
            _ => None,
        },
        other => other.call_of("histogram_quantile"),
    }
}

/// The first selector of the buckets, if all are of one metric and nothing computes with their bounds.
fn buckets(quantile: &Call) -> Option<&VectorSelector> {
    let operand = quantile.arguments.get(1)?;
    if operand.calls().any(|call| call.function.value.starts_with("label_")) {
        return None;
    }
    let mut selectors = operand.selections().map(|selection| selection.selector);
    let selector = selectors.next()?;
    let first = selector.metric_name()?;
    let is_same = |other: &VectorSelector| other.metric_name().is_some_and(|name| name.value == first.value);
    (first.value.ends_with("_bucket") && selectors.all(is_same)).then_some(selector)
}
