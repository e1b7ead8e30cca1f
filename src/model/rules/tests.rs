//! Rule files as they come.

use super::*;
use crate::model::specimen::{read, slice};

const FILE: &str = r#"
groups:
  - name: shop
    interval: 30s
    limit: 10
    labels: {team: web}
    rules:
      - record: shop:orders:rate5m
        expr: sum(rate(orders_total[5m]))
      - alert: NoOrders
        expr: |
          shop:orders:rate5m == 0
        for: 10m
        keep_firing_for: 5m
        labels:
          severity: page
          level: 2
        annotations:
          summary: "No orders from {{ $labels.site }}"
"#;

#[test]
fn reads_groups_and_rules() {
    let (file, complaints) = read(FILE, lower);
    assert_eq!(complaints, [""; 0]);
    assert_eq!(file.ruler, Ruler::Prometheus);
    let group = &file.groups[0];
    assert_eq!(group.interval.map(|interval| interval.value), Some(Duration::seconds(30)));
    assert_eq!(group.limit.map(|limit| limit.value), Some(10));
    assert_eq!(group.labels[0].value.text(), "web");
    let [record, alert] = group.rules.as_slice() else { panic!("two rules") };
    assert!(record.is_recording() && alert.is_alerting());
    assert_eq!((record.number, alert.number), (1, 2));
    assert_eq!(alert.hold_duration.map(|hold| slice(FILE, hold.span)), Some("10m"));
    assert_eq!(alert.label("level").map(Excerpt::text), Some("2"));
    assert_eq!(alert.keys.entry("for").map(|entry| slice(FILE, entry)), Some("for: 10m"));
    assert_eq!(slice(FILE, alert.anchor()), "NoOrders");
    let expr = &alert.expr.as_ref().expect("it has one").text;
    assert_eq!(slice(FILE, expr.span(0..18)), "shop:orders:rate5m");
}

#[test]
fn tells_what_a_rule_is() {
    for (rule, kind) in [
        ("{alert: A, expr: up}", RuleKind::Alerting),
        ("{record: a, expr: up, for: 5m}", RuleKind::Recording),
        ("{alert: A, record: a, expr: up}", RuleKind::Both),
        ("{expr: up}", RuleKind::Neither),
        ("{alert: '', record: a}", RuleKind::Recording),
        ("", RuleKind::Neither),
    ] {
        let (file, complaints) = read(&format!("groups: [{{name: g, rules: [{rule}]}}]"), lower);
        let kinds: Vec<_> = file.rules().map(|(_, rule)| rule.kind()).collect();
        let expected = if rule.is_empty() { vec![] } else { vec![kind] };
        assert_eq!((kinds, complaints), (expected, vec![]), "{rule}");
    }
}

#[test]
fn complains_and_reads_on() {
    let (file, complaints) = read(
        r#"
groups:
  - name: g
    intervall: 1m
    rules:
      - alert: A
        exp: up == 0
        for: 5 minutes
        severity: page
        labels: {a: [1]}
      -
      - just text
      - record: r
        expr: [up]
    limit: "3"
  - ~
group: []
"#,
        lower,
    );
    assert_eq!(
        complaints,
        [
            "intervall: unknown key `intervall` in rule group",
            "exp: unknown key `exp` in rule",
            "5 minutes: `for` is not a duration: `5 minutes` is not a number with a unit",
            "severity: unknown key `severity` in rule",
            "[1]: `labels` takes a string, but this is a list",
            ": an item of `rules` is empty",
            "just text: `rule` takes a map, but this is `just text`",
            "[up]: `expr` takes a string, but this is a list",
            "\"3\": `limit` takes a whole number, but this is `3`",
            "~: an item of `groups` is empty",
            "group: unknown key `group` in rule file",
        ]
    );
    assert_eq!(file.groups[0].rules.len(), 2);
    assert_eq!(file.groups[0].rules[1].number, 3);
}

#[test]
fn knows_its_relatives() {
    let rule = "{alert: A, expr: up}";
    for (text, ruler, language) in [
        (format!("groups: [{{name: g, rules: [{rule}]}}]"), Ruler::Prometheus, Language::PromQl),
        (
            format!("groups: [{{name: g, partial_response_strategy: warn, rules: [{rule}]}}]"),
            Ruler::Thanos,
            Language::PromQl,
        ),
        (format!("namespace: n\ngroups: [{{name: g, rules: [{rule}]}}]"), Ruler::Mimir, Language::PromQl),
        (
            format!("groups: [{{name: g, concurrency: 2, rules: [{rule}]}}]"),
            Ruler::VictoriaMetrics,
            Language::MetricsQl,
        ),
        (format!("groups: [{{name: g, type: vlogs, rules: [{rule}]}}]"), Ruler::VictoriaMetrics, Language::LogsQl),
        (
            "namespace: n\ngroups:\n- name: g\n  rules:\n  - alert: A\n    expr: 'rate({a=\"b\"} |= \"c\" [5m]) > 1'"
                .into(),
            Ruler::Loki,
            Language::LogQl,
        ),
    ] {
        let (file, complaints) = read(&text, lower);
        assert_eq!(complaints, [""; 0], "{text}");
        assert_eq!((file.ruler, file.language(&file.groups[0])), (ruler, language), "{text}");
    }
}

#[test]
fn tells_broken_from_missing() {
    let text =
        "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up\n  - alert: B\n    expr: \"up\" == 0\n    for: 5m\n";
    let stream = crate::tree::yaml(&Excerpt::whole(crate::text::FileId(0), text));
    assert_eq!(stream.complaints.len(), 1);
    let root = stream.first().and_then(crate::tree::Tree::root).expect("it holds a document");
    let file = lower(root, &mut Vec::new());
    let damaged: Vec<_> = file.rules().map(|(_, rule)| rule.keys.is_damaged()).collect();
    assert_eq!(damaged, [false, true]);
}
