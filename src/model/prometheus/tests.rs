//! `prometheus.yml` as it comes.

use super::*;
use crate::model::specimen::read;

#[test]
fn reads_jobs_with_what_they_inherit() {
    let (config, complaints) = read(
        r#"
global: {scrape_interval: 15s, external_labels: {cluster: lab}}
rule_files: [rules/*.yml]
alerting:
  alertmanagers:
    - static_configs: [{targets: ["alertmanager:9093"]}]
scrape_configs:
  - job_name: own
    static_configs:
      - targets: ["localhost:9090", "other:9090"]
        labels: {site: a}
  - job_name: slow
    scrape_interval: 5m
    scrape_timeout: 1m
    metrics_path: /probe
    params: {module: [http, icmp]}
    basic_auth: {username: me, password_file: secret}
    file_sd_configs: [{files: ["targets/*.json"]}]
    relabel_configs:
      - {source_labels: [a, b], target_label: c, action: Lowercase}
    metric_relabel_configs:
      - {regex: go_.*, action: drop}
remote_write: [{url: "http://store/push", queue_config: {capacity: 5}}]
"#,
        lower,
    );
    assert_eq!(complaints, [""; 0]);
    let [own, slow] = config.scrape_configs.as_slice() else { panic!("two jobs") };
    assert_eq!(config.scrape_interval(own), Duration::seconds(15));
    assert_eq!(config.scrape_timeout(own), Duration::seconds(10));
    assert_eq!(config.scrape_interval(slow), Duration::minutes(5));
    assert_eq!(config.evaluation_interval(), Duration::minutes(1));
    assert_eq!((own.metrics_path(), slow.metrics_path()), ("/metrics", "/probe"));
    let targets: Vec<_> = own.targets().map(|(target, labels)| (&*target.value, labels.len())).collect();
    assert_eq!(targets, [("localhost:9090", 1), ("other:9090", 1)]);
    let params: Vec<_> = slow.params.iter().map(|pair| (&*pair.name.value, pair.value.text())).collect();
    assert_eq!(params, [("module", "http"), ("module", "icmp")]);
    assert_eq!(slow.discoveries[0].kind.value, "file");
    assert_eq!(slow.discoveries[0].files()[0].text(), "targets/*.json");
    assert_eq!(slow.relabel_configs[0].action(), Some(RelabelAction::Lowercase));
    assert_eq!(slow.metric_relabel_configs[0].regex(), "go_.*");
    let login = slow.settings.map("basic_auth").expect("it has one");
    assert_eq!(login.text("username").map(Excerpt::text), Some("me"));
    assert_eq!(config.alerting.alertmanagers[0].static_configs[0].targets[0].value, "alertmanager:9093");
    assert_eq!(config.remote_write[0].url.as_ref().map(Excerpt::text), Some("http://store/push"));
}

#[test]
fn complains_and_reads_on() {
    let (config, complaints) = read(
        r#"
global:
  scrape_intervall: 15s
  sample_limit: -1
  body_size_limit: 10M
scrape_configs:
  - job_name: a
    static_config: [{targets: [a]}]
    params: {module: http}
    tls_config: {insecure: true}
  -
  - job_name: b
    target: [b]
    file_sd_configs: [{file: [x]}, null]
    relabel_configs: [{action: dorp, sourcelabels: [a]}, null]
rule_file: []
rule_files: [a/*.yml, "a/**/*.yml"]
"#,
        lower,
    );
    let messages: Vec<_> =
        complaints.iter().map(|complaint| complaint.split(": ").nth(1).unwrap_or_default()).collect();
    assert_eq!(
        messages,
        [
            "unknown key `scrape_intervall` in `global`",
            "`sample_limit` takes a number from 0 on, but this is `-1`",
            "`body_size_limit` takes an amount of bytes such as `512KB` or `10MB`, but this is `10M`",
            "unknown key `static_config` in scrape configuration",
            "`module` in `params` takes a list of strings",
            "unknown key `insecure` in TLS configuration",
            "an item of `scrape_configs` is empty",
            "unknown key `target` in scrape configuration",
            "unknown key `file` in file discovery",
            "an item of `file_sd_configs` is empty",
            "`dorp` is no relabelling action",
            "unknown key `sourcelabels` in relabelling rule",
            "an item of `relabel_configs` is empty",
            "unknown key `rule_file` in Prometheus configuration",
            "Prometheus refuses `a/**/*.yml`",
        ]
    );
    assert_eq!(config.scrape_configs.len(), 2);
    assert_eq!(config.scrape_configs[1].relabel_configs[0].action(), None);
}
