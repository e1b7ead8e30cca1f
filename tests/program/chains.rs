//! Expressions of very many operators, as machines write them, end to end.

use crate::folder::Folder;

/// How many operators there are.
const MANY: usize = 20_000;

fn rules() -> String {
    let sum = vec!["up"; MANY + 1].join(" + ");
    let any: Vec<String> = (0..=MANY).map(|number| format!("service_{number}_failures")).collect();
    let limits: Vec<String> = (0..=MANY / 2).map(|number| format!("queue_{number}_length > {number}")).collect();
    format!(
        "groups:\n  - name: many\n    rules:\n      - record: job:up:sum\n        expr: {sum}\n      - alert: Failing\n        \
         expr: ({}) > 3\n      - alert: Full\n        expr: {}\n",
        any.join(" or "),
        limits.join(" and "),
    )
}

const TESTS: &str = "rule_files: [rules.yml]\ntests:\n  - interval: 1m\n    input_series:\n      - {series: up, values: 2x10}\n      \
                     - {series: 'service_17_failures{job=\"a\"}', values: 5x10}\n    \
                     promql_expr_test:\n      - expr: job:up:sum\n        eval_time: 5m\n        exp_samples: [{labels: job:up:sum, value: 40002}]\n    \
                     alert_rule_test:\n      - alertname: Failing\n        eval_time: 5m\n        exp_alerts: [{exp_labels: {job: a}}]\n      \
                     - {alertname: Full, eval_time: 5m}\n";

#[test]
fn are_linted_formatted_and_tested() {
    let folder = Folder::with(&[("rules.yml", &rules()), ("test.yml", TESTS)]);
    let answer = folder.run(&["lint", "--select", "promql", "--select", "rules", "-f", "concise", "-q", "rules.yml"]);
    assert_eq!((answer.status, answer.out.as_str(), answer.error.as_str()), (Some(0), "", ""));
    let answer = folder.run(&["fmt", "--check", "rules.yml"]);
    assert_eq!((answer.status, answer.out.as_str(), answer.error.as_str()), (Some(0), "", ""));
    let answer = folder.run(&["test", "--coverage", "test.yml"]);
    assert_eq!((answer.status, answer.error.as_str()), (Some(0), ""), "{}", answer.out);
    for command in ["lint", "graph", "metrics"] {
        let answer = folder.run(&[command, "."]);
        assert!(matches!(answer.status, Some(0 | 1)), "{command}: {:?} {}", answer.status, answer.error);
    }
}

#[test]
fn fail_with_a_reason() {
    let folder = Folder::with(&[("rules.yml", &rules()), ("test.yml", &TESTS.replace("40002", "1"))]);
    let answer = folder.run(&["test", "test.yml"]);
    assert_eq!(answer.status, Some(1), "{}", answer.error);
    assert!(answer.out.contains("40002"), "{}", answer.out);
}

#[test]
fn are_evaluated() {
    let folder = Folder::with(&[("up.series", "up 2x10\n")]);
    let expr = vec!["up"; MANY + 1].join("+");
    let answer = folder.run(&["query", &expr, "--series", "up.series"]);
    assert_eq!((answer.status, answer.out.as_str()), (Some(0), "at 10m\n{}  40002\n"), "{}", answer.error);
}

#[test]
fn end_somewhere() {
    let expr = vec!["up"; 60_000].join(" + ");
    let rules = format!("groups:\n  - name: many\n    rules:\n      - record: job:up:sum\n        expr: {expr}\n");
    let answer = Folder::with(&[("rules.yml", &rules)]).run(&["lint", "-f", "concise", "-q", "rules.yml"]);
    assert_eq!(answer.status, Some(1), "{}", answer.error);
    assert!(answer.out.contains("more than 50000 operators and modifiers"), "{}", answer.out);
}
