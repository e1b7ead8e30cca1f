//! Keys that stand twice in one map.

use std::collections::HashMap;

use crate::{diag::Diagnostic, vocab::shortened};

use super::{Complaints, Node};

/// Up to this many keys are compared one by one, which is faster than hashing them.
const FEW: usize = 16;

/// Complains of every key of a map that repeats an earlier one; Prometheus, Alertmanager and Grafana's
/// YAML readers refuse such a file. Does nothing for other nodes, nor when there are `most` complaints
/// already.
pub fn complain(map: Node<'_>, complaints: &mut Complaints, most: usize) {
    let keys: Vec<Node<'_>> = map.raw_entries().map(|(key, _)| key).filter(|key| key.text().is_some()).collect();
    if keys.len() <= FEW {
        for (at, key) in keys.iter().enumerate() {
            if let Some(first) = keys[..at].iter().find(|first| first.text() == key.text()) {
                complaints.push(complaint(*first, *key));
            }
        }
        return;
    }
    let mut first_places = HashMap::with_capacity(keys.len());
    for key in keys {
        if complaints.len() >= most {
            return;
        }
        if let Some(first) = first_places.insert(key.text(), key) {
            complaints.push(complaint(first, key));
            first_places.insert(key.text(), first);
        }
    }
}

fn complaint(first: Node<'_>, again: Node<'_>) -> Diagnostic {
    let name = shortened(again.text().unwrap_or_default(), 60);
    Diagnostic::error(again.span(), format!("key `{name}` stands twice in the same map"))
        .label(first.span(), "first here")
        .help("a map holds each key once: remove one of the two, or join their values")
}
