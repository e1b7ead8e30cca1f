//! Small workspaces, and what the census says of each metric.

use crate::{config::Config, facts::Facts, workspace::load_texts};

use super::{Census, Origin, Reader, Standing};

fn census(texts: &[(&str, &str)]) -> Census {
    let texts = texts.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let (workspace, config) = (load_texts(texts), Config::default());
    Census::of(&Facts::of(&workspace, &config))
}

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
  - record: job:unread:rate5m
    expr: sum by (job) (rate(requests_total[5m]))
  - alert: Slow
    expr: histogram_quantile(0.9, sum by (le) (rate(latency_seconds_bucket[5m]))) > 1
  - alert: Idle
    expr: job:requests:rate5m < 1 or node_load1 > 9 or pg_up == 0 or gone > 1 or up == 0 or go_goroutines > 9
";

const PAGE: &str = "# TYPE requests_total counter
requests_total{path=\"/\"} 1
# TYPE latency_seconds histogram
latency_seconds_bucket{le=\"1\"} 1
latency_seconds_bucket{le=\"+Inf\"} 1
latency_seconds_sum 1
latency_seconds_count 1
# TYPE lonely gauge
lonely 1
";

const DOCS: &str = "# Metrics\n\n`requests_total`, `once_there_total`\n";

fn whole() -> Census {
    census(&[("prometheus.yml", PROMETHEUS), ("rules.yml", RULES), ("metrics/shop.prom", PAGE), ("docs.md", DOCS)])
}

#[test]
fn every_metric_has_a_standing() {
    let census = whole();
    let standings: Vec<(&str, Standing)> =
        census.metrics.iter().map(|(name, metric)| (name.as_str(), metric.standing())).collect();
    assert_eq!(
        standings,
        [
            ("go_goroutines", Standing::Sound),
            ("gone", Standing::Undefined),
            ("job:requests:rate5m", Standing::Sound),
            ("job:unread:rate5m", Standing::Unread),
            ("latency_seconds", Standing::Sound),
            ("lonely", Standing::Unread),
            ("node_load1", Standing::Sound),
            ("once_there_total", Standing::DocumentedOnly),
            ("pg_up", Standing::NotScraped),
            ("requests_total", Standing::Sound),
            ("up", Standing::Sound),
        ]
    );
}

#[test]
fn a_metric_knows_where_it_comes_from_and_who_reads_it() {
    let census = whole();
    let (name, latency) = census.metric("latency_seconds_bucket").unwrap();
    assert_eq!(
        (name, latency.parts.iter().map(String::as_str).collect::<Vec<_>>()),
        ("latency_seconds", vec!["latency_seconds_bucket"])
    );
    assert!(matches!(latency.origins.as_slice(), [Origin::Page(_, source)] if source == "shop"));
    assert_eq!(latency.jobs.iter().map(|job| job.as_str()).collect::<Vec<_>>(), ["shop"]);
    let readers: Vec<&Reader> = census.metrics["requests_total"].uses.iter().map(|one| &one.by).collect();
    let record = |name: &str| Reader::Record(name.to_owned());
    assert_eq!(readers, [&record("job:requests:rate5m"), &record("job:unread:rate5m")]);
    assert_eq!(census.metrics["requests_total"].labels.iter().map(String::as_str).collect::<Vec<_>>(), ["path"]);
    assert_eq!(census.metrics["requests_total"].documented.len(), 1);
}

#[test]
fn exporters_are_counted() {
    let census = whole();
    let exporters: Vec<(&str, usize, bool)> =
        census.exporters.iter().map(|one| (one.name, one.read, one.known > 300)).collect();
    assert_eq!(exporters, [("node", 1, true)]);
}
