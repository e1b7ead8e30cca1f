//! README.md says what is true: its commands work, its outputs are printed, its table is the table of checks.
//!
//! `BLESS=1 cargo test --test program readme` writes the table anew.

use std::{fmt::Write, fs, path::Path};

use promcheck::{checks, lint};

use crate::folder::{Answer, Folder, promcheck};

/// Between these lines stands the table of checks.
const BEGIN: &str = "<!-- checks: written by `BLESS=1 cargo test --test program readme` -->\n";
const END: &str = "<!-- end of checks -->";

/// Between these lines stands what dashboard-linter's rules are called here.
const BEGIN_RULES: &str = "<!-- rules of dashboard-linter: written by `BLESS=1 cargo test --test program readme` -->\n";
const END_RULES: &str = "<!-- end of rules -->";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// The fenced blocks of a language.
fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let opening = format!("\n```{language}\n");
    let parts = text.split(opening.as_str()).skip(1);
    parts.map(|part| part.split("\n```").next().unwrap_or_default()).collect()
}

fn table() -> String {
    let mut table = "| check | severity | finds |\n|---|---|---|\n".to_owned();
    for entry in checks::TABLE {
        let opt_in = match entry.meta.flag {
            Some(flag) => format!(", with `{flag}`"),
            None => if entry.meta.opt_in { ", off by default" } else { "" }.to_owned(),
        };
        let summary = entry.meta.summary().replace('|', "\\|");
        let _ = writeln!(table, "| `{}` | {}{opt_in} | {summary} |", entry.meta.id, entry.meta.severity.word());
    }
    table
}

fn rules() -> String {
    let mut table = "| dashboard-linter | promcheck |\n|---|---|\n".to_owned();
    for (rule, ids) in lint::RULES {
        let named = ids.iter().map(|id| {
            let entry = checks::TABLE.iter().find(|entry| entry.meta.id == *id).unwrap();
            format!("`{id}`{}", if entry.meta.opt_in { ", off by default" } else { "" })
        });
        let _ = writeln!(table, "| `{rule}` | {} |", named.collect::<Vec<_>>().join("; "));
    }
    table
}

/// Whether README has this table between these lines; writes it when that is asked for.
fn holds(begin: &str, end: &str, table: &str) {
    let text = readme();
    let (before, rest) = text.split_once(begin).unwrap();
    let (written, after) = rest.split_once(end).unwrap();
    if written == table {
        return;
    }
    assert!(std::env::var_os("BLESS").is_some(), "a table of README.md is out of date: {begin}");
    fs::write(root().join("README.md"), format!("{before}{begin}{table}{end}{after}")).unwrap();
}

#[test]
fn the_tables_name_every_check_and_every_rule_of_dashboard_linter() {
    holds(BEGIN, END, &table());
    holds(BEGIN_RULES, END_RULES, &rules());
}

/// A command and the lines printed under it.
fn commands(text: &str) -> Vec<(&str, String)> {
    let mut commands: Vec<(&str, String)> = Vec::new();
    for line in blocks(text, "console").into_iter().flat_map(str::lines) {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push((command, String::new())),
            (None, Some((_, printed))) => printed.extend([line, "\n"]),
            (None, None) => panic!("output without a command: {line}"),
        }
    }
    commands
}

#[test]
fn every_command_works_and_prints_what_is_shown() {
    let text = readme();
    let mut ran = 0;
    for (command, printed) in commands(&text) {
        let arguments = match command.strip_prefix("cargo run --release -- ").or(command.strip_prefix("promcheck ")) {
            Some(arguments) => arguments,
            None if ["cargo test", "cargo install --locked --path ."].contains(&command) => continue,
            None => panic!("nobody knows whether this works: {command}"),
        };
        let mut program = promcheck(&arguments.split(' ').collect::<Vec<_>>());
        program.current_dir(root());
        let answer = Answer::to(program);
        ran += 1;
        let is_lint = arguments.starts_with("lint");
        let statuses: &[i32] = if is_lint { &[0, 1] } else { &[0] };
        assert!(answer.status.is_some_and(|status| statuses.contains(&status)), "{command}: {answer:?}");
        assert_eq!(answer.error, "", "{command}");
        for part in printed.split("…\n") {
            assert!(answer.out.contains(part), "{command} does not print\n{part}\nbut\n{}", answer.out);
        }
    }
    assert!(ran > 5, "{ran} commands were found");
}

#[test]
fn the_configuration_is_one() {
    let text = readme();
    let example = blocks(&text, "yaml").into_iter().find(|block| block.contains("fail_on:")).unwrap();
    let folder = Folder::with(&[(".promcheck.yml", example), ("rules.yml", "groups: []\n")]);
    let answer = folder.run(&["lint", "--select", "general/parse"]);
    assert_eq!((answer.status, answer.error.as_str()), (Some(0), ""), "{}", answer.out);
}

#[test]
fn the_failing_test_fails_as_shown() {
    let text = readme();
    let example = blocks(&text, "yaml").into_iter().find(|block| block.contains("scan_test.yml")).unwrap();
    let shown = blocks(&text, "text").into_iter().find(|block| block.contains("scan_test.yml")).unwrap();
    let rules = fs::read_to_string(root().join("rules-fixtures/magacin-track/monitoring/alert_rules.yml")).unwrap();
    let answer =
        Folder::with(&[("scan_test.yml", example), ("alert_rules.yml", &rules)]).run(&["test", "scan_test.yml"]);
    assert_eq!((answer.status, answer.error.as_str()), (Some(1), ""));
    assert!(answer.out.starts_with(shown), "README.md does not show\n{}", answer.out);
}

#[test]
fn the_comment_suppresses() {
    let text = readme();
    let example = blocks(&text, "yaml").into_iter().find(|block| block.contains("promcheck: ignore")).unwrap();
    let comment = example.lines().find(|line| line.contains("promcheck:")).unwrap();
    // It must work on every day that this test runs.
    let example = &example.replace("2027-01-31", "9999-12-31");
    let comment = &comment.replace("2027-01-31", "9999-12-31");
    let lint = |text: &str| Folder::with(&[("rules.yml", text)]).run(&["lint", "--select", "promql,general"]);
    assert_eq!(lint(example).status, Some(0), "{example}");
    assert_eq!(lint(&example.replace(comment.as_str(), "")).status, Some(1), "{example}");
}

#[test]
fn every_format_is_in_the_table() {
    let text = readme();
    for format in promcheck::report::Format::ALL {
        assert!(text.contains(&format!("\n| `{}` | ", format.word())), "{}", format.word());
    }
}
