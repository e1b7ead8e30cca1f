//! What makes a test say less than it seems to: alerts that no rule raises, series that nothing selects, groups in no
//! order.
//!
//! The harness asks it of the rules it runs, and the linter of those it read, so that both say the same.

use std::collections::BTreeSet;

use crate::{
    diag::{Diagnostic, Severity},
    text::{Span, Spanned},
    vocab::nearest,
};

use super::{Suite, TestCase, series::Series};

/// Tests of alerts that no rule raises, which pass whenever they expect nothing.
pub fn unknown_alerts(test: &TestCase, known: &[&str]) -> Vec<Diagnostic> {
    let names = test.alert_tests.iter().filter_map(|test| test.alertname.as_ref());
    names.filter(|name| !known.contains(&name.value.as_str())).map(|name| unknown_alert(name, known)).collect()
}

fn unknown_alert(name: &Spanned<String>, known: &[&str]) -> Diagnostic {
    let finding = Diagnostic::error(name.span, format!("no rule raises an alert `{}`", name.value));
    match nearest(&name.value, known.iter().copied()) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None if known.is_empty() => finding.help("the rule files of this test hold no alerts"),
        None => finding.help("a test that expects no such alert passes whatever the rules do"),
    }
}

/// Input series that nothing selects, where `selects` knows and `names` are the metrics that are selected by name.
/// One beside a series of the same name that is selected is there on purpose: to show that the rule leaves it alone. One
/// that is `apart` may be, too.
pub fn unused_series(
    test: &TestCase,
    selects: impl Fn(&Series) -> bool,
    apart: impl Fn(&Series) -> bool,
    names: &[&str],
) -> Vec<Diagnostic> {
    let series = test.input_series.iter().filter_map(|input| input.series.as_ref());
    let (used, unused): (Vec<&Series>, Vec<&Series>) = series.partition(|series| selects(series));
    let name_of = |series: &Series| series.label("__name__").unwrap_or_default().to_owned();
    let metrics_used: BTreeSet<String> = used.into_iter().map(name_of).collect();
    let idle = unused.into_iter().map(|series| (series, name_of(series)));
    let idle = idle.filter(|(_, name)| !metrics_used.contains(name));
    idle.map(|(series, name)| {
        let finding = Diagnostic::warning(series.span, "no rule and no expression of this test selects this series");
        match names.contains(&name.as_str()) {
            true if apart(series) => finding
                .with_severity(Severity::Info)
                .help("its name is selected, but with other values: perhaps to show that nothing fires"),
            true => finding.help("its name is selected, but with other labels"),
            false => match nearest(&name, names.iter().copied()) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding,
            },
        }
    })
    .collect()
}

/// How a series stands to a matcher that does not take it.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Apart {
    /// It lacks the label.
    Without,
    /// Its value may be a misspelling of the one that is wanted.
    Near,
    /// It says another value.
    Far,
}

impl Apart {
    /// How a series stands to the value that is wanted of a label, if it is one.
    pub fn of(series: &Series, label: &str, wanted: Option<&str>) -> Self {
        match series.label(label) {
            None => Self::Without,
            Some(value) if nearest(value, wanted).is_some() => Self::Near,
            Some(_) => Self::Far,
        }
    }

    /// Whether a series is left alone for what it says, and not for a slip.
    pub fn is_meant(all: impl IntoIterator<Item = Self>) -> bool {
        let all: Vec<Self> = all.into_iter().collect();
        all.contains(&Self::Far) && !all.contains(&Self::Near)
    }
}

/// Two groups of one rank, of which one reads by a rule what the other one records.
pub fn undecided_order(suite: &Suite, reader: &str, writer: &str, name: &str, reading: Span) -> Diagnostic {
    let place = suite.group_order.first().or(suite.rule_files.first()).map_or(suite.span, |place| place.span);
    let message = format!(
        "group `{reader}` reads `{name}`, which group `{writer}` records, and nothing says which of them is evaluated \
         first"
    );
    Diagnostic::info(place, message)
        .label(reading, "this rule reads it")
        .help(format!("promtool's verdict depends on chance here; write `group_eval_order: [{writer}, {reader}]`"))
}
