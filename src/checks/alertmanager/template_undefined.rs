//! Templates that are called and defined nowhere, and files of templates that are not there.

use std::collections::BTreeSet;

use crate::{
    check,
    facts::{LeadsTo, routing::Dispatcher},
    kit::*,
    model::Document,
    template::{Dialect, Template},
    vocab::nearest,
};

check! {
    /// A notification calls a template that is defined nowhere.
    ///
    /// ## Why it matters
    /// Alertmanager looks for the template when it sends. Then the notification is lost, each time again. A pattern in
    /// `templates` that no file fits is no error to it either.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route: {receiver: chat}
    /// receivers:
    ///   - name: chat
    ///     slack_configs:
    ///       - api_url_file: /run/secrets/slack
    ///         text: '{{ template "slack.default.txt" . }}'
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route: {receiver: chat}
    /// receivers:
    ///   - name: chat
    ///     slack_configs:
    ///       - api_url_file: /run/secrets/slack
    ///         text: '{{ template "slack.default.text" . }}'
    /// ```
    pub struct TemplateUndefined {}
    id: "alertmanager/template-undefined", severity: Error,
}

/// The templates that Alertmanager 0.34 brings along (`template/default.tmpl`, `template/email.tmpl`).
const BUILT_IN: [&str; 64] = [
    "__alertmanager",
    "__alertmanagerURL",
    "__description",
    "__subject",
    "__text_alert_list",
    "__text_alert_list_markdown",
    "discord.default.content",
    "discord.default.message",
    "discord.default.title",
    "email.default.html",
    "email.default.subject",
    "jira.default.description",
    "jira.default.priority",
    "jira.default.summary",
    "mattermost.default.color",
    "mattermost.default.fallback",
    "mattermost.default.text",
    "mattermost.default.title",
    "mattermost.default.titlelink",
    "mattermost.default.username",
    "msteams.default.summary",
    "msteams.default.text",
    "msteams.default.title",
    "msteamsv2.default.text",
    "msteamsv2.default.title",
    "opsgenie.default.description",
    "opsgenie.default.message",
    "opsgenie.default.source",
    "pagerduty.default.client",
    "pagerduty.default.clientURL",
    "pagerduty.default.description",
    "pagerduty.default.instances",
    "pushover.default.message",
    "pushover.default.title",
    "pushover.default.url",
    "rocketchat.default.alias",
    "rocketchat.default.emoji",
    "rocketchat.default.iconurl",
    "rocketchat.default.text",
    "rocketchat.default.title",
    "rocketchat.default.titlelink",
    "slack.default.callbackid",
    "slack.default.color",
    "slack.default.fallback",
    "slack.default.footer",
    "slack.default.iconemoji",
    "slack.default.iconurl",
    "slack.default.pretext",
    "slack.default.text",
    "slack.default.title",
    "slack.default.titlelink",
    "slack.default.username",
    "sns.default.message",
    "sns.default.subject",
    "telegram.default.message",
    "victorops.default.entity_display_name",
    "victorops.default.monitoring_tool",
    "victorops.default.state_message",
    "webex.default.message",
    "wechat.default.agent_id",
    "wechat.default.message",
    "wechat.default.to_party",
    "wechat.default.to_tag",
    "wechat.default.to_user",
];

impl Check for TemplateUndefined {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dispatcher) = facts.routing.at(document) else { return };
        for entry in &dispatcher.templates {
            if let LeadsTo::Nothing(path) = &entry.leads_to {
                let finding =
                    out.report(entry.entry.span, "no template file is here, which Alertmanager does not mind");
                finding
                    .severity(Severity::Warning)
                    .here(format!("looked for {}", path.display()))
                    .help("correct the path, or remove the entry");
            }
        }
        let files: Vec<&Template> =
            dispatcher.templates.iter().flat_map(|entry| entry.templates.iter().copied()).collect();
        let mut defined: BTreeSet<&str> = BUILT_IN.into_iter().collect();
        for file in &files {
            defined.extend(file.definitions().iter().map(|definition| definition.name.value.as_str()));
        }
        let is_known = dispatcher.templates.iter().all(|entry| entry.is_read());
        for file in files {
            judge(file, &defined, dispatcher, is_known, facts, out);
        }
        for (_, text) in dispatcher.config.template_texts() {
            let template = Template::parse(text.clone(), Dialect::Alertmanager);
            if template.errors().is_empty() {
                judge(&template, &defined, dispatcher, is_known, facts, out);
            }
        }
    }
}

fn judge(
    template: &Template,
    defined: &BTreeSet<&str>,
    dispatcher: &Dispatcher<'_>,
    is_known: bool,
    facts: &Facts<'_>,
    out: &mut Sink<'_>,
) {
    let own = || template.definitions().iter().map(|definition| definition.name.value.as_str());
    for call in template.references().calls() {
        let name = call.value.as_str();
        if defined.contains(name) || own().any(|own| own == name) {
            continue;
        }
        let near = nearest(name, defined.iter().copied().chain(own()));
        let first = dispatcher.templates.first().map(|entry| entry.entry.span);
        let is_missing = dispatcher.templates.iter().any(|entry| matches!(entry.leads_to, LeadsTo::Nothing(_)));
        if !is_known || is_missing {
            // Files that are not read may define it, and files that are missing are the cause, which is reported.
            continue;
        }
        let finding = out.report(call.span, format!("there is no template `{name}`, so the notification is lost"));
        let finding = finding.label_if(first, "these files do not define it");
        match near {
            Some(near) => finding.help(format!("did you mean `{near}`?")).instead(&facts.workspace.files, name, near),
            None if first.is_none() => finding.help("name the file that defines it under `templates:`"),
            None => finding.help("define it in one of the files under `templates:`"),
        };
    }
}
