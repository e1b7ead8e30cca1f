//! The keys of integrations that open incidents or issues.

use crate::model::settings::{
    Schema,
    Shape::{
        AnyMap, Boolean, Count, Duration, GoDuration, List, Path, Secret, SparseList, Template, TemplateMap,
        TemplateOrMap, Templates, Text, Url,
    },
};

use super::NOTIFIER;

pub(super) static PAGERDUTY: Schema = Schema {
    what: "PagerDuty configuration",
    keys: &[
        ("service_key", Secret),
        ("service_key_file", Path),
        ("routing_key", Secret),
        ("routing_key_file", Path),
        ("url", Url),
        ("client", Template),
        ("client_url", Template),
        ("description", Template),
        ("details", AnyMap),
        ("images", SparseList(&PAGERDUTY_IMAGE)),
        ("links", SparseList(&PAGERDUTY_LINK)),
        ("source", Template),
        ("severity", Template),
        ("class", Template),
        ("component", Template),
        ("group", Template),
        ("timeout", GoDuration),
    ],
    also: &[&NOTIFIER],
};

static PAGERDUTY_IMAGE: Schema =
    Schema { what: "PagerDuty image", keys: &[("src", Template), ("alt", Template), ("href", Template)], also: &[] };

static PAGERDUTY_LINK: Schema =
    Schema { what: "PagerDuty link", keys: &[("href", Template), ("text", Template)], also: &[] };

pub(super) static OPSGENIE: Schema = Schema {
    what: "Opsgenie configuration",
    keys: &[
        ("api_key", Secret),
        ("api_key_file", Path),
        ("api_url", Url),
        ("message", Template),
        ("description", Template),
        ("source", Template),
        ("details", TemplateMap),
        ("entity", Template),
        ("responders", List(&OPSGENIE_RESPONDER)),
        ("actions", Template),
        ("tags", Template),
        ("note", Template),
        ("priority", Template),
        ("update_alerts", Boolean),
    ],
    also: &[&NOTIFIER],
};

static OPSGENIE_RESPONDER: Schema = Schema {
    what: "Opsgenie responder",
    keys: &[("id", Template), ("name", Template), ("username", Template), ("type", Template)],
    also: &[],
};

pub(super) static VICTOROPS: Schema = Schema {
    what: "VictorOps configuration",
    keys: &[
        ("api_key", Secret),
        ("api_key_file", Path),
        ("api_url", Url),
        ("routing_key", Template),
        ("message_type", Template),
        ("state_message", Template),
        ("entity_display_name", Template),
        ("monitoring_tool", Template),
        ("custom_fields", TemplateMap),
    ],
    also: &[&NOTIFIER],
};

pub(super) static INCIDENTIO: Schema = Schema {
    what: "incident.io configuration",
    keys: &[
        ("url", Url),
        ("url_file", Path),
        ("alert_source_token", Secret),
        ("alert_source_token_file", Path),
        ("max_alerts", Count),
        ("timeout", GoDuration),
    ],
    also: &[&NOTIFIER],
};

pub(super) static JIRA: Schema = Schema {
    what: "Jira configuration",
    keys: &[
        ("api_url", Url),
        ("api_type", Text),
        ("project", Template),
        ("summary", TemplateOrMap(&JIRA_FIELD)),
        ("description", TemplateOrMap(&JIRA_FIELD)),
        ("labels", Templates),
        ("priority", Template),
        ("issue_type", Template),
        ("reopen_transition", Text),
        ("resolve_transition", Text),
        ("wont_fix_resolution", Text),
        ("reopen_duration", Duration),
        ("fields", AnyMap),
    ],
    also: &[&NOTIFIER],
};

static JIRA_FIELD: Schema =
    Schema { what: "Jira field", keys: &[("template", Template), ("enable_update", Boolean)], also: &[] };
