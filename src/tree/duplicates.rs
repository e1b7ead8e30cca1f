//! Keys that stand twice in one map.

use std::collections::HashMap;

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
    for (text, key) in map.raw_entries().filter_map(|(key, _)| Some((key.text()?, key))) {
        if complaints.len() >= most {
            return;
        }
        if let Some(first) = first_places.insert(text, key) {
            complaints.push(complaint(first, key));
            first_places.insert(text, first);
        }
    }
}

fn complaint(first: Node<'_>, again: Node<'_>) -> Diagnostic {
    let name = shortened(again.text().unwrap_or_default(), 60);
    let message = format!("key `{name}` stands twice in the same map");
    let complaint = match again.tree().notation() {
        Notation::Yaml => Diagnostic::error(again.span(), message)
            .help("a map holds each key once, else the file is refused: remove one of the two, or join their values"),
        Notation::Json => {
            Diagnostic::warning(again.span(), message).help("the last one counts: remove the one that is not meant")
        }
    };
    complaint.label(first.span(), "first here")
}
