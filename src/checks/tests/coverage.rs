//! Alerts that no test asks for.

use std::collections::BTreeSet;

use crate::{check, kit::*, workspace::Workspace};

check! {
    /// No test file asks for this alert.
    ///
    /// ## Why it matters
    /// Where alerts are tested, one without a test is the one that breaks unseen. `promcheck test --coverage` says more:
    /// which states, operands and sides of thresholds the tests never saw.
    ///
    /// ## Example
    /// ```yaml path=tests/alerts.yml
    /// rule_files: [../rules/alerts.yml]
    /// tests: []
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
    ///   - input_series: [{series: up, values: 0x9}]
    ///     alert_rule_test: [{eval_time: 5m, alertname: TargetDown, exp_alerts: [{}]}]
    /// ```
    /// ```yaml path=rules/alerts.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    /// ```
    pub struct Coverage {}
    id: "tests/coverage", severity: Warning, opt_in: true,
}

impl Check for Coverage {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        if facts.suites.all.is_empty() {
            return;
        }
        let tests = facts.suites.cases().flat_map(|test| &test.alert_tests);
        let named: BTreeSet<&str> = tests.filter_map(|test| Some(test.alertname.as_ref()?.value.as_str())).collect();
        for (group, rule) in workspace.documents.iter().flat_map(|document| document.rules()) {
            let Some(alert) = rule.alert.as_ref().filter(|_| rule.is_alerting()) else { continue };
            if !named.contains(alert.value.as_str()) {
                let of = group.name.as_ref().map(|name| format!(" of group `{}`", name.value)).unwrap_or_default();
                out.report(alert.span, format!("no test asks for `{}`{of}", alert.value));
            }
        }
    }
}
