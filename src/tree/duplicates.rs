//! Keys that stand twice in one map.

use std::collections::{HashMap, hash_map::Entry};

use crate::{diag::Diagnostic, vocab::shortened};

use super::{Complaints, Node, Notation};

/// Complains of every key of a map that repeats an earlier one: an error in YAML, which Prometheus,
/// Alertmanager and Grafana then refuse; a warning in JSON, of which they take the last. Does nothing for other nodes, nor when there are `most` complaints
/// already.
pub fn complain(map: Node<'_>, complaints: &mut Complaints, most: usize) {
    if map.is_tidy() {
        return;
    }
    let mut first_places = HashMap::new();
    let mut twice = Vec::new();
    for (text, key) in map.raw_entries().filter_map(|(key, _)| Some((key.text()?, key))) {
        match first_places.entry(text) {
            Entry::Occupied(first) => twice.push((*first.get(), key)),
            Entry::Vacant(place) => {
                place.insert(key);
            }
        }
    }
    match map.tree().notation() {
        Notation::Yaml => {
            let left = most.saturating_sub(complaints.len());
            complaints.extend(twice.into_iter().take(left).map(|(first, again)| refused(first, again)));
        }
        Notation::Json if complaints.len() < most => complaints.extend(overruled(&twice)),
        Notation::Json => {}
    }
}

fn refused(first: Node<'_>, again: Node<'_>) -> Diagnostic {
    Diagnostic::error(again.span(), format!("key `{}` stands twice in the same map", name(again)))
        .help("a map holds each key once, else the file is refused: remove one of the two, or join their values")
        .label(first.span(), "first here")
}

/// All keys of a map that stand there twice: mostly all of it was pasted behind the old.
fn overruled(twice: &[(Node<'_>, Node<'_>)]) -> Option<Diagnostic> {
    let ((first, again), others) = twice.split_first()?;
    let and_others = match others.len() {
        0 => String::new(),
        1 => format!(", and so does `{}`", name(others[0].1)),
        count => format!(", and so do {count} others"),
    };
    let message = format!("key `{}` stands twice in the same map{and_others}", name(*again));
    let help = "the last one counts: remove the one that is not meant";
    Some(Diagnostic::warning(again.span(), message).help(help).label(first.span(), "first here"))
}

fn name(key: Node<'_>) -> String {
    shortened(key.text().unwrap_or_default(), 60)
}
