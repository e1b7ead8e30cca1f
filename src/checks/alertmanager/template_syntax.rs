//! Texts of notifications that are no templates.

use std::collections::BTreeMap;

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
            let mut lost = BTreeMap::new();
            for (_, text) in config.template_texts() {
                judge(text, out);
                unknown_fields(text, &library, &mut lost);
            }
            tell(lost, out);
        } else if let Some(Resource::AlertmanagerConfig(config)) =
            document.manifest().map(|manifest| &manifest.resource)
        {
            let mut lost = BTreeMap::new();
            for text in config.receivers.iter().flat_map(|receiver| &receiver.templates) {
                judge(text, out);
                unknown_fields(text, &BTreeMap::new(), &mut lost);
            }
            tell(lost, out);
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

/// A field that no notification has.
struct Lost {
    /// What is said of it, and what to write instead.
    message: String,
    help: String,
    /// The text that calls the template it stands in.
    caller: Option<Span>,
}

/// Finds fields that no notification has, in a text and in the templates that it calls: rendering stops there, and
/// nobody is told.
fn unknown_fields(text: &Excerpt, library: &BTreeMap<&str, &Definition>, lost: &mut BTreeMap<Span, Lost>) {
    let template = Template::parse(text.clone(), Dialect::Alertmanager);
    if !template.errors().is_empty() || template.is_plain() {
        return;
    }
    let caller = template.references().calls().first().map(|call| call.span);
    for UnknownField { name, known } in template.references_with(library).unknown_fields() {
        if lost.contains_key(&name.span) {
            continue;
        }
        let message = format!("there is no field `.{}`, so the notification is lost", name.value);
        let help = match nearest(&name.value, known.iter().copied()) {
            Some(near) => format!("did you mean `.{near}`?"),
            None => format!("there are `.{}`", known.join("`, `.")),
        };
        lost.insert(name.span, Lost { message, help, caller: caller.filter(|_| name.span.file != text.file()) });
    }
}

/// Reports the fields; those of which the same is said have one cause.
fn tell(lost: BTreeMap<Span, Lost>, out: &mut Sink<'_>) {
    let mut first: BTreeMap<String, Span> = BTreeMap::new();
    for (place, one) in lost {
        let shown_first = *first.entry(one.message.clone() + &one.help).or_insert(place);
        out.report(place, one.message).label_if(one.caller, "called here").help(one.help).shared(shown_first);
    }
}
