//! Verdicts of rule unit tests, as promtool 3.5.3 gives them: real tests, the same with one mistake each, and
//! runs with flags.
//!
//! A case is one run, of which the exit status must be promtool's. Tests that promtool passes and fails by turns,
//! because it evaluates groups in random order, are no cases; nor are those with `start_timestamp`, a key that
//! came after the judge's version.

use std::{collections::BTreeSet, path::PathBuf};

use promcheck::{
    harness::{self, Request, Spelling},
    vocab::{Pattern, PatternUse},
    workspace::Progress,
};
use serde_json::Value;

use super::board::{Data, Suite};

pub fn run(data: &Data) -> Vec<Suite> {
    let by_turns: BTreeSet<String> = data
        .rows("manifest.jsonl")
        .iter()
        .filter(|row| row["peer_verdict"]["flaky"] == Value::Bool(true))
        .filter_map(|row| row["path"].as_str().map(str::to_owned))
        .collect();
    let mut verdicts = Suite::new("rule-tests/verdicts");
    for row in data.rows("rule-tests-verdicts.jsonl") {
        let Some(path) = row["path"].as_str().filter(|path| !by_turns.contains(*path)) else { continue };
        judge(&row, request(vec![data.path(path)]), path, &mut verdicts);
    }
    let mut flags = Suite::new("rule-tests/flags");
    for row in data.rows("rule-tests-flags.jsonl") {
        let (Some(folder), Some(arguments)) = (row["cwd"].as_str(), row["args"].as_array()) else { continue };
        let words: Vec<&str> = arguments.iter().filter_map(Value::as_str).skip(2).collect();
        let files: Vec<&str> = words.iter().copied().filter(|word| !word.starts_with("--")).collect();
        if files.iter().any(|file| by_turns.contains(&format!("{folder}/{file}"))) {
            continue;
        }
        let mut request = request(files.iter().map(|file| data.path(folder).join(file)).collect());
        request.run = words.iter().find_map(|word| word.strip_prefix("--run=")).map(|pattern| {
            Pattern::of(pattern, PatternUse::Search).expect("promtool took this pattern")
        });
        request.ignore_unknown_fields = words.contains(&"--ignore-unknown-fields");
        request.diff = words.contains(&"--diff");
        request.dump = words.contains(&"--debug");
        judge(&row, request, &format!("{folder} {}", words.join(" ")), &mut flags);
    }
    vec![verdicts, flags]
}

fn request(files: Vec<PathBuf>) -> Request {
    Request {
        files,
        spelling: Spelling::Promtool,
        run: None,
        ignore_unknown_fields: false,
        features: Vec::new(),
        delayed_name_removal: false,
        diff: false,
        dump: false,
        coverage: false,
    }
}

fn judge(row: &Value, request: Request, name: &str, suite: &mut Suite) {
    if row["stderr"].as_str().is_some_and(|said| said.contains("field start_timestamp not found")) {
        return;
    }
    let report = harness::run(&request, &Progress::default());
    let failed = report.suites.iter().any(harness::SuiteReport::has_failed);
    suite.case(failed == (row["rc"] != 0), || {
        let failures: Vec<&str> =
            report.suites.iter().flat_map(|suite| suite.failures()).map(|failure| &*failure.classic).collect();
        format!("{name}\n  promtool: {}\n  promcheck: {}", row["stderr"].as_str().unwrap_or_default(), failures.join("\n"))
    });
}
