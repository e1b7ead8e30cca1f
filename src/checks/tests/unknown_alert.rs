//! Tests of alerts that no rule raises.

use crate::{check, kit::*, model::Document, model::suite::judgment};

check! {
    /// A test asks for an alert that no rule under test raises.
    ///
    /// ## Why it matters
    /// promtool knows no such error: when the test expects nothing, it passes, whatever the rules do. So do tests of an
    /// alert that was renamed.
    ///
    /// ## Example
    /// ```yaml path=tests/alerts.yml
    /// rule_files: [../rules/alerts.yml]
    /// tests:
    ///   - alert_rule_test:
    ///       - {eval_time: 5m, alertname: TargetDwn, exp_alerts: []}
    /// ```
    /// ```yaml path=rules/alerts.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=tests/alerts.yml
    /// rule_files: [../rules/alerts.yml]
    /// tests:
    ///   - alert_rule_test:
    ///       - {eval_time: 5m, alertname: TargetDown, exp_alerts: []}
    /// ```
    /// ```yaml path=rules/alerts.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    /// ```
    pub struct UnknownAlert {}
    id: "tests/unknown-alert", severity: Error,
}

impl Check for UnknownAlert {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(tested) = facts.suites.of_document(document) else { return };
        // A rule file that is not there explains it, and says so itself.
        if !tested.is_complete || !tested.unmatched.is_empty() {
            return;
        }
        let alerting = tested.all_rules().filter(|(_, rule)| rule.is_alerting());
        let mut known: Vec<&str> = alerting.filter_map(|(_, rule)| Some(rule.alert.as_ref()?.value.as_str())).collect();
        // A test may hold that what is there for others to turn on stays off.
        let texts = tested.rules.iter().map(|document| &facts.workspace.files.file(document.file).text);
        known.extend(texts.flat_map(|text| text.lines().filter_map(commented_out)));
        for test in &tested.suite.tests {
            for finding in judgment::unknown_alerts(test, &known) {
                out.adopt(finding);
            }
        }
    }
}

/// The alert that a line of a comment would define.
fn commented_out(line: &str) -> Option<&str> {
    let said = line.trim_start().strip_prefix('#')?.trim_start_matches(['#', ' ', '-']);
    Some(said.strip_prefix("alert:")?.trim().trim_matches(['"', '\'']))
}
