//! Metrics that a program writes out by itself, in the text format, without any library.

use std::{collections::BTreeSet, ops::Range};

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
    text.contains(TYPE) || samples(text).next().is_some()
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
    for range in samples(text) {
        let is_typed = |one: &Defined| text[range.clone()].starts_with(&one.name.value);
        if reading.found.defined.iter().any(is_typed) {
            continue;
        }
        let (base, kind) = match text[range.clone()].strip_suffix("_bucket") {
            Some(base) => (base, Some(MetricKind::Histogram)),
            None => (&text[range.clone()], None),
        };
        let span = Span::new(reading.file, range.start as u32, (range.start + base.len()) as u32);
        reading.found.defined.push(Defined {
            name: Spanned::new(span, base.to_owned()),
            kind,
            labels: None,
            highest: None,
        });
    }
    // `\n` is an end of a line, and not a letter.
    let parts = text.split('\\').enumerate();
    let parts = parts.map(|(at, part)| if at == 0 { part } else { part.strip_prefix(['n', 't', 'r']).unwrap_or(part) });
    let words = parts.flat_map(|part| part.split(|letter| !is_of_name(letter)));
    let names: BTreeSet<&str> = words.filter(|word| word.contains('_') && is_metric_name(word)).collect();
    reading.found.mentioned = names.into_iter().map(str::to_owned).collect();
}

/// Lines with labels are not longer than this.
const LONGEST: usize = 400;

/// The names of samples that a text writes out with labels, and with a value that it puts in:
/// `f'jobs{{queue="{queue}"}} {count}'`, `` `jobs{queue="${queue}"} ${count}` ``, `"jobs{queue=%q} %d\n"`. Behind the
/// labels of a query there is an operator, or nothing.
fn samples(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    text.match_indices("} ").filter_map(|(end, _)| {
        let labels = text[..end].strip_suffix('}').unwrap_or(&text[..end]);
        let is_closed = labels.ends_with(['"', 'q']) && is_value(&text[end + 2..]);
        let line = if is_closed { line_before(labels) } else { return None };
        let mut opens = line.match_indices('{').filter_map(|(at, _)| {
            let word = line[..at].trim_end_matches(is_of_name);
            // `\n` is an end of a line, and not a letter.
            let is_escape = word.ends_with('\\') && line[word.len()..].starts_with(['n', 't', 'r']);
            let before = &line[..word.len() + usize::from(is_escape)];
            let name = &line[before.len()..at];
            let inside = line[at + 1..].strip_prefix('{').unwrap_or(&line[at + 1..]);
            let label = inside.find(|letter| !is_of_name(letter)).map(|length| inside.split_at(length));
            let begins = |rest: &str| ["=\"", "=\\\"", "=%q"].iter().any(|sign| rest.starts_with(sign));
            let has_label = label.is_some_and(|(label, rest)| !label.is_empty() && begins(rest));
            (has_label && is_metric_name(name) && is_start(before)).then_some((at, name.len()))
        });
        let (at, length) = opens.next_back()?;
        let start = labels.len() - line.len() + at;
        Some(start - length..start)
    })
}

/// What stands before an end in the same line.
fn line_before(text: &str) -> &str {
    let far = text.len().saturating_sub(LONGEST);
    let start = (far..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    text[start..].rsplit('\n').next().unwrap_or_default()
}

/// Whether a text begins with a value that is put in, or ends here and is joined with one.
fn is_value(text: &str) -> bool {
    let is_joined = |rest: &str| rest.trim_start().starts_with(['+', '.', ',']);
    text.starts_with(['{', '$', '%']) || text.starts_with("#{") || text.strip_prefix(['"', '\'']).is_some_and(is_joined)
}

/// Whether a line of samples may start behind this: a quote, an end of a line, or nothing but indentation.
fn is_start(before: &str) -> bool {
    before.trim_start().is_empty() || before.ends_with(['"', '\'', '`']) || before.ends_with("\\n")
}

fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | ':')
}
