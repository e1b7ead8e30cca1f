//! Functions for counters on gauges, and functions for gauges on counters.

use crate::{
    check,
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
                (Takes::Counters, Some((MetricKind::Gauge, proof))) => of_gauge(call, name, proof, out),
                (Takes::Gauges, Some((MetricKind::Counter, proof))) => of_counter(call, name, Some(proof), out),
                (Takes::Gauges, None) if is_counter_by_name(&name.value, facts) => of_counter(call, name, None, out),
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

fn is_counter_by_name(name: &str, facts: &Facts<'_>) -> bool {
    name.ends_with("_total") && facts.rules.records(name).is_empty()
}

fn of_gauge(call: &Call, name: &Spanned<String>, proof: Span, out: &mut Sink<'_>) {
    let function = &call.function;
    let instead = if function.value == "rate" { "`deriv`, or `delta`" } else { "`delta`" };
    out.report(function.span, format!("`{}` is for counters, and `{}` is a gauge", function.value, name.value))
        .label(proof, "its type is said here")
        .help(format!("take {instead}, which let it go up and down"));
}

fn of_counter(call: &Call, name: &Spanned<String>, proof: Option<Span>, out: &mut Sink<'_>) {
    let function = &call.function;
    let instead = match function.value.as_str() {
        "delta" => "increase",
        "idelta" => "irate",
        "deriv" => "rate",
        // What is predicted, averaged or compared of a counter may well be meant.
        _ => return,
    };
    out.report(function.span, format!("`{}` is for gauges, and `{}` is a counter", function.value, name.value))
        .severity(if proof.is_some() { Severity::Error } else { Severity::Warning })
        .label_if(proof, "its type is said here")
        .help(format!("take `{instead}`, which knows that counters start anew"))
        .fix(Fix::edit(format!("Use `{instead}`"), Applicability::Unsafe, function.span, instead));
}
