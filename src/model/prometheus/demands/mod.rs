//! What Prometheus demands of a configuration beyond keys and types (Prometheus 3.16, packages `config`, `discovery`,
//! `relabel`): names that are there and unique, durations that fit each other, clients that know one way to log in.

mod discoveries;
mod jobs;
mod naming;
mod node_selector;
mod relabelling;
mod remotes;
mod storage;

use std::collections::BTreeMap;

use crate::{
    diag::Diagnostic,
    model::settings::{Settings, Shape, Value, any_url_fault, has, place, transport},
    text::{Span, Spanned},
};

use super::{Keys, Prometheus, ScrapeConfig};

pub use naming::NameScheme;

use naming::Naming;

/// Everything for which Prometheus would refuse a configuration that reading found right, files aside, in no particular
/// order. `said` are the complaints of the reader: what it could not read is not missing.
pub fn demands(config: &Prometheus, said: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut judge = Judge::new(config, said);
    judge.global(config);
    judge.jobs(&config.scrape_configs);
    judge.alerting(&config.alerting);
    judge.remotes(config);
    judge.storage(config);
    judge.found
}

/// The same of jobs that stand in a file of their own (`scrape_config_files`) and inherit from a configuration.
pub fn job_demands(config: &Prometheus, jobs: &[ScrapeConfig], said: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut judge = Judge::new(config, said);
    judge.jobs(jobs);
    judge.found
}

/// A server in the act of reading its configuration.
struct Judge<'c> {
    config: &'c Prometheus,
    said: &'c [Diagnostic],
    naming: Naming,
    found: Vec<Diagnostic>,
}

impl<'c> Judge<'c> {
    fn new(config: &'c Prometheus, said: &'c [Diagnostic]) -> Self {
        Self { config, said, naming: Naming::of(config), found: Vec::new() }
    }

    fn refuse(&mut self, place: Span, message: impl Into<String>) -> &mut Diagnostic {
        let at = self.found.len();
        self.found.push(Diagnostic::error(place, message));
        &mut self.found[at]
    }

    /// Refuses with a remedy.
    fn refuse_with(&mut self, place: Span, message: impl Into<String>, help: &str) {
        self.found.push(Diagnostic::error(place, message).help(help));
    }

    /// Whether the reader complained of the value of a key.
    fn is_unreadable(&self, keys: &Keys, key: &str) -> bool {
        let entry = keys.entry(key);
        entry.map_or(keys.is_damaged(), |entry| self.said.iter().any(|complaint| entry.contains(complaint.span)))
    }

    /// Demands a text in a map whose keys are known by place.
    fn demand(&mut self, keys: &Keys, key: &str, is_there: bool, whole: Span, what: &str) {
        if is_there || self.is_unreadable(keys, key) {
            return;
        }
        let first = keys.iter().next().map_or(whole, |key| key.span);
        let place = keys.span(key).unwrap_or(first);
        self.refuse(place, format!("{what} has no `{key}`"));
    }

    /// Demands that some settings have a value that is not empty.
    fn needs(&mut self, settings: &Settings, keys: &[&str], what: &str) {
        for key in keys {
            let is_there = has(settings, key) || is_unreadable(settings, key);
            if !is_there {
                self.refuse(place(settings, key), format!("{what} has no `{key}`"));
            }
        }
    }

    /// Demands that a setting is one of some words; `default` is what it is when it is not set.
    fn one_of(&mut self, settings: &Settings, key: &str, default: &str, known: &[&str]) {
        let word = text_or(settings, key, default);
        if known.contains(&word) || is_unreadable(settings, key) {
            return;
        }
        let place = settings.text(key).map_or_else(|| place(settings, key), |text| text.full_span());
        let message = match word {
            "" => format!("there is no `{key}`"),
            word => format!("`{word}` is no `{key}`"),
        };
        let words: Vec<&&str> = known.iter().filter(|word| !word.is_empty()).collect();
        let help = format!("known are {}", crate::vocab::listed(words, ", "));
        self.refuse_with(place, message, &help);
    }

    fn client(&mut self, settings: &Settings) {
        transport::client(settings, &mut self.found);
        for setting in settings.deep().into_iter().filter(|setting| matches!(setting.shape, Shape::AnyUrl)) {
            if let Some(Value::Text(text)) = &setting.value
                && let Some(fault) = any_url_fault(text.text())
            {
                self.refuse(text.full_span(), format!("`{}` {fault}", setting.key.value));
            }
        }
    }

    /// Refuses names that are taken.
    fn unique<'n>(&mut self, names: impl Iterator<Item = &'n Spanned<String>>, what: &str) {
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for name in names.filter(|name| !name.value.is_empty()) {
            match seen.get(name.value.as_str()) {
                Some(first) => self.found.push(
                    Diagnostic::error(name.span, format!("{what} `{}` is taken", name.value))
                        .label(*first, "first used here"),
                ),
                None => {
                    seen.insert(&name.value, name.span);
                }
            }
        }
    }
}

/// Whether a setting is written, and its value could not be read.
fn is_unreadable(settings: &Settings, key: &str) -> bool {
    settings.get(key).is_some_and(|setting| setting.value.is_none() && !setting.is_null)
}

/// The text of a setting: what is written, nothing for null, `default` when it is absent.
fn text_or<'s>(settings: &'s Settings, key: &str, default: &'s str) -> &'s str {
    match settings.get(key) {
        None => default,
        Some(_) => settings.text(key).map_or("", |text| text.text()),
    }
}

/// The number of a setting: what is written, 0 for null, `default` when it is absent or could not be read.
fn number_or(settings: &Settings, key: &str, default: i64) -> i64 {
    match settings.get(key) {
        Some(setting) if setting.is_null => 0,
        Some(setting) => match setting.value {
            Some(Value::Integer(number)) => number,
            _ => default,
        },
        None => default,
    }
}
