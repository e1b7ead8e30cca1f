//! What a test speaks of and nothing listens to: alerts that no rule raises, series that nothing selects.

use crate::{
    diag::{Diagnostic, Severity},
    engine::{LabelMatcher, Test},
    input::labels_of,
    model::suite::{
        judgment::{self, Apart},
        series::Series,
    },
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

/// Tests of alerts that no rule raises.
fn unknown_alerts(setting: &Setting<'_, '_>) -> Vec<Diagnostic> {
    let known: Vec<&str> = rules(setting).filter(|rule| rule.rule.is_alerting()).map(|rule| &*rule.name).collect();
    judgment::unknown_alerts(setting.test, &known)
}

/// Input series that no rule and no expression under test selects.
fn unused_series(setting: &Setting<'_, '_>) -> Vec<Diagnostic> {
    if rules(setting).any(|rule| rule.asked.is_none()) {
        return Vec::new();
    }
    let of_tests: Vec<Vec<LabelMatcher>> =
        setting.test.expr_tests.iter().filter_map(|test| test.query.as_ref()).flat_map(rulebook::selectors).collect();
    let selectors = || {
        let of_rules = rules(setting).flat_map(|rule| rule.selectors.iter().chain(rule.asked.iter().flatten()));
        of_rules.chain(&of_tests)
    };
    let selects = |series: &Series| {
        let labels = labels_of(series);
        selectors().any(|matchers| matchers.iter().all(|matcher| matcher.takes_series(&labels)))
    };
    let names: Vec<&str> =
        selectors().filter_map(|matchers| matchers.iter().find_map(LabelMatcher::metric_name)).collect();
    let apart = |series: &Series| selectors().any(|matchers| leaves_apart(matchers, series));
    judgment::unused_series(setting.test, selects, apart, &names)
}

/// Whether a selector of a series' name does not take it for the values that it says.
fn leaves_apart(matchers: &[LabelMatcher], series: &Series) -> bool {
    let labels = labels_of(series);
    let name = matchers.iter().find_map(LabelMatcher::metric_name);
    let refusing = matchers.iter().filter(|matcher| !matcher.takes_series(&labels));
    let apart = refusing.map(|matcher| {
        let wanted = match &matcher.test {
            Test::Equal(value) => Some(value.as_str()),
            _ => None,
        };
        Apart::of(series, &matcher.label, wanted)
    });
    name.is_some_and(|name| series.label("__name__") == Some(name)) && Apart::is_meant(apart)
}
