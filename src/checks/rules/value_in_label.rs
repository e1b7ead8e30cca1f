//! Labels of alerts that change with the value.

use crate::{
    check,
    kit::*,
    template::{
        Template,
        ast::{Branch, Node},
    },
};

check! {
    /// A label of an alert prints the value of the expression.
    ///
    /// ## Why it matters
    /// The labels are what the alert *is*. When the value changes, the alert that was there resolves and a new one
    /// starts, pending again: with a `for` it may never fire, and without it each evaluation notifies anew.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: HighMemory
    ///   expr: memory_used_ratio > 0.9
    ///   labels:
    ///     usage: "{{ $value | humanizePercentage }}"
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: HighMemory
    ///   expr: memory_used_ratio > 0.9
    ///   annotations:
    ///     usage: "{{ $value | humanizePercentage }}"
    /// ```
    pub struct ValueInLabel {}
    id: "rules/value-in-label", severity: Error,
}

impl Check for ValueInLabel {
    type Subject = Rule;

    fn check(&self, site: RuleSite<'_>, _: &Facts<'_>, out: &mut Sink<'_>) {
        if !site.rule.is_alerting() {
            return;
        }
        for label in site.rule.labels.iter().filter(|label| !label.value.is_plain()) {
            let Some(place) = printed_value(&label.value) else { continue };
            let finding = out
                .report(
                    place,
                    format!("the label `{}` changes with the value, and so does the alert", label.name.value),
                )
                .help("say the value in an annotation: annotations may change while the alert stays the same");
            if let Some(hold) = &site.rule.hold_duration {
                finding.label(hold.span, "each new value waits this long again");
            }
        }
    }
}

/// The first place where a template prints the value. What only decides between texts, as in
/// `{{ if gt $value 90.0 }}critical{{ end }}`, rarely changes.
fn printed_value(template: &Template) -> Option<Span> {
    let values = &template.references().values;
    if values.is_empty() {
        return None;
    }
    let mut conditions = Vec::new();
    conditions_in(template.nodes(), &mut conditions);
    values.iter().map(|value| value.span).find(|value| !conditions.iter().any(|condition| condition.contains(*value)))
}

fn conditions_in(nodes: &[Node], conditions: &mut Vec<Span>) {
    for node in nodes {
        let (Node::If(branch) | Node::With(branch) | Node::Range(branch)) = node else { continue };
        let Branch { pipeline, body, otherwise, .. } = &**branch;
        if matches!(node, Node::If(_)) {
            conditions.push(pipeline.span);
        }
        conditions_in(body, conditions);
        conditions_in(otherwise, conditions);
    }
}
