//! What a test speaks of and nothing listens to: alerts that no rule raises, series that nothing selects.

use std::collections::BTreeSet;

use crate::{
    diag::{Diagnostic, Severity},
    engine::{LabelMatcher, Labels},
    input::labels_of,
    vocab::nearest,
};

use super::{
    CaseReport, Failure, Spelling,
    case::Setting,
    rulebook::{self, PlannedRule},
};

/// Adds what nothing listens to: to the failures, or where promtool's verdict counts to the warnings.
pub fn check(setting: &Setting<'_, '_>, report: &mut CaseReport) {
    let unknown = unknown_alerts(setting);
    if setting.request.spelling == Spelling::Promtool {
        report.warnings.extend(unknown.into_iter().map(|finding| finding.with_severity(Severity::Warning)));
        return;
    }
    report.failures.extend(unknown.into_iter().map(|finding| Failure { classic: finding.message.clone(), finding }));
    report.warnings.extend(unused_series(setting));
}

fn rules<'a>(setting: &'a Setting<'_, '_>) -> impl Iterator<Item = &'a PlannedRule<'a>> {
    setting.groups.iter().flat_map(|group| &group.rules)
}

/// Tests of alerts that no rule raises, which pass whenever they expect nothing.
fn unknown_alerts(setting: &Setting<'_, '_>) -> Vec<Diagnostic> {
    let known: Vec<&str> = rules(setting).filter(|rule| rule.rule.is_alerting()).map(|rule| &*rule.name).collect();
    let mut found = Vec::new();
    for name in setting.test.alert_tests.iter().filter_map(|test| test.alertname.as_ref()) {
        if known.contains(&name.value.as_str()) {
            continue;
        }
        let finding = Diagnostic::error(name.span, format!("no rule raises an alert `{}`", name.value));
        found.push(match nearest(&name.value, known.iter().copied()) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None if known.is_empty() => finding.help("the rule files of this test hold no alerts"),
            None => finding.help("a test that expects no such alert passes whatever the rules do"),
        });
    }
    found
}

/// Input series that no rule and no expression under test selects. One beside a series of the same name that is
/// selected is there on purpose: to show that the rule leaves it alone.
fn unused_series(setting: &Setting<'_, '_>) -> Vec<Diagnostic> {
    if rules(setting).any(|rule| rule.asked.is_none()) {
        return Vec::new();
    }
    let of_tests: Vec<Vec<LabelMatcher>> =
        setting.test.expr_tests.iter().filter_map(|test| test.query.as_ref()).flat_map(rulebook::selectors).collect();
    let of_rules = || rules(setting).flat_map(|rule| rule.selectors.iter().chain(rule.asked.iter().flatten()));
    let selects = |labels: &Labels| {
        let mut selectors = of_rules().chain(&of_tests);
        selectors.any(|matchers| matchers.iter().all(|matcher| matcher.takes_series(labels)))
    };
    let (used, unused): (Vec<_>, Vec<_>) = setting
        .test
        .input_series
        .iter()
        .filter_map(|input| input.series.as_ref())
        .map(|series| (series.span, labels_of(series)))
        .partition(|(_, labels)| selects(labels));
    let metrics_used: BTreeSet<&str> = used.iter().map(|(_, labels)| labels.metric_name()).collect();
    let mut found = Vec::new();
    for (span, labels) in unused {
        let name = labels.metric_name();
        if metrics_used.contains(name) {
            continue;
        }
        let finding = Diagnostic::warning(span, "no rule and no expression of this test selects this series");
        found.push(match same_metric(of_rules().chain(&of_tests), name) {
            true => finding.help("its name is selected, but with other labels"),
            false => match nearest(name, of_rules().filter_map(|one| metric_of(one))) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding,
            },
        });
    }
    found
}

fn metric_of(matchers: &[LabelMatcher]) -> Option<&str> {
    matchers.iter().find_map(LabelMatcher::metric_name)
}

fn same_metric<'m>(mut selectors: impl Iterator<Item = &'m Vec<LabelMatcher>>, name: &str) -> bool {
    selectors.any(|matchers| metric_of(matchers) == Some(name))
}
