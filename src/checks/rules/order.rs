//! Rules that read what their group records only afterwards.

use crate::{
    check,
    kit::*,
    model::{Document, rules::Group},
    promql::{Selection, ast::AtTime},
};

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
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        for group in document.rule_file().into_iter().flat_map(|file| &file.groups) {
            if group.rules.iter().any(|rule| rule.record.is_some()) {
                look_at(document, group, out);
            }
        }
    }
}

fn look_at(document: &Document, group: &Group, out: &mut Sink<'_>) {
    for (at, rule) in group.rules.iter().enumerate() {
        let Some(expr) = document.promql_of(group, rule).and_then(|query| query.valid()) else { continue };
        for selection in expr.selections().filter(|selection| reads_the_present(selection)) {
            let Some(name) = selection.selector.metric_name() else { continue };
            let records = |index: usize| group.rules[index].record.as_ref().filter(|own| own.value == name.value);
            // What is recorded before, or by the rule itself, is read on purpose.
            if (0..=at).any(|index| records(index).is_some()) {
                continue;
            }
            let Some(later) = (at + 1..group.rules.len()).find_map(records) else { continue };
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
    let is_past = selection.modifiers.at.is_some_and(|at| matches!(at.time, AtTime::Milliseconds(_)));
    selection.range.is_none() && selection.modifiers.offset.is_none() && !is_past
}
