//! Manifests as they come.

use super::*;
use crate::model::specimen::read;

#[test]
fn reads_lists_of_resources() {
    let (manifests, complaints) = read(
        r#"
apiVersion: v1
kind: List
items:
  - apiVersion: monitoring.coreos.com/v1
    kind: PrometheusRule
    metadata: {name: rules, namespace: shop, labels: {release: main}}
    spec: {groups: [{name: g, partial_response_strategy: abort, rules: [{alert: A, expr: up}]}]}
  - apiVersion: operator.victoriametrics.com/v1beta1
    kind: VMRule
    spec: {groups: [{name: g, concurrency: 2, rules: [{record: a, expr: up}]}]}
  - apiVersion: monitoring.coreos.com/v1
    kind: ServiceMonitor
    spec:
      selector: {matchLabels: {app: shop}}
      namespaceSelector: {matchNames: [shop]}
      endpoints:
        - {port: http, interval: 30s, enableHttp2: true, metricRelabelings: [{sourceLabels: [a], action: drop}]}
  - apiVersion: v1
    kind: Service
    spec: {ports: [{name: http, port: 80, targetPort: web}], selector: {app: shop}}
  - apiVersion: v1
    kind: ConfigMap
    data: {"board.json": '{"title": "t"}'}
  - {apiVersion: apps/v1, kind: Deployment, spec: {replicas: x}}
"#,
        lower,
    );
    assert_eq!(complaints, [""; 0]);
    let kinds: Vec<_> = manifests.iter().map(|manifest| manifest.kind.value.as_str()).collect();
    assert_eq!(kinds, ["PrometheusRule", "VMRule", "ServiceMonitor", "Service", "ConfigMap", "Deployment"]);
    assert_eq!(manifests[0].name.as_ref().map(|name| name.value.as_str()), Some("rules"));
    let rulers: Vec<_> = manifests
        .iter()
        .filter_map(|manifest| match &manifest.resource {
            Resource::Rules(file) => Some((file.ruler, file.rules().count())),
            _ => None,
        })
        .collect();
    assert_eq!(rulers, [(Ruler::Thanos, 1), (Ruler::VictoriaMetrics, 1)]);
    let Resource::ServiceMonitor(monitor) = &manifests[2].resource else { panic!("a service monitor") };
    assert_eq!(monitor.endpoints[0].metric_relabelings[0].source_labels[0].value, "a");
    let Resource::ConfigMap(map) = &manifests[4].resource else { panic!("a config map") };
    assert_eq!((map.texts[0].name.value.as_str(), map.texts[0].value.text()), ("board.json", r#"{"title": "t"}"#));
}

#[test]
fn reads_alertmanager_configs() {
    let (manifests, complaints) = read(
        r#"
apiVersion: monitoring.coreos.com/v1beta1
kind: AlertmanagerConfig
spec:
  route:
    receiver: web
    groupBy: [job]
    group_wait: 30s
    routes:
      - receiver: web
        matchers:
          - {name: severity, value: page|ticket, matchType: =~}
          - {name: a, value: b, matchType: "=="}
  receivers:
    - name: web
      slackConfigs: [{channel: '#x', title: '{{ .Status }}'}]
      slack_configs: []
  inhibitRules:
    - {sourceMatch: [{name: a, value: b}], targetMatch: [{name: a, value: c}], equal: [d]}
  timeIntervals:
    - name: n
      timeIntervals:
        - {times: [{startTime: "09:00", endTime: "17:00"}], daysOfMonth: [{start: 1, end: 5}]}
"#,
        lower,
    );
    assert_eq!(
        complaints,
        [
            "group_wait: unknown key `group_wait` in route",
            "\"==\": `==` is no operator",
            "slack_configs: unknown key `slack_configs` in receiver",
        ]
    );
    let Resource::AlertmanagerConfig(config) = &manifests[0].resource else { panic!("an AlertmanagerConfig") };
    let route = &config.route.as_ref().expect("it is there").routes[0];
    assert_eq!(route.matchers.all[0].to_string(), r#"severity=~"page|ticket""#);
    assert!(!route.matchers.complete);
    assert_eq!(config.receivers[0].templates[0].text(), "{{ .Status }}");
    let days = config.time_intervals[0].specs[0].days_of_month.as_ref().map(|days| days[0].value);
    assert_eq!(days, Some(crate::model::alertmanager::Range { first: 1, last: 5 }));
}

#[test]
fn asks_nothing_of_what_a_template_fills_in() {
    let (manifests, complaints) = read(
        r#"
apiVersion: template.openshift.io/v1
kind: Template
parameters: [{name: HOLD}]
objects:
  - apiVersion: monitoring.coreos.com/v1
    kind: PrometheusRule
    spec: {groups: [{name: g, rules: [{alert: A, expr: up, for: "${HOLD}"}, {alert: B, expr: up, for: long}]}]}
"#,
        lower,
    );
    assert_eq!(manifests.len(), 1);
    assert_eq!(complaints, ["long: `for` is not a duration: `long` is not a number with a unit"]);
}
