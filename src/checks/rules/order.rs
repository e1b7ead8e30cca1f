//! Rules that read what their group records only afterwards.

use std::collections::BTreeMap;

use crate::{
    check,
    kit::*,
    model::{Document, rules::Group},
    promql::{Selection, ast::AtTime},
    text::Span,
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
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        for group in document.rule_file().into_iter().flat_map(|file| &file.groups) {
            look_at(document, group, out);
        }
    }
}

fn look_at(document: &Document, group: &Group, out: &mut Sink<'_>) {
    // What is recorded before, or by the rule itself, is read on purpose: the first that records a name counts.
    let mut first: BTreeMap<&str, (usize, Span)> = BTreeMap::new();
    for (at, rule) in group.rules.iter().enumerate() {
        if let Some(name) = &rule.record {
            first.entry(&name.value).or_insert((at, name.span));
        }
    }
    if first.is_empty() {
        return;
    }
    for (at, rule) in group.rules.iter().enumerate() {
        let Some(expr) = document.promql_of(group, rule).and_then(|query| query.valid()) else { continue };
        let present = expr.selections().filter(|selection| reads_the_present(selection));
        for selection in present.filter(|selection| !is_of_others(selection.selector, document)) {
            let Some(name) = selection.selector.metric_name() else { continue };
            let Some((_, later)) = first.get(name.value.as_str()).filter(|(first, _)| *first > at) else { continue };
            out.report(
                name.span,
                format!("`{}` is recorded later in this group, so this reads its last value", name.value),
            )
            .label(*later, "recorded here")
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
