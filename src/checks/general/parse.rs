//! Files that cannot be read as what they are.

use std::collections::BTreeMap;

use crate::{check, kit::*, text::FileId, workspace::Workspace};

check! {
    /// A file cannot be read, or holds a key that its reader refuses or ignores.
    ///
    /// ## Why it matters
    /// Prometheus and Alertmanager refuse to start on an unknown key or a wrong type; Grafana ignores it in
    /// silence. Either way the file does not do what it says.
    ///
    /// ## Example
    /// ```yaml
    /// groups:
    ///   - name: node
    ///     rules:
    ///       - alert: NodeDown
    ///         expr: up == 0
    ///         four: 5m
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// groups:
    ///   - name: node
    ///     rules:
    ///       - alert: NodeDown
    ///         expr: up == 0
    ///         for: 5m
    /// ```
    pub struct Parse {}
    id: "general/parse", severity: Error,
}

impl Check for Parse {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, _: &Facts<'_>, out: &mut Sink<'_>) {
        let of_texts = workspace.readings.iter().flat_map(|reading| &reading.complaints);
        let of_documents = workspace.documents.iter().flat_map(|document| &document.complaints);
        let mut alike: BTreeMap<(FileId, &str), Vec<&Diagnostic>> = BTreeMap::new();
        for complaint in of_texts.chain(of_documents) {
            if has_one_cause(complaint) {
                alike.entry((complaint.span.file, &complaint.message)).or_default().push(complaint);
            } else {
                out.adopt(complaint.clone());
            }
        }
        for same in of_another_file(alike) {
            let mut first = same[0].clone();
            first.message += &here_and_more(same.len());
            let more = same[1..].iter().take(MOST_SHOWN);
            more.fold(out.adopt(first), |finding, other| finding.label(other.span, "and here"));
        }
    }
}

/// Of so many keys, the rest of a file is not by accident what another program reads.
const MANY_KEYS: usize = 8;

/// The complaints, those of many unknown keys of one kind of map together, each group in the order of the file.
fn of_another_file<'c>(alike: BTreeMap<(FileId, &str), Vec<&'c Diagnostic>>) -> Vec<Vec<&'c Diagnostic>> {
    let mut by_map: BTreeMap<(FileId, &str), Vec<Vec<&Diagnostic>>> = BTreeMap::new();
    for ((file, message), same) in alike {
        let what = message.rsplit_once("` in ").map_or(message, |(_, what)| what);
        by_map.entry((file, what)).or_default().push(same);
    }
    let groups = by_map.into_values().flat_map(|groups| match groups.len() {
        MANY_KEYS.. => vec![groups.into_iter().flatten().collect()],
        _ => groups,
    });
    groups
        .map(|mut group: Vec<&Diagnostic>| {
            group.sort_by_key(|complaint| complaint.span);
            group
        })
        .collect()
}

/// Most places that a finding shows beside the first.
const MOST_SHOWN: usize = 20;

/// Whether what is complained of has one cause wherever else in the file it is: a key that somebody believes in, lines of
/// another kind of text.
fn has_one_cause(complaint: &Diagnostic) -> bool {
    let begins = |start: &&str| complaint.message.starts_with(start);
    let causes = ["unknown key `", "the indentation of this line fits", "this second document", "this is a rule of "];
    complaint.fixes.is_empty() && complaint.labels.is_empty() && causes.iter().any(begins)
}
