//! Input series that nothing under test selects.

use crate::{
    check,
    kit::*,
    model::{
        Document,
        rules::Rule as RuleOfFile,
        suite::{
            TestCase,
            judgment::{self, Apart},
            series::Series,
        },
    },
    promql::{
        Selection,
        ast::{MatchOp, Matcher, VectorSelector},
    },
};

check! {
    /// A series of a test is selected by no rule and by no expression under test.
    ///
    /// ## Why it matters
    /// The test looks as if it gave the rule something to think about, and the rule never sees it: most often a label
    /// or the name is misspelled, and a test that expects no alert passes for that reason alone.
    ///
    /// ## Example
    /// ```yaml path=tests/alerts.yml
    /// rule_files: [../rules/alerts.yml]
    /// tests:
    ///   - input_series: [{series: 'upp{job="api"}', values: 0x9}]
    ///     alert_rule_test: [{eval_time: 5m, alertname: TargetDown}]
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
    ///   - input_series: [{series: 'up{job="api"}', values: 1x9}]
    ///     alert_rule_test: [{eval_time: 5m, alertname: TargetDown}]
    /// ```
    /// ```yaml path=rules/alerts.yml
    /// - alert: TargetDown
    ///   expr: up == 0
    /// ```
    pub struct UnusedSeries {}
    id: "tests/unused-series", severity: Warning,
}

impl Check for UnusedSeries {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(tested) = facts.suites.of_document(document) else { return };
        let rules: Vec<&RuleOfFile> = tested.all_rules().map(|(_, rule)| rule).collect();
        // What a template asks for by `query` may be put together as it runs.
        if !tested.is_complete || !tested.unmatched.is_empty() || rules.iter().any(|rule| asks(rule)) {
            return;
        }
        let of_rules: Vec<&VectorSelector> = rules
            .iter()
            .filter_map(|rule| rule.expr.as_ref()?.valid())
            .flat_map(|expr| expr.selections().map(|selection| selection.selector))
            .collect();
        let is_valid = rules.iter().all(|rule| rule.expr.as_ref().is_some_and(|query| query.valid().is_some()));
        for test in tested.suite.tests.iter().filter(|test| is_valid && expressions_are_valid(test)) {
            let of_test = test.expr_tests.iter().filter_map(|test| test.query.as_ref()?.valid());
            let of_test = of_test.flat_map(|expr| expr.selections().map(|selection: Selection<'_>| selection.selector));
            let selectors: Vec<&VectorSelector> = of_rules.iter().copied().chain(of_test).collect();
            let names: Vec<&str> =
                selectors.iter().filter_map(|selector| Some(selector.metric_name()?.value.as_str())).collect();
            let selects = |series: &Series| selectors.iter().any(|selector| takes(selector, series));
            let apart = |series: &Series| selectors.iter().any(|selector| leaves_apart(selector, series));
            for finding in judgment::unused_series(test, selects, apart, &names) {
                out.adopt(finding);
            }
        }
    }
}

fn asks(rule: &RuleOfFile) -> bool {
    rule.labels.iter().chain(&rule.annotations).any(|pair| pair.value.text.text().contains("query"))
}

fn expressions_are_valid(test: &TestCase) -> bool {
    test.expr_tests.iter().all(|test| test.query.as_ref().is_none_or(|query| query.valid().is_some()))
}

/// Whether a selector selects a series.
fn takes(selector: &VectorSelector, series: &Series) -> bool {
    let value = |label: &str| series.label(label).unwrap_or_default();
    selector.name.as_ref().is_none_or(|name| name.value == value("__name__"))
        && selector.matchers.iter().all(|matcher| matcher.matches(value(&matcher.label.value)))
}

/// Whether a selector of a series' name does not take it for the values that it says.
fn leaves_apart(selector: &VectorSelector, series: &Series) -> bool {
    let is_named = selector.name.as_ref().is_some_and(|name| series.label("__name__") == Some(name.value.as_str()));
    let refuses = |matcher: &&Matcher| !matcher.matches(series.label(&matcher.label.value).unwrap_or_default());
    let refusing = selector.matchers.iter().filter(refuses);
    let apart = refusing.map(|matcher| {
        let wanted = (matcher.op.value == MatchOp::Equal).then_some(matcher.value.value.as_str());
        Apart::of(series, &matcher.label.value, wanted)
    });
    is_named && Apart::is_meant(apart)
}
