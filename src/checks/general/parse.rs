//! Files that cannot be read as what they are.

use crate::{
    check,
    kit::*,
    workspace::{Workspace, is_variant},
};

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

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let of_texts = workspace.readings.iter().flat_map(|reading| &reading.complaints);
        let of_documents = workspace.documents.iter().flat_map(|document| &document.complaints);
        for complaint in of_texts.chain(of_documents) {
            let finding = out.adopt(complaint.clone());
            if is_filled_in(complaint.span, facts) {
                finding
                    .severity(Severity::Info)
                    .help("nothing here shows that the file is read as it stands: fill the variable in before");
            }
        }
    }
}

/// Whether a value is nothing but a variable, in a file that no container finds as it stands, or only as a template: then
/// something makes another file of it first.
fn is_filled_in(place: Span, facts: &Facts<'_>) -> bool {
    let file = facts.workspace.files.file(place.file);
    let value = file.slice(place).trim_matches(['"', '\'']);
    let is_variable = value.starts_with("${") && value.ends_with('}') && !value[2..].contains('$');
    let mut paths = facts.deployment.containers().iter().flat_map(|container| container.paths_of(&file.path));
    is_variable && paths.all(|path| is_variant(&path))
}
