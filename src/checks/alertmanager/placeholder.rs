//! Addresses and secrets that were never filled in.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use crate::{
    check,
    facts::{Fillers, Program},
    kit::*,
    model::{
        alertmanager::{Alertmanager, address_fault, url_fault},
        settings::{Setting, Settings, Shape, Value},
    },
    vocab::{Placeholder as Found, PlaceholderKind, placeholder},
    workspace::{Workspace, is_sample},
};

check! {
    /// An address or a secret is a placeholder, so that nobody is told.
    ///
    /// ## Why it matters
    /// Alertmanager expands no environment variables. It takes `${SLACK_URL}` as it stands, and either does not
    /// start or sends to nowhere. Where no container of the files here reads the file as it is, and Alertmanager would
    /// start with it, this is a warning: something else may fill it in on the way.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: chat
    /// receivers:
    ///   - name: chat
    ///     slack_configs:
    ///       - api_url: ${SLACK_URL}
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: chat
    /// receivers:
    ///   - name: chat
    ///     slack_configs:
    ///       - api_url_file: /run/secrets/slack-url
    /// ```
    pub struct Placeholder {}
    id: "alertmanager/placeholder", severity: Error,
}

/// Settings that name somebody or something to reach, though their texts may be templates.
const NAMES: [&str; 22] = [
    "to",
    "from",
    "smtp_from",
    "auth_username",
    "auth_identity",
    "smtp_auth_username",
    "smtp_auth_identity",
    "username",
    "client_id",
    "channel",
    "room_id",
    "corp_id",
    "wechat_api_corp_id",
    "to_user",
    "to_party",
    "agent_id",
    "routing_key",
    "topic_arn",
    "target_arn",
    "phone_number",
    "project",
    "token_url",
];

/// More variables than these nobody forgets to fill in.
const MOST_VARIABLES: usize = 100;

impl Check for Placeholder {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let mut fillers = Fillers::of(workspace, Program::Alertmanager);
        for document in &workspace.documents {
            let path = &workspace.files.file(document.file).path;
            if let Some(config) = document.alertmanager().filter(|_| !is_sample(path)) {
                of_config(config, path, &mut fillers, facts, out);
            }
        }
    }
}

fn of_config<'w>(
    config: &'w Alertmanager,
    path: &Path,
    fillers: &mut Fillers<'w>,
    facts: &Facts<'_>,
    out: &mut Sink<'_>,
) {
    let integrations = config.receivers.iter().flat_map(|receiver| &receiver.integrations);
    let maps = config.global.iter().chain(integrations.map(|integration| &integration.settings));
    let mut variables: BTreeSet<&str> = BTreeSet::new();
    let mut all: Vec<Blank<'_>> = Vec::new();
    for setting in maps.flat_map(Settings::deep) {
        let Some(Value::Text(text)) = setting.value.as_ref().filter(|_| reaches(setting)) else { continue };
        let Some(found) = placeholder(text.text()) else { continue };
        let is_variable = found.kind == PlaceholderKind::Variable;
        let blank = Blank { setting, text, found };
        if is_variable {
            variables.insert(blank.said());
            // For each the whole workspace is searched; so many are filled in by something that is not seen.
            if variables.len() > MOST_VARIABLES || fillers.fill_in(blank.said(), path) {
                continue;
            }
        }
        all.push(blank);
    }
    all.sort_by_key(|blank| (!blank.is_refused(), blank.span()));
    let mut readers = facts.deployment.seeing(Program::Alertmanager, path);
    let reader = readers.find(|(container, inside)| container.is_stock() && container.may_run(inside));
    let reader = reader.map(|(container, _)| container.place_of_name());
    let mut by_text: BTreeMap<&str, Vec<&Blank<'_>>> = BTreeMap::new();
    for blank in &all {
        by_text.entry(blank.said()).or_default().push(blank);
    }
    for blanks in by_text.values() {
        for blank in blanks {
            report(blank, reader, out).shared(blanks[0].span());
        }
    }
}

/// A setting that was not filled in.
struct Blank<'w> {
    setting: &'w Setting,
    text: &'w Excerpt,
    found: Found,
}

impl<'w> Blank<'w> {
    fn said(&self) -> &'w str {
        &self.text.text()[self.found.range.clone()]
    }

    fn span(&self) -> Span {
        self.text.span(self.found.range.clone())
    }

    /// Whether Alertmanager does not start with it.
    fn is_refused(&self) -> bool {
        let text = self.text.text();
        match self.setting.shape {
            Shape::Url => url_fault(text).is_some(),
            Shape::SecretUrl => text != "<secret>" && url_fault(text).is_some(),
            Shape::UrlTemplate => text != "<secret>" && !text.contains("{{") && url_fault(text).is_some(),
            Shape::Address => address_fault(text).is_some(),
            Shape::ChatId => true,
            _ => false,
        }
    }
}

fn reaches(setting: &Setting) -> bool {
    match setting.shape {
        Shape::Secret | Shape::Url | Shape::SecretUrl | Shape::AnyUrl | Shape::UrlTemplate => true,
        Shape::Address | Shape::ChatId => true,
        Shape::Text | Shape::Template => NAMES.contains(&setting.key.value),
        _ => false,
    }
}

/// Reports a placeholder; `reader` is the service that reads the file as it is.
fn report<'o>(blank: &Blank<'_>, reader: Option<Span>, out: &'o mut Sink<'_>) -> Finding<'o> {
    let (key, said, refused) = (blank.setting.key.value, blank.said(), blank.is_refused());
    let (message, severity) = match blank.found.kind {
        PlaceholderKind::Variable => {
            let is_proven = refused || reader.is_some();
            let severity = if is_proven { Severity::Error } else { Severity::Warning };
            (format!("Alertmanager does not expand `{said}` in `{key}`, but takes it as it stands"), severity)
        }
        PlaceholderKind::Hidden => {
            (format!("`{key}` is `<secret>`, which Alertmanager shows in place of the real value"), Severity::Error)
        }
        PlaceholderKind::Blank if refused => (format!("`{key}` was never filled in"), Severity::Error),
        PlaceholderKind::Blank => (format!("`{key}` was never filled in"), Severity::Warning),
        PlaceholderKind::Reserved => {
            (format!("`{key}` leads to `{said}`, a name that is reserved for examples"), Severity::Warning)
        }
    };
    let mut finding = out.report(blank.span(), message).severity(severity);
    if refused {
        finding = finding.here("with this, Alertmanager does not start");
    } else if blank.found.kind == PlaceholderKind::Variable {
        finding = finding.label_if(reader, "this service reads the file as it is");
    }
    match (blank.found.kind, blank.setting.file_key) {
        (PlaceholderKind::Variable, Some(file)) => {
            finding.help(format!("put the value into a file and name it with `{file}`, or fill the file in with `envsubst` before Alertmanager starts"))
        }
        (PlaceholderKind::Variable, None) => finding.help("fill the file in with `envsubst` before Alertmanager starts"),
        (PlaceholderKind::Hidden | PlaceholderKind::Blank, Some(file)) => finding.help(format!("put the real value into a file and name it with `{file}`")),
        _ => finding.help("write the real value"),
    }
}
