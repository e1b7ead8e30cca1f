//! Tests whose outcome depends on the order in which groups are evaluated.

use std::collections::BTreeMap;

use crate::{
    check,
    facts::TestedRules,
    kit::*,
    model::{
        Document,
        rules::{Group, Rule as RuleOfFile},
        suite::judgment,
    },
    promql::ast::VectorSelector,
};

check! {
    /// A group under test reads what another group records, and nothing says which of them comes first.
    ///
    /// ## Why it matters
    /// promtool evaluates the groups of a test in random order. The reader sees the recorded value of this moment or of
    /// the one before, and the test passes or fails by chance.
    ///
    /// ## Example
    /// ```yaml path=tests/alerts.yml
    /// rule_files: [../rules/alerts.yml]
    /// tests: []
    /// ```
    /// ```yaml path=rules/alerts.yml
    /// groups:
    ///   - name: reading
    ///     rules:
    ///       - {alert: Many, expr: 'job:errors:sum > 5'}
    ///   - name: recording
    ///     rules:
    ///       - {record: 'job:errors:sum', expr: sum by (job) (errors)}
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=tests/alerts.yml
    /// rule_files: [../rules/alerts.yml]
    /// group_eval_order: [recording, reading]
    /// tests: []
    /// ```
    /// ```yaml path=rules/alerts.yml
    /// groups:
    ///   - name: reading
    ///     rules:
    ///       - {alert: Many, expr: 'job:errors:sum > 5'}
    ///   - name: recording
    ///     rules:
    ///       - {record: 'job:errors:sum', expr: sum by (job) (errors)}
    /// ```
    pub struct Order {}
    id: "tests/order", severity: Info,
}

impl Check for Order {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(tested) = facts.suites.of_document(document) else { return };
        let Some((reader, writer, reading, name)) = undecided(tested) else { return };
        out.adopt(judgment::undecided_order(tested.suite, reader, writer, name, reading.anchor()));
    }
}

/// A reading and a recording group of the same rank, the rule that reads, and what it reads; the first that is found.
fn undecided<'w>(tested: &TestedRules<'w>) -> Option<(&'w str, &'w str, &'w RuleOfFile, &'w str)> {
    let name_of = |group: &'w Group| group.name.as_ref().map_or("", |name| &name.value);
    let rank = |group: &'w Group| tested.suite.rank(name_of(group));
    let mut by_name: BTreeMap<&str, Vec<(&Group, &RuleOfFile)>> = BTreeMap::new();
    for (group, rule) in tested.all_rules().filter(|(_, rule)| rule.is_recording()) {
        if let Some(record) = &rule.record {
            by_name.entry(&record.value).or_default().push((group, rule));
        }
    }
    for (group, rule) in tested.all_rules() {
        let expr = rule.expr.as_ref().and_then(|query| query.valid());
        for selection in expr.into_iter().flat_map(|expr| expr.selections()) {
            let Some(name) = selection.selector.metric_name() else { continue };
            let mut writers = by_name.get(name.value.as_str()).into_iter().flatten().copied();
            let others = |other: &'w Group| !std::ptr::eq(group, other) && rank(group) == rank(other);
            if let Some((writer, written)) =
                writers.find(|(writer, written)| others(writer) && fits(selection.selector, written))
            {
                return Some((name_of(group), name_of(writer), rule, &written.record.as_ref()?.value));
            }
        }
    }
    None
}

/// Whether the labels that a rule sets on what it records let a selector take it.
fn fits(selector: &VectorSelector, written: &RuleOfFile) -> bool {
    selector.matchers.iter().all(|matcher| {
        let set = written.labels.iter().find(|pair| pair.name.value == matcher.label.value);
        set.is_none_or(|pair| matcher.matches(pair.value.text.text()))
    })
}
