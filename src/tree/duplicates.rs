//! Keys that stand twice in one map.

use std::collections::{HashMap, hash_map::Entry};

use crate::{
    diag::{Cause, Diagnostic},
    vocab::shortened,
};

use super::{Complaints, Node, Notation};

/// Complains once of the keys of a map that repeat earlier ones: an error in YAML, which Prometheus,
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
    if complaints.len() < most {
        complaints.extend(told(&twice, map.tree().notation()));
    }
}

/// All keys of a map that stand there twice: mostly all of it was pasted behind the old, or has lost its indentation.
fn told(twice: &[(Node<'_>, Node<'_>)], notation: Notation) -> Option<Diagnostic> {
    let ((first, again), others) = twice.split_first()?;
    let and_others = match others.len() {
        0 => String::new(),
        1 => format!(", and so does `{}`", name(others[0].1)),
        count => format!(", and so do {count} others"),
    };
    let message = format!("key `{}` stands twice in the same map{and_others}", name(*again));
    let told = match notation {
        Notation::Yaml => Diagnostic::error(again.span(), message)
            .help("a map holds each key once, else the file is refused: remove one of the two, or join their values"),
        Notation::Json => {
            Diagnostic::warning(again.span(), message).help("the last one counts: remove the one that is not meant")
        }
    };
    Some(told.label(first.span(), "first here").cause(Cause::Habit))
}

fn name(key: Node<'_>) -> String {
    shortened(key.text().unwrap_or_default(), 60)
}
