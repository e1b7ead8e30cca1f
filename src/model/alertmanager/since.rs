//! What came to Alertmanager's configuration with which release (Alertmanager's `CHANGELOG.md`).

use crate::{
    diag::Diagnostic,
    model::settings::{self, Settings, Value},
    template::{Dialect, Template},
    text::{Name, Span, Spanned},
    vocab::Version,
};

use super::{Alertmanager, Integration, IntegrationKind};

/// Minor versions of release 0 from which on integrations of a kind exist.
const KINDS: [(IntegrationKind, u32); 10] = [
    (IntegrationKind::Sns, 23),
    (IntegrationKind::Telegram, 24),
    (IntegrationKind::Discord, 25),
    (IntegrationKind::Webex, 25),
    (IntegrationKind::Msteams, 26),
    (IntegrationKind::Msteamsv2, 28),
    (IntegrationKind::Jira, 28),
    (IntegrationKind::Rocketchat, 28),
    (IntegrationKind::Incidentio, 29),
    (IntegrationKind::Mattermost, 30),
];

/// Minor versions of release 0 from which on integrations of a kind know a key.
const KEYS: [(IntegrationKind, &str, u32); 53] = [
    (IntegrationKind::Discord, "avatar_url", 28),
    (IntegrationKind::Discord, "content", 28),
    (IntegrationKind::Discord, "username", 28),
    (IntegrationKind::Discord, "webhook_url_file", 27),
    (IntegrationKind::Email, "auth_password_file", 25),
    (IntegrationKind::Email, "auth_secret_file", 31),
    (IntegrationKind::Email, "force_implicit_tls", 31),
    (IntegrationKind::Email, "threading", 30),
    (IntegrationKind::Jira, "api_type", 29),
    (IntegrationKind::Mattermost, "author_icon", 32),
    (IntegrationKind::Mattermost, "author_link", 32),
    (IntegrationKind::Mattermost, "author_name", 32),
    (IntegrationKind::Mattermost, "color", 32),
    (IntegrationKind::Mattermost, "fallback", 32),
    (IntegrationKind::Mattermost, "fields", 32),
    (IntegrationKind::Mattermost, "footer", 32),
    (IntegrationKind::Mattermost, "footer_icon", 32),
    (IntegrationKind::Mattermost, "image_url", 32),
    (IntegrationKind::Mattermost, "pretext", 32),
    (IntegrationKind::Mattermost, "thumb_url", 32),
    (IntegrationKind::Mattermost, "title", 32),
    (IntegrationKind::Mattermost, "title_link", 32),
    (IntegrationKind::Msteams, "summary", 27),
    (IntegrationKind::Msteams, "webhook_url_file", 27),
    (IntegrationKind::Opsgenie, "actions", 24),
    (IntegrationKind::Opsgenie, "api_key_file", 24),
    (IntegrationKind::Opsgenie, "entity", 24),
    (IntegrationKind::Opsgenie, "update_alerts", 24),
    (IntegrationKind::Pagerduty, "routing_key_file", 25),
    (IntegrationKind::Pagerduty, "service_key_file", 25),
    (IntegrationKind::Pagerduty, "source", 25),
    (IntegrationKind::Pagerduty, "timeout", 30),
    (IntegrationKind::Pushover, "device", 26),
    (IntegrationKind::Pushover, "monospace", 29),
    (IntegrationKind::Pushover, "token_file", 26),
    (IntegrationKind::Pushover, "ttl", 27),
    (IntegrationKind::Pushover, "user_key_file", 26),
    (IntegrationKind::Slack, "api_url_file", 22),
    (IntegrationKind::Slack, "app_token", 30),
    (IntegrationKind::Slack, "app_token_file", 30),
    (IntegrationKind::Slack, "app_url", 30),
    (IntegrationKind::Slack, "message_text", 31),
    (IntegrationKind::Slack, "timeout", 30),
    (IntegrationKind::Slack, "update_message", 32),
    (IntegrationKind::Sns, "use_aws_http_client", 33),
    (IntegrationKind::Telegram, "bot_token_file", 26),
    (IntegrationKind::Telegram, "chat_id_file", 31),
    (IntegrationKind::Telegram, "message_thread_id", 28),
    (IntegrationKind::Victorops, "api_key_file", 22),
    (IntegrationKind::Webhook, "payload", 32),
    (IntegrationKind::Webhook, "timeout", 28),
    (IntegrationKind::Webhook, "url_file", 26),
    (IntegrationKind::Wechat, "api_secret_file", 31),
];

/// Minor versions of release 0 from which on `global` knows a key.
const GLOBAL: [(&str, u32); 23] = [
    ("jira_api_url", 28),
    ("mattermost_webhook_url", 32),
    ("mattermost_webhook_url_file", 32),
    ("opsgenie_api_key_file", 24),
    ("rocketchat_api_url", 28),
    ("rocketchat_token", 28),
    ("rocketchat_token_file", 28),
    ("rocketchat_token_id", 28),
    ("rocketchat_token_id_file", 28),
    ("slack_api_url_file", 22),
    ("slack_app_token", 30),
    ("slack_app_token_file", 30),
    ("slack_app_url", 30),
    ("smtp_auth_password_file", 25),
    ("smtp_auth_secret_file", 31),
    ("smtp_force_implicit_tls", 31),
    ("smtp_tls_config", 28),
    ("telegram_api_url", 24),
    ("telegram_bot_token", 31),
    ("telegram_bot_token_file", 31),
    ("victorops_api_key_file", 25),
    ("webex_api_url", 25),
    ("wechat_api_secret_file", 31),
];

/// Minor versions of release 0 from which on outputs of the event recorder know a key.
const EVENT_RECORDER: [(&str, u32); 5] = [
    ("batch", 34),
    ("batch_flush_interval", 34),
    ("batch_max_bytes", 34),
    ("batch_max_events", 34),
    ("stdout_outputs", 34),
];

/// Minor versions of release 0 from which on templates know a function.
const FUNCTIONS: [(&str, u32); 18] = [
    ("append", 32),
    ("base64decode", 34),
    ("base64encode", 34),
    ("date", 28),
    ("dict", 32),
    ("humanizeDuration", 28),
    ("list", 32),
    ("mustToDate", 34),
    ("now", 33),
    ("routeLabels", 34),
    ("safeUrl", 30),
    ("since", 28),
    ("stringSlice", 20),
    ("toDate", 34),
    ("toJson", 30),
    ("trimSpace", 26),
    ("tz", 28),
    ("urlUnescape", 30),
];

/// Minor versions of release 0 from which on templates know a field of their data.
const FIELDS: [(&str, u32); 2] = [("NotificationReason", 32), ("RouteLabels", 34)];

/// Minor versions of release 0 from which on the maps within integrations know a key.
const INNER: [(&str, u32); 2] = [("enable_update", 30), ("external_id", 34)];

/// Minor versions of release 0 from which on an HTTP client knows a key, by the release of prometheus/common that each was
/// built with.
const HTTP: [(&str, u32); 8] = [
    ("authorization", 22),
    ("enable_http2", 25),
    ("follow_redirects", 22),
    ("http_headers", 28),
    ("no_proxy", 26),
    ("oauth2", 22),
    ("proxy_connect_header", 26),
    ("proxy_from_environment", 26),
];

/// Minor versions of release 0 from which on the maps of an HTTP client know a key.
const OF_HTTP: [(&str, &str, u32); 27] = [
    ("authorization", "credentials_ref", 28),
    ("basic_auth", "password_ref", 28),
    ("basic_auth", "username_file", 27),
    ("basic_auth", "username_ref", 28),
    ("oauth2", "audience", 30),
    ("oauth2", "claims", 30),
    ("oauth2", "client_certificate_key", 30),
    ("oauth2", "client_certificate_key_file", 30),
    ("oauth2", "client_certificate_key_id", 30),
    ("oauth2", "client_certificate_key_ref", 30),
    ("oauth2", "client_secret_ref", 28),
    ("oauth2", "grant_type", 30),
    ("oauth2", "iss", 30),
    ("oauth2", "no_proxy", 26),
    ("oauth2", "proxy_connect_header", 26),
    ("oauth2", "proxy_from_environment", 26),
    ("oauth2", "proxy_url", 25),
    ("oauth2", "signature_algorithm", 30),
    ("oauth2", "tls_config", 24),
    ("tls_config", "ca", 26),
    ("tls_config", "ca_ref", 28),
    ("tls_config", "cert", 26),
    ("tls_config", "cert_ref", 28),
    ("tls_config", "key", 26),
    ("tls_config", "key_ref", 28),
    ("tls_config", "max_version", 25),
    ("tls_config", "min_version", 25),
];

/// What a configuration uses that came after a release, which therefore refuses it.
pub fn newer_than(config: &Alertmanager, version: Version) -> Vec<Diagnostic> {
    let mut newer = Newer::than(version);
    for (key, minor) in [("time_intervals", 24), ("tracing", 30), ("event_recorder", 33)] {
        newer.key(config.keys.span(key), key, minor);
    }
    if let Some(global) = &config.global {
        newer.settings(global, GLOBAL);
        newer.clients(global);
    }
    for route in config.routes() {
        for (key, minor) in
            [("matchers", 22), ("mute_time_intervals", 22), ("active_time_intervals", 24), ("labels", 34)]
        {
            newer.key(route.keys.span(key), key, minor);
        }
    }
    for rule in &config.inhibit_rules {
        for (key, minor) in [("source_matchers", 22), ("target_matchers", 22), ("name", 30)] {
            newer.key(rule.keys.span(key), key, minor);
        }
    }
    for receiver in &config.receivers {
        newer.key(receiver.keys.span("labels"), "labels", 33);
        receiver.integrations.iter().for_each(|integration| newer.integration(integration));
    }
    for (_, text) in config.template_texts() {
        newer.template(&Template::parse(text.clone(), Dialect::Alertmanager));
    }
    let specs = config.time_intervals.iter().flat_map(|interval| &interval.specs);
    specs.for_each(|spec| newer.key(spec.keys.span("location"), "location", 25));
    if let Some(recorder) = &config.event_recorder {
        newer.deep(recorder, EVENT_RECORDER);
    }
    newer.found.complaints()
}

/// What a template calls that came after a release, which therefore cannot read it.
pub fn newer_in_template(template: &Template, version: Version) -> Vec<Diagnostic> {
    let mut newer = Newer::than(version);
    newer.template(template);
    newer.found.complaints()
}

/// Looks for what is newer, by minor versions of release 0.
struct Newer {
    found: settings::Newer,
}

impl Newer {
    fn than(version: Version) -> Self {
        Self { found: settings::Newer::than("Alertmanager", version) }
    }

    fn is_newer(&self, minor: u32) -> bool {
        self.found.is_newer(Version::new(0, minor))
    }

    fn key(&mut self, place: Option<Span>, name: &str, minor: u32) {
        self.found.told(place, name, Version::new(0, minor));
    }

    fn template(&mut self, template: &Template) {
        let references = template.references();
        self.words(&template.functions(), &FUNCTIONS);
        self.words(references.fields(), &FIELDS);
    }

    fn words(&mut self, words: &[Spanned<Name>], table: &'static [(&'static str, u32)]) {
        for word in words {
            if let Some((name, minor)) = table.iter().find(|(name, _)| *name == word.value) {
                self.key(Some(word.span), name, *minor);
            }
        }
    }

    fn settings<const COUNT: usize>(&mut self, settings: &Settings, table: [(&str, u32); COUNT]) {
        for (name, minor) in table {
            self.key(settings.get(name).map(|setting| setting.key.span), name, minor);
        }
    }

    fn deep<const COUNT: usize>(&mut self, settings: &Settings, table: [(&str, u32); COUNT]) {
        for setting in settings.deep() {
            if let Some((name, minor)) = table.iter().find(|(name, _)| *name == setting.key.value) {
                self.key(Some(setting.key.span), name, *minor);
            }
        }
    }

    fn integration(&mut self, integration: &Integration) {
        let kind = KINDS.iter().find(|(kind, _)| *kind == integration.kind);
        if let Some((_, minor)) = kind.filter(|(_, minor)| self.is_newer(*minor)) {
            self.key(Some(integration.list), integration.kind.list_key(), *minor);
            return;
        }
        for (_, name, minor) in KEYS.iter().filter(|(kind, ..)| *kind == integration.kind) {
            self.key(integration.settings.get(name).map(|setting| setting.key.span), name, *minor);
        }
        self.deep(&integration.settings, INNER);
        self.clients(&integration.settings);
    }

    /// The HTTP client of an integration or of all, and what keeps a connection to a mail server secret.
    fn clients(&mut self, settings: &Settings) {
        if let Some(http) = settings.map("http_config") {
            self.settings(http, HTTP);
            self.maps_of_client(http);
        }
        self.maps_of_client(settings);
    }

    /// The maps of a client; in one that is newer as a whole nothing else is told.
    fn maps_of_client(&mut self, client: &Settings) {
        let known = |key: &str| !HTTP.iter().any(|(name, minor)| *name == key && self.is_newer(*minor));
        let maps = client.iter().filter_map(|setting| match &setting.value {
            Some(Value::Map(map)) if known(setting.key.value) => Some((setting.key.value, map)),
            _ => None,
        });
        for (of, map) in maps.collect::<Vec<_>>() {
            for (_, name, minor) in OF_HTTP.iter().filter(|(map, ..)| *map == of) {
                self.key(map.get(name).map(|setting| setting.key.span), name, *minor);
            }
            if of == "oauth2" {
                self.maps_of_client(map);
            }
        }
    }
}
