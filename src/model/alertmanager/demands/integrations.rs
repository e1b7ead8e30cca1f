//! What each kind of integration needs to reach anybody.

use crate::{
    diag::Diagnostic,
    model::{
        Pair,
        settings::{
            Settings, Value, both, first_of, has, one_of, place,
            transport::{self, authorization},
        },
    },
};

use super::{
    super::{Integration, IntegrationKind},
    exclusive_files, slack, template_fault,
};

/// One thing that is needed: one of these keys, or one of these in `global`.
struct Need {
    own: &'static [&'static str],
    global: &'static [&'static str],
}

const fn own(own: &'static [&'static str]) -> Need {
    Need { own, global: &[] }
}

const fn or_global(own: &'static [&'static str], global: &'static [&'static str]) -> Need {
    Need { own, global }
}

fn needs(kind: IntegrationKind) -> &'static [Need] {
    use IntegrationKind as Kind;
    match kind {
        Kind::Webhook => const { &[own(&["url", "url_file"])] },
        Kind::Email => {
            const { &[own(&["to"]), or_global(&["smarthost"], &["smtp_smarthost"]), or_global(&["from"], &["smtp_from"])] }
        }
        Kind::Pagerduty => const { &[own(&["routing_key", "service_key", "routing_key_file", "service_key_file"])] },
        Kind::Opsgenie => {
            const { &[or_global(&["api_key", "api_key_file"], &["opsgenie_api_key", "opsgenie_api_key_file"])] }
        }
        Kind::Wechat => {
            const {
                &[
                    or_global(&["api_secret", "api_secret_file"], &["wechat_api_secret", "wechat_api_secret_file"]),
                    or_global(&["corp_id"], &["wechat_api_corp_id"]),
                ]
            }
        }
        Kind::Slack => &[],
        Kind::Victorops => {
            const {
                &[
                    own(&["routing_key"]),
                    or_global(&["api_key", "api_key_file"], &["victorops_api_key", "victorops_api_key_file"]),
                ]
            }
        }
        Kind::Pushover => const { &[own(&["user_key", "user_key_file"]), own(&["token", "token_file"])] },
        Kind::Sns => const { &[own(&["topic_arn", "phone_number", "target_arn"])] },
        Kind::Telegram => {
            const {
                &[
                    own(&["chat_id", "chat_id_file"]),
                    or_global(&["bot_token", "bot_token_file"], &["telegram_bot_token", "telegram_bot_token_file"]),
                ]
            }
        }
        Kind::Discord | Kind::Msteams | Kind::Msteamsv2 => const { &[own(&["webhook_url", "webhook_url_file"])] },
        Kind::Webex => const { &[own(&["room_id"])] },
        Kind::Jira => const { &[own(&["project"]), own(&["issue_type"]), or_global(&["api_url"], &["jira_api_url"])] },
        Kind::Incidentio => const { &[own(&["url", "url_file"])] },
        Kind::Rocketchat => {
            const {
                &[
                    or_global(&["token", "token_file"], &["rocketchat_token", "rocketchat_token_file"]),
                    or_global(&["token_id", "token_id_file"], &["rocketchat_token_id", "rocketchat_token_id_file"]),
                ]
            }
        }
        Kind::Mattermost => {
            const {
                &[or_global(
                    &["webhook_url", "webhook_url_file"],
                    &["mattermost_webhook_url", "mattermost_webhook_url_file"],
                )]
            }
        }
    }
}

/// URLs that `global` knows by itself, unless it is told otherwise.
const DEFAULT_URLS: [(IntegrationKind, &str, &str); 5] = [
    (IntegrationKind::Opsgenie, "api_url", "opsgenie_api_url"),
    (IntegrationKind::Pagerduty, "url", "pagerduty_url"),
    (IntegrationKind::Victorops, "api_url", "victorops_api_url"),
    (IntegrationKind::Webex, "api_url", "webex_api_url"),
    (IntegrationKind::Wechat, "api_url", "wechat_api_url"),
];

pub(super) fn judge(integration: &Integration, global: Option<&Settings>, complaints: &mut Vec<Diagnostic>) {
    let (kind, settings) = (integration.kind, &integration.settings);
    if settings.is_damaged() || global.is_some_and(Settings::is_damaged) {
        // What seems to be missing may only be broken, which is said.
        return;
    }
    for need in needs(kind) {
        let inherited = global.is_some_and(|global| first_of(global, need.global).is_some());
        // A key whose value could not be read has been complained of.
        let unreadable = need
            .own
            .iter()
            .any(|key| settings.get(key).is_some_and(|setting| setting.value.is_none() && !setting.is_null));
        // What Rocket.Chat needs is only asked to be there.
        let is_set_in =
            |settings: &Settings, keys: &[&str]| keys.iter().any(|key| !key.ends_with("_file") && settings.is_set(key));
        let is_there = kind == IntegrationKind::Rocketchat
            && (is_set_in(settings, need.own) || global.is_some_and(|global| is_set_in(global, need.global)));
        if first_of(settings, need.own).is_none() && !is_there && !inherited && !unreadable {
            complaints.push(missing(integration, need));
        }
    }
    if let Some((own, shared)) = DEFAULT_URLS.iter().find(|(of, ..)| *of == kind).map(|(_, own, shared)| (own, shared))
        && !has(settings, own)
        && let Some(emptied) = global.and_then(|global| global.get(shared)).filter(|setting| setting.is_null)
    {
        let message = format!("this {} integration has no `{own}`, and `global` empties its own", kind.name());
        complaints.push(Diagnostic::error(integration.list, message).label(emptied.key.span, "emptied here"));
    }
    let spared: &[&str] = if kind == IntegrationKind::Email { &["auth_password", "auth_secret"] } else { &[] };
    exclusive_files(settings, spared, complaints);
    match kind {
        IntegrationKind::Slack => slack::judge(integration, global, complaints),
        IntegrationKind::Email => email(settings, complaints),
        IntegrationKind::Sns => sns(settings, complaints),
        IntegrationKind::Opsgenie => responders(settings, complaints),
        IntegrationKind::Victorops => custom_fields(settings, complaints),
        IntegrationKind::Pushover
            if settings.boolean("html") == Some(true) && settings.boolean("monospace") == Some(true) =>
        {
            complaints.push(both(settings, "html", "monospace"));
        }
        IntegrationKind::Telegram => {
            one_of(settings, "parse_mode", &["", "Markdown", "MarkdownV2", "HTML"], complaints);
            chat(settings, complaints);
        }
        IntegrationKind::Wechat => one_of(settings, "message_type", &["", "text", "markdown"], complaints),
        IntegrationKind::Jira => one_of(settings, "api_type", &["auto", "cloud", "datacenter"], complaints),
        IntegrationKind::Mattermost => {
            complete_items(settings, "fields", &["title", "value"], complaints);
            for attachment in settings.list("attachments") {
                complete_items(attachment, "fields", &["title", "value"], complaints);
            }
        }
        IntegrationKind::Webex if settings.map("http_config").and_then(authorization).is_none() => {
            let message = "this Webex integration has no `http_config.authorization`";
            complaints.push(Diagnostic::error(place(settings, "http_config"), message));
        }
        IntegrationKind::Incidentio => incidentio(settings, complaints),
        _ => {}
    }
}

fn missing(integration: &Integration, need: &Need) -> Diagnostic {
    let key = need.own[0];
    let settings = &integration.settings;
    let message = match need.global {
        [] => format!("this {} integration has no `{key}`", integration.kind.name()),
        [global, ..] => {
            format!("this {} integration has no `{key}`, and `global` no `{global}`", integration.kind.name())
        }
    };
    let place = if settings.iter().next().is_some() { place(settings, key) } else { integration.list };
    Diagnostic::error(place, message)
}

/// Complains of every item of a list that lacks one of some keys.
pub(super) fn complete_items(settings: &Settings, list: &str, keys: &[&str], complaints: &mut Vec<Diagnostic>) {
    for item in settings.list(list) {
        for key in keys.iter().filter(|key| !has(item, key)) {
            complaints.push(Diagnostic::error(place(item, key), format!("this item of `{list}` has no `{key}`")));
        }
    }
}

fn email(settings: &Settings, complaints: &mut Vec<Diagnostic>) {
    let pairs = settings.pairs("headers");
    for (index, pair) in pairs.iter().enumerate() {
        let same =
            |other: &&Pair| is_token(&pair.name.value) && other.name.value.eq_ignore_ascii_case(&pair.name.value);
        if let Some(first) = pairs[..index].iter().find(same) {
            let message = format!("the header `{}` is set twice", pair.name.value);
            complaints.push(Diagnostic::error(pair.name.span, message).label(first.name.span, "the first time"));
        }
    }
    let Some(threading) = settings.map("threading").filter(|map| map.boolean("enabled") == Some(true)) else { return };
    if !threading.text("thread_by_date").is_some_and(|by| ["none", "daily"].contains(&by.text())) {
        let complaint = Diagnostic::error(
            place(threading, "thread_by_date"),
            "threading needs `thread_by_date`, which is `none` or `daily`",
        );
        complaints.push(complaint);
    }
    let threads = |name: &str| ["references", "in-reply-to"].contains(&name.to_ascii_lowercase().as_str());
    for pair in pairs.iter().filter(|pair| threads(&pair.name.value)) {
        let message = format!("the header `{}` is set although threading sets it", pair.name.value);
        let enabled = place(threading, "enabled");
        complaints.push(Diagnostic::error(pair.name.span, message).label(enabled, "enabled here"));
    }
}

/// Whether a text can be the name of a header, so that its capital letters do not count.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// A chat is a number, and not 0.
fn chat(settings: &Settings, complaints: &mut Vec<Diagnostic>) {
    if let Some(Value::Integer(0)) = settings.value("chat_id")
        && !has(settings, "chat_id_file")
    {
        complaints.push(Diagnostic::error(place(settings, "chat_id"), "`chat_id` is 0, which is no chat"));
    }
}

/// Alertmanager refuses two targets, and by an oversight accepts three.
fn sns(settings: &Settings, complaints: &mut Vec<Diagnostic>) {
    let set: Vec<&str> =
        ["topic_arn", "phone_number", "target_arn"].into_iter().filter(|key| has(settings, key)).collect();
    if let [one, other] = set.as_slice() {
        complaints.push(both(settings, one, other));
    }
    let Some(signature) = settings.map("sigv4") else { return };
    transport::signature(signature, complaints);
}

fn responders(settings: &Settings, complaints: &mut Vec<Diagnostic>) {
    const TYPES: [&str; 5] = ["team", "teams", "user", "escalation", "schedule"];
    for responder in settings.list("responders") {
        if first_of(responder, &["id", "name", "username"]).is_none() {
            let message = "this responder has neither `id` nor `name` nor `username`";
            complaints.push(Diagnostic::error(place(responder, "type"), message));
        }
        let Some(kind) = responder.text("type") else {
            complaints.push(Diagnostic::error(place(responder, "type"), "this responder has no `type`"));
            continue;
        };
        if kind.text().contains("{{") {
            let fault =
                template_fault(kind).map(|fault| Diagnostic::error(kind.full_span(), format!("`type` {fault}")));
            complaints.extend(fault);
        } else if !TYPES.contains(&kind.text().to_lowercase().as_str()) {
            let message = format!("`{}` is no type of responder", kind.text());
            let complaint = Diagnostic::error(kind.full_span(), message);
            complaints.push(complaint.help("types are `team`, `teams`, `user`, `escalation` and `schedule`"));
        }
    }
}

fn custom_fields(settings: &Settings, complaints: &mut Vec<Diagnostic>) {
    const RESERVED: [&str; 7] = [
        "routing_key",
        "message_type",
        "state_message",
        "entity_display_name",
        "monitoring_tool",
        "entity_id",
        "entity_state",
    ];
    for pair in settings.pairs("custom_fields").iter().filter(|pair| RESERVED.contains(&pair.name.value.as_str())) {
        let message = format!("`{}` is no custom field, because VictorOps has one of that name", pair.name.value);
        complaints.push(Diagnostic::error(pair.name.span, message));
    }
}

fn incidentio(settings: &Settings, complaints: &mut Vec<Diagnostic>) {
    let token = first_of(settings, &["alert_source_token", "alert_source_token_file"]);
    let Some(http) = settings.map("http_config") else { return };
    match (token, authorization(http)) {
        (Some(token), Some(authorization)) => {
            let message = format!("`{}` is set although `{token}` is", authorization.value);
            complaints.push(Diagnostic::error(authorization.span, message).label(place(settings, token), "set here"));
        }
        (None, None) => {
            complaints.push(Diagnostic::error(place(settings, "url"), "this incident.io integration has no token"));
        }
        _ => {}
    }
}
