//! Failed tests say why: what a person reads who did not write the rule.

use crate::folder::{Answer, Folder};

/// An alert with this expression, and a test of it at 5m over these series.
fn alert(expr: &str, series: &[&str]) -> String {
    let rules = format!("groups: [{{name: g, rules: [{{alert: A, expr: '{expr}', labels: {{team: x}}}}]}}]\n");
    let test = "    alert_rule_test: [{eval_time: 5m, alertname: A, exp_alerts: [{exp_labels: {team: x}}]}]\n";
    failing(&rules, series, test).out
}

fn failing(rules: &str, series: &[&str], test: &str) -> Answer {
    let series: String = series.iter().map(|series| format!("    - {series}\n")).collect();
    let suite = format!("rule_files: [rules.yml]\ntests:\n  - name: the one\n    input_series:\n{series}{test}");
    let answer = Folder::with(&[("rules.yml", rules), ("test.yml", &suite)]).run(&["test", "test.yml"]);
    assert_eq!((answer.status, answer.error.as_str()), (Some(1), ""), "{}", answer.out);
    answer
}

fn series(name: &str, values: &str) -> String {
    format!("{{series: '{name}', values: '{values}'}}")
}

#[test]
fn operands_tell_what_they_gave() {
    let (used, size) = (series("used{host=\"a\"}", "15x9"), series("size{host=\"a\"}", "100x9"));
    let other = series("size{host=\"b\"}", "100x9");
    let several = series("used{host=\"b\"}", "40x9");
    let ended = series("used{host=\"a\"}", "1 2 stale");
    for (expr, given, told) in [
        ("used < 15", vec![&used], vec!["15 at 5m, which is not < 15", "in this test", "never active until 5m"]),
        ("15 > used", vec![&used], vec!["15 at 5m, which is not < 15"]),
        ("used / size * 100 < 15", vec![&used, &size], vec!["15 / 100 * 100 = 15 at 5m, which is not < 15"]),
        ("(used - 5) * 2 > 30", vec![&used], vec!["(15 - 5) * 2 = 20 at 5m, which is not > 30"]),
        ("used > 20 + 30", vec![&used], vec!["15 at 5m, which is not > 50"]),
        ("used > 50", vec![&used, &several], vec!["15 for", "40 for", "at 5m; none is > 50"]),
        ("used > size", vec![&used, &size], vec!["15 at 5m, which is not > 100", "100 at 5m"]),
        (
            "used / size > 0",
            vec![&used, &other],
            vec!["no labels are the same on both sides: {host=\"a\"} on the left, {host=\"b\"}"],
        ),
        ("used and size", vec![&used, &other], vec!["no labels are the same on both sides"]),
        ("used unless used", vec![&used], vec!["the right side takes away all of the left one"]),
        ("used > 1", vec![&ended], vec!["nothing at 5m: it is stale from 2m on"]),
        ("used{host=\"c\"} > 1", vec![&used], vec!["nothing at 5m: no series of `used` has such labels"]),
        ("sum(rate(none[5m])) > 1", vec![&used], vec!["no samples up to 5m: there is no series `none`"]),
    ] {
        let given: Vec<&str> = given.into_iter().map(String::as_str).collect();
        let out = alert(expr, &given).replace(['\n', '│', '·'], " ");
        let out = out.split_whitespace().collect::<Vec<_>>().join(" ");
        for words in told {
            assert!(out.contains(words), "{expr} does not tell: {words}\n{out}");
        }
    }
}

#[test]
fn a_difference_is_shown_once_and_small() {
    let rules = "\
groups:
  - name: g
    rules:
      - alert: A
        expr: used > 1
        labels: {team: x}
        annotations: {summary: the disk of a holds 15 of 100, runbook: none}
";
    let used = series("used{host=\"a\",pod=\"b\"}", "15x9");
    let out = |expected: &str| {
        let test = format!("    alert_rule_test: [{{eval_time: 5m, alertname: A, exp_alerts: [{expected}]}}]\n");
        failing(rules, &[&used], &test).out
    };
    let extra = out("{exp_labels: {team: x}}");
    assert!(
        extra.starts_with("error: `A` fires at 5m, but it also has labels `host`, `pod` and annotations `runbook`")
    );
    assert_eq!(extra.matches("exp_labels").count(), 1, "{extra}");
    assert!(extra.contains("`host: a`, `pod: b`"), "{extra}");
    let annotations = "exp_annotations: {summary: the disk of a holds 16 of 100, runbook: none}";
    let words = out(&format!("{{exp_labels: {{team: x, host: a, pod: b}}, {annotations}}}"));
    assert!(words.contains("but annotation `summary` says `15`, not `16`\n"), "{words}");
    assert!(words.contains("it says `15`\n"), "{words}");
}

#[test]
fn samples_tell_their_sum_and_histograms_their_parts() {
    let (used, histogram) = (series("used", "15x9"), series("h", "{{count:1 sum:1 buckets:[1]}}x9"));
    let out = |expr: &str, expected: &str| {
        let test = format!("    promql_expr_test: [{{expr: '{expr}', eval_time: 5m, exp_samples: [{expected}]}}]\n");
        failing("groups: []\n", &[&used, &histogram], &test).out
    };
    let sum = out("used * 2", "{value: 31}");
    assert!(sum.contains("`{}` is 30 at 5m, not 31") && sum.contains("what is tested: 15 * 2 = 30"), "{sum}");
    let labels = out("used", "{labels: 'used{a=\"b\"}', value: 15}");
    assert!(labels.contains("it is `used`") && !labels.contains("last digits"), "{labels}");
    assert!(out("used / 3.1", "{value: 4.838709677419354}").contains("the last digits differ"));
    let parts = out("h", "{labels: h, histogram: '{{count:2 sum:1 buckets:[2]}}'}");
    assert!(parts.contains("its `count` is `1`"), "{parts}");
}

#[test]
fn a_name_that_no_test_has_is_trouble() {
    let suite = "rule_files: []\ntests:\n  - name: redis is down\n  - name: other\n";
    let folder = Folder::with(&[("test.yml", suite)]);
    for (name, hint) in [("Redis", "did you mean `redis is down`?"), ("disk", "the tests are `redis is down`, `other`")]
    {
        let answer = folder.run(&["test", "test.yml", "--run", name]);
        assert_eq!(answer.status, Some(2));
        assert!(answer.error.contains(&format!("no test has a name like `{name}`")), "{answer:?}");
        assert!(answer.error.contains(hint), "{answer:?}");
        let query = folder.run(&["query", "up", "--series", "test.yml", "--test", name]);
        assert!(query.error.contains(hint), "{query:?}");
        let classic = folder.run(&["test", "rules", "test.yml", "--run", name]);
        assert_eq!((classic.status, classic.out.as_str()), (Some(0), "Processing test file: test.yml\n  SUCCESS\n\n"));
        assert!(classic.error.contains("WARNING: no test has a name like"), "{classic:?}");
    }
}
