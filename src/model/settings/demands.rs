//! What several systems demand of settings in the same way: one of two, one of some words.

use crate::{diag::Diagnostic, text::Span, vocab::listed};

use super::{Settings, Value};

/// Whether a setting has a value other than the empty text.
pub fn has(settings: &Settings, key: &str) -> bool {
    match settings.value(key) {
        Some(Value::Text(text)) => !text.text().is_empty(),
        Some(Value::Pairs(pairs)) => !pairs.is_empty(),
        value => value.is_some(),
    }
}

/// The first of some keys that has a value.
pub fn first_of<'k>(settings: &Settings, keys: &[&'k str]) -> Option<&'k str> {
    keys.iter().copied().find(|key| has(settings, key))
}

/// Where a key stands, else the first key of its map.
pub fn place(settings: &Settings, key: &str) -> Span {
    let first = || settings.iter().map(|setting| setting.key.span).min();
    settings.get(key).map(|setting| setting.key.span).or_else(first).unwrap_or(settings.span)
}

/// The complaint about two settings of which only one may be there.
pub fn both(settings: &Settings, one: &str, other: &str) -> Diagnostic {
    Diagnostic::error(place(settings, other), format!("`{other}` is set although `{one}` is"))
        .label(place(settings, one), "set here")
        .help("keep only one of them")
}

/// Complains of several ways to give one value.
pub fn at_most_one(settings: &Settings, keys: &[&str], complaints: &mut Vec<Diagnostic>) {
    let set: Vec<&str> = keys.iter().copied().filter(|key| has(settings, key)).collect();
    if let [one, other, ..] = set.as_slice() {
        complaints.push(both(settings, one, other));
    }
}

/// Complains of a text that is none of some words.
pub fn one_of(settings: &Settings, key: &str, known: &[&str], complaints: &mut Vec<Diagnostic>) {
    let Some(setting) = settings.get(key) else { return };
    let (said, place) = match &setting.value {
        Some(Value::Text(text)) => (text.text(), text.full_span()),
        // Nothing is the empty text to Go.
        None if setting.is_null && key != "client_type" => ("", setting.key.span),
        _ => return,
    };
    if !known.contains(&said) {
        let words = known.iter().filter(|word| !word.is_empty());
        let complaint = Diagnostic::error(place, format!("`{said}` is no `{key}`"));
        complaints.push(complaint.help(format!("known are {}", listed(words, ", "))));
    }
}
