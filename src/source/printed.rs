//! Metrics that a program writes out by itself, in the text format, without any library.

use std::collections::BTreeSet;

use crate::{
    exposition::MetricKind,
    text::{Span, Spanned},
    vocab::is_metric_name,
};

use super::{Defined, Reading};

/// What stands before the name and the type of a metric.
const TYPE: &str = "# TYPE ";

/// Whether a text may write out metrics.
pub fn may_print(text: &str) -> bool {
    text.contains(TYPE)
}

/// Adds the metrics whose types a text writes out, and every word that may be the name of one more: a line of samples needs
/// no type above it.
pub fn read(text: &str, reading: &mut Reading) {
    for (at, _) in text.match_indices(TYPE) {
        let start = at + TYPE.len();
        let rest = &text[start..];
        let name = &rest[..rest.find(|letter| !is_of_name(letter)).unwrap_or(rest.len())];
        let span = Span::new(reading.file, start as u32, (start + name.len()) as u32);
        let behind = rest[name.len()..].strip_prefix(' ').unwrap_or_default();
        let word = behind.split(|letter: char| !letter.is_ascii_alphabetic()).next().unwrap_or_default();
        match MetricKind::of(word) {
            Some(kind) if is_metric_name(name) => {
                let name = Spanned::new(span, name.to_owned());
                reading.found.defined.push(Defined { name, kind: Some(kind), labels: None, highest: None });
            }
            _ => reading.found.open.push(span),
        }
    }
    // `\n` is an end of a line, and not a letter.
    let parts = text.split('\\').enumerate();
    let parts = parts.map(|(at, part)| if at == 0 { part } else { part.strip_prefix(['n', 't', 'r']).unwrap_or(part) });
    let words = parts.flat_map(|part| part.split(|letter| !is_of_name(letter)));
    let names: BTreeSet<&str> = words.filter(|word| word.contains('_') && is_metric_name(word)).collect();
    reading.found.mentioned = names.into_iter().map(str::to_owned).collect();
}

fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | ':')
}
