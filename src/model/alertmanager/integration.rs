//! Integrations: the means by which a receiver is told.

use crate::{
    model::settings::{Setting, Settings, Shape, Value},
    text::{Excerpt, Span},
    tree::{Complaints, Fields, unknown_key},
};

use super::schema::{HINTS, INTEGRATIONS};

/// One way to tell a receiver, configured.
#[derive(Clone, Debug)]
pub struct Integration {
    /// Its kind.
    pub kind: IntegrationKind,
    /// The key of the list it stands in, such as `slack_configs`.
    pub list: Span,
    /// The whole map.
    pub span: Span,
    /// What it says.
    pub settings: Settings,
}

/// A kind of integration.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "each is the product of that name")]
pub enum IntegrationKind {
    Discord,
    Email,
    Incidentio,
    Pagerduty,
    Slack,
    Webhook,
    Opsgenie,
    Wechat,
    Pushover,
    Victorops,
    Sns,
    Telegram,
    Webex,
    Msteams,
    Msteamsv2,
    Jira,
    Rocketchat,
    Mattermost,
}

impl IntegrationKind {
    /// The key of its list, such as `slack_configs`.
    pub fn list_key(self) -> &'static str {
        INTEGRATIONS.iter().find(|(_, kind, _)| *kind == self).map_or("", |(key, ..)| key)
    }

    /// Its name, such as `slack`.
    pub fn name(self) -> &'static str {
        self.list_key().trim_end_matches("_configs")
    }

    /// Whether it tells of resolved alerts unless told otherwise.
    pub fn sends_resolved(self) -> bool {
        use IntegrationKind::{Email, Rocketchat, Slack, Wechat};
        !matches!(self, Email | Slack | Wechat | Rocketchat)
    }
}

impl Integration {
    /// Whether it tells of resolved alerts.
    pub fn sends_resolved(&self) -> bool {
        self.settings.boolean("send_resolved").unwrap_or(self.kind.sends_resolved())
    }

    /// Every text of it that is filled in as a template.
    pub fn templates(&self) -> impl Iterator<Item = &Excerpt> {
        self.settings.deep().into_iter().flat_map(templates)
    }
}

fn templates(setting: &Setting) -> Vec<&Excerpt> {
    let templated = matches!(
        setting.shape,
        Shape::Template
            | Shape::UrlTemplate
            | Shape::Templates
            | Shape::TemplateMap
            | Shape::TemplateOrMap(_)
            | Shape::Any
            | Shape::AnyMap
    );
    match &setting.value {
        Some(Value::Text(text)) if templated => vec![text],
        Some(Value::Texts(texts)) if templated => texts.iter().collect(),
        Some(Value::Pairs(pairs)) if templated => pairs.iter().map(|pair| &pair.value).collect(),
        _ => Vec::new(),
    }
}

/// The integrations of a receiver, in the order of the file.
pub(super) fn lower_integrations(fields: &mut Fields<'_>, complaints: &mut Complaints) -> Vec<Integration> {
    let mut integrations = Vec::new();
    for &(key, kind, schema) in &INTEGRATIONS {
        let place = fields.key_span(key);
        let before = complaints.len();
        let items = fields.list(key, complaints);
        let Some(list) = place else { continue };
        let maps = Settings::lower_items(items, key, schema, complaints).into_iter();
        integrations.extend(maps.map(|settings| Integration { kind, list, span: settings.span, settings }));
        for complaint in &mut complaints[before..] {
            let known =
                HINTS.iter().find(|(of, wrong, _)| *of == kind && complaint.message == unknown_key(wrong, schema.what));
            if let Some((_, _, hint)) = known {
                complaint.help = vec![(*hint).to_owned()];
            }
        }
    }
    integrations.sort_by_key(|integration| integration.span);
    integrations
}
