//! Windows of `rate` that do not follow the panel's step.

use std::collections::BTreeMap;

use crate::{
    check,
    kit::*,
    model::{
        Document,
        dashboard::{
            interpolation::Slot,
            panel::Panel,
            target::{Language, Target},
        },
    },
    promql::ast::{Expr, RangeSelector},
};

check! {
    /// A panel takes a `rate` over `$__interval`, which may be shorter than two scrapes.
    ///
    /// ## Why it matters
    /// `$__interval` is the distance between two points of the graph. Zoomed in it goes down to the scrape
    /// interval, and `rate` over less than two samples gives nothing: the graph has gaps, or is empty.
    /// `$__rate_interval` is never less than four scrapes. A fixed window has the opposite fault: zoomed out it is
    /// shorter than the distance of two points, and what happens between them is not shown.
    ///
    /// ## Example
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "timeseries", "title": "Rate",
    ///   "datasource": {"type": "prometheus", "uid": "prom"},
    ///   "targets": [{"refId": "A", "expr": "sum(rate(http_requests_total[$__interval]))"}]}]}
    /// ```
    ///
    /// ## Instead
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "timeseries", "title": "Rate",
    ///   "datasource": {"type": "prometheus", "uid": "prom"},
    ///   "targets": [{"refId": "A", "expr": "sum(rate(http_requests_total[$__rate_interval]))"}]}]}
    /// ```
    pub struct RateInterval {
        /// Whether fixed windows of less than ten minutes in graphs are told of, too.
        pub fixed: bool = true,
    }
    id: "dashboards/rate-interval", severity: Warning,
}

/// Functions that need two samples, and whose result does not grow with the window.
const NEED_TWO: [&str; 3] = ["rate", "irate", "deriv"];

/// The longest fixed window, in seconds, that is not taken for a deliberate choice.
const LONGEST: f64 = 600.0;

impl Check for RateInterval {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dashboard) = document.dashboard().filter(|_| !facts.datasources.are_victoria()) else { return };
        let (mut gaps, mut skips) = (BTreeMap::new(), BTreeMap::new());
        for panel in &dashboard.panels {
            for target in panel.targets.iter().filter(|target| target.language == Language::PromQl && !target.instant) {
                for (function, range, window) in windows(panel, target) {
                    match window {
                        Window::Interval => gaps.insert(range.range.span(), function),
                        Window::Fixed if self.fixed => skips.insert(range.range.span(), function),
                        Window::Fixed => None,
                    };
                }
            }
        }
        report(
            &gaps,
            Severity::Warning,
            "may be over a single sample, since `$__interval` goes down to the scrape interval",
            out,
        );
        report(
            &skips,
            Severity::Info,
            "has a fixed window, which leaves out samples when the graph is zoomed out",
            out,
        );
    }
}

/// What a window is.
enum Window {
    /// `$__interval`.
    Interval,
    /// A short time.
    Fixed,
}

fn windows<'d>(panel: &Panel, target: &'d Target) -> Vec<(&'d str, &'d RangeSelector, Window)> {
    let Some(interpolated) = &target.query else { return Vec::new() };
    let Some(expr) = interpolated.query.as_ref().and_then(|query| query.valid()) else { return Vec::new() };
    // With a least step, `$__interval` has a least value too.
    let has_least = panel.interval.is_some() || target.interval.is_some();
    let is_graph = panel.kind.as_ref().is_some_and(|kind| matches!(kind.value.as_str(), "timeseries" | "graph"));
    let calls = expr.calls().filter(|call| NEED_TWO.contains(&call.function.value.as_str()));
    let ranges = calls.filter_map(|call| match call.arguments.first()?.unwrap_parens() {
        Expr::Range(range) => Some((call.function.value.as_str(), range.as_ref())),
        _ => None,
    });
    ranges
        .filter_map(|(function, range)| {
            let mut uses = interpolated.uses_in(range.brackets).filter(|used| used.slot == Slot::Range);
            match uses.next() {
                Some(used) if used.variable.name == "__interval" && !has_least => {
                    Some((function, range, Window::Interval))
                }
                None if function == "rate"
                    && is_graph
                    && range.range.seconds().is_some_and(|seconds| seconds < LONGEST) =>
                {
                    Some((function, range, Window::Fixed))
                }
                _ => None,
            }
        })
        .collect()
}

fn report(places: &BTreeMap<Span, &str>, severity: Severity, what: &str, out: &mut Sink<'_>) {
    let Some((first, function)) = places.first_key_value() else { return };
    let edits = places.keys().map(|span| Edit { span: *span, text: "$__rate_interval".to_owned() }).collect();
    let finding = out
        .report(*first, format!("this `{function}` {what}{}", here_and_more(places.len())))
        .severity(severity)
        .help("take `[$__rate_interval]`, which is at least four scrapes and at least a step");
    finding.fix_if(Fix::edits_of("take `$__rate_interval`", Applicability::Unsafe, edits));
}
