//! The files of templates that an Alertmanager loads.

use std::path::Path;

use crate::{
    model::{Document, alertmanager::Alertmanager},
    template::Template,
    text::Spanned,
    workspace::Workspace,
};

use super::super::{
    Deployment, LeadsTo, Program,
    servers::{Inside, is_open},
};

/// An entry of `templates` and where it leads.
#[derive(Debug)]
pub struct TemplateFiles<'w> {
    /// The entry as written.
    pub entry: &'w Spanned<String>,
    /// Where it leads.
    pub leads_to: LeadsTo,
    /// Those of the files that were read.
    pub templates: Vec<&'w Template>,
}

impl TemplateFiles<'_> {
    /// Whether all that it leads to was read.
    pub fn is_read(&self) -> bool {
        matches!(&self.leads_to, LeadsTo::Files(files) if files.len() == self.templates.len())
    }
}

/// The entries of a configuration.
pub(super) fn of<'w>(
    workspace: &'w Workspace,
    deployment: &Deployment<'w>,
    document: &Document,
    config: &'w Alertmanager,
) -> Vec<TemplateFiles<'w>> {
    if config.templates.is_empty() {
        return Vec::new();
    }
    let inside = Inside::of(workspace, deployment, Program::Alertmanager, &workspace.files.file(document.file).path);
    let resolved = |entry: &'w Spanned<String>| {
        let leads_to = match document.in_manifest || is_open(&entry.value) {
            true => LeadsTo::Unknown,
            false => inside.follow(Path::new(&entry.value)).0,
        };
        let is_there = |document: &&Document| {
            let path = &workspace.files.file(document.file).path;
            matches!(&leads_to, LeadsTo::Files(files) if files.contains(path))
        };
        let templates = workspace.documents.iter().filter(is_there).filter_map(Document::templates).collect();
        TemplateFiles { entry, leads_to, templates }
    };
    config.templates.iter().filter(|entry| !entry.value.is_empty()).map(resolved).collect()
}
