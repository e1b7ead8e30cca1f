//! Which rules VictoriaMetrics' vmalert evaluates, as far as the files tell.

use std::{collections::BTreeSet, path::Path};

use crate::{
    model::{Document, manifest::Resource},
    text::FileId,
    workspace::Workspace,
};

use super::{Container, Deployment};

/// The files whose rules vmalert evaluates. Their language is nearly PromQL, but says more, and no `rule_files` of a
/// Prometheus name them.
#[derive(Debug, Default)]
pub struct Victoria {
    files: BTreeSet<FileId>,
}

impl Victoria {
    /// Gathers the files of a workspace: those that a container of vmalert sees, those below a folder of its name, and
    /// the manifests with rules where VictoriaMetrics' operator runs it, and no operator runs a Prometheus.
    pub fn of(workspace: &Workspace, deployment: &Deployment<'_>) -> Self {
        let containers: Vec<&Container<'_>> = deployment.containers().iter().filter(|one| runs_vmalert(one)).collect();
        let manifests = || workspace.documents.iter().filter_map(Document::manifest);
        let is_operated = manifests().any(|manifest| manifest.kind.value == "VMAlert")
            && !manifests()
                .any(|manifest| matches!(manifest.resource, Resource::Server(_)) && manifest.is_of_operator());
        let rules = workspace.documents.iter().filter(|document| document.rule_file().is_some());
        let files = rules.filter_map(|document| {
            let path = &workspace.files.file(document.file).path;
            let is_seen = || containers.iter().any(|container| !container.paths_of(path).is_empty());
            let is_its = if document.in_manifest { is_operated } else { is_below_its_folder(path) || is_seen() };
            is_its.then_some(document.file)
        });
        Self { files: files.collect() }
    }

    /// Whether vmalert evaluates the rules of a file.
    pub fn evaluates(&self, file: FileId) -> bool {
        self.files.contains(&file)
    }
}

fn runs_vmalert(container: &Container<'_>) -> bool {
    let image = container.image().and_then(|image| image.name.as_deref()).unwrap_or_default();
    image.rsplit('/').next().is_some_and(|name| name.starts_with("vmalert"))
}

fn is_below_its_folder(path: &Path) -> bool {
    path.parent().is_some_and(|folder| folder.iter().any(|part| part == "vmalert"))
}
