//! Texts of notifications that are no templates.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    check,
    facts::routing::Dispatcher,
    kit::*,
    model::{Document, manifest::Resource},
    template::{Dialect, Template, UnknownField, ast::Definition},
    vocab::nearest,
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
            let library = facts.routing.at(document).map(Dispatcher::definitions).unwrap_or_default();
            let mut said = BTreeSet::new();
            for (_, text) in config.template_texts() {
                judge(text, out);
                unknown_fields(text, &library, &mut said, out);
            }
        } else if let Some(Resource::AlertmanagerConfig(config)) =
            document.manifest().map(|manifest| &manifest.resource)
        {
            for text in config.receivers.iter().flat_map(|receiver| &receiver.templates) {
                judge(text, out);
                unknown_fields(text, &BTreeMap::new(), &mut BTreeSet::new(), out);
            }
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

/// Reports fields that no notification has, in a text and in the templates that it calls: rendering stops there, and
/// nobody is told.
fn unknown_fields(
    text: &Excerpt,
    library: &BTreeMap<&str, &Definition>,
    said: &mut BTreeSet<Span>,
    out: &mut Sink<'_>,
) {
    let template = Template::parse(text.clone(), Dialect::Alertmanager);
    if !template.errors().is_empty() || template.is_plain() {
        return;
    }
    let caller = template.references().calls().first().map(|call| call.span);
    for UnknownField { name, known } in template.references_with(library).unknown_fields() {
        if !said.insert(name.span) {
            continue;
        }
        let caller = caller.filter(|_| name.span.file != text.file());
        let message = format!("there is no field `.{}`, so the notification is lost", name.value);
        let finding = out.report(name.span, message).label_if(caller, "called here");
        match nearest(&name.value, known.iter().copied()) {
            Some(near) => finding.help(format!("did you mean `.{near}`?")),
            None => finding.help(format!("there are `.{}`", known.join("`, `."))),
        };
    }
}
