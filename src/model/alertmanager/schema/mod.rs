//! The keys of Alertmanager's configuration that no check looks at one by one (Alertmanager 0.34.2,
//! `config` and `notify`).

mod chat;
mod incident;
mod message;

use crate::model::settings::{
    HEADERS, HTTP_CLIENT, Schema,
    Shape::{
        Address, Boolean, Count, Duration, Integer, Map, NamedMaps, Number, Path, Secret, SecretUrl, SparseList, Text,
        Texts, Url,
    },
    TLS,
};

use super::IntegrationKind;

/// Every kind of integration: the key of its list, and the keys of its map.
pub(super) static INTEGRATIONS: [(&str, IntegrationKind, &Schema); 18] = [
    ("discord_configs", IntegrationKind::Discord, &chat::DISCORD),
    ("email_configs", IntegrationKind::Email, &message::EMAIL),
    ("incidentio_configs", IntegrationKind::Incidentio, &incident::INCIDENTIO),
    ("pagerduty_configs", IntegrationKind::Pagerduty, &incident::PAGERDUTY),
    ("slack_configs", IntegrationKind::Slack, &chat::SLACK),
    ("webhook_configs", IntegrationKind::Webhook, &message::WEBHOOK),
    ("opsgenie_configs", IntegrationKind::Opsgenie, &incident::OPSGENIE),
    ("wechat_configs", IntegrationKind::Wechat, &chat::WECHAT),
    ("pushover_configs", IntegrationKind::Pushover, &message::PUSHOVER),
    ("victorops_configs", IntegrationKind::Victorops, &incident::VICTOROPS),
    ("sns_configs", IntegrationKind::Sns, &message::SNS),
    ("telegram_configs", IntegrationKind::Telegram, &message::TELEGRAM),
    ("webex_configs", IntegrationKind::Webex, &chat::WEBEX),
    ("msteams_configs", IntegrationKind::Msteams, &chat::MSTEAMS),
    ("msteamsv2_configs", IntegrationKind::Msteamsv2, &chat::MSTEAMSV2),
    ("jira_configs", IntegrationKind::Jira, &incident::JIRA),
    ("rocketchat_configs", IntegrationKind::Rocketchat, &chat::ROCKETCHAT),
    ("mattermost_configs", IntegrationKind::Mattermost, &chat::MATTERMOST),
];

/// What to write instead of keys that people expect but that do not exist.
pub(super) static HINTS: [(IntegrationKind, &str, &str); 12] = [
    (IntegrationKind::Email, "subject", "the subject is a header: `headers: {Subject: '…'}`"),
    (IntegrationKind::Email, "title", "the subject is a header: `headers: {Subject: '…'}`"),
    (IntegrationKind::Email, "body", "the body is `html` or `text`"),
    (IntegrationKind::Email, "username", "the user is `auth_username`"),
    (IntegrationKind::Email, "password", "the password is `auth_password`"),
    (IntegrationKind::Slack, "webhook_url", "the URL of Slack's incoming webhook is `api_url`"),
    (IntegrationKind::Slack, "url", "the URL of Slack's incoming webhook is `api_url`"),
    (IntegrationKind::Discord, "url", "the URL is `webhook_url`"),
    (IntegrationKind::Discord, "api_url", "the URL is `webhook_url`"),
    (IntegrationKind::Webhook, "headers", "headers are part of the HTTP client: `http_config: {http_headers: …}`"),
    (
        IntegrationKind::Webhook,
        "basic_auth",
        "authentication is part of the HTTP client: `http_config: {basic_auth: …}`",
    ),
    (IntegrationKind::Telegram, "token", "the token is `bot_token`"),
];

/// What all integrations share.
static NOTIFIER: Schema =
    Schema { what: "integration", keys: &[("send_resolved", Boolean), ("http_config", Map(&HTTP_CLIENT))], also: &[] };

pub(super) static GLOBAL: Schema = Schema {
    what: "`global`",
    keys: &[
        ("resolve_timeout", Duration),
        ("http_config", Map(&HTTP_CLIENT)),
        ("jira_api_url", Url),
        ("smtp_from", Text),
        ("smtp_hello", Text),
        ("smtp_smarthost", Address),
        ("smtp_auth_username", Text),
        ("smtp_auth_password", Secret),
        ("smtp_auth_password_file", Path),
        ("smtp_auth_secret", Secret),
        ("smtp_auth_secret_file", Path),
        ("smtp_auth_identity", Text),
        ("smtp_require_tls", Boolean),
        ("smtp_tls_config", Map(&TLS)),
        ("smtp_force_implicit_tls", Boolean),
        ("slack_api_url", SecretUrl),
        ("slack_api_url_file", Path),
        ("slack_app_token", Secret),
        ("slack_app_token_file", Path),
        ("slack_app_url", Url),
        ("pagerduty_url", Url),
        ("opsgenie_api_url", Url),
        ("opsgenie_api_key", Secret),
        ("opsgenie_api_key_file", Path),
        ("wechat_api_url", Url),
        ("wechat_api_secret", Secret),
        ("wechat_api_secret_file", Path),
        ("wechat_api_corp_id", Text),
        ("victorops_api_url", Url),
        ("victorops_api_key", Secret),
        ("victorops_api_key_file", Path),
        ("telegram_api_url", Url),
        ("telegram_bot_token", Secret),
        ("telegram_bot_token_file", Path),
        ("webex_api_url", Url),
        ("rocketchat_api_url", Url),
        ("rocketchat_token", Secret),
        ("rocketchat_token_file", Path),
        ("rocketchat_token_id", Secret),
        ("rocketchat_token_id_file", Path),
        ("mattermost_webhook_url", SecretUrl),
        ("mattermost_webhook_url_file", Path),
    ],
    also: &[],
};

pub(super) static TRACING: Schema = Schema {
    what: "`tracing`",
    keys: &[
        ("client_type", Text),
        ("endpoint", Text),
        ("sampling_fraction", Number),
        ("insecure", Boolean),
        ("tls_config", Map(&TLS)),
        ("headers", NamedMaps(&HEADERS)),
        ("compression", Text),
        ("timeout", Duration),
    ],
    also: &[],
};

pub(super) static EVENT_RECORDER: Schema = Schema {
    what: "`event_recorder`",
    keys: &[
        ("file_outputs", SparseList(&FILE_OUTPUT)),
        ("webhook_outputs", SparseList(&WEBHOOK_OUTPUT)),
        ("kafka_outputs", SparseList(&KAFKA_OUTPUT)),
        ("stdout_outputs", SparseList(&STDOUT_OUTPUT)),
    ],
    also: &[],
};

static FILE_OUTPUT: Schema = Schema { what: "file output", keys: &[("path", Path)], also: &[] };

static STDOUT_OUTPUT: Schema = Schema { what: "standard output", keys: &[], also: &[] };

static WEBHOOK_OUTPUT: Schema = Schema {
    what: "webhook output",
    keys: &[
        ("url", SecretUrl),
        ("http_config", Map(&HTTP_CLIENT)),
        ("timeout", Duration),
        ("workers", Integer),
        ("max_retries", Integer),
        ("retry_backoff", Duration),
        ("batch", Boolean),
        ("batch_max_events", Count),
        ("batch_max_bytes", Count),
        ("batch_flush_interval", Duration),
    ],
    also: &[],
};

static KAFKA_OUTPUT: Schema = Schema {
    what: "Kafka output",
    keys: &[
        ("brokers", Texts),
        ("topic", Text),
        ("client_id", Text),
        ("format", Text),
        ("acks", Text),
        ("compression", Text),
        ("buffer_size", Integer),
        ("tls_config", Map(&TLS)),
    ],
    also: &[],
};
