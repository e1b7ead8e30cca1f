//! Small workspaces, and the graphs of them.

use crate::{config::Config, facts::Facts, workspace::load_texts};

use super::{Concern, Graph, Kind, Relation};

const PROMETHEUS: &str = "rule_files: [rules.yml]
alerting: {alertmanagers: [{static_configs: [{targets: ['alertmanager:9093']}]}]}
scrape_configs:
  - {job_name: shop, static_configs: [{targets: ['shop:8080']}]}
";

const PAGE: &str = "# TYPE requests_total counter
requests_total{path=\"/\"} 1
# TYPE lonely gauge
lonely 1
";

const RULES: &str = "groups:
- name: shop
  rules:
  - record: job:requests:rate5m
    expr: sum by (job) (rate(requests_total[5m]))
  - alert: Slow
    expr: job:requests:rate5m < 1
    for: 5m
    labels: {severity: page}
    annotations: {runbook_url: RUNBOOK.md#slow}
  - alert: Gone
    expr: sum(gone) > 1
    annotations: {runbook_url: RUNBOOK.md#gone}
  - alert: Gone
    expr: pg_up == 0
    labels: {severity: none}
";

const ALERTMANAGER: &str = "route:
  receiver: mail
  routes:
  - {matchers: ['severity=\"page\"'], receiver: pager}
  - {matchers: ['severity=\"ticket\"'], receiver: desk}
  - {matchers: ['severity=\"none\"'], receiver: nobody}
receivers:
- {name: mail, email_configs: [{to: a@example.com}]}
- {name: pager, pagerduty_configs: [{routing_key: x}]}
- {name: desk, webhook_configs: [{url: 'http://desk/'}]}
- {name: nobody}
- {name: spare, slack_configs: [{api_url: 'http://x/', channel: '#ops'}]}
";

const RUNBOOK: &str = "# Runbook\n\n## Slow\n\nLook.\n";

const DASHBOARD: &str = r##"{"title": "Shop", "schemaVersion": 39, "panels": [
  {"type": "timeseries", "title": "Requests", "datasource": {"type": "prometheus", "uid": "p"},
   "targets": [{"expr": "rate(requests_total[5m])"}, {"expr": "job:requests:rate5m"}]}]}"##;

fn graph(texts: &[(&str, &str)]) -> Graph {
    let texts = texts.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let (workspace, config) = (load_texts(texts), Config::default());
    Graph::of(&Facts::of(&workspace, &config))
}

fn whole() -> Graph {
    graph(&[
        ("prometheus.yml", PROMETHEUS),
        ("rules.yml", RULES),
        ("alertmanager.yml", ALERTMANAGER),
        ("metrics/shop.prom", PAGE),
        ("RUNBOOK.md", RUNBOOK),
        ("shop.json", DASHBOARD),
    ])
}

/// The arrows as text: a question mark where it depends.
fn arrows(graph: &Graph) -> Vec<String> {
    let id = |at: usize| graph.nodes[at].id.as_str();
    let arrow = |certain: bool| if certain { "->" } else { "->?" };
    graph.edges.iter().map(|edge| format!("{} {} {}", id(edge.from), arrow(edge.certain), id(edge.to))).collect()
}

fn concerns(graph: &Graph) -> Vec<(&str, Concern)> {
    let of = |node: &'_ super::Node| node.concerns.clone();
    graph.nodes.iter().flat_map(|node| of(node).into_iter().map(|concern| (node.id.as_str(), concern))).collect()
}

#[test]
fn everything_hangs_together() {
    assert_eq!(
        arrows(&whole()),
        [
            "job:shop -> metric:requests_total",
            "job:shop -> metric:lonely",
            "source:postgres exporter ->? metric:pg_up",
            "metric:requests_total -> record:job:requests:rate5m",
            "metric:requests_total -> dashboard:Shop",
            "metric:gone -> alert:Gone",
            "metric:pg_up -> alert:Gone#2",
            "record:job:requests:rate5m -> alert:Slow",
            "record:job:requests:rate5m -> dashboard:Shop",
            "alert:Slow -> route:severity=\"page\"",
            "alert:Slow -> runbook:Slow",
            "alert:Gone -> route:every alert",
            "alert:Gone -> runbook:RUNBOOK.md#gone",
            "alert:Gone#2 -> route:severity=\"none\"",
            "route:every alert -> receiver:mail",
            "route:severity=\"page\" -> receiver:pager",
            "route:severity=\"ticket\" -> receiver:desk",
            "route:severity=\"none\" -> receiver:nobody",
        ]
    );
}

#[test]
fn what_stands_out_is_said() {
    use Concern::{Idle, Missing, NotScraped, Undefined, Unheard, Unreached, Unread};
    assert_eq!(
        concerns(&whole()),
        [
            ("source:postgres exporter", NotScraped),
            ("metric:lonely", Unread),
            ("metric:gone", Undefined),
            ("metric:pg_up", NotScraped),
            ("alert:Gone#2", Unheard),
            ("route:severity=\"ticket\"", Idle),
            ("receiver:desk", Unreached),
            ("receiver:spare", Unreached),
            ("runbook:RUNBOOK.md#gone", Missing),
        ]
    );
    let silent = graph(&[("prometheus.yml", "rule_files: [rules.yml]\n"), ("rules.yml", RULES)]);
    assert_eq!(silent.concerned(Unheard), 3);
    // Somebody else may send alerts, or take them.
    let unknown = graph(&[("rules.yml", RULES)]);
    assert_eq!((unknown.concerned(Unheard), unknown.concerned(Unreached)), (0, 0));
    let open = graph(&[("rules.yml", RULES), ("alertmanager.yml", ALERTMANAGER)]);
    assert_eq!((open.concerned(Idle), open.concerned(Unheard)), (0, 0));
    assert_eq!(open.concerned(Unreached), 1, "no route names `spare`, whoever sends");
}

#[test]
fn alertmanagers_that_are_configured_elsewhere_are_told() {
    let graph = graph(&[("prometheus.yml", PROMETHEUS), ("rules.yml", RULES)]);
    let told: Vec<String> = arrows(&graph).into_iter().filter(|arrow| arrow.contains("receiver")).collect();
    assert_eq!(
        told,
        [
            "alert:Slow -> receiver:alertmanager:9093",
            "alert:Gone -> receiver:alertmanager:9093",
            "alert:Gone#2 -> receiver:alertmanager:9093",
        ]
    );
    assert_eq!(graph.concerned(Concern::Unheard), 0);
}

#[test]
fn a_receiver_that_is_not_there_stands_out() {
    let graph = graph(&[("alertmanager.yml", "route: {receiver: mail}\nreceivers: [{name: post}]\n")]);
    assert_eq!(
        concerns(&graph),
        [("receiver:post", Concern::Unreached), ("receiver:mail", Concern::NotDefined)],
        "{:?}",
        arrows(&graph)
    );
}

#[test]
fn labels_that_are_not_known_make_possible_arrows() {
    let rules = "groups: [{name: a, rules: [{alert: A, expr: 'count by (severity) (x) > 1'}]}]\n";
    let graph = graph(&[("prometheus.yml", PROMETHEUS), ("rules.yml", rules), ("alertmanager.yml", ALERTMANAGER)]);
    let told: Vec<String> = arrows(&graph).into_iter().filter(|arrow| arrow.starts_with("alert")).collect();
    assert_eq!(
        told,
        [
            "alert:A ->? route:every alert",
            "alert:A ->? route:severity=\"page\"",
            "alert:A ->? route:severity=\"ticket\"",
            "alert:A ->? route:severity=\"none\"",
        ]
    );
}

#[test]
fn rules_of_grafana_go_to_its_policies_and_contact_points() {
    let alerting = "apiVersion: 1
groups:
- name: shop
  folder: shop
  interval: 1m
  rules:
  - uid: a
    title: Slow
    condition: A
    labels: {severity: page}
    data: [{refId: A, datasourceUid: p, model: {refId: A, expr: 'requests_total > 1', datasource: {type: prometheus}}}]
  - uid: b
    title: Direct
    condition: A
    notification_settings: {receiver: desk}
    data: [{refId: A, datasourceUid: p, model: {refId: A, expr: 'up == 0', datasource: {type: prometheus}}}]
contactPoints:
- {name: pager, receivers: [{uid: p, type: slack, settings: {url: 'http://x/'}}]}
- {name: desk, receivers: [{uid: d, type: email, settings: {addresses: a@example.com}}]}
policies:
- receiver: desk
  routes: [{receiver: pager, object_matchers: [['severity', '=', 'page']]}]
";
    let arrows = arrows(&graph(&[("alerting.yml", alerting)]));
    assert_eq!(
        arrows,
        [
            "source:Prometheus -> metric:up",
            "metric:requests_total -> alert:Slow",
            "metric:up -> alert:Direct",
            "alert:Slow -> route:severity=\"page\"",
            "alert:Direct -> receiver:desk",
            "route:every alert -> receiver:desk",
            "route:severity=\"page\" -> receiver:pager",
        ]
    );
}

#[test]
fn a_focus_keeps_what_leads_there_and_what_it_leads_to() {
    let around = |name: &str, depth: usize| {
        let graph = whole();
        let named = graph.named(name);
        let ids: Vec<String> = graph.around(&named, depth).nodes.into_iter().map(|node| node.id).collect();
        ids
    };
    assert_eq!(
        around("Slow", usize::MAX),
        [
            "job:shop",
            "metric:requests_total",
            "record:job:requests:rate5m",
            "alert:Slow",
            "route:severity=\"page\"",
            "receiver:pager",
            "runbook:Slow",
        ]
    );
    assert_eq!(around("pager", 1), ["route:severity=\"page\"", "receiver:pager"]);
    assert_eq!(around("alert:Gone#2", 1), ["metric:pg_up", "alert:Gone#2", "route:severity=\"none\""]);
    assert_eq!(around("Gone", 0), ["alert:Gone", "alert:Gone#2"]);
    assert!(whole().named("no such name").is_empty());
}

#[test]
fn kinds_that_are_left_out_are_bridged() {
    let graph = whole().of_kinds(&|kind| matches!(kind, Kind::Job | Kind::Alert | Kind::Receiver));
    assert_eq!(
        arrows(&graph),
        [
            "job:shop -> alert:Slow",
            "alert:Slow -> receiver:pager",
            "alert:Gone -> receiver:mail",
            "alert:Gone#2 -> receiver:nobody",
        ]
    );
    assert!(graph.edges.iter().all(|edge| graph.relation(edge) != Relation::Tells));
}

#[test]
fn what_nobody_reads_is_put_together() {
    let page = "# TYPE requests_total counter\nrequests_total 1\n# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\n";
    let graph = graph(&[("prometheus.yml", PROMETHEUS), ("metrics/shop.prom", page), ("rules.yml", RULES)]).gathered();
    let arrows = arrows(&graph);
    assert!(arrows.contains(&"job:shop -> metric:unread of job:shop".to_owned()), "{arrows:?}");
    let bundle = graph.nodes.iter().find(|node| node.id == "metric:unread of job:shop").unwrap();
    assert_eq!((bundle.name.as_str(), bundle.concerns.as_slice()), ("2 metrics", &[Concern::Unread][..]));
    assert!(graph.nodes.iter().all(|node| node.name != "a" && node.name != "b"));
}

#[test]
fn identities_are_unique_whatever_the_names() {
    let rules = "groups: [{name: a, rules: [
        {alert: A, expr: x}, {alert: 'A#2', expr: x}, {alert: A, expr: x}, {alert: A, expr: x}]}]\n";
    let graph = graph(&[("rules.yml", rules)]);
    let ids: Vec<&str> =
        graph.nodes.iter().filter(|node| node.kind() == Kind::Alert).map(|node| node.id.as_str()).collect();
    assert_eq!(ids, ["alert:A", "alert:A#2", "alert:A#3", "alert:A#4"]);
}
