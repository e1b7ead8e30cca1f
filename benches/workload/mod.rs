//! Monitoring folders of any size, the same bytes every time: what benches and tests of the whole program run over.

/// Files: path and text.
pub type Files = Vec<(String, String)>;

/// `files` rule files of `rules` rules each, alerts and recording rules as people write them.
pub fn rules(files: usize, rules: usize) -> Files {
    (0..files).map(|file| (format!("rules/r{file:05}.yml"), rule_file(file, rules))).collect()
}

/// A whole stack without a planted defect: Prometheus, rules, routing, datasources, and one dashboard for each service.
pub fn stack(services: usize) -> Files {
    let mut files = rules(services, 12);
    files.push(("prometheus.yml".to_owned(), prometheus(services.min(40))));
    files.push(("alertmanager.yml".to_owned(), alertmanager()));
    files.push(("grafana/provisioning/datasources/prometheus.yml".to_owned(), DATASOURCE.to_owned()));
    files.extend((0..services).map(|service| (format!("grafana/dashboards/svc{service:05}.json"), dashboard(service))));
    files
}

fn rule_file(file: usize, rules: usize) -> String {
    let rules: String = (0..rules).map(|number| rule(file, number)).collect();
    format!("groups:\n  - name: group{file}\n    rules:\n{rules}")
}

/// The expressions of the rules of one file, by kind.
pub fn expr(file: usize, number: usize) -> String {
    let service = format!("svc{}", file % 40);
    match number % 6 {
        0 => format!(r#"up{{job="{service}"}} == 0"#),
        1 => {
            let errors = format!(r#"rate({service}_requests_total{{status=~"5..",env="prod"}}[5m])"#);
            let all = format!(r#"rate({service}_requests_total{{env="prod"}}[5m])"#);
            format!("sum by (job, instance) ({errors}) / sum by (job, instance) ({all}) > 0.0{}", number % 9 + 1)
        }
        2 => {
            let buckets = format!(r#"rate({service}_duration_seconds_bucket{{route!="/health"}}[5m])"#);
            format!("histogram_quantile(0.99, sum by (le, job) ({buckets})) > {}", number % 7 + 1)
        }
        3 => {
            let free = format!(r#"node_memory_MemAvailable_bytes{{instance=~"host-{file}.*"}}"#);
            format!("100 * (1 - {free} / node_memory_MemTotal_bytes) > {}", 80 + number % 15)
        }
        4 => {
            let disk = format!(r#"node_filesystem_avail_bytes{{mountpoint="/data{number}"}}[6h]"#);
            format!("predict_linear({disk}, 4 * 3600) < 0 and on (instance) (node_filesystem_readonly == 0)")
        }
        _ => format!("sum by (job, instance) (rate({service}_requests_total[5m]))"),
    }
}

fn rule(file: usize, number: usize) -> String {
    let expr = expr(file, number);
    if number % 6 == 5 {
        let record = format!("job_instance:svc{}_requests:rate5m_{number}", file % 40);
        return format!(
            "      - record: {record}\n        expr: {expr}\n        labels:\n          tier: \"{}\"\n",
            number % 3
        );
    }
    let severity = if number.is_multiple_of(3) { "critical" } else { "warning" };
    format!(
        r##"      # rule {number} of file {file}
      - alert: Alert{file}x{number}
        expr: |
          {expr}
        for: {hold}m
        labels:
          severity: {severity}
          team: team{team}
        annotations:
          summary: "{{{{ $labels.instance }}}} is unhappy ({number})"
          description: "Value is {{{{ $value | humanize }}}} on {{{{ $labels.job }}}}"
          runbook_url: "https://runbooks.example.com/alert{file}#{number}"
"##,
        hold = number % 10 + 1,
        team = file % 7,
    )
}

fn prometheus(jobs: usize) -> String {
    let head = "\
global:
  scrape_interval: 15s
  evaluation_interval: 15s
rule_files: ['rules/*.yml']
alerting:
  alertmanagers:
    - static_configs:
        - targets: ['alertmanager:9093']
scrape_configs:
  - job_name: node
    static_configs:
      - targets: ['node-exporter:9100']
";
    let job = |at| format!("  - job_name: svc{at}\n    static_configs:\n      - targets: ['svc{at}:8080']\n");
    head.to_owned() + &(0..jobs).map(job).collect::<String>()
}

fn alertmanager() -> String {
    let route = |at| format!("    - matchers: ['team=\"team{at}\"']\n      receiver: team{at}\n");
    let receiver = |name: &str, host: &str| {
        format!("  - name: {name}\n    webhook_configs:\n      - url: http://{host}.internal/alert\n")
    };
    let routes: String = (0..7).map(route).collect();
    let receivers: String = (0..7).map(|at| receiver(&format!("team{at}"), &format!("hooks{at}"))).collect();
    let default = receiver("default", "hooks");
    format!(
        "route:\n  receiver: default\n  group_by: [alertname, job]\n  routes:\n{routes}receivers:\n{default}{receivers}"
    )
}

const DATASOURCE: &str = "\
apiVersion: 1
datasources:
  - name: Prometheus
    uid: prom-main
    type: prometheus
    access: proxy
    url: http://prometheus:9090
    isDefault: true
";

/// A dashboard of twenty panels.
pub fn dashboard(service: usize) -> String {
    let source = serde_json::json!({ "type": "prometheus", "uid": "prom-main" });
    let requests = format!("svc{}_requests_total", service % 40);
    let panel = |at: usize| {
        let steps = serde_json::json!([{ "color": "green", "value": null }, { "color": "red", "value": 100 + at }]);
        serde_json::json!({
            "id": at + 1, "type": "timeseries", "title": format!("Panel {at}"), "datasource": source,
            "gridPos": { "h": 8, "w": 12, "x": 12 * (at % 2), "y": 8 * (at / 2) },
            "fieldConfig": { "defaults": { "unit": "reqps", "thresholds": { "mode": "absolute", "steps": steps } }, "overrides": [] },
            "targets": [{
                "refId": "A", "legendFormat": "{{job}}",
                "expr": format!("sum by (job) (rate({requests}{{job=~\"$job\"}}[$__rate_interval]))"),
            }],
        })
    };
    let job = serde_json::json!({
        "name": "job", "type": "query", "datasource": source, "query": "label_values(up, job)",
        "multi": true, "includeAll": true, "allValue": ".+", "refresh": 2,
    });
    let dashboard = serde_json::json!({
        "uid": format!("svc{service}"), "title": format!("Service {service}"), "schemaVersion": 39, "refresh": "30s",
        "time": { "from": "now-6h", "to": "now" }, "templating": { "list": [job] }, "annotations": { "list": [] },
        "panels": (0..20).map(panel).collect::<Vec<_>>(),
    });
    format!("{dashboard:#}")
}
