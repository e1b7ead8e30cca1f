//! What is wrong with receivers of an `AlertmanagerConfig`, and what is not.

use crate::model::specimen::read;

fn complaints_of(receiver: &str) -> Vec<String> {
    read(&format!("{{name: a, {receiver}}}"), super::lower).1
}

#[test]
fn whole_integrations_are_taken() {
    for receiver in [
        "",
        "slackConfigs: [{channel: '#a', apiURL: {name: s, key: url}, actions: [{type: button, text: a, url: b}]}]",
        "slackConfigs: [{sendResolved: true, fields: [{title: a, value: b, short: true}], mrkdwnIn: [text]}]",
        "pagerdutyConfigs: [{routingKey: {name: s, key: k}, details: [{key: a, value: '{{ .Alerts }}'}], url: 'https://p/'}]",
        "webhookConfigs: [{url: 'http://a/{{ .Receiver }}', maxAlerts: 3, httpConfig: {tlsConfig: {insecureSkipVerify: true}}}]",
        "webhookConfigs: [{urlSecret: {name: s, key: k}, httpConfig: {proxyUrl: 'http://p', noProxy: a}}]",
        "webhookConfigs: [{url: '${HOOK}'}]",
        "emailConfigs: [{to: a@b, smarthost: 'm:25', headers: [{key: Subject, value: a}], requireTLS: false, html: ''}]",
        "telegramConfigs: [{botToken: {name: s, key: k}, chatID: -12, parseMode: HTML}]",
        "opsgenieConfigs: [{apiKey: {name: s, key: k}, responders: [{name: a, type: team}], updateAlerts: true}]",
        "victoropsConfigs: [{routingKey: a, apiUrl: 'https://v/', customFields: [{key: a, value: b}]}]",
        "snsConfigs: [{topicARN: a, sigv4: {region: b}, attributes: {a: b}}]",
        "msteamsConfigs: [{webhookUrl: {name: s, key: k}, title: a}]",
        "msteamsv2Configs: [{webhookURL: {name: s, key: k}}]",
        "webexConfigs: [{roomID: '12', httpConfig: {authorization: {type: Bearer, credentials: {name: a, key: b}}}}]",
        "wechatConfigs: [{corpID: a, toUser: b}]",
        "pushoverConfigs: [{userKey: {name: s, key: k}, token: {name: s, key: k}, retry: 1m, expire: 1h}]",
        "discordConfigs: [{apiURL: {name: s, key: k}, content: a}]",
        "rocketchatConfigs: [{token: {name: s, key: k}, tokenID: {name: s, key: k}, channel: a}]",
        "jiraConfigs: [{anything: goes}]",
    ] {
        assert_eq!(complaints_of(receiver), [""; 0], "{receiver}");
    }
}

#[test]
fn what_the_api_or_the_operator_refuses_is_told() {
    let mut wrong = Vec::new();
    for (receiver, expected) in [
        ("slackConfigs: [{chanel: a}]", "chanel: unknown key `chanel` in Slack configuration"),
        ("slackConfigs: [{api_url: a}]", "api_url: unknown key `api_url` in Slack configuration"),
        ("slackConfigs: [{sendResolved: maybe}]", "maybe: `sendResolved` takes `true` or `false`"),
        ("slackConfigs: [{actions: [{type: a, text: b}]}]", "type: this action has no `name` and no `url`"),
        ("slackConfigs: [{apiURL: {name: s}}]", "name: this reference has no `key`"),
        ("slackConfigs: [{channel: 12}]", "12: `channel` is a text, but this is a number"),
        ("webexConfigs: [{roomID: 12}]", "12: `roomID` is a text, but this is a number"),
        ("webhookConfigs: [{maxAlerts: 1}]", "maxAlerts: this webhook integration has no `url`"),
        ("webhookConfigs: [{url: 'hooks'}]", "hooks: `hooks` has no scheme"),
        ("pagerdutyConfigs: [{severity: a}]", "severity: this pagerduty integration has no `routingKey`"),
        ("emailConfigs: [{from: a@b}]", "from: this email integration has no `to`"),
        ("telegramConfigs: [{botTokenFile: a}]", "botTokenFile: this telegram integration has no `chatID`"),
        ("telegramConfigs: [{botTokenFile: a, chatID: x}]", "x: `chatID` takes a whole number"),
        ("telegramConfigs: [{botTokenFile: a, chatID: 1, parseMode: html}]", "html: `html` is no `parseMode`"),
        (
            "opsgenieConfigs: [{responders: [{type: team}]}]",
            "type: this responder has no `id` and no `name` and no `username`",
        ),
        ("snsConfigs: [{topicARN: a, phoneNumber: b}]", "phoneNumber: `phoneNumber` is set although `topicARN` is"),
        ("discordConfigs: [{}]", "discordConfigs: this discord integration has no `apiURL`"),
        (
            "webhookConfigs: [{url: 'http://a', httpConfig: {basic_auth: {}}}]",
            "basic_auth: unknown key `basic_auth` in HTTP client configuration",
        ),
        (
            "webhookConfigs: [{url: 'http://a', httpConfig: {authorization: {credentials: {name: a, key: b}}, oauth2: {tokenUrl: a}}}]",
            "oauth2: `oauth2` is set although `authorization` is",
        ),
    ] {
        let told = complaints_of(receiver);
        if told.len() != 1 || !told[0].starts_with(expected) {
            wrong.push(format!("{receiver}: {told:?}"));
        }
    }
    assert_eq!(wrong, [""; 0]);
}
