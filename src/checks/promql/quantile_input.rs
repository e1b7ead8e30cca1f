//! Quantiles of what is no histogram, or of all time.

use crate::{
    check,
    kit::*,
    promql::ast::{BinaryOp, Call, Expr},
};

check! {
    /// `histogram_quantile` is given something else than the rates of buckets.
    ///
    /// ## Why it matters
    /// Of a counter or a sum there is no quantile: the result is empty. Buckets without `rate` count since the
    /// process was started, so their quantile hardly moves, whatever happens now.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: SlowRequests
    ///   expr: histogram_quantile(0.95, sum by (le) (http_request_duration_seconds_bucket)) > 1
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: SlowRequests
    ///   expr: histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m]))) > 1
    /// ```
    pub struct QuantileInput {}
    id: "promql/quantile-input", severity: Error,
}

impl Check for QuantileInput {
    type Subject = EachCall;

    fn check(&self, Part { site, part: call }: Part<'_, &Call>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        match (call.function.value.as_str(), &*call.arguments) {
            _ if site.is_open(call.function.span) => {}
            ("histogram_quantile", [_, operand]) => input(call, operand, site, facts, out),
            ("rate" | "irate" | "increase", [Expr::Subquery(subquery)]) => outside(call, &subquery.operand, out),
            _ => {}
        }
    }
}

/// What stands under `histogram_quantile`.
fn input(call: &Call, operand: &Expr, site: QuerySite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
    if operand.is_long() {
        return;
    }
    operand.visit(|visited| {
        let Some(selection) = visited.expr.selection() else { return };
        let Some(name) = selection.selector.metric_name() else { return };
        let is_recorded = name.value.contains(':') || facts.series.recorded(&name.value).is_some();
        // The exporter of Google's monitoring passes on what was observed within each of its intervals.
        let is_of_interval = name.value.starts_with("stackdriver_");
        if is_recorded
            || is_of_interval
            || site.is_open(name.span)
            || visited.ancestors.iter().any(|above| is_set_aside(above, visited.expr))
        {
            return;
        }
        if let Some((what, base)) = no_histogram(&name.value) {
            let function = &call.function;
            out.report(name.span, format!("`{}` is {what}, so `{}` of it is empty", name.value, function.value))
                .label(function.span, "takes buckets or native histograms")
                .help(format!("take the buckets, as in `{base}_bucket`"));
        } else if name.value.ends_with("_bucket")
            && visited.ancestors.iter().chain([&visited.expr]).all(|node| !looks_back(node))
        {
            let message =
                "these buckets count since the process was started, so the quantile is that of its whole life";
            out.report(name.span, message)
                .severity(Severity::Warning)
                .label(call.function.span, "sees all observations so far")
                .help(format!("take what was added lately: `rate({}[5m])`", selection.selector));
        }
    });
}

/// `rate` of a quantile, where the quantile of rates was meant.
fn outside(call: &Call, operand: &Expr, out: &mut Sink<'_>) {
    let Some(quantile) = operand.call_of("histogram_quantile") else { return };
    let name = &call.function;
    out.report(name.span, format!("`{}` of a quantile means nothing: a quantile is no counter", name.value))
        .severity(Severity::Warning)
        .label(quantile.function.span, "the quantile")
        .help(format!("take `{}` of the buckets, inside `histogram_quantile`", name.value));
}

/// What a metric is that certainly is no histogram, and the name that its histogram would have.
fn no_histogram(name: &str) -> Option<(&'static str, &str)> {
    [("_sum", "the sum of all observations"), ("_count", "the number of observations"), ("_total", "a counter")]
        .into_iter()
        .find_map(|(ending, what)| Some((what, name.strip_suffix(ending)?)))
}

/// Whether a node takes the difference over time, or something like it.
fn looks_back(node: &Expr) -> bool {
    match node {
        Expr::Range(_) | Expr::Subquery(_) => true,
        Expr::Binary(binary) => binary.op.value == BinaryOp::Subtract,
        _ => false,
    }
}

/// Whether `inner` only decides which series of the operand count: it stands behind `and`, `unless` or as
/// a factor.
fn is_set_aside(above: &Expr, inner: &Expr) -> bool {
    match above {
        Expr::Binary(binary) => {
            !binary.op.value.is_set() || binary.op.value != BinaryOp::Or && binary.right.span().contains(inner.span())
        }
        _ => false,
    }
}
