//! What a shell or a pipeline sees: output, exit status, files.

use std::{fs, io::Read, process::Stdio};

use crate::folder::Folder;

const BROKEN: &str =
    "groups:\n  - name: node\n    rules:\n      - alert: Down\n        expr: up == 0\n        four: 5m\n";
const SOUND: &str =
    "groups:\n  - name: node\n    rules:\n      - alert: Down\n        expr: up == 0\n        for: 5m\n";

/// Only the check that reads files, so that new checks do not change these tests.
const PARSE: [&str; 3] = ["lint", "--select", "general/parse"];

fn parse(more: &[&'static str]) -> Vec<&'static str> {
    PARSE.iter().chain(more).copied().collect()
}

#[test]
fn findings_are_status_one() {
    let folder = Folder::with(&[("rules/node.yml", BROKEN)]);
    let answer = folder.run(&parse(&[]));
    assert_eq!(answer.status, Some(1), "{answer:?}");
    assert!(answer.out.starts_with("error[general/parse]: "), "{}", answer.out);
    assert!(answer.out.contains("╭─[rules/node.yml:6:9]"), "{}", answer.out);
    assert!(answer.out.ends_with("1 error in 1 file\n"), "{}", answer.out);
    assert_eq!(answer.error, "");
}

#[test]
fn no_findings_are_status_zero() {
    let folder = Folder::with(&[("rules/node.yml", SOUND), ("notes.bin", "")]);
    let answer = folder.run(&parse(&["rules"]));
    assert_eq!((answer.status, answer.error.as_str()), (Some(0), ""));
    assert_eq!(answer.out, "no findings in 1 file, 1 check ran\n");
}

#[test]
fn a_configuration_that_git_ignores_may_have_any_job() {
    let board = r#"{"title": "Shop", "schemaVersion": 39, "panels": [{"type": "stat", "targets": [
        {"refId": "A", "datasource": {"type": "prometheus"}, "expr": "up{job=\"shop\"}"}]}]}"#;
    let config = "scrape_configs:\n  - {job_name: trial, static_configs: [{targets: [\"trial:80\"]}]}\n";
    let compose = "services:\n  prometheus:\n    image: prom/prometheus:v3.1.0\n    volumes: [\"./live.yml:/etc/prometheus/prometheus.yml\"]\n";
    let folder = Folder::with(&[("board.json", board), ("trial.yml", config), ("compose.yml", compose)]);
    let lint = || folder.run(&["lint", "--select", "metrics/job-unknown"]);
    assert!(lint().out.contains("no job is called `shop`"));
    folder.write(".gitignore", "live.yml");
    assert_eq!(lint().status, Some(0));
}

#[test]
fn fail_on_decides_the_status() {
    let folder = Folder::with(&[("rules/node.yml", BROKEN), ("lenient.yml", "fail_on: never\n")]);
    assert_eq!(folder.run(&parse(&["--fail-on", "never", "rules"])).status, Some(0));
    assert_eq!(folder.run(&parse(&["--config", "lenient.yml", "rules"])).status, Some(0));
    assert_eq!(folder.run(&parse(&["--config", "lenient.yml", "--fail-on", "info", "rules"])).status, Some(1));
}

#[test]
fn the_configuration_is_found_upwards_and_checked() {
    let folder = Folder::with(&[("team/rules/node.yml", BROKEN), (".promcheck.yml", "exlude: [team]\n")]);
    let answer = folder.run(&parse(&["-f", "concise", "team/rules"]));
    assert_eq!(answer.status, Some(1));
    let lines: Vec<&str> = answer.out.lines().collect();
    assert!(lines[0].starts_with("team/rules/node.yml:6:9: error: "), "{}", lines[0]);
    let config = fs::canonicalize(&folder.0).unwrap().join(".promcheck.yml");
    let unknown = "1:1: error: unknown key `exlude` in the configuration [general/parse]";
    assert_eq!(lines[1].replace(&*config.to_string_lossy(), ".promcheck.yml"), format!(".promcheck.yml:{unknown}"));
    assert_eq!(lines.len(), 2);
    let answer = folder.run(&parse(&["-f", "concise", "--no-config", "team/rules"]));
    assert_eq!(answer.out.lines().count(), 1, "{}", answer.out);
}

#[test]
fn excluded_files_are_not_read() {
    let folder = Folder::with(&[
        ("team/vendor/node.yml", BROKEN),
        ("team/own.yml", SOUND),
        (".promcheck.yml", "exclude: [vendor/]\n"),
    ]);
    for from in [".", "team", "team/../team"] {
        let answer = folder.run(&["lint", "--select", "general/parse", "-f", "concise", from]);
        assert_eq!((answer.status, answer.out.as_str()), (Some(0), ""), "from {from}");
    }
}

#[test]
fn what_cannot_be_done_is_status_two() {
    let folder = Folder::with(&[("rules/node.yml", SOUND)]);
    let cases: [(&[&str], &str); 7] = [
        (&["lint", "nowhere"], "promcheck: nowhere: no such file or folder\n"),
        (&["lint", "--config", "nowhere.yml"], "promcheck: nowhere.yml: "),
        (&["lint", "--select", "general/prase"], "there is no check `general/prase`; did you mean `general/parse`?"),
        (&["lint", "--select", "runbooks/dead"], "`runbooks/dead` has nothing to look at without `--links`"),
        (&["explain", "prase"], "there is no check `prase`; did you mean `general/parse`?"),
        (&["lint", "-o", "nowhere/report.json"], "promcheck: cannot write `nowhere/report.json`: "),
        (&["lint", "--format", "sariff"], "'sarif'"),
    ];
    for (arguments, expected) in cases {
        let answer = folder.run(arguments);
        assert_eq!((answer.status, answer.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(answer.error.contains(expected), "{}", answer.error);
    }
}

#[test]
fn a_report_goes_to_a_file_and_its_summary_to_the_log() {
    let folder = Folder::with(&[("rules/node.yml", BROKEN)]);
    let answer = folder.run(&parse(&["-f", "json", "-o", "report.json", "rules"]));
    assert_eq!((answer.status, answer.out.as_str(), answer.error.as_str()), (Some(1), "", "1 error in 1 file\n"));
    let report: serde_json::Value = serde_json::from_slice(&fs::read(folder.0.join("report.json")).unwrap()).unwrap();
    assert_eq!(report["findings"][0]["path"], "rules/node.yml");
    assert_eq!(report["summary"]["errors"], 1);
    assert_eq!(folder.run(&parse(&["-q", "-o", "report.txt", "rules"])).error, "");
}

#[test]
fn colour_is_for_terminals_and_for_those_who_ask() {
    let folder = Folder::with(&[("rules/node.yml", BROKEN)]);
    let coloured = |arguments: &[&str]| folder.run(arguments).out.contains('\u{1b}');
    assert!(!coloured(&parse(&[])));
    assert!(coloured(&parse(&["--color", "always"])));
    assert!(!coloured(&parse(&["--color", "never"])));
}

#[test]
fn two_runs_print_the_same_bytes() {
    let folder = Folder::with(&[("rules/node.yml", BROKEN), ("rules/other.yml", BROKEN), ("rules/sound.yml", SOUND)]);
    let first = folder.run(&["lint", "--threads", "1"]);
    assert_eq!(first, folder.run(&["lint", "--threads", "4"]));
    assert!(first.out.contains("rules/other.yml"));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folder = Folder::with(&[("rules/node.yml", BROKEN)]);
    let mut child = folder.command(&["schema"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut error = String::new();
    child.stderr.take().unwrap().read_to_string(&mut error).unwrap();
    assert_eq!((child.wait().unwrap().code(), error.as_str()), (Some(0), ""));
}

#[test]
fn help_version_and_explain_are_status_zero() {
    let folder = Folder::with(&[]);
    for (arguments, expected) in [
        (&["--help"][..], "Usage: promcheck"),
        (&["lint", "--help"], "Exit status: 0"),
        (&["--version"], env!("CARGO_PKG_VERSION")),
        (&["explain", "general/parse"], "# general/parse (error)\n"),
        (&["explain", "general"], "general/parse"),
        (&["checks"], "general/parse"),
    ] {
        let answer = folder.run(arguments);
        assert_eq!((answer.status, answer.error.as_str()), (Some(0), ""), "{arguments:?}");
        assert!(answer.out.contains(expected), "{}", answer.out);
    }
}

#[test]
fn the_schema_is_one() {
    let answer = Folder::with(&[]).run(&["schema"]);
    let schema: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    assert!(schema["properties"]["checks"]["properties"]["general/parse"].is_object());
}

#[test]
fn verbose_names_what_was_not_read() {
    let folder = Folder::with(&[("rules/node.yml", SOUND), ("rules/other.yml", "colour: red\n")]);
    let answer = folder.run(&parse(&["-v", "rules"]));
    assert_eq!(answer.error, "rules/other.yml: skipped: it holds nothing that promcheck knows\n");
}

#[test]
fn the_site_that_shows_the_docs_gives_the_anchors() {
    let alerts = "groups:\n- name: redis\n  rules:\n  - alert: RedisDown\n    expr: redis_up == 0\n    \
        annotations: {runbook: RUNBOOK.md#redis-down-now}\n";
    let folder = Folder::with(&[("alerts.yml", alerts), ("RUNBOOK.md", "# Redis & down: now\n")]);
    let arguments = ["lint", "--select", "runbooks/anchor", "--format", "concise", "."];
    let on_github = folder.run(&arguments);
    assert!(on_github.out.contains("RUNBOOK.md has no section `#redis-down-now`"), "{}", on_github.out);
    for (style, status) in [("gitlab", 0), ("mkdocs", 0), ("hugo", 1), ("docusaurus", 1)] {
        folder.write(".promcheck.yml", format!("anchors: {style}\n"));
        assert_eq!(folder.run(&arguments).status, Some(status), "{style}");
    }
}

#[test]
fn a_rule_file_in_a_folder_called_old_is_read_like_others() {
    let folder = Folder::with(&[("old/own.yml", BROKEN), ("prometheus.yml", "rule_files: ['old/*.yml']\n")]);
    assert_eq!(folder.run(&["lint", "--select", "general", "."]).status, Some(1));
}
