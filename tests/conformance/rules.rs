//! Which rule files Prometheus refuses, as promtool 3.5.3's `check rules` says.
//!
//! A case is a file that is written for Prometheus, linted by itself. Files of its relatives (Loki,
//! VictoriaMetrics), manifests and templates of files are no cases. Expressions that need a feature flag
//! are refused by promtool and accepted here; so are templates with vmalert's functions, when no server here
//! loads them.

use std::collections::BTreeSet;

use promcheck::{
    model::rules::Ruler,
    workspace::{Fate, load_texts},
};

use super::{
    alertmanager::errors,
    board::{Data, Suite},
};

/// The checks that speak of what Prometheus refuses.
const CHECKS: [&str; 4] = ["general/parse", "promql/syntax", "rules/structure", "rules/template-syntax"];

pub fn run(data: &Data) -> Vec<Suite> {
    let others: BTreeSet<String> = data
        .rows("manifest.jsonl")
        .iter()
        .filter(|row| row["form"] == "crd" || row["form"] == "templated")
        .filter_map(|row| row["path"].as_str().map(str::to_owned))
        .collect();
    let mut suite = Suite::new("rules/verdicts");
    for row in data.rows("rules-verdicts.jsonl") {
        let Some(path) = row["path"].as_str().filter(|path| !others.contains(*path)) else { continue };
        let text = data.text(path);
        let stderr = row["check"]["stderr"].as_str().unwrap_or_default();
        if is_foreign(&text) || is_another_kind(stderr) {
            continue;
        }
        let refused = row["check"]["rc"] != 0;
        let errors = errors(&text, &CHECKS, "rules.yml");
        let said = || errors.iter().map(|error| format!("{}: {}", error.check, error.message)).collect::<Vec<_>>();
        suite.case(refused != errors.is_empty(), || {
            format!("{path}\n  promtool: {}\n  promcheck: {:?}", stderr, said())
        });
    }
    vec![suite]
}

/// Whether it is a template of a file, or meant for a relative of Prometheus.
fn is_foreign(text: &str) -> bool {
    let workspace = load_texts(vec![("rules.yml".to_owned(), text.to_owned())]);
    let templated = workspace.readings.iter().any(|reading| matches!(reading.fate, Fate::Templated(_)));
    let mut files = workspace.documents.iter().filter_map(|document| document.rule_file());
    templated || files.any(|file| file.ruler != Ruler::Prometheus)
}

/// Whether promtool says that it was given a file of another kind: a test, a configuration, a manifest.
fn is_another_kind(said: &str) -> bool {
    ["rule_files", "evaluation_interval", "apiVersion"]
        .iter()
        .any(|key| said.contains(&format!("field {key} not found in type rulefmt.RuleGroups")))
}
