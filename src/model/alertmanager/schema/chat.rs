//! The keys of integrations that post to a chat.

use crate::model::settings::{
    Schema,
    Shape::{Boolean, GoDuration, Map, Path, Secret, SecretUrl, SparseList, Template, Templates, Text, Url},
};

use super::NOTIFIER;

/// Where an incoming webhook listens.
static INCOMING: Schema =
    Schema { what: "integration", keys: &[("webhook_url", SecretUrl), ("webhook_url_file", Path)], also: &[&NOTIFIER] };

pub(super) static DISCORD: Schema = Schema {
    what: "Discord configuration",
    keys: &[
        ("content", Template),
        ("title", Template),
        ("message", Template),
        ("username", Template),
        ("avatar_url", Template),
    ],
    also: &[&INCOMING],
};

pub(super) static MSTEAMS: Schema = Schema {
    what: "Microsoft Teams configuration",
    keys: &[("title", Template), ("summary", Template), ("text", Template)],
    also: &[&INCOMING],
};

pub(super) static MSTEAMSV2: Schema = Schema {
    what: "Microsoft Teams (version 2) configuration",
    keys: &[("title", Template), ("text", Template)],
    also: &[&INCOMING],
};

pub(super) static SLACK: Schema = Schema {
    what: "Slack configuration",
    keys: &[
        ("api_url", SecretUrl),
        ("api_url_file", Path),
        ("app_token", Secret),
        ("app_token_file", Path),
        ("app_url", Url),
        ("channel", Template),
        ("username", Template),
        ("color", Template),
        ("title", Template),
        ("title_link", Template),
        ("pretext", Template),
        ("text", Template),
        ("message_text", Template),
        ("fields", SparseList(&SLACK_FIELD)),
        ("short_fields", Boolean),
        ("footer", Template),
        ("fallback", Template),
        ("callback_id", Template),
        ("icon_emoji", Template),
        ("icon_url", Template),
        ("image_url", Template),
        ("thumb_url", Template),
        ("link_names", Boolean),
        ("mrkdwn_in", Templates),
        ("actions", SparseList(&SLACK_ACTION)),
        ("update_message", Boolean),
        ("timeout", GoDuration),
    ],
    also: &[&NOTIFIER],
};

static SLACK_FIELD: Schema =
    Schema { what: "Slack field", keys: &[("title", Template), ("value", Template), ("short", Boolean)], also: &[] };

static SLACK_ACTION: Schema = Schema {
    what: "Slack action",
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
    what: "Slack confirmation",
    keys: &[("text", Template), ("title", Template), ("ok_text", Template), ("dismiss_text", Template)],
    also: &[],
};

pub(super) static WECHAT: Schema = Schema {
    what: "WeChat configuration",
    keys: &[
        ("api_secret", Secret),
        ("api_secret_file", Path),
        ("corp_id", Template),
        ("message", Template),
        ("api_url", Url),
        ("to_user", Template),
        ("to_party", Template),
        ("to_tag", Template),
        ("agent_id", Template),
        ("message_type", Text),
    ],
    also: &[&NOTIFIER],
};

pub(super) static WEBEX: Schema = Schema {
    what: "Webex configuration",
    keys: &[("api_url", Url), ("message", Template), ("room_id", Template)],
    also: &[&NOTIFIER],
};

pub(super) static ROCKETCHAT: Schema = Schema {
    what: "Rocket.Chat configuration",
    keys: &[
        ("api_url", Url),
        ("token_id", Secret),
        ("token_id_file", Path),
        ("token", Secret),
        ("token_file", Path),
        ("channel", Template),
        ("color", Template),
        ("title", Template),
        ("title_link", Template),
        ("text", Template),
        ("fields", SparseList(&ROCKETCHAT_FIELD)),
        ("short_fields", Boolean),
        ("emoji", Template),
        ("icon_url", Template),
        ("image_url", Template),
        ("thumb_url", Template),
        ("link_names", Boolean),
        ("actions", SparseList(&ROCKETCHAT_ACTION)),
    ],
    also: &[&NOTIFIER],
};

static ROCKETCHAT_FIELD: Schema = Schema {
    what: "Rocket.Chat field",
    keys: &[("title", Template), ("value", Template), ("short", Boolean)],
    also: &[],
};

/// Alertmanager gives these no names for YAML, so they go without underscores.
static ROCKETCHAT_ACTION: Schema = Schema {
    what: "Rocket.Chat action",
    keys: &[
        ("type", Template),
        ("text", Template),
        ("url", Template),
        ("imageurl", Template),
        ("iswebview", Boolean),
        ("webviewheightratio", Template),
        ("msg", Template),
        ("msginchatwindow", Boolean),
        ("msgprocessingtype", Template),
    ],
    also: &[],
};

pub(super) static MATTERMOST: Schema = Schema {
    what: "Mattermost configuration",
    keys: &[
        ("channel", Template),
        ("username", Template),
        ("icon_url", Template),
        ("icon_emoji", Template),
        ("attachments", SparseList(&MATTERMOST_ATTACHMENT)),
        ("type", Template),
        ("props", Map(&MATTERMOST_PROPERTIES)),
        ("priority", Map(&MATTERMOST_PRIORITY)),
    ],
    also: &[&INCOMING, &MATTERMOST_ATTACHMENT],
};

static MATTERMOST_ATTACHMENT: Schema = Schema {
    what: "Mattermost attachment",
    keys: &[
        ("fallback", Template),
        ("color", Template),
        ("pretext", Template),
        ("text", Template),
        ("author_name", Template),
        ("author_link", Template),
        ("author_icon", Template),
        ("title", Template),
        ("title_link", Template),
        ("fields", SparseList(&MATTERMOST_FIELD)),
        ("thumb_url", Template),
        ("footer", Template),
        ("footer_icon", Template),
        ("image_url", Template),
    ],
    also: &[],
};

static MATTERMOST_FIELD: Schema = Schema {
    what: "Mattermost field",
    keys: &[("title", Template), ("value", Template), ("short", Boolean)],
    also: &[],
};

static MATTERMOST_PROPERTIES: Schema = Schema { what: "Mattermost properties", keys: &[("card", Template)], also: &[] };

static MATTERMOST_PRIORITY: Schema = Schema {
    what: "Mattermost priority",
    keys: &[("priority", Template), ("requested_ack", Boolean), ("persistent_notifications", Boolean)],
    also: &[],
};
