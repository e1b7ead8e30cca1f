//! `alertmanager.yml` as it comes.

use super::*;
use crate::model::specimen::{read, slice};

const FILE: &str = r#"
global: {smtp_smarthost: "mail:25", smtp_from: a@b.c}
route:
  receiver: ops
  group_by: ['...']
  routes:
    - receiver: web
      matchers: ['team="web"', severity=~"page|ticket"]
      match: {region: eu}
      match_re: {zone: a|b}
      continue: true
      mute_time_intervals: [nights]
      routes:
        - matchers: [{}]
receivers:
  - name: ops
  - name: web
    slack_configs:
      - channel: '#web'
        title: '{{ .GroupLabels.alertname }}'
        fields: [{title: t, value: '{{ .Status }}'}]
    email_configs: [{to: web@b.c, headers: {Subject: '{{ .Status }}'}}]
inhibit_rules:
  - source_matchers: [severity=page]
    target_match: {severity: ticket}
    equal: [cluster]
time_intervals:
  - name: nights
    time_intervals:
      - times: [{start_time: 00:00, end_time: "06:30"}]
        weekdays: [monday:friday]
        location: Europe/Berlin
"#;

#[test]
fn reads_the_tree_and_who_is_told() {
    let flat = FILE.replace("        - matchers: [{}]\n", "        - group_by: []\n");
    let (config, complaints) = read(&flat, lower);
    assert_eq!(complaints, [""; 0]);
    let routes = config.routes();
    assert_eq!(routes.len(), 3);
    let printed: Vec<_> = routes[1].matchers.all.iter().map(Matcher::to_string).collect();
    assert_eq!(printed, [r#"team="web""#, r#"severity=~"page|ticket""#, r#"region="eu""#, r#"zone=~"a|b""#]);
    assert!(routes[0].group_by.as_ref().is_some_and(GroupBy::is_all) && routes[1].goes_on());
    assert_eq!(routes[2].group_by.as_ref().map(|group_by| group_by.labels.len()), Some(0));
    assert_eq!(slice(&flat, routes[1].matchers.all[2].span), "region: eu");
    let web = config.receiver("web").expect("it is there");
    let kinds: Vec<_> = web.integrations.iter().map(|integration| integration.kind.name()).collect();
    assert_eq!(kinds, ["slack", "email"]);
    assert!(!web.integrations[0].sends_resolved());
    let templates: Vec<_> = config.template_texts().into_iter().map(|(_, text)| text.text()).collect();
    assert_eq!(templates, ["#web", "{{ .GroupLabels.alertname }}", "t", "{{ .Status }}", "web@b.c", "{{ .Status }}"]);
    let rule = &config.inhibit_rules[0];
    assert_eq!((rule.source.all[0].style, rule.target.all[0].style), (MatcherStyle::Text, MatcherStyle::Match));
    let nights = &config.time_interval("nights").expect("it is there").specs[0];
    let times = nights.times.as_ref().map(|times| times[0].value);
    assert_eq!(times, Some(TimeRange { start: 0, end: 390 }));
    assert_eq!(nights.weekdays.as_ref().map(|days| days[0].value), Some(Range { first: 1, last: 5 }));
    assert!(nights.months.is_none());
}

#[test]
fn complains_and_reads_on() {
    let (config, complaints) = read(
        r#"
global: {slack_url: x, resolve_timeout: 5}
route:
  receiver: a
  matchers: team=web
  group_interval: 1.5h
  group_by: team
  routes:
    - match_re: {zone: }
    -
    - matchers: [a b, 'c="d']
      recevier: b
receivers:
  -
  - name: a
    slack_configs: [null, {channel: c, chanel: d, timeout: 1d}]
    email_configs: [{to: x, subject: y}]
    zoom_configs: []
    webhook_configs: {url: x}
    telegram_configs: [{chat_id: "1"}]
time_intervals:
  - name: n
    time_intervals: [{weekdays: [mon], times: [{start_time: 22:00, end_time: 06:00}, {end_time: 1}]}]
"#,
        lower,
    );
    assert_eq!(
        complaints,
        [
            "slack_url: unknown key `slack_url` in `global`",
            "5: `resolve_timeout` is not a duration: `5` is not a number with a unit",
            "team=web: `matchers` takes a list, but this is `team=web`",
            "1.5h: `group_interval` is not a duration: `1.5h` is not a number with a unit",
            "team: `group_by` takes a list, but this is `team`",
            "zone: `zone` has no regular expression",
            ": an item of `routes` is empty",
            "a b: `a b` is no matcher",
            "\"d: a quote in `\"d` is not closed",
            "recevier: unknown key `recevier` in route",
            ": an item of `receivers` is empty",
            "null: an item of `slack_configs` is empty",
            "chanel: unknown key `chanel` in Slack configuration",
            "1d: `timeout` takes a duration such as `30s` or `1m30s` (days are written in hours), but this is `1d`",
            "subject: unknown key `subject` in email configuration",
            "zoom_configs: unknown key `zoom_configs` in receiver",
            "{url: x}: `webhook_configs` takes a list, but this is a map",
            "\"1\": `chat_id` takes a whole number, but this is `1`",
            "mon: `mon` is no day of the week",
            "{start_time: 22:00, end_time: 06:00}: the time range ends before it begins",
            "{end_time: 1}: the time range has no `start_time`",
            "1: `1` is no time of day",
        ]
    );
    let route = config.route.expect("it is there");
    assert!(!route.matchers.complete && route.routes.len() == 2);
    assert_eq!(config.receivers.len(), 1);
}

#[test]
fn helps_with_keys_people_expect() {
    for (settings, help) in [
        ("email_configs: [{subject: x}]", "the subject is a header: `headers: {Subject: '…'}`"),
        ("email_configs: [{requiretls: true}]", "did you mean `require_tls`?"),
        ("discord_configs: [{url: x}]", "the URL is `webhook_url`"),
        (
            "webhook_configs: [{headers: {a: b}}]",
            "headers are part of the HTTP client: `http_config: {http_headers: …}`",
        ),
    ] {
        let (helps, _) = read(&format!("receivers: [{{name: r, {settings}}}]"), |root, complaints| {
            lower(root, complaints);
            complaints.iter().flat_map(|complaint| complaint.help.clone()).collect::<Vec<_>>()
        });
        assert_eq!(helps, [help], "{settings}");
    }
}
