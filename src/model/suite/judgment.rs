//! What a test speaks of and nothing listens to: alerts that no rule raises, series that nothing selects.
//!
//! The harness asks it of the rules it runs, and the linter of those it read, so that both say the same.

use std::collections::BTreeSet;

use crate::{diag::Diagnostic, text::Spanned, vocab::nearest};

use super::{TestCase, series::Series};

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
/// One beside a series of the same name that is selected is there on purpose: to show that the rule leaves it alone.
pub fn unused_series(test: &TestCase, selects: impl Fn(&Series) -> bool, names: &[&str]) -> Vec<Diagnostic> {
    let series = test.input_series.iter().filter_map(|input| input.series.as_ref());
    let (used, unused): (Vec<&Series>, Vec<&Series>) = series.partition(|series| selects(series));
    let name_of = |series: &Series| series.label("__name__").unwrap_or_default().to_owned();
    let metrics_used: BTreeSet<String> = used.into_iter().map(name_of).collect();
    let idle = unused.into_iter().map(|series| (series, name_of(series)));
    let idle = idle.filter(|(_, name)| !metrics_used.contains(name));
    idle.map(|(series, name)| {
        let finding = Diagnostic::warning(series.span, "no rule and no expression of this test selects this series");
        match names.contains(&name.as_str()) {
            true => finding.help("its name is selected, but with other labels"),
            false => match nearest(&name, names.iter().copied()) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding,
            },
        }
    })
    .collect()
}
