//! Which configurations Alertmanager refuses, as amtool 0.33.1 says.
//!
//! A case is a file. `check-config` must refuse it exactly when amtool does.

use promcheck::{
    config::Config,
    diag::{Diagnostic, Severity},
    dispatch::{load, templates},
    lint::{Options, Selection, lint},
    text::Files,
    vocab::Version,
    workspace::load_texts,
};

use super::board::{Data, Suite};

pub fn run(data: &Data) -> Vec<Suite> {
    let mut suite = Suite::new("alertmanager/verdicts");
    for row in data.rows("alertmanager-verdicts.jsonl") {
        let (Some(path), Some(said)) = (row["path"].as_str(), row["stdout"].as_str()) else { continue };
        let refused = row["rc"] != 0;
        let file = data.path(path);
        let mut files = Files::default();
        let mut loaded = load(&mut files, file.clone(), Ok(data.text(path).into_bytes()), Version::new(0, 33));
        if let Some(config) = loaded.config.filter(|_| loaded.refusals.is_empty()) {
            loaded.refusals = templates(&mut files, &config, file.parent().unwrap_or(&file)).refusals;
        }
        let reasons = loaded.refusals;
        suite.case(refused != reasons.is_empty(), || format!("{path}\n  amtool: {said}\n  promcheck: {reasons:?}"));
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
