//! Which of Grafana's providers loads a dashboard from its file.

use std::path::PathBuf;

use crate::{
    facts::{Container, Facts, Program},
    model::{
        Document,
        provisioning::{Provisioning, provider::Provider},
    },
};

/// The provider that loads a dashboard: the one whose folder it is mounted in, of those that the same container reads as
/// far as that is known, or whose file lies beside it.
pub fn provider_of<'w>(dashboard: &Document, facts: &Facts<'w>) -> Option<&'w Provider> {
    if dashboard.in_manifest || is_template(dashboard, facts) {
        return None;
    }
    let path_of = |document: &Document| &facts.workspace.files.file(document.file).path;
    let file = path_of(dashboard);
    let seen: Vec<(&Container<'_>, PathBuf)> = facts.deployment.seeing(Program::Grafana, file).collect();
    let providers = facts.workspace.documents.iter().flat_map(|document| {
        let providers = match document.provisioning() {
            Some(Provisioning::Dashboards(file)) => file.providers.as_slice(),
            _ => &[],
        };
        providers.iter().map(move |provider| (document, provider))
    });
    let mut loading = providers.filter(|(document, provider)| {
        let folder = provider.path.as_ref().and_then(|path| path.known());
        let readers = || facts.deployment.seeing(Program::Grafana, path_of(document)).map(|(reader, _)| reader);
        let is_read_by = |container: &Container<'_>| {
            let mut readers = readers().peekable();
            readers.peek().is_none() || readers.any(|reader| std::ptr::eq(reader, container))
        };
        let is_mounted = folder.filter(|_| !document.in_manifest).is_some_and(|folder| {
            seen.iter().any(|(container, path)| path.starts_with(&folder) && is_read_by(container))
        });
        is_mounted || path_of(document).parent() == file.parent()
    });
    loading.next().map(|(_, provider)| provider)
}

/// Whether the name of a dashboard's file says that a program has yet to make a dashboard of it: `shop.template.json`.
pub fn is_template(dashboard: &Document, facts: &Facts<'_>) -> bool {
    let name = facts.workspace.files.file(dashboard.file).path.file_name().unwrap_or_default().to_string_lossy();
    let mut words = name.split('.').skip(1);
    words.any(|word| ["template", "tmpl", "tpl"].contains(&word))
}
