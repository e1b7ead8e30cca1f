//! `promcheck metrics`: the table in a terminal's width, the story of one metric, JSON and graphs.

use crate::folder::Folder;

const PROMETHEUS: &str = "rule_files: [rules.yml]
scrape_configs:
  - {job_name: shop, static_configs: [{targets: ['shop:8080']}]}
  - {job_name: node, static_configs: [{targets: ['node-exporter:9100']}]}
";

const RULES: &str = "groups:
- name: shop
  rules:
  - record: job:requests:rate5m
    expr: sum by (job) (rate(requests_total[5m]))
  - alert: Idle
    expr: job:requests:rate5m < 1 or gone > 1
  - alert: Full
    expr: node_filesystem_avail_bytes < 1 or pg_up == 0
";

const PAGE: &str = "# TYPE requests_total counter\nrequests_total{path=\"/\"} 1\n# TYPE lonely gauge\nlonely 1\n";

fn folder() -> Folder {
    Folder::with(&[("prometheus.yml", PROMETHEUS), ("rules.yml", RULES), ("metrics/shop.prom", PAGE)])
}

#[test]
fn the_table_begins_with_what_is_missing() {
    let answer = folder().run(&["metrics"]);
    let expected = "read, but defined by nothing here (1)
  gone  1 alert: rules.yml:7

read, but no job scrapes what exports it (1)
  pg_up  gauge      postgres: 1 alert

defined, but read by nothing (1)
  lonely  gauge      page shop

defined and read (3)
  job:requests:rate5m                     rule: 1 alert
  node_filesystem_avail_bytes  gauge      node: 1 alert
  requests_total               counter    page shop: 1 rule

exporters that are scraped
  node  1 of 450 recorded metrics are read, by job node
";
    assert_eq!((answer.status, answer.error.as_str()), (Some(0), ""));
    assert_eq!(answer.out, expected);
    assert!(answer.out.lines().all(|line| line.chars().count() <= 80), "{}", answer.out);
}

#[test]
fn a_name_tells_its_story() {
    let answer = folder().run(&["metrics", "requests_total", "gonne"]);
    let expected = "requests_total, a counter
  labels path
  comes from
    a page captured from shop  metrics/shop.prom:2
  scraped by
    job shop  prometheus.yml:3
  read by
    rule job:requests:rate5m  rules.yml:5

no file here speaks of `gonne`
  help: `gone` is spoken of
";
    assert_eq!((answer.status, answer.out.as_str(), answer.error.as_str()), (Some(0), expected, ""));
}

#[test]
fn programs_get_it_all() {
    let folder = folder();
    let json: serde_json::Value = serde_json::from_str(&folder.run(&["metrics", "-f", "json"]).out).unwrap();
    let standings: Vec<(&str, &str)> = json["metrics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|metric| (metric["name"].as_str().unwrap(), metric["standing"].as_str().unwrap()))
        .collect();
    let expected = [
        ("gone", "undefined"),
        ("job:requests:rate5m", "sound"),
        ("lonely", "unread"),
        ("node_filesystem_avail_bytes", "sound"),
        ("pg_up", "not-scraped"),
        ("requests_total", "sound"),
    ];
    assert_eq!(standings, expected);
    assert_eq!(json["metrics"][0]["read_by"][0]["line"], 7);
    let dot = folder.run(&["metrics", "requests_total", "-f", "dot"]).out;
    assert!(dot.starts_with("digraph metrics {") && dot.contains("label=\"requests_total\""), "{dot}");
    assert_eq!(dot.matches(" -> ").count(), 2, "{dot}");
    let mermaid = folder.run(&["metrics", "-f", "mermaid"]).out;
    assert!(mermaid.starts_with("flowchart LR\n  n0[[\"shop\"]]\n"), "{mermaid}");
}

#[test]
fn a_path_that_is_not_there_is_no_metric() {
    let answer = folder().run(&["metrics", "no/such/folder"]);
    assert_eq!(answer.status, Some(2), "{}", answer.out);
    assert!(answer.error.contains("no such file or folder"), "{}", answer.error);
}

#[test]
fn a_program_that_is_built_of_the_whole_folder_is_read() {
    let folder = Folder::with(&[
        ("compose.yml", "services:\n  shop: {build: .}\n"),
        ("prometheus.yml", "scrape_configs: [{job_name: shop, static_configs: [{targets: ['shop:80']}]}]\n"),
        ("shop.py", "from prometheus_client import Counter\nORDERS = Counter('shop_orders_total', 'Orders')\n"),
    ]);
    for arguments in [&["metrics"][..], &["metrics", "."]] {
        let answer = folder.run(arguments);
        assert!(answer.out.contains("shop_orders_total"), "{answer:?}");
    }
}
