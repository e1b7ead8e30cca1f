//! Functions for counters on gauges, and functions for gauges on counters.

use crate::{
    catalog::{self, Catalogue},
    check,
    exposition::MetricKind,
    facts::{TypedBy, gauge_by, kind_of},
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
    type Subject = EachCall;

    fn check(&self, Part { site, part: call }: Part<'_, &Call>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(selector) = range_of(call).filter(|_| !site.is_open(call.function.span)) else { return };
        let Some(name) = selector.metric_name().filter(|name| !site.is_open(name.span)) else { return };
        match call.signature().map(|function| function.takes) {
            Some(Takes::Counters) => of_gauge(call, name, facts, out),
            Some(Takes::Gauges) => of_counter(call, name, facts, out),
            _ => {}
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

/// What a page or code shows is proven. What an exporter exports may have changed since.
fn complete<'f>(by: TypedBy, finding: Finding<'f>) -> Finding<'f> {
    match by {
        TypedBy::Page(place) | TypedBy::Code(place) => finding.label(place, "its type is said here"),
        TypedBy::Server => finding.severity(Severity::Warning).help("its type is known from the server that was asked"),
        TypedBy::Rate(place) => finding.severity(Severity::Warning).label(place, "here it is taken for a counter"),
        TypedBy::Exporter(exporter) => {
            let is_library = catalog::of(exporter).is_some_and(Catalogue::is_library);
            let whose = if is_library { "programs with the client library" } else { "the exporter" };
            let verb = if is_library { "export" } else { "exports" };
            let help = format!("its type is known from what {whose} `{exporter}` {verb}");
            finding.severity(Severity::Warning).help(help)
        }
        TypedBy::Name => finding.severity(Severity::Warning),
    }
}

fn of_gauge(call: &Call, name: &Spanned<Name>, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let Some(by) = gauge_by(&name.value, facts) else { return };
    let function = &call.function;
    // How long a program runs only ever grows, and falls when it is started anew: that is what is counted here. And
    // totals and offsets of queues only grow, whatever type their exporter gives them.
    let name_of = name.value.to_ascii_lowercase();
    let only_grows = ["_offset", "_total"].iter().any(|ending| name_of.ends_with(ending));
    if function.value == "resets" && name_of.contains("uptime") || only_grows && matches!(by, TypedBy::Exporter(_)) {
        return;
    }
    let instead = if function.value == "rate" { "`deriv`, or `delta`" } else { "`delta`" };
    let message = format!("`{}` is for counters, and `{}` is a gauge", function.value, name.value);
    let of_code = only_grows && matches!(by, TypedBy::Code(_));
    let finding = complete(by, out.report(function.span, message));
    if of_code {
        // What is counted elsewhere is often handed on by a gauge that is set, and grows all the same.
        finding.severity(Severity::Warning).help("make it a counter there, as its name says");
    } else if name_of.ends_with("_start_time_seconds") {
        finding.help("take `changes`, which counts how often it was set anew");
    } else {
        finding.help(format!("take {instead}, which let it go up and down"));
    }
}

fn of_counter(call: &Call, name: &Spanned<Name>, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let function = &call.function;
    let instead = match function.value.as_str() {
        "delta" => "increase",
        "idelta" => "irate",
        "deriv" => "rate",
        // What is predicted, averaged or compared of a counter may well be meant.
        _ => return,
    };
    let Some((MetricKind::Counter, by)) = kind_of(&name.value, facts) else { return };
    let message = format!("`{}` is for gauges, and `{}` is a counter", function.value, name.value);
    complete(by, out.report(function.span, message))
        .help(format!("take `{instead}`, which knows that counters start anew"))
        .fix(Fix::edit(format!("use `{instead}`"), Applicability::Unsafe, function.span, instead));
}
