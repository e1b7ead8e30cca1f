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

/// A stack of 50 rules, ten of which record, with its Alertmanager, and a test of a week of it: every instance makes
/// errors for an hour of each day, and somebody is told. It passes.
pub fn week() -> Files {
    let ratio = |job: usize| {
        let rate = |metric: &str| format!("sum by (job, instance) (rate({metric}{{job=\"job{job}\"}}[5m]))");
        format!("{} / {}", rate("errors_total"), rate("requests_total"))
    };
    let record = |job| format!("      - {{record: 'job{job}:errors:ratio5m', expr: '{}'}}\n", ratio(job));
    let alert = |number: usize| {
        let job = number % 10;
        let expr = if number < 20 { format!("job{job}:errors:ratio5m") } else { ratio(job) };
        let severity = ["critical", "warning", "info"][number % 3];
        format!(
            "      - alert: Alert{number}\n        expr: {expr} > 0.0{}\n        for: {}m\n        \
             labels: {{severity: {severity}, team: team{}}}\n        \
             annotations: {{summary: '{{{{ $labels.instance }}}} fails at {{{{ $value }}}}'}}\n",
            number % 5 + 1,
            number % 7 + 1,
            number % 4
        )
    };
    let rules: String = (0..10).map(record).chain((0..40).map(alert)).collect();
    let day = |day: usize| format!("{0}+0x1379 {0}+100x59", day * 6000);
    let errors: String = (0..7).map(day).collect::<Vec<_>>().join(" ");
    let instance = |number: usize| {
        let labels = format!("job=\"job{}\",instance=\"i{}\"", number / 2, number % 2);
        format!(
            "      - {{series: 'errors_total{{{labels}}}', values: '{errors}'}}\n      \
             - {{series: 'requests_total{{{labels}}}', values: '0+1000x10080'}}\n"
        )
    };
    let series: String = (0..20).map(instance).collect();
    let test = format!(
        "rule_files: [rules.yml]\nalertmanager_config: alertmanager.yml\ntests:\n  - input_series:\n{series}    \
         notification_test:\n      - {{eval_time: 7d, exp_silent: [mail], exp_notifications: [{{receiver: pager}}]}}\n"
    );
    vec![
        ("rules.yml".to_owned(), format!("groups:\n  - name: week\n    rules:\n{rules}")),
        ("alertmanager.yml".to_owned(), teams()),
        ("week_test.yml".to_owned(), test),
    ]
}

/// A configuration of Alertmanager for four teams, which inhibits and is mute at night.
fn teams() -> String {
    let route = |team: usize| {
        format!(
            "    - matchers: [team=\"team{team}\"]\n      receiver: team{team}\n      routes:\n        \
             - {{matchers: [severity=\"critical\"], receiver: pager, continue: true, repeat_interval: 1h}}\n        \
             - {{matchers: [severity=\"info\"], mute_time_intervals: [nights]}}\n"
        )
    };
    let receivers: String = (0..4).map(|team| format!("  - name: team{team}\n")).collect();
    let routes: String = (0..4).map(route).collect();
    format!(
        "route:\n  receiver: mail\n  group_by: [alertname, team]\n  routes:\n{routes}\
         receivers:\n  - name: mail\n  - name: pager\n{receivers}\
         inhibit_rules:\n  - source_matchers: [severity=\"critical\"]\n    target_matchers: [severity=\"warning\"]\n    \
         equal: [job, instance]\n\
         time_intervals:\n  - {{name: nights, time_intervals: [{{times: [{{start_time: '00:00', end_time: '06:00'}}]}}]}}\n"
    )
}

/// A configuration with so many routes, and so many alerting rules, most of which some route asks for.
pub fn alerts(count: usize, alerts: usize) -> Files {
    let mut files = routes(count);
    let alert = |at: usize| {
        let labels =
            if at.is_multiple_of(5) { String::new() } else { format!(", labels: {{team: team{}}}", at % (count + 9)) };
        format!("      - {{alert: Alert{at}, expr: up == 0{labels}}}\n")
    };
    let rules: String = (0..alerts).map(alert).collect();
    files.push(("rules.yml".to_owned(), format!("groups:\n  - name: all\n    rules:\n{rules}")));
    files
}
