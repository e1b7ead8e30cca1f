//! Which configurations Alertmanager refuses, as amtool 0.33.1 says.
//!
//! A case is a file, linted by itself. One that amtool refuses must get an error that says why the file
//! cannot be loaded; one that it accepts must get none.

use promcheck::{
    config::Config,
    diag::{Diagnostic, Severity},
    lint::{Options, Selection, lint},
    workspace::load_texts,
};

use super::board::{Data, Suite};

/// The checks that speak of what Alertmanager refuses.
const CHECKS: [&str; 3] = ["general/parse", "alertmanager/invalid", "alertmanager/placeholder"];

pub fn run(data: &Data) -> Vec<Suite> {
    let mut suite = Suite::new("alertmanager/verdicts");
    for row in data.rows("alertmanager-verdicts.jsonl") {
        let (Some(path), Some(said)) = (row["path"].as_str(), row["stdout"].as_str()) else { continue };
        let refused = row["rc"] != 0;
        let errors = errors(&data.text(path), &CHECKS, "alertmanager.yml");
        // Placeholders that Alertmanager loads, and cannot use, say nothing about loading.
        let heard = errors.iter().any(|error| error.check != "alertmanager/placeholder" || error.here.contains("does not start"));
        suite.case(refused == heard, || format!("{path}\n  amtool: {said}\n  promcheck: {errors:?}"));
    }
    vec![suite]
}

/// The errors that some checks find in a file.
pub fn errors(text: &str, checks: &[&str], name: &str) -> Vec<Diagnostic> {
    let workspace = load_texts(vec![(name.to_owned(), text.to_owned())]);
    let options = Options { selection: Selection::only(checks), ..Options::default() };
    let found = lint(&workspace, &Config::default(), options, jiff::civil::date(2026, 11, 21)).expect("the checks exist");
    found.findings.into_iter().filter(|finding| finding.severity == Severity::Error).collect()
}
