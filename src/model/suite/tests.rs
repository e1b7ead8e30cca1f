//! Test files, small.

use super::{notation::Samples, notification::Suppression, *};
use crate::{text::FileId, tree::yaml};

fn read(text: &str) -> (Suite, Vec<String>) {
    let stream = yaml(&Excerpt::whole(FileId(0), text));
    let root = stream.first().and_then(|tree| tree.root()).expect("a document");
    assert!(looks_like(root), "{text}");
    let mut complaints = Complaints::new();
    let suite = lower(root, &mut complaints).expect("a map");
    (suite, complaints.into_iter().map(|complaint| complaint.message).collect())
}

#[test]
fn reads_what_promtool_reads() {
    let (suite, complaints) = read(
        r#"
rule_files: [shop.yml, "more/*.yml"]
evaluation_interval: 30s
group_eval_order: [a, b]
fuzzy_compare: true
tests:
  - name: pays
    interval: 1m
    start_timestamp: 2024-05-01T00:00:00Z
    external_labels: {cluster: eu}
    external_url: http://prometheus.example.org
    input_series:
      - series: http_requests_total{job="api", code="500"}
        values: 0+10x20
      - series: up
        values: 1
    alert_rule_test:
      - eval_time: 10m
        alertname: ManyErrors
        exp_alerts:
          - exp_labels: {job: api, severity: 1}
            exp_annotations: {summary: boom}
    promql_expr_test:
      - expr: sum(up)
        eval_time: 5m
        exp_samples:
          - value: 1
          - {labels: 'up{job="x"}', value: -.inf}
          - {labels: 'h{}', histogram: '{{schema:1 count:2}}'}
"#,
    );
    assert_eq!(complaints, [""; 0]);
    assert_eq!(suite.rule_files.len(), 2);
    assert!(suite.additions.is_empty());
    let test = &suite.tests[0];
    assert_eq!(test.start.map(|start| start.value), Some(1_714_521_600_000));
    let values: Vec<_> = test.input_series.iter().filter_map(|input| input.values.as_ref()).collect();
    assert_eq!(values[0].items[0].samples, Samples::Float { first: 0.0, step: Some(10.0) });
    assert_eq!((values[0].moments(), values[1].moments()), (21, 1));
    let alert = &test.alert_tests[0].firing.alerts[0];
    assert_eq!(alert.labels[1].value.text(), "1");
    let samples = &test.expr_tests[0].samples;
    assert_eq!(samples[1].value.map(|value| value.value), Some(f64::NEG_INFINITY));
    assert_eq!(samples[1].series.as_ref().and_then(|series| series.label("job")), Some("x"));
    assert_eq!(samples[2].histogram.as_ref().map(|(_, histogram)| histogram.count), Some(2.0));
}

#[test]
fn reads_what_we_added() {
    let (suite, complaints) = read(
        "
rule_files: [shop.yml]
alertmanager_config: alertmanager.yml
group_intervals: honour
tolerance: {abs: 0.01, rel: 1e-6}
tests:
  - silences: [{matchers: [alertname=Noise], from: 0m, to: 10m}]
    alert_rule_test:
      - {alertname: A, eval_time: 1m, groupname: g, match: subset, exp_count: 2, exp_pending: [{exp_labels: {a: /b.*/}}]}
    notification_test:
      - eval_time: 7m30s
        exp_notifications:
          - {receiver: pager, status: firing, at: 6m, group_labels: {alertname: A}, alerts: [{alertname: A}]}
        exp_silent: [slack]
        exp_suppressed: [{alert: {alertname: B}, by: inhibition}]
",
    );
    assert_eq!(complaints, [""; 0]);
    assert_eq!(suite.group_intervals.map(|it| it.value), Some(GroupIntervals::Honour));
    assert_eq!(suite.tolerance.and_then(|it| it.relative).map(|it| it.value), Some(1e-6));
    let test = &suite.tests[0];
    assert_eq!(test.alert_tests[0].matching.map(|it| it.value), Some(Matching::Subset));
    assert_eq!(test.alert_tests[0].pending.alerts.len(), 1);
    let notification = &test.notification_tests[0];
    assert_eq!(notification.notifications[0].alerts[0][0].value.text(), "A");
    assert_eq!(notification.suppressed[0].by.map(|by| by.value), Some(Suppression::Inhibition));
    let additions: Vec<_> = suite.additions.iter().map(|key| key.as_str()).collect();
    assert_eq!(
        additions,
        [
            "alertmanager_config",
            "group_intervals",
            "tolerance",
            "notification_test",
            "silences",
            "exp_pending",
            "match",
            "exp_count",
            "groupname"
        ]
    );
}

#[test]
fn complains_as_promtool_does() {
    let (_, complaints) = read(
        "
rule_files: []
evaluation_interval: 5
group_eval_order: [a, a]
tests:
  - intervall: 1m
    input_series: [{series: '{}', values: 1+2}, {series: 'up{a=\"1\", a=\"2\"}', values: 1}, {}]
    alert_rule_test: [{eval_time: -5m}]
    promql_expr_test: [{expr: up, exp_samples: [{value: Inf}, {value: '1'}]}]
    start_timestamp: soon
",
    );
    assert_eq!(
        complaints,
        [
            "`evaluation_interval` is not a duration: `5` is not a number with a unit",
            "group `a` stands twice in the evaluation order",
            "`start_timestamp` is not a time: `soon`",
            "unknown key `intervall` in test",
            "a series needs a name or at least one label",
            "a step needs a count, as in `1+2x10`",
            "label `a` is given twice",
            "this input series is empty",
            "`eval_time` is not a duration: `-5m` is not a number with a unit",
            "this alert test has no `alertname`",
            "`value` takes a number, but this is `Inf`",
            "`value` takes a number, but this is `1`",
        ]
    );
}

#[test]
fn knows_what_it_is_not() {
    for text in [
        "global: {evaluation_interval: 1m}\nrule_files: [a.yml]",
        "evaluation_interval: 1m\nscrape_configs: []",
        "tests: [{name: unit, run: cargo test}]",
        "tests: smoke",
        "[1]",
    ] {
        let stream = yaml(&Excerpt::whole(FileId(0), text));
        let root = stream.first().and_then(|tree| tree.root()).expect("a document");
        assert!(!looks_like(root), "{text}");
    }
}
