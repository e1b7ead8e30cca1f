//! Which of Grafana's providers loads a dashboard from its file.

use std::path::PathBuf;

use crate::{
    facts::{Facts, Program},
    model::{
        Document,
        provisioning::{Provisioning, provider::Provider},
    },
};

/// The provider that loads a dashboard: the one whose folder it is mounted in, or whose file lies beside it.
pub fn provider_of<'w>(dashboard: &Document, facts: &Facts<'w>) -> Option<&'w Provider> {
    if dashboard.in_manifest || is_template(dashboard, facts) {
        return None;
    }
    let path_of = |document: &Document| &facts.workspace.files.file(document.file).path;
    let file = path_of(dashboard);
    let seen: Vec<PathBuf> = facts.deployment.seeing(Program::Grafana, file).map(|(_, path)| path).collect();
    let providers = facts.workspace.documents.iter().flat_map(|document| {
        let providers = match document.provisioning() {
            Some(Provisioning::Dashboards(file)) => file.providers.as_slice(),
            _ => &[],
        };
        providers.iter().map(move |provider| (document, provider))
    });
    let mut loading = providers.filter(|(document, provider)| {
        let folder = provider.path.as_ref().and_then(|path| path.known());
        let is_mounted = folder.is_some_and(|folder| seen.iter().any(|path| path.starts_with(&folder)));
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
