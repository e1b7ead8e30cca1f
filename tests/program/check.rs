//! `promcheck check`: what `promtool check` says of files, with every reason at its place.

use std::fs::File;

use crate::folder::{Answer, Folder};

const SOUND: &str = "groups: [{name: a, rules: [{record: x, expr: up}, {record: y, expr: up}]}]\n";
const TWOFOLD: &str =
    "groups:\n  - name: a\n    rules:\n      - {record: x, expr: up}\n      - {record: x, expr: up}\n";
const BROKEN: &str = "groups:\n  - name: a\n    rules:\n      - record: x\n        expr: up(\n        four: 5m\n";

#[test]
fn rules_in_the_words_of_promtool() {
    let folder = Folder::with(&[("a.yml", SOUND), ("b.yml", TWOFOLD), ("c.yml", BROKEN)]);
    let run = |arguments: &[&str]| folder.run(&[&["check", "rules"], arguments].concat());
    let sound = run(&["a.yml"]);
    let said = (sound.status, sound.out.as_str(), sound.error.as_str());
    assert_eq!(said, (Some(0), "Checking a.yml\n  SUCCESS: 2 rules found\n\n", ""));
    for (arguments, status) in [
        (&["b.yml"][..], 0),
        (&["--lint-fatal", "b.yml"], 3),
        (&["--lint-fatal", "--lint=all", "a.yml", "b.yml"], 3),
        (&["--lint-fatal", "--lint", "none", "b.yml"], 0),
        (&["--lint-fatal", "b.yml", "c.yml"], 1),
        (&["--ignore-unknown-fields", "c.yml"], 1),
        (&["nope.yml"], 1),
        (&["."], 1),
        (&["--bogus"], 1),
    ] {
        assert_eq!(run(arguments).status, Some(status), "{arguments:?}");
    }
    let broken = run(&["c.yml", "a.yml"]);
    assert_eq!(broken.out, "Checking c.yml\nChecking a.yml\n  SUCCESS: 2 rules found\n\n");
    assert!(broken.error.starts_with("  FAILED:\n"), "{}", broken.error);
    for place in ["c.yml:5:15", "c.yml:6:9"] {
        assert!(broken.error.contains(place), "{}", broken.error);
    }
    assert_eq!(run(&["--lint=foo", "b.yml"]).out.lines().next(), Some("WARNING: unknown lint option: \"foo\""));
}

#[test]
fn rules_for_programs() {
    let folder = Folder::with(&[("b.yml", TWOFOLD)]);
    let answer = folder.run(&["check", "rules", "-f", "concise", "--lint-fatal", "b.yml"]);
    let expected = "b.yml:5:18: warning: `x` stands twice in this file, with no labels [rules/duplicate]\n";
    assert_eq!((answer.status, answer.out.as_str()), (Some(3), expected));
}

#[test]
fn rules_from_the_standard_input() {
    let folder = Folder::with(&[]);
    let answer = fed(&folder, &["check", "rules"], SOUND);
    assert_eq!(
        (answer.status, answer.out.as_str()),
        (Some(0), "Checking standard input\n  SUCCESS: 2 rules found\n\n")
    );
    assert_eq!(fed(&folder, &["check", "rules"], BROKEN).status, Some(1));
}

#[test]
fn configurations_in_the_words_of_promtool() {
    let folder = Folder::with(&[
        ("r.yml", SOUND),
        ("bad.yml", BROKEN),
        ("twofold.yml", TWOFOLD),
        ("a.yml", "rule_files: [r.yml]\nscrape_configs: [{job_name: a, scrape_interval: 10m}]\n"),
        ("b.yml", "rule_files: [bad.yml]\n"),
        ("c.yml", "rule_files: [twofold.yml]\n"),
        ("d.yml", "rule_files: [nope.yml]\nscrape_configs:\n  - scrape_timeout: 2m\n"),
        ("e.yml", "scrape_configs: [{job_name: a, file_sd_configs: [{files: [nope.yml]}]}]\n"),
    ]);
    let run = |arguments: &[&str]| folder.run(&[&["check", "config"], arguments].concat());
    let sound = run(&["a.yml"]);
    let expected = "Checking a.yml\n  SUCCESS: 1 rule files found\n SUCCESS: a.yml is valid prometheus config file syntax\n\n\
        Checking r.yml\n  SUCCESS: 2 rules found\n\n";
    assert_eq!((sound.status, sound.out.as_str(), sound.error.as_str()), (Some(0), expected, ""));
    for (arguments, status) in [
        (&["--lint=all", "--lint-fatal", "a.yml"][..], 3),
        (&["--lint=all", "--lint-fatal", "--query.lookback-delta=15m", "a.yml"], 0),
        (&["--agent", "a.yml"], 1),
        (&["b.yml"], 1),
        (&["--syntax-only", "b.yml"], 0),
        (&["c.yml"], 0),
        (&["--lint-fatal", "c.yml"], 3),
        (&["a.yml", "d.yml"], 1),
        (&[], 1),
    ] {
        assert_eq!(run(arguments).status, Some(status), "{arguments:?}");
    }
    let refused = run(&["-f", "concise", "d.yml"]);
    assert_eq!(
        refused.out,
        "d.yml:1:14: error: there is no rule file `nope.yml` [prometheus/invalid]\n\
         d.yml:3:5: error: this scrape configuration has no `job_name` [prometheus/invalid]\n\
         d.yml:3:21: error: a scrape may take 2m, but one begins every 1m [prometheus/invalid]\n"
    );
    let warned = run(&["e.yml"]);
    assert_eq!(warned.status, Some(0));
    assert!(
        warned.out.contains("  WARNING: file \"nope.yml\" for file_sd in scrape job \"a\" does not exist\n"),
        "{}",
        warned.out
    );
}

/// The answer of the program that reads this text from the standard input.
fn fed(folder: &Folder, arguments: &[&str], text: &str) -> Answer {
    folder.write("fed", text);
    let mut command = folder.command(arguments);
    command.stdin(File::open(folder.0.join("fed")).unwrap());
    Answer::to(command)
}

#[test]
fn pages_of_metrics_are_linted() {
    let folder = Folder::with(&[]);
    let page = "# HELP a_total All of a\n# TYPE a_total counter\na_total 1\n";
    assert_eq!(fed(&folder, &["check", "metrics"], page).status, Some(0));
    let answer = fed(&folder, &["check", "metrics"], "a_ms 1\n");
    assert_eq!((answer.status, answer.error.contains("a_ms no help text")), (Some(3), true), "{}", answer.error);
    let long = format!("# HELP {0} Long.\n# TYPE {0} gauge\n{0} 1\n", "a".repeat(70_000));
    let answer = fed(&folder, &["check", "metrics", "--extended"], &long);
    assert_eq!(answer.status, Some(0), "a name of any length has its column");
    let answer = fed(&folder, &["check", "metrics"], "a{ 1\n");
    assert_eq!((answer.status, answer.error.contains("/dev/stdin:1")), (Some(1), true), "{}", answer.error);
}

#[test]
fn knows_the_features_of_promtool() {
    let folder = Folder::with(&[("a.yml", "groups: []\n")]);
    let said = |flag: &str| folder.run(&["check", "rules", "--enable-feature", flag, "a.yml"]).out;
    for flag in [
        "promql-experimental-functions",
        "promql-delayed-name-removal",
        "promql-duration-expr",
        "promql-extended-range-selectors",
        "promql-binop-fill-modifiers",
        "promql-unquoted-utf8-names",
    ] {
        assert!(!said(flag).contains("WARNING"), "{flag}");
    }
    assert!(
        said("type-and-unit-labels").starts_with("  WARNING: Unknown feature passed to --enable-feature: type-and-")
    );
}
