//! `promcheck fmt`: what is written, what is only said, and the status.

use std::fs;

use crate::folder::Folder;

const RULES: &str =
    "groups:\n- name: a  # the first\n  rules:\n  - alert: A\n    expr: sum(x)by(job)>1\n    for:   5m\n";

fn formatted() -> String {
    RULES.replace("sum(x)by(job)>1", "sum by (job) (x) > 1")
}

#[test]
fn writes_once() {
    let folder = Folder::with(&[("rules/a.yml", RULES), ("rules/b.yml", &formatted()), ("notes.yml", "a:   b\n")]);
    let answer = folder.run(&["fmt"]);
    assert_eq!((answer.status, answer.out.as_str(), answer.error.as_str()), (Some(0), "formatted rules/a.yml\n", ""));
    assert_eq!(fs::read_to_string(folder.0.join("rules/a.yml")).unwrap(), formatted());
    assert_eq!(fs::read_to_string(folder.0.join("notes.yml")).unwrap(), "a:   b\n");
    let again = folder.run(&["fmt", "rules"]);
    assert_eq!((again.status, again.out.as_str()), (Some(0), ""));
}

#[test]
fn check_and_diff_change_nothing() {
    let folder = Folder::with(&[("rules/a.yml", RULES)]);
    let answer = folder.run(&["fmt", "--check"]);
    assert_eq!((answer.status, answer.out.as_str()), (Some(1), "would format rules/a.yml\n"));
    let answer = folder.run(&["fmt", "--diff", "rules/a.yml"]);
    assert_eq!(answer.status, Some(1));
    assert!(answer.out.contains("\n-    expr: sum(x)by(job)>1\n+    expr: sum by (job) (x) > 1\n"), "{}", answer.out);
    assert_eq!(fs::read_to_string(folder.0.join("rules/a.yml")).unwrap(), RULES);
    folder.write("rules/a.yml", formatted());
    assert_eq!(folder.run(&["fmt", "--check"]).status, Some(0));
    assert_eq!(folder.run(&["fmt", "nowhere"]).status, Some(2));
}

#[test]
fn dashboards_are_formatted_too() {
    let dashboard = |expr: &str| {
        format!(
            "{{ \"title\": \"A\", \"uid\":\"a\",\n\t\"panels\": [{{\"type\": \"timeseries\", \"targets\": [\n{{\"expr\": \"{expr}\", \"refId\": \"A\"}}]}}],\n\
             \"templating\": {{\"list\": [{{\"name\": \"job\", \"type\": \"query\", \"query\": \"label_values(up{{a=\\\"b\\\"}}  ,job)\"}}]}} }}"
        )
    };
    let before = dashboard(r#"sum(rate(x_total{job=~\"$job\"}[$__rate_interval]))by(job)"#);
    let after = dashboard(r#"sum by (job) (rate(x_total{job=~\"$job\"}[$__rate_interval]))"#);
    let folder = Folder::with(&[("d/a.json", &before), ("d/other.json", "{\"expr\":  \"sum(x)by(job)\"}")]);
    let answer = folder.run(&["fmt", "--check"]);
    assert_eq!((answer.status, answer.out.as_str()), (Some(1), "would format d/a.json\n"));
    let answer = folder.run(&["fmt", "--diff"]);
    assert!(answer.out.contains("\n+{\"expr\": \"sum by (job) (rate("), "{}", answer.out);
    assert_eq!(fs::read_to_string(folder.0.join("d/a.json")).unwrap(), before);
    assert_eq!(folder.run(&["fmt"]).out, "formatted d/a.json\n");
    assert_eq!(fs::read_to_string(folder.0.join("d/a.json")).unwrap(), after);
    assert_eq!(folder.run(&["fmt", "--check"]).status, Some(0));
}
