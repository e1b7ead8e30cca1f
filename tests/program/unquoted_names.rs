//! Names with dots and letters beyond ASCII: errors without quotes, unless Prometheus has them switched on.

use super::folder::Folder;

const FLAG: &str = "promql-unquoted-utf8-names";
const RULES: &str =
    "groups:\n- name: a\n  rules:\n  - record: b\n    expr: sum by (k8s.pod) (rate(http.requests[5m]))\n";
const TESTS: &str = "\
rule_files: [a.rules.yml]
tests:
- interval: 1m
  input_series:
  - series: http.requests{k8s.pod=\"a\"}
    values: 0+60x10
  promql_expr_test:
  - expr: sum by (k8s.pod) (rate(http.requests[5m]))
    eval_time: 10m
    exp_samples:
    - labels: '{k8s.pod=\"a\"}'
      value: 1
";

fn folder() -> Folder {
    Folder::with(&[("a.rules.yml", RULES), ("a_test.yml", TESTS), ("a.series", "http.requests{größe=\"1\"} 1\n")])
}

#[test]
fn are_told_with_both_remedies() {
    let answer = folder().run(&["lint", ".", "--format", "concise"]);
    assert_eq!(answer.status, Some(1), "{answer:?}");
    for place in ["a.rules.yml:5:22", "a.rules.yml:5:38", "a_test.yml:5:13", "a_test.yml:5:27", "a_test.yml:11:17"] {
        assert!(answer.out.contains(&format!("{place}: error")), "{place} in {}", answer.out);
    }
    let answer = folder().run(&["lint", "a.rules.yml"]);
    let remedy = format!("write `{{\"k8s.pod\"}}` for a metric, `\"k8s.pod\"` for a label, or switch on `{FLAG}`");
    assert!(answer.out.replace("\n        ", " ").contains(&remedy), "{}", answer.out);
}

#[test]
fn are_read_where_they_are_switched_on() {
    let folder = folder();
    for arguments in [
        &["check", "rules", "a.rules.yml"][..],
        &["test", "a_test.yml"],
        &["test", "rules", "a_test.yml"],
        &["query", "http.requests{größe=\"1\"}", "--series", "a.series"],
    ] {
        assert_eq!(folder.run(arguments).status, Some(1), "{arguments:?}");
        let answer = folder.run(&[arguments, &["--enable-feature", FLAG]].concat());
        assert_eq!(answer.status, Some(0), "{arguments:?}: {answer:?}");
    }
    folder.write(".promcheck.yml", format!("enable_features: [{FLAG}]\n"));
    let answer = folder.run(&["lint", ".", "--format", "concise"]);
    assert_eq!(answer.status, Some(0), "{}", answer.out);
}
