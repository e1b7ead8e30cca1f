//! Provisioning files of each kind, small.

use super::{setting::Setting, *};
use crate::{
    diag::Severity,
    text::{Excerpt, FileId},
    tree::yaml,
};

fn read(text: &str) -> (Option<Provisioning>, Complaints) {
    let stream = yaml(&Excerpt::whole(FileId(0), text));
    let root = stream.first().and_then(|tree| tree.root()).expect("a document");
    let mut complaints = Complaints::new();
    (lower(root, &mut complaints), complaints)
}

#[test]
fn reads_datasources() {
    let text = "\
apiVersion: 1
deleteDatasources:
  - {name: Old, orgId: 1}
datasources:
  - name: Prometheus
    type: prometheus
    acess: proxy
    url: http://prometheus:9090
    isDefault: true
    jsonData:
      timeInterval: 15s
      exemplarTraceIdDestinations: [{name: trace_id, datasourceUid: tempo}]
  - name: Tempo
    type: tempo
    uid: ${TEMPO_UID}
    isDefault: yes
    jsonData: {tracesToLogsV2: {datasourceUid: loki}, serviceMap: {datasourceUid: prom}}
    secureJsonData: {password: $PASSWORD}
";
    let (Some(Provisioning::Datasources(file)), complaints) = read(text) else { panic!("no datasources") };
    let [prometheus, tempo] = file.datasources.as_slice() else { panic!("{file:?}") };
    assert_eq!(prometheus.effective_uid().as_deref(), Some("PBFA97CFB590B2093"));
    assert_eq!(tempo.effective_uid(), None);
    let places: Vec<_> = tempo.json_data.references.iter().map(|it| (it.place.as_str(), it.uid.known())).collect();
    assert_eq!(places, [("tracesToLogsV2", Some("loki".to_owned())), ("serviceMap", Some("prom".to_owned()))]);
    assert_eq!(prometheus.json_data.references[0].place, "exemplarTraceIdDestinations");
    assert_eq!(prometheus.json_data.time_interval.as_ref().and_then(Setting::known).as_deref(), Some("15s"));
    assert_eq!(file.deleted.len(), 1);
    let said: Vec<_> = complaints.iter().map(|it| (it.severity, it.message.as_str())).collect();
    assert_eq!(
        said,
        [
            (Severity::Warning, "unknown key `acess` in datasource"),
            (Severity::Error, "`isDefault` takes `true` or `false`, but this is `yes`"),
        ]
    );
}

#[test]
fn reads_dashboard_providers_old_and_new() {
    let new = "apiVersion: 1\nproviders:\n  - name: x\n    type: file\n    folder: Shop\n    options: {path: /var/lib/dashboards, foldersFromFilesStructure: true}\n";
    let old = "- name: x\n  type: file\n  org_id: 1\n  folder: Shop\n  options: {folder: /var/lib/dashboards}\n";
    for text in [new, old] {
        let (Some(Provisioning::Dashboards(file)), complaints) = read(text) else { panic!("{text}") };
        assert!(complaints.is_empty(), "{complaints:?}");
        assert_eq!(file.providers[0].path.as_ref().and_then(Setting::known).as_deref(), Some("/var/lib/dashboards"));
        assert_eq!(file.providers[0].folder.as_ref().and_then(Setting::known).as_deref(), Some("Shop"));
    }
}

const ALERTING: &str = r#"
apiVersion: 1
groups:
  - name: shop
    folder: Shop
    interval: 1m
    rules:
      - uid: slow
        title: Slow
        condition: C
        for: 5x
        data:
          - refId: A
            datasourceUid: prom
            relativeTimeRange: {from: 600, to: 0}
            model: {expr: 'rate(http_requests_total[$__rate_interval])', refId: A}
          - refId: C
            datasourceUid: __expr__
            model: {type: threshold, expression: A, conditions: [{evaluator: {params: [5], type: gt}}]}
        labels: {team: "{{ $labels.team }}"}
        notification_settings: {receiver: mail}
  - folder: Shop
    rules: []
contactPoints:
  - name: mail
    receivers: [{uid: m, type: email, settings: {addresses: a@example.com}}]
policies:
  - receiver: mail
    routes:
      - receiver: page
        object_matchers: [[severity, =, critical]]
        matchers: ["team=shop"]
muteTimes:
  - name: nights
templates:
  - name: short
    template: '{{ define "short" }}x{{ end }}'
"#;

#[test]
fn reads_any_beginning_of_a_file() {
    for end in (0..ALERTING.len()).step_by(7) {
        let stream = yaml(&Excerpt::whole(FileId(0), &ALERTING[..end]));
        let Some(root) = stream.first().and_then(|tree| tree.root()) else { continue };
        let mut complaints = Complaints::new();
        lower(root, &mut complaints);
        assert!(complaints.iter().all(|complaint| complaint.span.range().end <= end), "{end}");
    }
}

#[test]
fn reads_alerting() {
    let text = ALERTING;
    let (Some(Provisioning::Alerting(file)), complaints) = read(text) else { panic!("no alerting") };
    let rule = &file.groups[0].rules[0];
    let query = rule.data[0].query.as_ref().and_then(|query| query.query.as_ref()).expect("PromQL");
    assert_eq!(query.text.text(), "rate(http_requests_total[5m])");
    let inputs = rule.data[1].expression.as_ref().expect("an expression");
    assert_eq!(inputs.inputs[0].as_str(), "A");
    assert_eq!(file.policies[0].route.routes[0].matchers.all[1].value.text(), "critical");
    assert_eq!(file.contact_points[0].receivers[0].settings[0].0.as_str(), "addresses");
    let said: Vec<_> = complaints.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(
        said,
        [
            "`for` is not a duration: unknown unit `x`",
            "this group of alert rules has no `name`",
            "this group of alert rules has no `interval`",
        ]
    );
}

/// What `ObjectMatchers.UnmarshalJSON` and `labels.NewMatcher` say of the same lists.
#[test]
fn reads_matchers_in_three_texts() {
    for (list, expected) in [
        ("[severity, '=', critical]", Ok("severity=\"critical\"")),
        ("[severity, '=', '\"critical\"']", Ok("severity=\"critical\"")),
        ("[severity, '=~', 'a|b']", Ok("severity=~\"a|b\"")),
        ("[severity, '=']", Ok("severity=\"\"")),
        ("[severity, '=', null]", Ok("severity=\"\"")),
        ("[severity, '=', critical, more]", Ok("severity=\"critical\"")),
        ("[severity, '=', '5']", Ok("severity=\"5\"")),
        ("[severity, '=', 5]", Err("Grafana refuses what is no text here")),
        ("[severity, '=', true]", Err("Grafana refuses what is no text here")),
        ("[severity, '==', critical]", Err("`==` is no operator")),
        ("[severity]", Err("`` is no operator")),
        ("severity=critical", Err("this matcher is no list of three texts")),
        ("[severity, '=~', 'a(']", Err("`a(` is no regular expression")),
    ] {
        let text = format!("apiVersion: 1\npolicies: [{{receiver: mail, routes: [{{object_matchers: [{list}]}}]}}]");
        let (Some(Provisioning::Alerting(file)), complaints) = read(&text) else { panic!("no alerting: {text}") };
        let matchers = &file.policies[0].route.routes[0].matchers;
        let said = complaints.first().map(|it| it.message.as_str());
        match expected {
            Ok(matcher) => assert_eq!((matchers.all[0].to_string().as_str(), said), (matcher, None), "{list}"),
            Err(message) => assert!(said.is_some_and(|said| said.starts_with(message)), "{list}: {said:?}"),
        }
        assert_eq!(matchers.complete, expected.is_ok(), "{list}");
    }
}

#[test]
fn knows_what_it_is_not() {
    for text in [
        "apiVersion: v1\nkind: ConfigMap\ndata: {}",
        "groups: [{name: x, rules: [{alert: A, expr: up}]}]",
        "receivers: {otlp: {}}\nexporters: {}",
        "datasources: {prometheus: x}",
        "providers: [aws, gcp]",
        "templates: ['*.tmpl']\nroute: {receiver: x}",
        "[1, 2]",
        "x",
    ] {
        assert!(read(text).0.is_none(), "{text}");
    }
}
