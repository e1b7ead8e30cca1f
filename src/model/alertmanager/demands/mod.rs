//! What Alertmanager demands of a configuration beyond keys and types (Alertmanager 0.34, package
//! `config`): names that are defined, a root that takes everything, integrations that can reach somebody.

mod address;
mod integrations;
mod names;
mod routes;
mod transport;

use crate::{diag::Diagnostic, text::Span};

use super::{
    super::settings::{Settings, Shape, Value},
    Alertmanager,
};

pub use address::{address_fault, url_fault};

/// Everything for which Alertmanager would refuse a configuration that reading found right, in no
/// particular order. `passes` names values to pass over, because they are spoken of elsewhere.
pub fn demands(config: &Alertmanager, passes: &dyn Fn(&str) -> bool) -> Vec<Diagnostic> {
    let mut complaints = Vec::new();
    routes::judge(config, &mut complaints);
    names::judge(config, &mut complaints);
    if let Some(global) = &config.global {
        exclusive_files(global, &[], &mut complaints);
        if let (Some(token), Some(url)) = (
            first_of(global, &["slack_app_token", "slack_app_token_file"]),
            first_of(global, &["slack_api_url", "slack_api_url_file"]),
        ) && global.text("slack_api_url").map(|url| url.text())
            != Some(global.text("slack_app_url").map_or("https://slack.com/api/chat.postMessage", |url| url.text()))
        {
            complaints.push(both(global, token, url));
        }
        values(global, passes, &mut complaints);
        transport::judge(global, &mut complaints);
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

/// Whether a setting has a value other than the empty text.
fn has(settings: &Settings, key: &str) -> bool {
    match settings.value(key) {
        Some(Value::Text(text)) => !text.text().is_empty(),
        value => value.is_some(),
    }
}

/// The first of some keys that has a value.
fn first_of<'k>(settings: &Settings, keys: &[&'k str]) -> Option<&'k str> {
    keys.iter().copied().find(|key| has(settings, key))
}

/// Where a key stands, else the first key of its map.
fn place(settings: &Settings, key: &str) -> Span {
    let first = || settings.iter().map(|setting| setting.key.span).min();
    settings.get(key).map(|setting| setting.key.span).or_else(first).unwrap_or(settings.span)
}

/// The complaint about two settings of which only one may be there.
fn both(settings: &Settings, one: &str, other: &str) -> Diagnostic {
    Diagnostic::error(place(settings, other), format!("`{other}` is set although `{one}` is"))
        .label(place(settings, one), "set here")
        .help("keep only one of them")
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

/// Complains of URLs and addresses that are none.
fn values(settings: &Settings, passes: &dyn Fn(&str) -> bool, complaints: &mut Vec<Diagnostic>) {
    for setting in settings.deep() {
        let Some(Value::Text(text)) = &setting.value else { continue };
        let key = setting.key.value;
        let fault = match setting.shape {
            Shape::Url if key == "proxy_url" => None,
            Shape::UrlTemplate if text.text().contains("{{") => None,
            Shape::Url | Shape::UrlTemplate => url_fault(text.text()),
            Shape::Address => address_fault(text.text()),
            _ => None,
        };
        if let Some(fault) = fault.filter(|_| !passes(text.text())) {
            complaints.push(Diagnostic::error(text.full_span(), format!("`{key}` {fault}")));
        }
    }
}
