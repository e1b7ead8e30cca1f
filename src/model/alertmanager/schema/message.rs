//! The keys of integrations that send messages to people or programs.

use crate::model::settings::{
    SIGV4, Schema,
    Shape::{
        Address, Any, Boolean, ChatId, Count, GoDuration, Map, Path, Secret, Template, TemplateMap, Text,
        TimedGoDuration, Url, UrlTemplate,
    },
    TLS,
};

use super::NOTIFIER;

pub(super) static WEBHOOK: Schema = Schema {
    what: "webhook configuration",
    keys: &[("url", UrlTemplate), ("url_file", Path), ("max_alerts", Count), ("timeout", GoDuration), ("payload", Any)],
    also: &[&NOTIFIER],
};

pub(super) static EMAIL: Schema = Schema {
    what: "email configuration",
    keys: &[
        ("send_resolved", Boolean),
        ("to", Template),
        ("from", Template),
        ("hello", Text),
        ("smarthost", Address),
        ("auth_username", Text),
        ("auth_password", Secret),
        ("auth_password_file", Path),
        ("auth_secret", Secret),
        ("auth_secret_file", Path),
        ("auth_identity", Text),
        ("headers", TemplateMap),
        ("html", Template),
        ("text", Template),
        ("require_tls", Boolean),
        ("tls_config", Map(&TLS)),
        ("force_implicit_tls", Boolean),
        ("threading", Map(&THREADING)),
    ],
    also: &[],
};

static THREADING: Schema =
    Schema { what: "email threading", keys: &[("enabled", Boolean), ("thread_by_date", Text)], also: &[] };

pub(super) static PUSHOVER: Schema = Schema {
    what: "Pushover configuration",
    keys: &[
        ("user_key", Secret),
        ("user_key_file", Path),
        ("token", Secret),
        ("token_file", Path),
        ("title", Template),
        ("message", Template),
        ("url", Template),
        ("url_title", Template),
        ("device", Template),
        ("sound", Template),
        ("priority", Template),
        ("retry", TimedGoDuration),
        ("expire", TimedGoDuration),
        ("ttl", TimedGoDuration),
        ("html", Boolean),
        ("monospace", Boolean),
    ],
    also: &[&NOTIFIER],
};

pub(super) static SNS: Schema = Schema {
    what: "SNS configuration",
    keys: &[
        ("api_url", Template),
        ("sigv4", Map(&SIGV4)),
        ("topic_arn", Template),
        ("phone_number", Template),
        ("target_arn", Template),
        ("subject", Template),
        ("message", Template),
        ("attributes", TemplateMap),
        ("use_aws_http_client", Boolean),
    ],
    also: &[&NOTIFIER],
};

pub(super) static TELEGRAM: Schema = Schema {
    what: "Telegram configuration",
    keys: &[
        ("api_url", Url),
        ("bot_token", Secret),
        ("bot_token_file", Path),
        ("chat_id", ChatId),
        ("chat_id_file", Path),
        ("message_thread_id", ChatId),
        ("message", Template),
        ("disable_notifications", Boolean),
        ("parse_mode", Text),
    ],
    also: &[&NOTIFIER],
};
