//! Texts of notifications that are no templates.

use crate::{
    check,
    kit::*,
    model::{Document, manifest::Resource},
    template::{Dialect, Template},
};

check! {
    /// A text of a notification is a template that cannot be read or rendered.
    ///
    /// ## Why it matters
    /// Alertmanager reads these texts only when it sends. Then the notification is lost, each time again, and
    /// only its log says so.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route: {receiver: chat}
    /// receivers:
    ///   - name: chat
    ///     slack_configs:
    ///       - api_url_file: /run/secrets/slack
    ///         text: '{{ range .Alerts }}{{ .Annotations.summary }}'
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route: {receiver: chat}
    /// receivers:
    ///   - name: chat
    ///     slack_configs:
    ///       - api_url_file: /run/secrets/slack
    ///         text: '{{ range .Alerts }}{{ .Annotations.summary }}{{ end }}'
    /// ```
    pub struct TemplateSyntax {}
    id: "alertmanager/template-syntax", severity: Error,
}

impl Check for TemplateSyntax {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        if let Some(template) = document.templates() {
            // What nobody loads may be meant for something else.
            let mut loaded =
                facts.routing.all().iter().flat_map(|one| &one.templates).flat_map(|entry| &entry.templates);
            if loaded.any(|one| std::ptr::eq(*one, template)) {
                say(template, out);
            }
        } else if let Some(config) = document.alertmanager() {
            config.template_texts().into_iter().for_each(|(_, text)| judge(text, out));
        } else if let Some(Resource::AlertmanagerConfig(config)) =
            document.manifest().map(|manifest| &manifest.resource)
        {
            config.receivers.iter().flat_map(|receiver| &receiver.templates).for_each(|text| judge(text, out));
        }
    }
}

fn judge(text: &Excerpt, out: &mut Sink<'_>) {
    // A variable that nobody expands is spoken of as a placeholder.
    let is_placeholder = crate::vocab::placeholder(text.text())
        .is_some_and(|found| found.kind == crate::vocab::PlaceholderKind::Variable);
    if !text.text().contains("{{") || is_placeholder {
        return;
    }
    say(&Template::parse(text.clone(), Dialect::Alertmanager), out);
}

fn say(template: &Template, out: &mut Sink<'_>) {
    let complaints = if template.errors().is_empty() { template.failures() } else { template.errors() };
    for complaint in complaints {
        out.adopt(complaint.clone());
    }
}
