//! Rules that read what their group records only afterwards.

use crate::{
    check,
    kit::*,
    promql::{Selection, ast::AtTime},
};

use super::others::is_of_others;

check! {
    /// A rule reads a series that a later rule of the same group records.
    ///
    /// ## Why it matters
    /// The rules of a group are evaluated one after the other. Standing first, the reader sees what was recorded one
    /// evaluation ago: it always lags, and for the first time it finds nothing at all.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: ManyErrors
    ///   expr: job:errors:rate5m > 5
    /// - record: job:errors:rate5m
    ///   expr: sum by (job) (rate(errors_total[5m]))
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - record: job:errors:rate5m
    ///   expr: sum by (job) (rate(errors_total[5m]))
    /// - alert: ManyErrors
    ///   expr: job:errors:rate5m > 5
    /// ```
    pub struct Order {}
    id: "rules/order", severity: Warning,
}

impl Check for Order {
    type Subject = Query;

    fn check(&self, site: QuerySite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let (Some(reader), Some(expr)) = (site.rule(), site.expr()) else { return };
        let present = expr.selections().filter(reads_the_present);
        for selection in present.filter(|selection| !is_of_others(selection.selector, site.document)) {
            let Some(name) = selection.selector.metric_name() else { continue };
            // What is recorded before, or by the rule itself, is read on purpose: the first that records a name counts.
            let first = facts.rules.records_beside(&name.value, reader).first();
            let later = first.filter(|first| first.rule.number > reader.rule.number);
            let Some(later) = later.and_then(|later| later.rule.record.as_ref()) else { continue };
            out.report(
                name.span,
                format!("`{}` is recorded later in this group, so this reads its last value", name.value),
            )
            .label(later.span, "recorded here")
            .help("put the recording rule before the rules that read it");
            break;
        }
    }
}

/// Whether a selection looks at the moment of the evaluation; what is asked of the past may lag.
fn reads_the_present(selection: &Selection<'_>) -> bool {
    let is_past = selection.modifiers.at.as_ref().is_some_and(|at| matches!(at.time, AtTime::Milliseconds(_)));
    selection.range.is_none() && selection.modifiers.offset.is_none() && !is_past
}
