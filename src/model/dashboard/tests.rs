//! Dashboards in all their forms, small.

use super::{
    datasource::DatasourceTarget,
    mention::Place,
    variable::{Refresh, VariableQuery},
    *,
};
use crate::{
    text::FileId,
    tree::{json, yaml},
};

fn read(text: &str) -> Dashboard {
    let stream = json(&Excerpt::whole(FileId(0), text));
    let root = stream.first().and_then(|tree| tree.root()).expect("a document");
    assert!(looks_like(root), "{text}");
    let mut complaints = Complaints::new();
    let dashboard = lower(root, &mut complaints);
    assert!(complaints.is_empty(), "{complaints:?}");
    dashboard
}

const CLASSIC: &str = r#"{
  "uid": "shop", "title": "Shop ${env}", "schemaVersion": 39, "refresh": "30s",
  "time": {"from": "now-6h", "to": "now"},
  "__inputs": [{"name": "DS_PROM", "type": "datasource", "pluginId": "prometheus"}],
  "templating": {"list": [
    {"name": "ds", "type": "datasource", "query": "prometheus"},
    {"name": "logs", "type": "datasource", "query": "loki"},
    {"name": "job", "type": "query", "datasource": {"type": "prometheus", "uid": "$ds"}, "refresh": 2, "multi": true,
     "query": {"query": "label_values(up{env=\"$env\"}, job)", "refId": "A"}, "current": {"value": ["a", "b"]}},
    {"name": "env", "type": "custom", "query": "prod, Test : tst"}
  ]},
  "panels": [
    {"id": 1, "type": "row", "collapsed": true, "panels": [
      {"id": 2, "type": "timeseries", "title": "Rate", "datasource": "${DS_PROM}", "gridPos": {"x": 0, "y": 1, "w": 12, "h": 8},
       "fieldConfig": {"defaults": {"unit": "reqps", "thresholds": {"mode": "absolute", "steps": [
          {"color": "green", "value": null}, {"color": "red", "value": 80}]}}},
       "targets": [{"refId": "A", "expr": "rate(http_requests_total{job=~\"$job\"}[$__rate_interval])", "legendFormat": "{{job}} $env"}]}
    ]},
    {"id": 3, "type": "logs", "datasource": {"type": "loki", "uid": "x"}, "repeat": "job", "targets": [{"expr": "{app=\"x\"}"}]},
    {"id": 4, "type": "stat", "datasource": {"uid": "-- Mixed --"}, "targets": [
      {"refId": "A", "datasource": {"uid": "$logs"}, "expr": "{app=\"x\"}"},
      {"refId": "B", "datasource": "prom", "expr": "up"},
      {"refId": "C", "datasource": {"type": "__expr__", "uid": "__expr__"}, "type": "math", "expression": "$A / $B"}]}
  ],
  "rows": [{"title": "Old", "panels": [{"id": 5, "type": "graph", "format": "short", "thresholds": "70, 90"}]}]
}"#;

#[test]
fn reads_a_classic_dashboard() {
    let dashboard = read(CLASSIC);
    assert_eq!((dashboard.style, dashboard.wrapper), (Style::Classic, Wrapper::None));
    assert_eq!(dashboard.uid.as_ref().map(|uid| uid.as_str()), Some("shop"));
    let rows: Vec<_> = dashboard.panels.iter().map(|panel| (panel.id.map(|id| id.value), panel.row)).collect();
    assert_eq!(
        rows,
        [(Some(1), None), (Some(2), Some(0)), (Some(3), None), (Some(4), None), (None, None), (Some(5), Some(4))]
    );
    let languages: Vec<_> =
        dashboard.panels.iter().flat_map(|panel| &panel.targets).map(|target| target.language).collect();
    assert_eq!(languages, [Language::PromQl, Language::LogQl, Language::LogQl, Language::Undecided, Language::Other]);
    let rate = &dashboard.panels[1];
    assert_eq!(
        rate.datasource.as_ref().map(|ds| &ds.points_to.value),
        Some(&DatasourceTarget::Input("DS_PROM".into()))
    );
    let query = rate.targets[0].query.as_ref().and_then(|query| query.query.as_ref()).expect("PromQL");
    assert_eq!(query.text.text(), r#"rate(http_requests_total{job=~".+"}[5m])"#);
    let values: Vec<_> =
        rate.thresholds().flat_map(|set| &set.steps).map(|step| step.value.map(|it| it.value)).collect();
    assert_eq!(values, [None, Some(80.0)]);
    let expression = dashboard.panels[3].targets[2].expression.as_ref().expect("an expression");
    assert_eq!(expression.inputs.iter().map(|input| input.as_str()).collect::<Vec<_>>(), ["A", "B"]);
    let listed: Vec<_> = dashboard.panels[5].thresholds().flat_map(|set| &set.steps).collect();
    assert_eq!(listed[1].value.map(|value| value.value), Some(90.0));
    assert_eq!(&CLASSIC[listed[1].span.range()], " 90");
}

#[test]
fn reads_variables_and_where_they_are_named() {
    let dashboard = read(CLASSIC);
    let job = dashboard.variable("job").expect("job");
    assert_eq!(job.refresh.map(|refresh| refresh.value), Some(Refresh::OnTimeRange));
    assert!(job.multi);
    assert_eq!(job.known_values(), ["a", "b"]);
    let VariableQuery::LabelValues { of: Some(of), label } = &job.query else { panic!("{:?}", job.query) };
    assert_eq!((of.raw.text(), label.text()), (r#"up{env="$env"}"#, "job"));
    assert_eq!(&CLASSIC[label.full_span().range()], "job");
    assert_eq!(&CLASSIC[of.uses[0].variable.span.range()], "$env");
    assert_eq!(dashboard.variable("env").expect("env").known_values(), ["prod", "tst"]);
    let mentions: Vec<_> =
        dashboard.mentions.iter().map(|mention| (mention.variable.name.as_str(), mention.place.clone())).collect();
    assert_eq!(
        mentions,
        [
            ("env", Place::Title),
            ("ds", Place::Variable("job".into())),
            ("env", Place::Variable("job".into())),
            ("DS_PROM", Place::Datasource),
            ("job", Place::Query),
            ("__rate_interval", Place::Query),
            ("env", Place::Legend),
            ("job", Place::Repeat),
            ("logs", Place::Datasource),
            ("A", Place::Expression),
            ("B", Place::Expression),
        ]
    );
}

#[test]
fn reads_variable_queries() {
    for (text, expected) in [
        ("label_values(job)", "values of job"),
        ("label_values(up, job)", "values of job in up"),
        ("label_values(up{a=~\"x,y\"}, $key) ", "values of $key in up{a=~\"x,y\"}"),
        ("label_values(up{a=\"b\"})", "malformed"),
        ("label_values(up, job", "malformed"),
        ("label_names()", "names"),
        ("label_names(up)", "names in up"),
        ("metrics(node_.*)", "metrics node_.*"),
        ("query_result(topk(5, up))", "result of topk(5, up)"),
        ("up{job=\"x\"}", "series up{job=\"x\"}"),
    ] {
        let shown = match VariableQuery::read(&Excerpt::whole(FileId(0), text), &Scope::new()) {
            VariableQuery::None => "none".to_owned(),
            VariableQuery::LabelNames { of: None } => "names".to_owned(),
            VariableQuery::LabelNames { of: Some(of) } => format!("names in {}", of.raw.text()),
            VariableQuery::LabelValues { of: None, label } => format!("values of {}", label.text()),
            VariableQuery::LabelValues { of: Some(of), label } => {
                format!("values of {} in {}", label.text(), of.raw.text())
            }
            VariableQuery::Metrics { pattern } => format!("metrics {}", pattern.text()),
            VariableQuery::QueryResult(query) => format!("result of {}", query.raw.text()),
            VariableQuery::Series(query) => format!("series {}", query.raw.text()),
            VariableQuery::Malformed(_) => "malformed".to_owned(),
            VariableQuery::Streams(_) | VariableQuery::Misunderstood(_) => "of a Loki".to_owned(),
        };
        assert_eq!(shown, expected, "{text}");
    }
}

#[test]
fn reads_schema_v2() {
    let dashboard = read(
        r#"{"apiVersion": "dashboard.grafana.app/v2beta1", "kind": "Dashboard", "metadata": {"name": "shop"}, "spec": {
          "title": "Shop", "timeSettings": {"from": "now-1h", "to": "now", "autoRefresh": "10s"},
          "elements": {
            "panel-1": {"kind": "Panel", "spec": {"id": 1, "title": "Rate", "data": {"kind": "QueryGroup", "spec": {
               "queries": [{"kind": "PanelQuery", "spec": {"refId": "A", "hidden": true, "query": {"kind": "DataQuery",
                  "group": "prometheus", "datasource": {"name": "$ds"}, "spec": {"expr": "sum by (job) (up)"}}}}]}},
               "vizConfig": {"kind": "VizConfig", "group": "timeseries", "spec": {"fieldConfig": {"defaults": {"unit": "s"}}}}}},
            "panel-2": {"kind": "LibraryPanel", "spec": {"id": 2, "libraryPanel": {"uid": "lib", "name": "Lib"}}}},
          "layout": {"kind": "RowsLayout", "spec": {"rows": [{"kind": "RowsLayoutRow", "spec": {"title": "Top",
            "repeat": {"mode": "variable", "value": "job"},
            "layout": {"kind": "GridLayout", "spec": {"items": [
              {"kind": "GridLayoutItem", "spec": {"x": 0, "y": 0, "width": 12, "height": 8, "element": {"kind": "ElementReference", "name": "panel-1"}}},
              {"kind": "GridLayoutItem", "spec": {"x": 12, "y": 0, "width": 12, "height": 8, "element": {"kind": "ElementReference", "name": "panel-9"}}}]}}}}]}},
          "variables": [
            {"kind": "DatasourceVariable", "spec": {"name": "ds", "pluginId": "prometheus"}},
            {"kind": "QueryVariable", "spec": {"name": "job", "refresh": "onDashboardLoad", "query": {"kind": "DataQuery",
              "group": "prometheus", "datasource": {"name": "${ds}"}, "spec": {"query": "label_values(job)"}}}}],
          "annotations": []}}"#,
    );
    assert_eq!((dashboard.style, dashboard.wrapper), (Style::V2, Wrapper::Kubernetes));
    let elements = dashboard.elements.as_ref().expect("elements");
    assert_eq!(elements.dangling().map(|name| name.as_str()).collect::<Vec<_>>(), ["panel-9"]);
    assert_eq!(elements.orphans().map(|name| name.as_str()).collect::<Vec<_>>(), ["panel-2"]);
    let panel = &dashboard.panels[1];
    assert_eq!(panel.row, Some(0));
    assert_eq!(panel.grid.map(|grid| grid.width), Some(12.0));
    assert_eq!(panel.kind.as_ref().map(|kind| kind.as_str()), Some("timeseries"));
    assert_eq!(panel.targets[0].language, Language::PromQl);
    assert!(panel.targets[0].hidden && panel.targets[0].query.is_some());
    assert!(matches!(dashboard.variable("job").expect("job").query, VariableQuery::LabelValues { of: None, .. }));
    assert!(dashboard.mentions.iter().any(|mention| mention.place == Place::Repeat));
}

#[test]
fn knows_inputs_that_nothing_fills_in() {
    let text = r#"{"title": "x", "schemaVersion": 39, "templating": {"list": [{"name": "DS_A", "type": "datasource", "query": "prometheus"}]},
      "panels": [{"datasource": "${DS_A}", "targets": [{"expr": "up"}]}, {"datasource": "${DS_B}"}]}"#;
    let dashboard = read(text);
    let leftover: Vec<_> = dashboard
        .panels
        .iter()
        .map(|panel| panel.datasource.as_ref().is_some_and(|it| dashboard.is_leftover_input(it)))
        .collect();
    assert_eq!(leftover, [false, true]);
    assert_eq!(dashboard.panels[0].targets[0].language, Language::PromQl);
}

#[test]
fn reads_any_beginning_of_a_dashboard() {
    for end in (0..CLASSIC.len()).step_by(13) {
        let stream = json(&Excerpt::whole(FileId(0), &CLASSIC[..end]));
        let Some(root) = stream.first().and_then(|tree| tree.root()) else { continue };
        let dashboard = lower(root, &mut Complaints::new());
        for mention in &dashboard.mentions {
            assert!(mention.variable.span.range().end <= end, "{end}");
        }
    }
}

#[test]
fn looks_only_like_dashboards() {
    for text in [
        r#"{"name": "app", "version": "1.0.0", "dependencies": {}}"#,
        r#"{"title": "Panels", "panels": "Paneele", "rows": "Zeilen"}"#,
        r#"{"panels": [{"title": "a"}], "name": "layout of a web page"}"#,
        "scrape_configs: [{job_name: x}]",
        "server: {http_listen_port: 3100}",
        "on: push\njobs: {build: {steps: []}}",
        "[1, 2]",
        "text",
    ] {
        let stream = yaml(&Excerpt::whole(FileId(0), text));
        let root = stream.first().and_then(|tree| tree.root()).expect("a document");
        assert!(!looks_like(root), "{text}");
    }
    read(r#"{"title": "x", "panels": [{"targets": [{"expr": "up"}]}]}"#);
    let wrapped = read(r#"{"dashboard": {"title": "x", "schemaVersion": 16, "panels": []}, "folderUid": "f"}"#);
    assert_eq!(wrapped.wrapper, Wrapper::Api);
}
