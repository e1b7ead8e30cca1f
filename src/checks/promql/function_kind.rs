//! Functions for counters on gauges, and functions for gauges on counters.

use crate::{
    catalog, check,
    exposition::MetricKind,
    kit::*,
    promql::{
        Expr,
        ast::{Call, VectorSelector},
        functions::Takes,
    },
};

check! {
    /// A function for counters is given a gauge, or one for gauges a counter.
    ///
    /// ## Why it matters
    /// `rate` takes every fall of a gauge for a restart and adds the value once more, so that a queue which goes up and
    /// down seems to grow without end. `delta` of a counter is negative after each restart.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: Busy
    ///   expr: delta(requests_total[5m]) > 1000
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: Busy
    ///   expr: increase(requests_total[5m]) > 1000
    /// ```
    pub struct FunctionKind {}
    id: "promql/function-kind", severity: Error,
}

impl Check for FunctionKind {
    type Subject = Query;

    fn check(&self, site: QuerySite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(expr) = site.expr() else { return };
        for call in expr.calls().filter(|call| !site.is_open(call.function.span)) {
            let Some(takes) = call.signature().map(|function| function.takes) else { continue };
            let Some(selector) = range_of(call) else { continue };
            let Some(name) = selector.metric_name().filter(|name| !site.is_open(name.span)) else { continue };
            match (takes, facts.inventory.kind(&name.value)) {
                (Takes::Counters, Some((MetricKind::Gauge, proof))) => of_gauge(call, name, Said::Here(proof), out),
                (Takes::Gauges, Some((MetricKind::Counter, proof))) => of_counter(call, name, Said::Here(proof), out),
                (_, Some(_)) => {}
                (takes, None) if facts.rules.records(&name.value).is_empty() => {
                    match (takes, catalog::kind_of(&name.value)) {
                        (Takes::Counters, Some((MetricKind::Gauge, by))) => of_gauge(call, name, Said::By(by), out),
                        (Takes::Gauges, Some((MetricKind::Counter, by))) => of_counter(call, name, Said::By(by), out),
                        (Takes::Gauges, None) if name.value.ends_with("_total") => {
                            of_counter(call, name, Said::ByName, out);
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
    }
}

/// The selector of a function's range.
fn range_of(call: &Call) -> Option<&VectorSelector> {
    call.arguments.iter().find_map(|argument| match argument.unwrap_parens() {
        Expr::Range(range) => Some(&range.selector),
        _ => None,
    })
}

/// Who says what type a metric has.
#[derive(Copy, Clone)]
enum Said {
    /// A captured page.
    Here(Span),
    /// The exporter of this name, as it was recorded.
    By(&'static str),
    /// Its own name.
    ByName,
}

impl Said {
    /// What a page shows is proven. What an exporter exports may have changed since.
    fn complete<'f>(self, finding: Finding<'f>) -> Finding<'f> {
        match self {
            Said::Here(proof) => finding.label(proof, "its type is said here"),
            Said::By(exporter) => finding
                .severity(Severity::Warning)
                .help(format!("its type is known from what the exporter `{exporter}` exports")),
            Said::ByName => finding.severity(Severity::Warning),
        }
    }
}

fn of_gauge(call: &Call, name: &Spanned<String>, said: Said, out: &mut Sink<'_>) {
    let function = &call.function;
    let instead = if function.value == "rate" { "`deriv`, or `delta`" } else { "`delta`" };
    let message = format!("`{}` is for counters, and `{}` is a gauge", function.value, name.value);
    said.complete(out.report(function.span, message)).help(format!("take {instead}, which let it go up and down"));
}

fn of_counter(call: &Call, name: &Spanned<String>, said: Said, out: &mut Sink<'_>) {
    let function = &call.function;
    let instead = match function.value.as_str() {
        "delta" => "increase",
        "idelta" => "irate",
        "deriv" => "rate",
        // What is predicted, averaged or compared of a counter may well be meant.
        _ => return,
    };
    let message = format!("`{}` is for gauges, and `{}` is a counter", function.value, name.value);
    said.complete(out.report(function.span, message))
        .help(format!("take `{instead}`, which knows that counters start anew"))
        .fix(Fix::edit(format!("Use `{instead}`"), Applicability::Unsafe, function.span, instead));
}
