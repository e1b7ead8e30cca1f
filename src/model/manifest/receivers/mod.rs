//! The receivers of an `AlertmanagerConfig`, key by key: what the Kubernetes API and the operator's own validation
//! refuse, so that the whole manifest is left out of Alertmanager's configuration.

mod schema;
#[cfg(test)]
mod tests;

use crate::{
    diag::Diagnostic,
    model::{
        alertmanager::IntegrationKind,
        settings::{Schema, Settings, Shape, Value, any_url_fault, at_most_one, both, first_of, has, place, url_fault},
    },
    text::{Excerpt, Span, Spanned},
    tree::{Complaints, Fields, Kind, Node, Style},
};

use schema::LISTS;

/// A receiver of an `AlertmanagerConfig`.
#[derive(Clone, Debug)]
pub struct ManifestReceiver {
    /// The whole map.
    pub span: Span,
    /// Its name.
    pub name: Option<Spanned<String>>,
    /// The kinds of integrations it has, each at the place of the key of its list.
    pub integrations: Vec<Spanned<IntegrationKind>>,
    /// Every text in its integrations that is a template.
    pub templates: Vec<Excerpt>,
}

/// Reads a receiver.
pub(super) fn lower(node: Node<'_>, complaints: &mut Complaints) -> Option<ManifestReceiver> {
    let mut fields = Fields::of(node, "receiver", complaints)?;
    let name = fields.string("name", complaints);
    let mut receiver = ManifestReceiver { span: node.span(), name, integrations: Vec::new(), templates: Vec::new() };
    for &(key, kind, schema) in &LISTS {
        let place = fields.key_span(key);
        for item in fields.list(key, complaints) {
            receiver.integrations.extend(place.map(|place| Spanned::new(place, kind)));
            gather_templates(item, &mut receiver.templates);
            if let (Some(place), Some(schema)) = (place, schema) {
                lower_integration(item, (kind, schema), place, complaints);
            }
        }
    }
    fields.finish(complaints);
    Some(receiver)
}

fn gather_templates(node: Node<'_>, templates: &mut Vec<Excerpt>) {
    match node.kind() {
        Kind::Scalar(_) => templates.extend(node.excerpt().filter(|text| text.text().contains("{{"))),
        Kind::Sequence => node.items().for_each(|item| gather_templates(item, templates)),
        Kind::Mapping => node.entries().into_iter().for_each(|(_, value)| gather_templates(value, templates)),
    }
}

/// Reads an integration and complains of what is wrong with it.
fn lower_integration(
    node: Node<'_>,
    (kind, schema): (IntegrationKind, &Schema),
    list: Span,
    complaints: &mut Complaints,
) {
    let before = complaints.len();
    unquoted(node, schema, complaints);
    let Some(settings) = Settings::lower(node, schema, complaints) else { return };
    // What seems to be missing may only be misspelt, which is said.
    if complaints.len() > before || settings.is_damaged() {
        return;
    }
    let empty = settings.iter().next().is_none();
    for own in needs(kind).iter().filter(|own| first_of(&settings, own).is_none()) {
        let place = if empty { list } else { place(&settings, own[0]) };
        let message = format!("this {} integration has no `{}`", kind.name(), own[0]);
        let complaint = Diagnostic::error(place, message);
        complaints.push(match own {
            [_, others @ ..] if !others.is_empty() => complaint.help(format!("or `{}`", others.join("`, `"))),
            _ => complaint,
        });
    }
    for setting in settings.deep() {
        values(setting.shape, &setting.value, complaints);
    }
    of_kind(kind, &settings, complaints);
    if let Some(http) = settings.map("httpConfig") {
        at_most_one(http, &["authorization", "basicAuth", "oauth2", "bearerTokenSecret"], complaints);
    }
}

/// Complains of plain numbers and booleans where a text belongs: Kubernetes does not turn one into the other.
fn unquoted(node: Node<'_>, schema: &Schema, complaints: &mut Complaints) {
    for (key, shape) in schema.keys() {
        let Some(value) = node.get(key) else { continue };
        match shape {
            Shape::Text | Shape::Template | Shape::Url | Shape::AnyUrl | Shape::UrlTemplate => {
                let text = value.text().filter(|_| value.kind() == Kind::Scalar(Style::Plain)).unwrap_or_default();
                let is_number = text.parse::<f64>().is_ok() && text.bytes().any(|byte| byte.is_ascii_digit());
                if is_number || ["true", "false"].contains(&text) {
                    let what = if is_number { "number" } else { "boolean" };
                    let message = format!("`{key}` is a text, but this is a {what}");
                    complaints.push(Diagnostic::error(value.span(), message).help(format!("quote it: `\"{text}\"`")));
                }
            }
            Shape::Map(inner) => unquoted(value, inner, complaints),
            Shape::List(inner) => value.items().for_each(|item| unquoted(item, inner, complaints)),
            _ => {}
        }
    }
}

/// What each kind of integration has to have: one of each of these.
fn needs(kind: IntegrationKind) -> &'static [&'static [&'static str]] {
    use IntegrationKind as Kind;
    match kind {
        Kind::Discord => &[&["apiURL"]],
        Kind::Email => &[&["to"]],
        Kind::Msteams => &[&["webhookUrl"]],
        Kind::Pagerduty => &[&["routingKey", "serviceKey"]],
        Kind::Pushover => &[&["userKey", "userKeyFile"], &["token", "tokenFile"]],
        Kind::Rocketchat => &[&["token"], &["tokenID"]],
        Kind::Sns => &[&["topicARN", "phoneNumber", "targetARN"]],
        Kind::Telegram => &[&["botToken", "botTokenFile"], &["chatID"]],
        Kind::Victorops => &[&["routingKey"]],
        Kind::Webex => &[&["roomID"]],
        Kind::Webhook => &[&["url", "urlSecret"]],
        _ => &[],
    }
}

/// Complains of a URL that is none, and of a reference to a secret that does not say which part of it.
fn values(shape: Shape, value: &Option<Value>, complaints: &mut Complaints) {
    match (shape, value) {
        (Shape::Url | Shape::AnyUrl | Shape::UrlTemplate, Some(Value::Text(text))) => {
            // What a tool fills in before Kubernetes sees it cannot be judged.
            let is_open = text.text().contains(['{', '$', '<', '%']) || text.text().is_empty();
            let fault = match shape {
                Shape::AnyUrl => any_url_fault(text.text()),
                _ => url_fault(text.text()),
            };
            if let Some(fault) = fault.filter(|_| !is_open) {
                complaints.push(Diagnostic::error(text.full_span(), format!("`{}` {fault}", text.text())));
            }
        }
        (Shape::Map(schema), Some(Value::Map(secret)))
            if std::ptr::eq(schema, &schema::SECRET)
                && first_of(secret, &["key"]).is_none()
                && !secret.is_damaged() =>
        {
            let complaint = Diagnostic::error(place(secret, "key"), "this reference has no `key`");
            complaints.push(complaint.help("name the key of the secret that holds the value"));
        }
        _ => {}
    }
}

fn of_kind(kind: IntegrationKind, settings: &Settings, complaints: &mut Complaints) {
    match kind {
        IntegrationKind::Pushover
            if settings.boolean("html") == Some(true) && settings.boolean("monospace") == Some(true) =>
        {
            complaints.push(both(settings, "html", "monospace"));
        }
        IntegrationKind::Telegram => {
            at_most_one(settings, &["botToken", "botTokenFile"], complaints);
            word(settings, "parseMode", &["MarkdownV2", "Markdown", "HTML"], complaints);
        }
        IntegrationKind::Sns => {
            let ways = ["topicARN", "phoneNumber", "targetARN"];
            // All three at once slip through the operator's comparison.
            if ways.iter().filter(|way| has(settings, way)).count() == 2 {
                at_most_one(settings, &ways, complaints);
            }
        }
        IntegrationKind::Opsgenie => {
            for responder in settings.list("responders") {
                complete(responder, "responder", &[&["id", "name", "username"], &["type"]], complaints);
                word(responder, "type", &["team", "teams", "user", "escalation", "schedule"], complaints);
            }
        }
        IntegrationKind::Slack => {
            for action in settings.list("actions") {
                complete(action, "action", &[&["type"], &["text"], &["name", "url"]], complaints);
            }
            for field in settings.list("fields") {
                complete(field, "field", &[&["title"], &["value"]], complaints);
            }
        }
        IntegrationKind::Email => {
            for header in settings.list("headers") {
                complete(header, "header", &[&["key"]], complaints);
            }
        }
        _ => {}
    }
}

/// Complains of a text that is none of some words.
fn word(settings: &Settings, key: &str, known: &[&str], complaints: &mut Complaints) {
    let Some(text) = settings.text(key).filter(|text| !text.text().is_empty() && !text.text().contains("{{")) else {
        return;
    };
    if !known.contains(&text.text()) {
        let complaint = Diagnostic::error(text.full_span(), format!("`{}` is no `{key}`", text.text()));
        complaints.push(complaint.help(format!("known are `{}`", known.join("`, `"))));
    }
}

/// Complains of a map that lacks something: one of each of these.
fn complete(settings: &Settings, what: &str, needs: &[&[&str]], complaints: &mut Complaints) {
    for keys in needs.iter().filter(|keys| first_of(settings, keys).is_none()) {
        let message = format!("this {what} has no `{}`", keys.join("` and no `"));
        complaints.push(Diagnostic::error(place(settings, keys[0]), message));
    }
}
