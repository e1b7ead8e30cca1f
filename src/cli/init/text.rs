//! The files that `promcheck init` writes.

use std::fmt::Write;

use crate::{
    diag::{Diagnostic, Severity},
    vocab::Version,
};

use super::survey::Survey;

/// `.promcheck.yml`, with what is known filled in and the rest as comments.
pub fn configuration(survey: &Survey, baseline: Option<&str>) -> String {
    let kinds: Vec<String> = survey
        .kinds
        .iter()
        .map(|((one, several), count)| format!("{count} {}", if *count == 1 { one } else { several }))
        .collect();
    let kinds = if kinds.is_empty() { "nothing that promcheck reads".to_owned() } else { kinds.join(", ") };
    let mut text = format!(
        "# What promcheck knows of this project. `promcheck schema` describes every key.\n#\n# Found: {kinds}\n"
    );
    let mut key = |about: &str, line: String, is_known: bool| {
        let sign = if is_known { "" } else { "# " };
        let _ = write!(text, "\n# {}\n", about.replace('\n', "\n# "));
        line.lines().for_each(|line| {
            let _ = writeln!(text, "{sign}{line}");
        });
    };
    key("The mildest finding that fails a run: info, warning, error or never.", "fail_on: warning".to_owned(), true);
    key(
        "Findings that were there before promcheck, so that only new ones are told.\n\
         `promcheck lint --update-baseline` writes the file.",
        format!("baseline: {}", baseline.unwrap_or(super::BASELINE)),
        baseline.is_some(),
    );
    key(
        "Files that others maintain: what they say counts, but nothing is told of them.",
        list("vendored", &survey.vendored, "vendor/"),
        !survey.vendored.is_empty(),
    );
    key("Files that are not read at all.", list("exclude", &[], "drafts/"), false);
    let pages = survey
        .pages
        .iter()
        .map(|folder| if folder.is_empty() { "*.prom".to_owned() } else { format!("{folder}/*.prom") });
    key(
        "Captured /metrics pages (`curl HOST:PORT/metrics > metrics/JOB.prom`); with them it is known which\n\
         metrics and labels exist.",
        list("metrics", &pages.collect::<Vec<_>>(), "metrics/*.prom"),
        !survey.pages.is_empty(),
    );
    key(
        "The programs that run this.",
        format!("prometheus_version: {}", version(survey.prometheus, "3.5")),
        survey.prometheus.is_some(),
    );
    text.push_str(&versioned(survey));
    let mut key = |about: &str, line: &str| {
        let _ = write!(text, "\n# {about}\n{line}\n");
    };
    key(
        "Comments for pint and promruval count, too.",
        if survey.peers { "honour_pint: true" } else { "# honour_pint: true" },
    );
    key(
        "Severities, by check or group; `promcheck checks` lists them.",
        "# checks:\n#   docs: off\n#   rules/unused-record: warning",
    );
    key(
        "Findings that are accepted, for files that cannot carry a comment.",
        "# ignore:\n#   - check: dashboards/unit\n#     path: dashboards/legacy/\n#     reason: replaced in spring\n#     until: 2027-03-31",
    );
    text
}

fn versioned(survey: &Survey) -> String {
    let sign = |is_known: bool| if is_known { "" } else { "# " };
    let alertmanager = version(survey.alertmanager, "0.28");
    let mut text = format!("{}alertmanager_version: {alertmanager}\n", sign(survey.alertmanager.is_some()));
    let features = list("enable_features", &survey.features, "promql-experimental-functions");
    features.lines().for_each(|line| {
        let _ = writeln!(text, "{}{line}", sign(!survey.features.is_empty()));
    });
    text
}

fn version(known: Option<Version>, example: &str) -> String {
    // Quoted, so that no reader takes `3.10` for a number.
    format!("\"{}\"", known.map_or(example.to_owned(), |version| version.to_string()))
}

/// A key with a list, or with an example where there is nothing to list.
fn list<'t>(key: &str, items: impl IntoIterator<Item = &'t String>, example: &str) -> String {
    let mut items: Vec<String> = items.into_iter().map(|item| quoted(item)).collect();
    if items.is_empty() {
        items.push(quoted(example));
    }
    let lines: Vec<String> = items.iter().map(|item| format!("  - {item}")).collect();
    format!("{key}:\n{}", lines.join("\n"))
}

/// A text as YAML on one line.
fn quoted(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b'-');
    let begins_plain = text.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '/');
    if begins_plain && text.bytes().all(is_plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', "''")) }
}

/// `.pre-commit-config.yaml`, for a promcheck that is installed.
pub fn hooks(survey: &Survey) -> String {
    let mut text = "\
# Runs promcheck before each commit: `pip install pre-commit && pre-commit install`.
repos:
  - repo: local
    hooks:
      - id: promcheck-lint
        name: promcheck lint
        # The changed files, seen together with all others.
        entry: promcheck lint --in-context
        language: system
        files: \\.(ya?ml|json|md|markdown|rules?|prom|metrics)$
        require_serial: true
      - id: promcheck-fmt
        name: promcheck fmt
        entry: promcheck fmt --in-context
        language: system
        files: \\.(ya?ml|rules?)$
        require_serial: true
"
    .to_owned();
    if !survey.tests.is_empty() {
        let _ = write!(
            text,
            "      - id: promcheck-test\n        name: promcheck test\n        entry: promcheck test {}\n        \
             language: system\n        files: \\.(ya?ml|rules?|prom|metrics)$\n        pass_filenames: false\n",
            test_folders(survey)
        );
    }
    text
}

/// A workflow for GitHub.
pub fn workflow(survey: &Survey) -> String {
    let mut text = format!(
        "\
name: promcheck

on:
  push:
    branches: [main]
  pull_request:

permissions:
  contents: read

jobs:
  promcheck:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: {{ fetch-depth: 0 }}
      - uses: actions/cache@v4
        with: {{ path: ~/.cargo/bin/promcheck, key: promcheck-{version} }}
      - run: command -v promcheck || cargo install --locked promcheck@{version}
      - run: promcheck lint --format markdown >> \"$GITHUB_STEP_SUMMARY\" || true
      - run: promcheck lint --format github
",
        version = env!("CARGO_PKG_VERSION")
    );
    if !survey.tests.is_empty() {
        let _ = writeln!(text, "      - run: promcheck test --format github {}", test_folders(survey));
    }
    text
}

fn test_folders(survey: &Survey) -> String {
    let folder = |folder: &String| {
        if folder.is_empty() { ".".to_owned() } else { format!("'{}/'", folder.replace('\'', "'\\''")) }
    };
    survey.tests.iter().map(folder).collect::<Vec<_>>().join(" ")
}

/// What to do next.
pub fn advice(findings: &[Diagnostic], is_accepted: bool) -> String {
    let counted = |count: usize| format!("{count} finding{}", if count == 1 { "" } else { "s" });
    match (findings.len(), is_accepted) {
        (0, _) => "nothing is found today\n".to_owned(),
        (count, true) => format!("accepted {}; `promcheck lint` tells what comes from now on\n", counted(count)),
        (count, false) => {
            let of = |severity| (severity, findings.iter().filter(|finding| finding.severity == severity).count());
            let words: Vec<String> = Severity::ALL
                .into_iter()
                .rev()
                .map(of)
                .filter(|(_, count)| *count > 0)
                .map(|(severity, count)| format!("{count} {severity}"))
                .collect();
            format!(
                "{} today: {}; `promcheck init --baseline --force` accepts them\n",
                counted(count),
                words.join(", ")
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::Config, text::FileId};

    #[test]
    fn a_configuration_is_read_without_complaint() {
        let full = Survey {
            vendored: ["/a: b/vendor/".to_owned()].into(),
            pages: ["".to_owned(), "metrics".to_owned()].into(),
            prometheus: Version::parse("3.10"),
            features: ["promql-experimental-functions".to_owned()].into(),
            peers: true,
            ..Survey::default()
        };
        for survey in [Survey::default(), full] {
            let text = configuration(&survey, None);
            for text in [text.clone(), text.replace("\n# vendored:\n#   -", "\nvendored:\n  -")] {
                let (config, complaints) = Config::read(FileId(0), text.as_str(), "".into());
                assert_eq!(complaints, [], "{text}");
                assert!(config.fail_on.is_some() && config.baseline.is_none(), "{text}");
                assert_eq!(config.prometheus_version.map(|version| version.value), survey.prometheus, "{text}");
                assert_eq!(config.metrics.len(), survey.pages.len(), "{text}");
            }
        }
    }

    #[test]
    fn commented_keys_are_right_when_they_are_uncommented() {
        let text = configuration(&Survey::default(), None);
        // Keys stand behind one sign and one blank, and prose begins with a capital or a backtick.
        let is_key = |line: &str| {
            line.strip_prefix("# ").is_some_and(|rest| {
                rest.starts_with(|c: char| c.is_lowercase() || c == ' ')
                    && (rest.contains(": ") || rest.ends_with(':') || rest.starts_with("  - "))
            })
        };
        let text: String =
            text.lines().map(|line| format!("{}\n", if is_key(line) { &line[2..] } else { line })).collect();
        let (config, complaints) = Config::read(FileId(0), text.as_str(), "".into());
        assert_eq!(complaints, [], "{text}");
        assert!(!config.exclude.is_empty() && !config.ignore.is_empty() && !config.checks.is_empty(), "{text}");
    }
}
