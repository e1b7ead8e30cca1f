//! Alerts whose tests never see them fire.

use std::collections::BTreeSet;

use crate::{
    check,
    kit::*,
    model::{
        Document,
        suite::{AlertTest, TestCase},
    },
};

check! {
    /// An alert is tested, and no test ever expects it.
    ///
    /// ## Why it matters
    /// Tests that only expect silence pass as well when the alert can never fire, be it for a misspelled label in the
    /// rule or in the test. One test that sees it fire gives all the others their meaning.
    ///
    /// ## Example
    /// ```yaml path=tests/alerts.yml
    /// rule_files: [../rules/alerts.yml]
    /// tests:
    ///   - input_series: [{series: up, values: 1x9}]
    ///     alert_rule_test: [{eval_time: 5m, alertname: TargetDown, exp_alerts: []}]
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
    pub struct OnlyEmpty {}
    id: "tests/only-empty", severity: Warning,
}

impl Check for OnlyEmpty {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(tested) = facts.suites.of_document(document) else { return };
        if facts.suites.cases().any(looks_at_all) {
            return;
        }
        let seen: BTreeSet<&str> = facts.suites.cases().flat_map(expected_names).collect();
        let mut told = BTreeSet::new();
        let names =
            tested.suite.tests.iter().flat_map(|test| &test.alert_tests).filter_map(|test| test.alertname.as_ref());
        for name in names.filter(|name| !seen.contains(name.value.as_str())) {
            let Some(rule) = tested.raising(&name.value).next().filter(|_| told.insert(&name.value)) else { continue };
            out.report(name.span, format!("no test ever expects `{}` to fire", name.value))
                .label(rule.anchor(), "raised here")
                .help("add a test with series that make it fire");
        }
    }
}

/// The alerts that a test expects in some state.
fn expected_names(test: &TestCase) -> Vec<&str> {
    let is_expected = |test: &&AlertTest| {
        let lists = [&test.firing, &test.pending, &test.resolved];
        lists.iter().any(|list| !list.alerts.is_empty()) || test.count.is_some_and(|count| count.value > 0)
    };
    let of_alerts =
        test.alert_tests.iter().filter(is_expected).filter_map(|test| Some(test.alertname.as_ref()?.value.as_str()));
    let told =
        test.notification_tests.iter().flat_map(|test| &test.notifications).flat_map(|sent| &sent.alerts).flatten();
    let told = told.filter(|pair| pair.name.value == "alertname").map(|pair| pair.value.text());
    of_alerts.chain(told).collect()
}

/// Whether a test looks at alerts by an expression, which may see any of them.
fn looks_at_all(test: &TestCase) -> bool {
    let queries = test.expr_tests.iter().filter_map(|test| test.query.as_ref());
    queries.into_iter().any(|query| query.text.text().contains("ALERTS"))
}
