//! What each kind of integration needs to reach anybody.

use crate::{
    diag::Diagnostic,
    model::settings::{Settings, Value},
    vocab::listed,
};

use super::{
    super::{Integration, IntegrationKind},
    both, exclusive_files, first_of, has, place,
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

const SLACK_TOKEN: [&str; 2] = ["app_token", "app_token_file"];
const SLACK_URL: [&str; 2] = ["api_url", "api_url_file"];

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
        Kind::Slack => {
            const {
                &[or_global(
                    &["api_url", "app_token", "api_url_file", "app_token_file"],
                    &["slack_api_url", "slack_app_token", "slack_api_url_file", "slack_app_token_file"],
                )]
            }
        }
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

pub(super) fn judge(integration: &Integration, global: Option<&Settings>, complaints: &mut Vec<Diagnostic>) {
    let (kind, settings) = (integration.kind, &integration.settings);
    for need in needs(kind) {
        let inherited = global.is_some_and(|global| first_of(global, need.global).is_some());
        // A key whose value could not be read has been complained of.
        let unreadable = need
            .own
            .iter()
            .any(|key| settings.get(key).is_some_and(|setting| setting.value.is_none() && !setting.span.is_empty()));
        if first_of(settings, need.own).is_none() && !inherited && !unreadable {
            complaints.push(missing(integration, need));
        }
    }
    let spared: &[&str] = if kind == IntegrationKind::Email { &["auth_password", "auth_secret"] } else { &[] };
    exclusive_files(settings, spared, complaints);
    match kind {
        IntegrationKind::Slack => slack(settings, complaints),
        IntegrationKind::Email => headers(settings, complaints),
        IntegrationKind::Sns => targets(settings, complaints),
        IntegrationKind::Opsgenie => responders(settings, complaints),
        IntegrationKind::Victorops => custom_fields(settings, complaints),
        IntegrationKind::Pushover
            if settings.boolean("html") == Some(true) && settings.boolean("monospace") == Some(true) =>
        {
            complaints.push(both(settings, "html", "monospace"));
        }
        IntegrationKind::Telegram => {
            one_of(settings, "parse_mode", &["", "Markdown", "MarkdownV2", "HTML"], complaints)
        }
        IntegrationKind::Wechat => one_of(settings, "message_type", &["", "text", "markdown"], complaints),
        IntegrationKind::Jira => one_of(settings, "api_type", &["", "auto", "cloud", "datacenter"], complaints),
        IntegrationKind::Mattermost => complete_items(settings, "fields", &["title", "value"], complaints),
        IntegrationKind::Webex if settings.map("http_config").is_none_or(|http| !has(http, "authorization")) => {
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

fn slack(settings: &Settings, complaints: &mut Vec<Diagnostic>) {
    let (token, url) = (first_of(settings, &SLACK_TOKEN), first_of(settings, &SLACK_URL));
    let post = "https://slack.com/api/chat.postMessage";
    let own_url = settings.text("api_url").map(|url| url.text());
    if let (Some(token), Some(url)) = (token, url)
        && own_url != Some(settings.text("app_url").map_or(post, |url| url.text()))
    {
        complaints.push(both(settings, token, url));
    }
    let authorization = settings.map("http_config").and_then(|http| http.get("authorization"));
    if let (Some(token), Some(authorization)) = (token, authorization) {
        let message = format!("`authorization` is set although `{token}` is");
        complaints.push(Diagnostic::error(authorization.key.span, message).label(place(settings, token), "set here"));
    }
    if settings.boolean("update_message") == Some(true) && own_url != Some(post) {
        let complaint = Diagnostic::error(place(settings, "update_message"), "only a bot can update its messages");
        complaints.push(complaint.help(format!("set `api_url` to `{post}`, and a bot's token")));
    }
    complete_items(settings, "fields", &["title", "value"], complaints);
    complete_items(settings, "actions", &["type", "text"], complaints);
    for action in settings.list("actions") {
        if first_of(action, &["url", "name"]).is_none() {
            complaints.push(Diagnostic::error(place(action, "url"), "this action has neither `url` nor `name`"));
        }
        if let Some(confirm) = action.map("confirm").filter(|confirm| !has(confirm, "text")) {
            complaints.push(Diagnostic::error(place(confirm, "text"), "this confirmation has no `text`"));
        }
    }
}

/// Complains of every item of a list that lacks one of some keys.
fn complete_items(settings: &Settings, list: &str, keys: &[&str], complaints: &mut Vec<Diagnostic>) {
    for item in settings.list(list) {
        for key in keys.iter().filter(|key| !has(item, key)) {
            complaints.push(Diagnostic::error(place(item, key), format!("this item of `{list}` has no `{key}`")));
        }
    }
}

fn headers(settings: &Settings, complaints: &mut Vec<Diagnostic>) {
    let pairs = settings.pairs("headers");
    for (index, pair) in pairs.iter().enumerate() {
        let same = |other: &&crate::model::Pair| other.name.value.eq_ignore_ascii_case(&pair.name.value);
        if let Some(first) = pairs[..index].iter().find(same) {
            let message = format!("the header `{}` is set twice", pair.name.value);
            complaints.push(Diagnostic::error(pair.name.span, message).label(first.name.span, "the first time"));
        }
    }
}

/// Alertmanager refuses two targets, and by an oversight accepts three.
fn targets(settings: &Settings, complaints: &mut Vec<Diagnostic>) {
    let set: Vec<&str> =
        ["topic_arn", "phone_number", "target_arn"].into_iter().filter(|key| has(settings, key)).collect();
    if let [one, other] = set.as_slice() {
        complaints.push(both(settings, one, other));
    }
}

fn responders(settings: &Settings, complaints: &mut Vec<Diagnostic>) {
    const TYPES: [&str; 5] = ["team", "teams", "user", "escalation", "schedule"];
    for responder in settings.list("responders") {
        if first_of(responder, &["id", "name", "username"]).is_none() {
            let message = "this responder has neither `id` nor `name` nor `username`";
            complaints.push(Diagnostic::error(place(responder, "type"), message));
        }
        let Some(kind) = responder.text("type").filter(|kind| !kind.text().contains("{{")) else { continue };
        if !TYPES.contains(&kind.text().to_lowercase().as_str()) {
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
    match (token, http.get("authorization")) {
        (Some(token), Some(authorization)) => {
            let message = format!("`authorization` is set although `{token}` is");
            complaints
                .push(Diagnostic::error(authorization.key.span, message).label(place(settings, token), "set here"));
        }
        (None, None) => {
            complaints.push(Diagnostic::error(place(settings, "url"), "this incident.io integration has no token"));
        }
        _ => {}
    }
}

fn one_of(settings: &Settings, key: &str, known: &[&str], complaints: &mut Vec<Diagnostic>) {
    let Some(Value::Text(text)) = settings.value(key) else { return };
    if !known.contains(&text.text()) {
        let words = known.iter().filter(|word| !word.is_empty());
        let complaint = Diagnostic::error(text.full_span(), format!("`{}` is no `{key}`", text.text()));
        complaints.push(complaint.help(format!("known are {}", listed(words, ", "))));
    }
}
