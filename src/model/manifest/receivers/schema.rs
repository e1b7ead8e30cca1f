//! The keys of the integrations of an `AlertmanagerConfig` (API reference of Prometheus' operator, `v1alpha1` and
//! `v1beta1`).

use crate::model::{
    alertmanager::IntegrationKind,
    settings::{
        Schema,
        Shape::{
            AnyMap, AnyUrl, Boolean, Duration, Integer, List, Map, Template, Text, TextMap, Texts, Url, UrlTemplate,
        },
    },
};

/// The lists of a receiver; `None` for kinds whose keys are not known here.
pub static LISTS: [(&str, IntegrationKind, Option<&Schema>); 18] = [
    ("discordConfigs", IntegrationKind::Discord, Some(&DISCORD)),
    ("emailConfigs", IntegrationKind::Email, Some(&EMAIL)),
    ("incidentioConfigs", IntegrationKind::Incidentio, None),
    ("jiraConfigs", IntegrationKind::Jira, None),
    ("mattermostConfigs", IntegrationKind::Mattermost, None),
    ("msteamsConfigs", IntegrationKind::Msteams, Some(&MSTEAMS)),
    ("msteamsv2Configs", IntegrationKind::Msteamsv2, Some(&MSTEAMSV2)),
    ("opsgenieConfigs", IntegrationKind::Opsgenie, Some(&OPSGENIE)),
    ("pagerdutyConfigs", IntegrationKind::Pagerduty, Some(&PAGERDUTY)),
    ("pushoverConfigs", IntegrationKind::Pushover, Some(&PUSHOVER)),
    ("rocketchatConfigs", IntegrationKind::Rocketchat, Some(&ROCKETCHAT)),
    ("slackConfigs", IntegrationKind::Slack, Some(&SLACK)),
    ("snsConfigs", IntegrationKind::Sns, Some(&SNS)),
    ("telegramConfigs", IntegrationKind::Telegram, Some(&TELEGRAM)),
    ("victoropsConfigs", IntegrationKind::Victorops, Some(&VICTOROPS)),
    ("webexConfigs", IntegrationKind::Webex, Some(&WEBEX)),
    ("webhookConfigs", IntegrationKind::Webhook, Some(&WEBHOOK)),
    ("wechatConfigs", IntegrationKind::Wechat, Some(&WECHAT)),
];

/// What names a secret: its object and the key in it.
pub static SECRET: Schema =
    Schema { what: "secret reference", keys: &[("name", Text), ("key", Text), ("optional", Boolean)], also: &[] };

/// Keys that nearly every kind has.
static SHARED: Schema =
    Schema { what: "integration", keys: &[("sendResolved", Boolean), ("httpConfig", Map(&HTTP))], also: &[] };

/// An HTTP client.
pub static HTTP: Schema = Schema {
    what: "HTTP client configuration",
    keys: &[
        ("authorization", Map(&AUTHORIZATION)),
        ("basicAuth", Map(&BASIC_AUTH)),
        ("oauth2", Map(&OAUTH2)),
        ("bearerTokenSecret", Map(&SECRET)),
        ("tlsConfig", Map(&TLS)),
        ("proxyURL", AnyUrl),
        ("followRedirects", Boolean),
        ("enableHttp2", Boolean),
    ],
    also: &[&PROXY],
};

static PROXY: Schema = Schema {
    what: "proxy configuration",
    keys: &[("proxyUrl", AnyUrl), ("noProxy", Text), ("proxyFromEnvironment", Boolean), ("proxyConnectHeader", AnyMap)],
    also: &[],
};

static AUTHORIZATION: Schema =
    Schema { what: "authorization", keys: &[("type", Text), ("credentials", Map(&SECRET))], also: &[] };

static BASIC_AUTH: Schema =
    Schema { what: "basic authentication", keys: &[("username", Map(&SECRET)), ("password", Map(&SECRET))], also: &[] };

static OAUTH2: Schema = Schema {
    what: "OAuth 2.0 configuration",
    keys: &[
        ("clientId", Map(&SECRET_OR_MAP)),
        ("clientSecret", Map(&SECRET)),
        ("tokenUrl", Text),
        ("scopes", Texts),
        ("endpointParams", TextMap),
        ("tlsConfig", Map(&TLS)),
    ],
    also: &[&PROXY],
};

static TLS: Schema = Schema {
    what: "TLS configuration",
    keys: &[
        ("ca", Map(&SECRET_OR_MAP)),
        ("cert", Map(&SECRET_OR_MAP)),
        ("keySecret", Map(&SECRET)),
        ("serverName", Text),
        ("insecureSkipVerify", Boolean),
        ("minVersion", Text),
        ("maxVersion", Text),
    ],
    also: &[],
};

static SECRET_OR_MAP: Schema = Schema {
    what: "reference to a secret or a config map",
    keys: &[("secret", Map(&SECRET)), ("configMap", Map(&SECRET))],
    also: &[],
};

static KEY_VALUE: Schema = Schema { what: "pair", keys: &[("key", Text), ("value", Template)], also: &[] };

static DISCORD: Schema = Schema {
    what: "Discord configuration",
    keys: &[
        ("apiURL", Map(&SECRET)),
        ("title", Template),
        ("message", Template),
        ("content", Template),
        ("username", Text),
        ("avatarURL", Url),
    ],
    also: &[&SHARED],
};

static EMAIL: Schema = Schema {
    what: "email configuration",
    keys: &[
        ("sendResolved", Boolean),
        ("to", Template),
        ("from", Template),
        ("hello", Text),
        ("smarthost", Text),
        ("authUsername", Text),
        ("authPassword", Map(&SECRET)),
        ("authSecret", Map(&SECRET)),
        ("authIdentity", Text),
        ("headers", List(&KEY_VALUE)),
        ("html", Template),
        ("text", Template),
        ("requireTLS", Boolean),
        ("tlsConfig", Map(&TLS)),
        ("forceImplicitTLS", Boolean),
        ("threading", Map(&THREADING)),
    ],
    also: &[],
};

static THREADING: Schema = Schema { what: "threading configuration", keys: &[("threadByDate", Text)], also: &[] };

static MSTEAMS: Schema = Schema {
    what: "Microsoft Teams configuration",
    keys: &[("webhookUrl", Map(&SECRET)), ("title", Template), ("summary", Template), ("text", Template)],
    also: &[&SHARED],
};

static MSTEAMSV2: Schema = Schema {
    what: "Microsoft Teams configuration",
    keys: &[("webhookURL", Map(&SECRET)), ("title", Template), ("text", Template)],
    also: &[&SHARED],
};

static OPSGENIE: Schema = Schema {
    what: "OpsGenie configuration",
    keys: &[
        ("apiKey", Map(&SECRET)),
        ("apiURL", Url),
        ("message", Template),
        ("description", Template),
        ("source", Template),
        ("tags", Template),
        ("note", Template),
        ("priority", Template),
        ("updateAlerts", Boolean),
        ("details", List(&KEY_VALUE)),
        ("responders", List(&RESPONDER)),
        ("entity", Template),
        ("actions", Template),
    ],
    also: &[&SHARED],
};

static RESPONDER: Schema = Schema {
    what: "responder",
    keys: &[("id", Template), ("name", Template), ("username", Template), ("type", Template)],
    also: &[],
};

static PAGERDUTY: Schema = Schema {
    what: "PagerDuty configuration",
    keys: &[
        ("routingKey", Map(&SECRET)),
        ("serviceKey", Map(&SECRET)),
        ("url", Url),
        ("client", Template),
        ("clientURL", UrlTemplate),
        ("description", Template),
        ("severity", Template),
        ("class", Template),
        ("group", Template),
        ("component", Template),
        ("details", List(&KEY_VALUE)),
        ("pagerDutyImageConfigs", List(&IMAGE)),
        ("pagerDutyLinkConfigs", List(&LINK)),
        ("source", Template),
        ("timeout", Duration),
    ],
    also: &[&SHARED],
};

static IMAGE: Schema =
    Schema { what: "image", keys: &[("src", Template), ("href", UrlTemplate), ("alt", Template)], also: &[] };

static LINK: Schema = Schema { what: "link", keys: &[("href", UrlTemplate), ("alt", Template)], also: &[] };

static PUSHOVER: Schema = Schema {
    what: "Pushover configuration",
    keys: &[
        ("userKey", Map(&SECRET)),
        ("userKeyFile", Text),
        ("token", Map(&SECRET)),
        ("tokenFile", Text),
        ("title", Template),
        ("message", Template),
        ("url", UrlTemplate),
        ("urlTitle", Template),
        ("ttl", Duration),
        ("device", Text),
        ("sound", Text),
        ("priority", Template),
        ("retry", Duration),
        ("expire", Duration),
        ("html", Boolean),
        ("monospace", Boolean),
    ],
    also: &[&SHARED],
};

static ROCKETCHAT: Schema = Schema {
    what: "Rocket.Chat configuration",
    keys: &[
        ("apiURL", Url),
        ("channel", Template),
        ("token", Map(&SECRET)),
        ("tokenID", Map(&SECRET)),
        ("color", Template),
        ("emoji", Template),
        ("iconURL", UrlTemplate),
        ("text", Template),
        ("title", Template),
        ("titleLink", Template),
        ("fields", List(&ROCKETCHAT_FIELD)),
        ("shortFields", Boolean),
        ("imageURL", UrlTemplate),
        ("thumbURL", UrlTemplate),
        ("linkNames", Boolean),
        ("actions", List(&ROCKETCHAT_ACTION)),
    ],
    also: &[&SHARED],
};

static ROCKETCHAT_FIELD: Schema =
    Schema { what: "field", keys: &[("title", Template), ("value", Template), ("short", Boolean)], also: &[] };

static ROCKETCHAT_ACTION: Schema =
    Schema { what: "action", keys: &[("text", Template), ("url", UrlTemplate), ("msg", Template)], also: &[] };

static SLACK: Schema = Schema {
    what: "Slack configuration",
    keys: &[
        ("apiURL", Map(&SECRET)),
        ("channel", Template),
        ("username", Template),
        ("color", Template),
        ("title", Template),
        ("titleLink", Template),
        ("pretext", Template),
        ("text", Template),
        ("fields", List(&SLACK_FIELD)),
        ("shortFields", Boolean),
        ("footer", Template),
        ("fallback", Template),
        ("callbackId", Template),
        ("iconEmoji", Template),
        ("iconURL", Template),
        ("imageURL", Template),
        ("thumbURL", Template),
        ("linkNames", Boolean),
        ("mrkdwnIn", Texts),
        ("actions", List(&SLACK_ACTION)),
        ("timeout", Duration),
        ("messageText", Template),
        ("updateMessage", Boolean),
    ],
    also: &[&SHARED],
};

static SLACK_FIELD: Schema =
    Schema { what: "field", keys: &[("title", Template), ("value", Template), ("short", Boolean)], also: &[] };

static SLACK_ACTION: Schema = Schema {
    what: "action",
    keys: &[
        ("type", Template),
        ("text", Template),
        ("url", Template),
        ("style", Template),
        ("name", Template),
        ("value", Template),
        ("confirm", Map(&SLACK_CONFIRMATION)),
    ],
    also: &[],
};

static SLACK_CONFIRMATION: Schema = Schema {
    what: "confirmation",
    keys: &[("text", Template), ("title", Template), ("okText", Template), ("dismissText", Template)],
    also: &[],
};

static SNS: Schema = Schema {
    what: "SNS configuration",
    keys: &[
        ("apiURL", UrlTemplate),
        ("sigv4", Map(&SIGV4)),
        ("topicARN", Template),
        ("subject", Template),
        ("phoneNumber", Template),
        ("targetARN", Template),
        ("message", Template),
        ("attributes", TextMap),
        ("useAWSHTTPClient", Boolean),
    ],
    also: &[&SHARED],
};

static SIGV4: Schema = Schema {
    what: "AWS signature configuration",
    keys: &[
        ("region", Text),
        ("accessKey", Map(&SECRET)),
        ("secretKey", Map(&SECRET)),
        ("profile", Text),
        ("roleArn", Text),
        ("externalId", Text),
        ("useFIPSSTSEndpoint", Boolean),
    ],
    also: &[],
};

static TELEGRAM: Schema = Schema {
    what: "Telegram configuration",
    keys: &[
        ("apiURL", Url),
        ("botToken", Map(&SECRET)),
        ("botTokenFile", Text),
        ("chatID", Integer),
        ("messageThreadID", Integer),
        ("message", Template),
        ("disableNotifications", Boolean),
        ("parseMode", Text),
    ],
    also: &[&SHARED],
};

static VICTOROPS: Schema = Schema {
    what: "VictorOps configuration",
    keys: &[
        ("apiKey", Map(&SECRET)),
        ("apiUrl", Url),
        ("routingKey", Template),
        ("messageType", Template),
        ("entityDisplayName", Template),
        ("stateMessage", Template),
        ("monitoringTool", Template),
        ("customFields", List(&KEY_VALUE)),
    ],
    also: &[&SHARED],
};

static WEBEX: Schema = Schema {
    what: "Webex configuration",
    keys: &[("apiURL", Url), ("message", Template), ("roomID", Text)],
    also: &[&SHARED],
};

static WEBHOOK: Schema = Schema {
    what: "webhook configuration",
    keys: &[
        ("url", UrlTemplate),
        ("urlSecret", Map(&SECRET)),
        ("maxAlerts", Integer),
        ("timeout", Duration),
        ("payload", Template),
    ],
    also: &[&SHARED],
};

static WECHAT: Schema = Schema {
    what: "WeChat configuration",
    keys: &[
        ("apiSecret", Map(&SECRET)),
        ("apiURL", Url),
        ("corpID", Text),
        ("agentID", Template),
        ("toUser", Template),
        ("toParty", Template),
        ("toTag", Template),
        ("message", Template),
        ("messageType", Text),
    ],
    also: &[&SHARED],
};
