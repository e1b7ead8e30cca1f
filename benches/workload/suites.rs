//! Unit tests, routes and series of any size, the same bytes every time: what promcheck and its peers are timed with.

use super::workload::{Files, rules};

/// `files` test files of `cases` tests each over the first rule file, with `minutes` of five series in every test. All of
/// them pass.
pub fn tests(files: usize, cases: usize, minutes: usize) -> Files {
    let mut all = rules(1, 24);
    all.extend((0..files).map(|file| {
        let cases: String = (0..cases).map(|number| case(file * cases + number, minutes)).collect();
        let head = "rule_files: [../rules/r00000.yml]\nevaluation_interval: 1m\ntests:\n";
        (format!("tests/t{file:05}_test.yml"), format!("{head}{cases}"))
    }));
    all
}

fn case(number: usize, minutes: usize) -> String {
    let instance = format!(r#"job="svc0",instance="a{number}""#);
    let series = [
        (format!("up{{{instance}}}"), format!("1x5 0x{minutes}")),
        (
            format!(r#"svc0_requests_total{{{instance},status="500",env="prod"}}"#),
            format!("0+{}x{minutes}", number % 10 + 1),
        ),
        (format!(r#"svc0_requests_total{{{instance},status="200",env="prod"}}"#), format!("0+100x{minutes}")),
        (format!(r#"svc0_duration_seconds_bucket{{{instance},le="0.5",route="/"}}"#), format!("0+50x{minutes}")),
        (format!(r#"svc0_duration_seconds_bucket{{{instance},le="+Inf",route="/"}}"#), format!("0+60x{minutes}")),
    ];
    let series: String =
        series.iter().map(|(name, values)| format!("      - series: '{name}'\n        values: '{values}'\n")).collect();
    format!(
        r##"  - name: case {number}
    interval: 1m
    input_series:
{series}    alert_rule_test:
      - eval_time: {middle}m
        alertname: Alert0x0
        exp_alerts:
          - exp_labels: {{severity: critical, team: team0, job: svc0, instance: a{number}}}
            exp_annotations:
              summary: "a{number} is unhappy (0)"
              description: "Value is 0 on svc0"
              runbook_url: "https://runbooks.example.com/alert0#0"
      - eval_time: 4m
        alertname: Alert0x0
    promql_expr_test:
      - expr: sum(up)
        eval_time: {minutes}m
        exp_samples: [{{labels: '{{}}', value: 0}}]
"##,
        middle = minutes / 2,
    )
}

/// A configuration of Alertmanager with so many routes, each to a receiver of its own.
pub fn routes(count: usize) -> Files {
    let route = |at| format!("    - matchers: ['team=\"team{at}\"']\n      receiver: team{at}\n");
    let receiver =
        |at| format!("  - name: team{at}\n    webhook_configs:\n      - url: http://hooks{at}.internal/alert\n");
    let routes: String = (0..count).map(route).collect();
    let receivers: String = (0..count).map(receiver).collect();
    let default = "  - name: default\n    webhook_configs:\n      - url: http://hooks.internal/alert\n";
    let config = format!("route:\n  receiver: default\n  routes:\n{routes}receivers:\n{default}{receivers}");
    vec![("alertmanager.yml".to_owned(), config)]
}

/// So many counters with a value a minute.
pub fn series(count: usize, minutes: usize) -> Files {
    let one = |at| format!("requests_total{{job=\"svc{}\",instance=\"a{at}\"}} 0+{}x{minutes}\n", at % 10, at % 7 + 1);
    vec![("all.series".to_owned(), (0..count).map(one).collect())]
}
