//! What a live server is to be asked, so that checks know what they ask of the facts.

use crate::{live::server::Wanted, workspace::Workspace};

use super::queries_of;

/// The metrics that the files ask for, each with the labels that matchers compare.
pub fn wanted(workspace: &Workspace) -> Wanted {
    let mut wanted = Wanted::new();
    for expr in workspace.documents.iter().flat_map(queries_of).filter_map(|site| site.expr()) {
        for selection in expr.selections() {
            let Some(name) = selection.selector.metric_name() else { continue };
            let labels = selection.selector.matchers.iter().map(|matcher| matcher.label.value.to_string());
            wanted.entry(name.value.to_string()).or_default().extend(labels.filter(|label| label != "__name__"));
        }
    }
    wanted
}
