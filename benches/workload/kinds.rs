//! Folders with very many things of one kind: what is looked up in the wrong way takes ever longer in them.

use std::fmt::Write as _;

use super::workload::Files;

/// A kind of thing, and a folder with so many of it.
pub type Kind = (&'static str, fn(usize) -> Files);

/// The kinds.
pub const KINDS: &[Kind] = &[
    ("rules that read the rule before them", chain),
    ("groups", groups),
    ("alerts of one name", namesakes),
    ("jobs, each with an alert", jobs),
    ("routes with receivers", routes),
    ("inhibition rules", inhibitions),
    ("relabelling rules that drop what is read", drops),
    ("captured metrics, and others that are read", captured),
    ("panels of one dashboard", panels),
    ("datasources with panels", datasources),
    ("services of Docker Compose with jobs", services),
    ("rows of a documented table", rows),
    ("sections of a runbook", sections),
    ("items and headings of docs", items),
    ("alerts whose runbooks are not there", lost_pages),
    ("alerts whose sections are not there", lost_sections),
    ("routes that go on, to one receiver", going_on),
    ("receivers that were never filled in", blanks),
    ("monitors with services", monitors),
    ("manifests of rules", manifests),
    ("templates that call the next one", templates),
    ("suppressions", suppressions),
    ("tests", tests),
    ("operands of one expression", operands),
];

/// One file, made of a beginning and a part for each number.
fn file(
    path: &str,
    begin: &str,
    count: usize,
    part: impl Fn(&mut String, usize) -> std::fmt::Result,
) -> (String, String) {
    (path.to_owned(), begin.to_owned() + &parts(count, part))
}

/// A part for each number.
fn parts(count: usize, part: impl Fn(&mut String, usize) -> std::fmt::Result) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    (0..count).for_each(|at| _ = part(&mut text, at));
    text
}

const GROUP: &str = "groups:\n- name: g\n  rules:\n";

fn alerts(count: usize, expr: impl Fn(usize) -> String) -> (String, String) {
    file("rules.yml", GROUP, count, |out, at| {
        writeln!(out, "  - alert: A{at}\n    expr: {}\n    for: 5m\n    labels: {{severity: page}}", expr(at))
    })
}

fn chain(count: usize) -> Files {
    vec![file("rules.yml", GROUP, count, |out, at| match at.checked_sub(1) {
        None => writeln!(out, "  - record: job:m0:rate5m\n    expr: sum by (job) (rate(requests_total[5m]))"),
        Some(last) => writeln!(out, "  - record: job:m{at}:rate5m\n    expr: sum by (job) (job:m{last}:rate5m)"),
    })]
}

fn groups(count: usize) -> Files {
    vec![file("rules.yml", "groups:\n", count, |out, at| {
        writeln!(out, "- name: g{at}\n  rules:\n  - alert: A{at}\n    expr: up{{job=\"j{at}\"}} == 0\n    for: 5m")
    })]
}

fn namesakes(count: usize) -> Files {
    vec![file("rules.yml", GROUP, count, |out, at| {
        writeln!(out, "  - alert: Down\n    expr: up{{job=\"j{at}\"}} == 0\n    for: 5m")
    })]
}

fn scraping(count: usize, begin: &str, target: impl Fn(usize) -> String) -> (String, String) {
    let begin = format!("global: {{scrape_interval: 30s}}\nrule_files: [rules.yml]\nscrape_configs:\n{begin}");
    file("prometheus.yml", &begin, count, |out, at| {
        writeln!(out, "- job_name: j{at}\n  static_configs:\n  - targets: ['{}']", target(at))
    })
}

fn jobs(count: usize) -> Files {
    let expr = |at| format!("rate(node_cpu_seconds_total{{job=\"j{at}\", mode=\"idle\"}}[5m]) > 1");
    vec![scraping(count, "", |at| format!("host{at}:9100")), alerts(count, expr)]
}

fn routes(count: usize) -> Files {
    let mut config = file("alertmanager.yml", "route:\n  receiver: r0\n  routes:\n", count, |out, at| {
        writeln!(out, "  - receiver: r{at}\n    matchers: [team=\"t{at}\"]")
    });
    config.1 += "receivers:\n";
    config.1 +=
        &parts(count, |out, at| writeln!(out, "- name: r{at}\n  webhook_configs:\n  - url: http://hook{at}.internal/"));
    let rules = file("rules.yml", GROUP, count, |out, at| {
        writeln!(out, "  - alert: A{at}\n    expr: up{{job=\"j{at}\"}} == 0\n    labels: {{team: t{at}}}")
    });
    vec![config, rules]
}

fn inhibitions(count: usize) -> Files {
    let begin = "route: {receiver: r}\nreceivers: [{name: r}]\ninhibit_rules:\n";
    let config = file("alertmanager.yml", begin, count, |out, at| {
        let target = at + 1;
        writeln!(
            out,
            "- source_matchers: [alertname=\"A{at}\"]\n  target_matchers: [alertname=\"A{target}\"]\n  equal: [job]"
        )
    });
    vec![config, alerts(count, |at| format!("up{{job=\"j{at}\"}} == 0"))]
}

fn drops(count: usize) -> Files {
    let begin = "- job_name: j\n  static_configs:\n  - targets: [a:1]\n  metric_relabel_configs:\n";
    let mut config = scraping(0, begin, |_| String::new());
    config.1 +=
        &parts(count, |out, at| writeln!(out, "  - source_labels: [__name__]\n    regex: m{at}\n    action: drop"));
    vec![config, alerts(count, |at| format!("m{at} > {at}"))]
}

fn captured(count: usize) -> Files {
    let page = file("app.prom", "", count, |out, at| {
        writeln!(
            out,
            "# HELP requests_of_{at}_total Requests.\n# TYPE requests_of_{at}_total counter\nrequests_of_{at}_total 1"
        )
    });
    let config = (".promcheck.yml".to_owned(), "metrics:\n  files: ['*.prom']\n".to_owned());
    vec![config, page, alerts(count, |at| format!("rate(errors_of_{at}_total[5m]) > {at}"))]
}

fn dashboard(count: usize, source: impl Fn(usize) -> usize) -> (String, String) {
    let panel = |at: usize| {
        serde_json::json!({
            "id": at, "type": "timeseries", "title": format!("Panel {at}"),
            "gridPos": { "x": 0, "y": at * 8, "w": 24, "h": 8 },
            "datasource": { "type": "prometheus", "uid": format!("u{}", source(at)) },
            "targets": [{ "refId": "A", "expr": format!("rate(m{at}_total[5m])") }],
        })
    };
    let panels: Vec<_> = (0..count).map(panel).collect();
    let all = serde_json::json!({ "title": "Service", "uid": "service", "schemaVersion": 39, "panels": panels });
    ("dashboard.json".to_owned(), all.to_string())
}

fn panels(count: usize) -> Files {
    vec![dashboard(count, |_| 0)]
}

fn datasources(count: usize) -> Files {
    let sources = file("datasources.yml", "apiVersion: 1\ndatasources:\n", count, |out, at| {
        writeln!(out, "- name: Source {at}\n  type: prometheus\n  uid: u{at}\n  url: http://p{at}:9090")
    });
    vec![sources, dashboard(count, |at| at)]
}

fn services(count: usize) -> Files {
    let compose = file("docker-compose.yml", "services:\n", count, |out, at| {
        writeln!(out, "  s{at}:\n    image: prom/node-exporter:v1.8.0\n    ports: ['{}:9100']", 10_000 + at % 50_000)
    });
    vec![compose, scraping(count, "", |at| format!("s{at}:9100"))]
}

fn rows(count: usize) -> Files {
    let begin = "# Alerts\n\n| Alert | Threshold | For | Severity |\n|---|---|---|---|\n";
    let page = file("README.md", begin, count, |out, at| writeln!(out, "| A{at} | > {at} | 5m | page |"));
    vec![page, alerts(count, |at| format!("m{at} > {at}"))]
}

fn sections(count: usize) -> Files {
    let page = file("runbook.md", "# Runbook\n\n", count, |out, at| {
        writeln!(out, "## A{at}\n\nCPU usage is above {at} % for 5 minutes. Then see [the next](#a{}).\n", at + 1)
    });
    vec![page, linked(count, |at| format!("runbook.md#a{at}"))]
}

fn items(count: usize) -> Files {
    let page = file("README.md", "# Shop\n\n", count, |out, at| {
        if at % 20 == 0 {
            writeln!(out, "\n## Part {at}\n")?;
        }
        writeln!(out, "- **Step {at}**: it answers within 200 ms, and is tried again {at} times")
    });
    vec![page, alerts(50, |at| format!("up{{job=\"j{at}\"}} == 0"))]
}

/// Alerts with a link to a runbook.
fn linked(count: usize, link: impl Fn(usize) -> String) -> (String, String) {
    file("rules.yml", GROUP, count, |out, at| {
        let link = format!("annotations: {{runbook_url: '{}'}}", link(at));
        writeln!(out, "  - alert: A{at}\n    expr: m{at} > {at}\n    for: 5m\n    {link}")
    })
}

fn lost_pages(count: usize) -> Files {
    vec![("docs/README.md".to_owned(), "# Docs\n".to_owned()), linked(count, |at| format!("docs/a{at}.md"))]
}

fn lost_sections(count: usize) -> Files {
    let page = file("runbook.md", "# Runbook\n\n", count, |out, at| writeln!(out, "## Case {at}\n\nRestart it.\n"));
    vec![page, linked(count, |at| format!("runbook.md#a{at}"))]
}

fn going_on(count: usize) -> Files {
    let begin = "receivers: [{name: r}]\nroute:\n  receiver: r\n  routes:\n";
    vec![file("alertmanager.yml", begin, count, |out, at| {
        writeln!(out, "  - matchers: [team=\"t{at}\"]\n    continue: true")
    })]
}

fn blanks(count: usize) -> Files {
    vec![file("alertmanager.yml", "route: {receiver: r0}\nreceivers:\n", count, |out, at| {
        writeln!(out, "- name: r{at}\n  webhook_configs:\n  - url: ${{HOOK_OF_{at}}}")
    })]
}

fn monitors(count: usize) -> Files {
    vec![file("monitors.yml", "", count, |out, at| {
        let labels = format!("{{app: a{at}}}");
        writeln!(
            out,
            "---\napiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {{name: m{at}, namespace: n}}\n\
             spec: {{selector: {{matchLabels: {labels}}}, endpoints: [{{port: web}}]}}\n\
             ---\napiVersion: v1\nkind: Service\nmetadata: {{name: s{at}, namespace: n, labels: {labels}}}\n\
             spec: {{ports: [{{name: web, port: 80}}], selector: {labels}}}"
        )
    })]
}

fn manifests(count: usize) -> Files {
    vec![file("rules.yml", "", count, |out, at| {
        writeln!(
            out,
            "---\napiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {{name: r{at}, namespace: n}}\n\
             spec:\n  groups:\n  - name: g{at}\n    rules:\n    - alert: A{at}\n      expr: up{{job=\"j{at}\"}} == 0"
        )
    })]
}

fn templates(count: usize) -> Files {
    let config = "route: {receiver: r}\ntemplates: ['*.tmpl']\nreceivers:\n- name: r\n  slack_configs:\n  \
                  - {api_url: 'http://slack.internal/', channel: '#a', text: '{{ template \"t0\" . }}'}\n";
    let mut texts = file("texts.tmpl", "", count, |out, at| {
        writeln!(out, "{{{{ define \"t{at}\" }}}}{{{{ template \"t{}\" . }}}}{{{{ end }}}}", at + 1)
    });
    texts.1 += &format!("{{{{ define \"t{count}\" }}}}text{{{{ end }}}}");
    vec![("alertmanager.yml".to_owned(), config.to_owned()), texts]
}

fn suppressions(count: usize) -> Files {
    vec![file("rules.yml", GROUP, count, |out, at| {
        let text = "annotations: {summary: '{{ $labels.instance }}'}";
        let comment = format!("# promcheck: ignore rules/template-label -- known, case {at}");
        writeln!(out, "  {comment}\n  - alert: A{at}\n    expr: sum(m{at}) > 1\n    {text}")
    })]
}

fn tests(count: usize) -> Files {
    let begin = "rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n";
    let suite = file("rules_test.yml", begin, count / 8, |out, at| {
        let series = format!("- {{series: 'up{{job=\"j{at}\"}}', values: '0x10'}}");
        let expected = format!("- {{eval_time: 10m, alertname: A{at}, exp_alerts: []}}");
        writeln!(out, "- interval: 1m\n  input_series:\n  {series}\n  alert_rule_test:\n  {expected}")
    });
    vec![suite, alerts(count, |at| format!("up{{job=\"j{at}\"}} == 0"))]
}

fn operands(count: usize) -> Files {
    let all: Vec<String> = (0..count).map(|at| format!("m{at} > {at}")).collect();
    vec![alerts(1, |_| all.join(" or "))]
}
