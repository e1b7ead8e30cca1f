//! What Alertmanager demands of a configuration beyond keys and types (Alertmanager 0.34.2, package
//! `config`): names that are defined, a root that takes everything, integrations that can reach somebody.

mod exporters;
mod integrations;
mod names;
mod routes;
mod slack;
#[cfg(test)]
mod tests;

use crate::{
    diag::Diagnostic,
    template::{Dialect, Template},
    text::{Excerpt, FileId, Span},
};

use super::{
    super::settings::{Settings, Shape, Value, any_url_fault, both, has, transport},
    Alertmanager, Route,
};

pub use super::super::settings::{address_fault, url_fault};

/// What Alertmanager shows in place of secrets, and takes in place of secret URLs.
const HIDDEN: &str = "<secret>";

/// The complaint about a file without any configuration in it.
pub fn no_route(file: FileId) -> Diagnostic {
    routes::missing_route(Span::start_of(file))
}

/// Everything for which Alertmanager would refuse a configuration that reading found right, in no
/// particular order. `passes` names values to pass over, because they are spoken of elsewhere.
pub fn demands(config: &Alertmanager, passes: &dyn Fn(&str) -> bool) -> Vec<Diagnostic> {
    let mut complaints = Vec::new();
    routes::judge(config, &mut complaints);
    names::judge(config, &mut complaints);
    if let Some(global) = &config.global {
        exclusive_files(global, &[], &mut complaints);
        slack::judge_global(global, &mut complaints);
        values(global, passes, &mut complaints);
        transport::judge(global, &mut complaints);
    }
    if let Some(tracing) = &config.tracing {
        exporters::tracing(tracing, &config.keys, &mut complaints);
    }
    if let Some(recorder) = &config.event_recorder {
        values(recorder, passes, &mut complaints);
        exporters::event_recorder(recorder, &mut complaints);
    }
    for receiver in &config.receivers {
        for integration in &receiver.integrations {
            values(&integration.settings, passes, &mut complaints);
            transport::judge(&integration.settings, &mut complaints);
            integrations::judge(integration, config.global.as_ref(), &mut complaints);
        }
    }
    complaints
}

/// Everything for which the operator or Grafana would refuse a routing tree, whoever defines its names.
pub fn demands_of_routes(root: &Route) -> Vec<Diagnostic> {
    let mut complaints = Vec::new();
    root.all().into_iter().for_each(|route| routes::of_each(route, &mut complaints));
    complaints
}

/// Complains of every `x` that stands beside its `x_file`, but for those of `spared`.
fn exclusive_files(settings: &Settings, spared: &[&str], complaints: &mut Vec<Diagnostic>) {
    for setting in settings.iter() {
        let key = setting.key.value;
        let file = format!("{key}_file");
        if !spared.contains(&key) && has(settings, key) && has(settings, &file) {
            complaints.push(both(settings, key, &file));
        }
    }
}

/// Complains of URLs, addresses and chats that are none.
fn values(settings: &Settings, passes: &dyn Fn(&str) -> bool, complaints: &mut Vec<Diagnostic>) {
    for setting in settings.deep() {
        let Some(Value::Text(text)) = &setting.value else { continue };
        let key = setting.key.value;
        let fault = match setting.shape {
            Shape::SecretUrl | Shape::UrlTemplate if text.text() == HIDDEN => None,
            Shape::UrlTemplate if text.text().contains("{{") => template_fault(text),
            // Without any URL the integration is said to have none.
            Shape::UrlTemplate if text.text().is_empty() => None,
            Shape::Url | Shape::SecretUrl | Shape::UrlTemplate => url_fault(text.text()),
            Shape::AnyUrl => any_url_fault(text.text()),
            Shape::Address => address_fault(text.text()),
            Shape::ChatId => Some(format!("takes a whole number, but this is `{}`", text.text())),
            _ => None,
        };
        if let Some(fault) = fault.filter(|_| !passes(text.text())) {
            complaints.push(Diagnostic::error(text.full_span(), format!("`{key}` {fault}")));
        }
    }
}

/// Why Go does not take a text for a template when it reads it without any function of Alertmanager's, as the end of
/// a sentence.
fn template_fault(text: &Excerpt) -> Option<String> {
    let first = Template::parse(text.clone(), Dialect::Plain).errors().first()?.clone();
    Some(format!("is no template that Alertmanager takes here: {}", first.message))
}
