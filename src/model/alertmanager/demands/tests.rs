//! What Alertmanager refuses and what it takes. Every verdict is that of `amtool check-config` 0.34.2.

use crate::{
    diag::Severity,
    model::{alertmanager::lower, specimen::read},
    tree::{Complaints, Node},
};

use super::demands;

/// Why a configuration is refused.
fn refusals(text: &str) -> Vec<String> {
    let refused = |root: Node<'_>, complaints: &mut Complaints| {
        let demanded = demands(&lower(root, complaints), &|_| false);
        let all = complaints.iter().chain(&demanded);
        all.filter(|complaint| complaint.severity == Severity::Error).map(|one| one.message.to_string()).collect()
    };
    read(text, refused).0
}

/// Whether a configuration is refused.
fn is_refused(text: &str) -> bool {
    !refusals(text).is_empty()
}

/// A configuration with one receiver and its integrations, below some globals.
fn with(global: &str, integrations: &str) -> String {
    format!("global: {{{global}}}\nroute: {{receiver: a}}\nreceivers: [{{name: a, {integrations}}}]\n")
}

#[test]
fn takes_what_amtool_takes() {
    for (global, integrations) in [
        ("", "discord_configs: [{webhook_url: <secret>}]"),
        ("", "email_configs: [{to: a, from: b, smarthost: ':25', auth_password: x, auth_password_file: y}]"),
        ("", "email_configs: [{to: a, from: b, smarthost: 'h:25', threading: {enabled: true, thread_by_date: daily}}]"),
        ("", "email_configs: [{to: a, from: b, smarthost: 'h:25', headers: {A b: x, a b: y}}]"),
        ("", "incidentio_configs: [{url: 'http://h/', http_config: {bearer_token: x}}]"),
        ("", "pagerduty_configs: [{routing_key: a, service_key: b, images: [null], details: {a: {b: c}}}]"),
        ("", "slack_configs: [{api_url: 'http://h/', fields: [null], actions: [null]}]"),
        ("slack_app_token: t", "slack_configs: [{}]"),
        ("slack_app_token: t", "slack_configs: [{api_url_file: f}]"),
        ("slack_app_token: t, slack_api_url: 'https://slack.com/api/chat.postMessage'", "slack_configs: [{}]"),
        ("slack_api_url: 'http://h/', http_config: {authorization: {credentials: x}}", "slack_configs: [{}]"),
        ("", "sns_configs: [{topic_arn: a, phone_number: b, target_arn: c}]"),
        ("", "sns_configs: [{topic_arn: a, sigv4: {role_arn: r, external_id: x, service_name: s}}]"),
        ("", "telegram_configs: [{bot_token: t, chat_id: 1e3, parse_mode: ''}]"),
        ("", "webex_configs: [{room_id: r, http_config: {bearer_token_file: x}}]"),
        ("", "webhook_configs: [{url: '{{ .x }}', timeout: 1.5, max_alerts: 0x10}]"),
        ("", "webhook_configs: [{url: 'http://[::1]:80/'}]"),
        ("", "webhook_configs: [{url: 'http://h', http_config: {oauth2: {client_id: i, token_url: x}}}]"),
        ("", "opsgenie_configs: [{api_key: k, responders: [{id: a, type: '{{ .x }}'}]}]"),
        ("http_config: null", "webhook_configs: [{url: 'http://h'}]"),
        ("", "rocketchat_configs: [{token: '', token_id: i}]"),
        ("", "telegram_configs: [{bot_token: t, chat_id: -9223372036854775809}]"),
        ("", "telegram_configs: [{bot_token: t, chat_id: !!int '5'}]"),
    ] {
        assert!(!is_refused(&with(global, integrations)), "{global} {integrations}");
    }
}

#[test]
fn refuses_what_amtool_refuses() {
    for (global, integrations) in [
        ("", "discord_configs: [{webhook_url: null}]"),
        ("", "email_configs: [{to: a, from: b, smarthost: 'h:25', threading: {enabled: true}}]"),
        (
            "",
            "email_configs: [{to: a, from: b, smarthost: 'h:25', headers: {references: x}, threading: {enabled: true, thread_by_date: none}}]",
        ),
        ("", "incidentio_configs: [{url: 'http://h/', alert_source_token: a, http_config: {bearer_token: x}}]"),
        ("", "incidentio_configs: [{url: <secret>, alert_source_token: a}]"),
        ("", "jira_configs: [{project: p, issue_type: b, api_url: 'http://h', api_type: null}]"),
        ("pagerduty_url: null", "pagerduty_configs: [{routing_key: a}]"),
        ("", "pagerduty_configs: [{routing_key: a, details: x}]"),
        ("slack_app_token: t, http_config: {authorization: {credentials: x}}", "slack_configs: [{}]"),
        ("slack_app_token: t", "slack_configs: [{http_config: {authorization: {credentials: x}}}]"),
        ("slack_app_token: t, slack_api_url_file: f", ""),
        ("slack_app_url: null", "slack_configs: [{api_url: 'http://h'}]"),
        ("http_config: null", "slack_configs: [{api_url: 'http://h'}]"),
        ("", "slack_configs: [{api_url: 'https://slack.com/api/chat.postMessage', app_token: t}]"),
        ("", "slack_configs: [{app_token: t, update_message: true}]"),
        ("", "sns_configs: [{topic_arn: a, phone_number: b}]"),
        ("", "sns_configs: [{topic_arn: a, sigv4: {access_key: x}}]"),
        ("", "sns_configs: [{topic_arn: a, sigv4: {external_id: x}}]"),
        ("", "sns_configs: [{topic_arn: a, sigv4: {role_arn: r, session_name: ab}}]"),
        ("", "sns_configs: [{topic_arn: a, sigv4: {role_arn: r, tags: {a: b}}}]"),
        ("rocketchat_token_file: ''", "rocketchat_configs: [{token_id: i}]"),
        ("", "telegram_configs: [{bot_token: t, chat_id: 0}]"),
        ("", "telegram_configs: [{bot_token: t, chat_id: 9223372036854775808}]"),
        ("", "telegram_configs: [{bot_token: t, chat_id: !!str 5}]"),
        ("", "pagerduty_configs: [{routing_key: a, url: NULL}]"),
        ("", "webhook_configs: [{url: 'http://h', http_config: {oauth2: NULL}}]"),
        ("", "webhook_configs: [{url: 'http://h', http_config: {proxy_connect_header: {a: null}}}]"),
        ("", "webhook_configs: [{url: 'http://h', timeout: 9223372036854775808}]"),
        ("", "jira_configs: [{project: p, issue_type: b, api_url: 'http://h', fields: {[a]: b}}]"),
        ("resolve_timeout: NULL", "webhook_configs: [{url: 'http://h'}]"),
        ("", "webhook_configs: [{url: '{{ toUpper .x }}'}]"),
        ("", "webhook_configs: [{url: 'http://h/?x=1', timeout: '5'}]"),
        ("", "webhook_configs: [{url: 'http://h', http_config: {http_headers: {host: {values: [a]}}}}]"),
        ("", "webhook_configs: [{url: 'http://h', http_config: {basic_auth: {username: a, username_file: b}}}]"),
        ("", "webhook_configs: [{url: 'http://h', http_config: {oauth2: {client_id: i, token_url: x, no_proxy: y}}}]"),
        ("", "webhook_configs: [{url: http://h/?x=1}]"),
        ("", "webhook_configs: [{url: 'http://h:80:80/'}]"),
        ("", "webhook_configs: [{url: 'http://[h]/'}]"),
        ("", "opsgenie_configs: [{api_key: k, responders: [{id: a}]}]"),
        ("", "mattermost_configs: [{webhook_url: 'http://h', attachments: [{fields: [{title: a}]}]}]"),
    ] {
        assert!(is_refused(&with(global, integrations)), "{global} {integrations}");
    }
}

#[test]
fn judges_the_rest_of_the_file() {
    let base = "route: {receiver: a}\nreceivers: [{name: a}]\n";
    for (more, refused) in [
        ("tracing: {endpoint: x, headers: {a: {values: [b]}}}", false),
        ("tracing: {endpoint: x, headers: {a: b}}", true),
        ("tracing: {}", true),
        ("tracing: {endpoint: x, client_type: tcp}", true),
        ("tracing: {endpoint: x, tls_config: {cert: a}}", true),
        ("event_recorder: {file_outputs: [{path: x}], kafka_outputs: [{brokers: [b], topic: t}]}", false),
        ("event_recorder: {kafka_outputs: [{}]}", true),
        ("event_recorder: {kafka_outputs: [null]}", false),
        ("event_recorder: {kafka_outputs: [{brokers: [b]}]}", true),
        ("event_recorder: {kafka_outputs: [{brokers: [b], topic: ''}]}", true),
        ("event_recorder: {kafka_outputs: [{brokers: [], topic: t}]}", true),
        ("event_recorder: {kafka_outputs: [{brokers: null, topic: t}]}", true),
        ("event_recorder: {kafka_outputs: [{brokers: [b, ''], topic: t}]}", true),
        (
            "event_recorder: {kafka_outputs: [{brokers: [b], topic: t, acks: all, format: null, compression: zstd}]}",
            false,
        ),
        ("event_recorder: {kafka_outputs: [{brokers: [b], topic: t, acks: ''}]}", false),
        ("event_recorder: {kafka_outputs: [{brokers: [b], topic: t, acks: one}]}", true),
        ("event_recorder: {kafka_outputs: [{brokers: [b], topic: t, format: JSON}]}", true),
        ("event_recorder: {kafka_outputs: [{brokers: [b], topic: t, compression: brotli}]}", true),
        ("event_recorder: {kafka_outputs: [{brokers: [b], topic: t, tls_config: {cert: a}}]}", true),
        ("event_recorder: {webhook_outputs: [{url: 'http://h', batch: true, batch_max_events: 5}]}", false),
        ("event_recorder: {webhook_outputs: [{url: 'http://h', batch: false, batch_max_events: 0}]}", false),
        ("event_recorder: {webhook_outputs: [{url: 'http://h', batch_max_bytes: 5}]}", true),
        ("event_recorder: {webhook_outputs: [{url: 'http://h', batch: false, batch_flush_interval: 5s}]}", true),
        ("event_recorder: {webhook_outputs: [{url: 'http://h', batch: true, batch_max_events: -5}]}", true),
        ("event_recorder: {stdout_outputs: [{}]}", false),
        ("event_recorder: {stdout_outputs: [{path: a}]}", true),
        ("event_recorder: {file_outputs: [{}]}", true),
        ("event_recorder: {webhook_outputs: [{url: <secret>}]}", true),
        ("tracing: NULL", true),
        ("time_intervals: [null]", false),
        ("time_intervals: [null, null]", true),
        ("time_intervals: [NULL]", true),
        ("inhibit_rules: [{}]", false),
        ("templates: [\"a\\/b\"]", true),
        ("templates: [!!int a]", true),
        ("global: {<<: a}", true),
        ("inhibit_rules: [{equal: ['']}]", true),
        ("time_intervals: [{name: t, time_intervals: [{location: Europe/Berlin, weekdays: [null]}]}]", false),
        ("time_intervals: [{name: t, time_intervals: [{location: europe/berlin}]}]", true),
        ("time_intervals: [{name: t, time_intervals: [{location: EST}]}]", false),
        ("time_intervals: [{name: t, time_intervals: [{location: posix/Europe/Berlin}]}]", false),
        ("time_intervals: [{name: t, time_intervals: [{weekdays: [{start: monday}]}]}]", true),
    ] {
        assert_eq!(is_refused(&format!("{base}{more}\n")), refused, "{more}");
    }
    assert!(!is_refused("route: {receiver: a, routes: [{group_by: ['...', '...']}]}\nreceivers: [{name: a}]\n"));
    assert!(is_refused("route: {receiver: a, routes: [{group_by: ['...', b]}]}\nreceivers: [{name: a}]\n"));
}

#[test]
fn tells_of_an_empty_address_once() {
    let text = with("slack_api_url: ''", "slack_configs: [{channel: a}]");
    assert_eq!(refusals(&text), ["`slack_api_url` is empty: it is to start with `http://` or `https://`"]);
}
