//! `promcheck test` and `promcheck test rules`, as a person and as a script sees them.

use std::path::Path;

use crate::folder::{Answer, Folder, promcheck};

const RULES: &str = "\
groups:
  - name: node
    rules:
      - alert: Down
        expr: up == 0
        for: 5m
        labels: {severity: page}
        annotations: {summary: '{{ $labels.job }} is down'}
      - record: job:up:sum
        expr: sum by (job) (up)
";

/// A test file over `RULES`, with these tests.
fn suite(tests: &str) -> String {
    format!("rule_files: [rules.yml]\ntests:\n{tests}")
}

/// One test: `a` goes down at 2m and comes back at 12m, `b` is always up; with these expectations.
fn case(expectations: &str) -> String {
    let series =
        "    - {series: 'up{job=\"a\"}', values: '1 1 0x9 1x9'}\n    - {series: 'up{job=\"b\"}', values: '1x30'}\n";
    suite(&format!("  - name: one\n    interval: 1m\n    input_series:\n{series}{expectations}"))
}

fn alerts(tests: &str) -> String {
    let lines: String = tests.lines().map(|line| format!("    - {line}\n")).collect();
    case(&format!("    alert_rule_test:\n{lines}"))
}

fn run(suite: &str, arguments: &[&str]) -> Answer {
    Folder::with(&[("rules.yml", RULES), ("test.yml", suite)]).run(arguments)
}

#[test]
fn states_are_prometheus() {
    // Every expectation of this file is one that promtool agrees with.
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/harness/states.yml");
    let answer = Answer::to(promcheck(&["test", "rules", &path.to_string_lossy()]));
    let said = format!("Processing test file: {}\n  SUCCESS\n\n", path.display());
    assert_eq!((answer.status, answer.out, answer.error), (Some(0), said, String::new()));
}

#[test]
fn additions_mean_what_they_say() {
    let fires = "labels: {severity: page, job: a}, exp_annotations: {summary: a is down}";
    for (test, passes) in [
        (format!("{{eval_time: 7m, alertname: Down, exp_alerts: [{{exp_{fires}}}]}}"), true),
        ("{eval_time: 6m, alertname: Down}".to_owned(), true),
        ("{eval_time: 7m, alertname: Down}".to_owned(), false),
        (format!("{{eval_time: 6m, alertname: Down, exp_pending: [{{exp_{fires}}}]}}"), true),
        (format!("{{eval_time: 7m, alertname: Down, exp_pending: [{{exp_{fires}}}]}}"), false),
        (format!("{{eval_time: 12m, alertname: Down, exp_resolved: [{{exp_{fires}}}]}}"), true),
        (format!("{{eval_time: 13m, alertname: Down, exp_resolved: [{{exp_{fires}}}]}}"), false),
        ("{eval_time: 7m, alertname: Down, match: subset, exp_alerts: [{exp_labels: {job: a}}]}".to_owned(), true),
        ("{eval_time: 7m, alertname: Down, match: subset, exp_alerts: [{exp_labels: {job: /b|c/}}]}".to_owned(), false),
        (
            "{eval_time: 7m, alertname: Down, match: subset, exp_alerts: [{exp_annotations: {summary: /. is .*/}}]}"
                .to_owned(),
            true,
        ),
        ("{eval_time: 7m, alertname: Down, exp_count: 1}".to_owned(), true),
        ("{eval_time: 7m, alertname: Down, exp_count: 0}".to_owned(), false),
        ("{eval_time: 7m, alertname: Down, groupname: other, exp_count: 0}".to_owned(), true),
    ] {
        let answer = run(&alerts(&test), &["test", "test.yml"]);
        assert_eq!(answer.status, Some(i32::from(!passes)), "{test}\n{}", answer.out);
    }
    let refused = run(&alerts("{eval_time: 7m, alertname: Down, exp_count: 1}"), &["test", "--promtool", "test.yml"]);
    assert!(refused.out.contains("promtool does not know the key `exp_count`"), "{}", refused.out);
    assert_eq!(refused.status, Some(1));
    let portable = run(&alerts("{eval_time: 6m, alertname: Down}"), &["test", "--promtool", "test.yml"]);
    assert_eq!(portable.status, Some(0), "{}", portable.out);
}

#[test]
fn values_may_be_off_by_a_tolerance() {
    let samples = |value: &str| {
        case(&format!(
            "    promql_expr_test:\n    - {{expr: 'sum(up) / 3', eval_time: 1m, exp_samples: [{{value: {value}}}]}}\n"
        ))
    };
    for (head, value, passes) in [
        ("", "0.6666666666666666", true),
        ("", "0.6667", false),
        ("fuzzy_compare: true\n", "0.6666666666666667", true),
        ("tolerance: {abs: 0.001}\n", "0.6667", true),
        ("tolerance: {rel: 0.001}\n", "0.66", false),
    ] {
        let answer = run(&format!("{head}{}", samples(value)), &["test", "test.yml"]);
        assert_eq!(answer.status, Some(i32::from(!passes)), "{head}{value}\n{}", answer.out);
    }
}

#[test]
fn what_only_we_are_strict_about_is_a_warning_in_promtools_spelling() {
    let unknown = alerts("{eval_time: 7m, alertname: Dwon}");
    let own = run(&unknown, &["test", "test.yml"]);
    assert_eq!(own.status, Some(1));
    assert!(own.out.contains("did you mean `Down`?"), "{}", own.out);
    let classic = run(&unknown, &["test", "rules", "test.yml"]);
    assert_eq!((classic.status, classic.out.as_str()), (Some(0), "Processing test file: test.yml\n  SUCCESS\n\n"));
    assert_eq!(classic.error, "  WARNING: no rule raises an alert `Dwon`\n");

    let unmatched = "rule_files: [none/*.yml]\ntests: []\n";
    assert_eq!(run(unmatched, &["test", "test.yml"]).status, Some(1));
    let classic = run(unmatched, &["test", "rules", "test.yml"]);
    assert_eq!((classic.status, classic.error.as_str()), (Some(0), "  WARNING: no file match pattern none/*.yml\n"));

    let unused = suite("  - input_series: [{series: 'upp{job=\"a\"}', values: '1'}]\n");
    let own = run(&unused, &["test", "test.yml"]);
    assert_eq!(own.status, Some(0));
    assert!(own.out.contains("no rule and no expression of this test selects this series"), "{}", own.out);
}

#[test]
fn a_folder_is_no_test_file_for_promtool() {
    let answer = run("tests: []", &["test", "rules", "."]);
    assert_eq!(answer.status, Some(1));
    assert!(answer.error.contains("cannot read this: it is a folder, not a file"), "{}", answer.error);
}

#[test]
fn a_series_beside_one_that_is_selected_shows_what_a_rule_leaves_alone() {
    let test = |series: &str| {
        suite(&format!("  - input_series: [{series}]\n    promql_expr_test: [{{expr: 'load{{job=\"a\"}} > 1'}}]\n"))
    };
    let (selected, control) = ("{series: 'load{job=\"a\"}', values: '1'}", "{series: 'load{job=\"b\"}', values: '1'}");
    for (series, said) in [(control.to_owned(), 1), (format!("{selected}, {control}"), 0)] {
        let own = run(&test(&series), &["test", "test.yml"]);
        assert_eq!((own.status, own.out.matches("selects this series").count()), (Some(0), said), "{}", own.out);
    }
}

#[test]
fn manifests_are_rule_files_here_and_not_for_promtool() {
    let indented: String = RULES.lines().map(|line| format!("  {line}\n")).collect();
    let manifest = format!(
        "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {{name: node}}\nspec:\n{indented}"
    );
    let test = alerts("{eval_time: 7m, alertname: Down, exp_count: 1}");
    let folder = Folder::with(&[("rules.yml", &manifest), ("test.yml", &test)]);
    let answer = folder.run(&["test", "test.yml"]);
    assert_eq!(answer.status, Some(0), "{}", answer.out);
    folder.write("test.yml", alerts("{eval_time: 6m, alertname: Down}"));
    assert_eq!(folder.run(&["test", "rules", "test.yml"]).status, Some(1));
}

#[test]
fn one_bad_file_does_not_hide_the_others() {
    for (bad, message) in [
        ("tests: [{interval: -5m}]", "`interval` is not a duration"),
        ("tests: [{input_series: [{series: up, values: '1 2+3'}]}]", "a step needs a count"),
        ("tests: [{input_series: [{series: up, values: '{{schema:99}}'}]}]", "schema 99"),
        ("tests: [{input_series: [{series: up, values: '{{count:-1}}'}], promql_expr_test: [{expr: up}]}]", "negative"),
        ("tests: [{alert_rule_test: [{eval_time: -5m, alertname: A}]}]", "`eval_time` is not a duration"),
        (
            "evaluation_interval: 1ms\ntests: [{alert_rule_test: [{eval_time: 1y, alertname: A}]}]",
            "evaluations lead to this time",
        ),
        (
            "evaluation_interval: 1y\ntests: [{interval: 1ms, input_series: [{series: up, values: '1x10000000'}], promql_expr_test: [{expr: up, eval_time: 1y}]}]",
            "more than 5000000 samples",
        ),
        (
            "tests: [{start_timestamp: 9e15, alert_rule_test: [{eval_time: 292y, alertname: A}]}]",
            "no test can begin so far from 1970",
        ),
        ("[", "test.yml"),
        ("\u{0}", "binary"),
    ] {
        let folder = Folder::with(&[("rules.yml", RULES), ("test.yml", bad), ("good.yml", "tests: []\n")]);
        let answer = folder.run(&["test", "test.yml", "good.yml"]);
        assert_eq!(answer.status, Some(1), "{bad}");
        assert!(answer.out.contains(message), "{bad}\n{}", answer.out);
        let classic = folder.run(&["test", "rules", "test.yml", "good.yml"]);
        assert_eq!(classic.status, Some(1), "{bad}");
        assert!(classic.out.ends_with("  SUCCESS\n\n") && classic.error.starts_with("  FAILED:\n"), "{classic:?}");
    }
}

#[test]
fn trouble_has_the_status_of_its_spelling() {
    assert_eq!(run("", &["test"]).status, Some(2));
    assert_eq!(run("", &["test", "none.yml"]).status, Some(2));
    assert_eq!(run("", &["test", "rules"]).status, Some(1));
    assert_eq!(run("", &["test", "rules", "none.yml"]).status, Some(1));
    assert_eq!(run("", &["test", "test.yml", "--run", "("]).status, Some(2));
}

#[test]
fn flags_of_promtool_work_on_either_side() {
    let test = alerts("{eval_time: 7m, alertname: Down}");
    let classic = run(&test, &["test", "rules", "test.yml"]);
    assert_eq!((classic.status, classic.out.as_str()), (Some(1), "Processing test file: test.yml\n\n\n"));
    assert!(
        classic.error.starts_with(
            "  FAILED:\n    name: one,\n    alertname: Down, time: 7m, \n        exp:[], \n        got:[\n"
        )
    );
    for arguments in [["test", "--run=two", "rules", "test.yml"], ["test", "rules", "--run=two", "test.yml"]] {
        assert_eq!(run(&test, &arguments).status, Some(0));
    }
    let diff = run(&test, &["test", "rules", "--diff", "test.yml"]);
    assert!(diff.error.contains("+             \"severity\": \"page\""), "{}", diff.error);
    let debug = run(&test, &["test", "rules", "--debug", "test.yml"]);
    assert!(debug.error.contains("up{job=\"b\"} =>\n1 @[60]\n"), "{}", debug.error);
    let folder = Folder::with(&[("rules.yml", RULES), ("test.yml", &test)]);
    folder.run(&["test", "--junit=out.xml", "rules", "test.yml"]);
    let xml = std::fs::read_to_string(folder.0.join("out.xml")).unwrap();
    assert!(xml.contains("<testcase name=\"one\"") && xml.contains("tests=\"1\"") && xml.contains("<failure"), "{xml}");
}

#[test]
fn recursion_in_templates_ends() {
    let rules = "\
groups:
  - name: loops
    rules:
      - alert: Loop
        expr: up == 0
        annotations: {summary: '{{ define \"a\" }}{{ template \"a\" }}{{ end }}{{ template \"a\" }}'}
";
    let test = "\
rule_files: [rules.yml]
tests:
  - input_series: [{series: up, values: 0}]
    alert_rule_test: [{alertname: Loop, exp_alerts: [{exp_annotations: {summary: nothing}}]}]
";
    let folder = Folder::with(&[("rules.yml", rules), ("test.yml", test), ("good.yml", "tests: []\n")]);
    let answer = folder.run(&["test", "rules", "test.yml", "good.yml"]);
    assert_eq!(answer.status, Some(1));
    assert!(answer.error.contains("exceeded maximum template depth"), "{}", answer.error);
    assert!(answer.out.ends_with("  SUCCESS\n\n"), "{}", answer.out);
}
