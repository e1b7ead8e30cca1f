//! What containers see: the services of all compose files, the files mounted into them, the names and
//! ports by which they reach each other.

mod container;
mod environment;
mod flags;
mod folders;
mod inheritance;
mod network;
mod port;
mod projects;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use crate::{
    model::{
        Document,
        compose::{Compose, Service},
    },
    workspace::Workspace,
};

pub use container::{Container, Place, Program};
pub use environment::{Supplied, Variable};
pub use network::Hosts;
pub use port::Listening;

use projects::Projects;

/// All containers that the compose files start.
#[derive(Debug, Default)]
pub struct Deployment<'w> {
    containers: Vec<Container<'w>>,
    /// Where containers of a host name stand among them, by the name in lower case.
    by_host_name: BTreeMap<String, Vec<usize>>,
    /// Where containers into which a path of the host is mounted stand among them.
    by_source: BTreeMap<PathBuf, Vec<usize>>,
    /// Names of services that are only added to, by the files at hand.
    overlaid: Vec<&'w str>,
    /// Whether a file that was not read starts further services.
    includes_unread: bool,
}

impl<'w> Deployment<'w> {
    /// Gathers the services of a workspace.
    pub fn of(workspace: &'w Workspace) -> Self {
        let files: Vec<(&Document, &Compose)> =
            workspace.documents.iter().filter_map(|document| Some((document, document.compose()?))).collect();
        let overlays: Vec<&Service> =
            files.iter().flat_map(|(_, compose)| &compose.services).filter(|service| is_overlay(service)).collect();
        let projects = Projects::of(workspace, &files);
        let mut containers = Vec::new();
        for (document, compose) in &files {
            let mut home = folders::home(workspace, document, compose);
            if let Some(folder) = projects.folder(document.file) {
                home.folder = folder.to_owned();
            }
            let project = projects.root(document.file);
            for service in compose.services.iter().filter(|service| !is_overlay(service)) {
                let overlays = overlays.iter().filter(|overlay| overlay.name.value == service.name.value);
                let mut inherited = inheritance::inherited(workspace, document, compose, service);
                inherited.services.extend(overlays.copied());
                containers.push(Container::new(
                    workspace,
                    (*document, *compose, service),
                    inherited,
                    home.clone(),
                    project,
                ));
            }
        }
        let overlaid = overlays.iter().map(|overlay| overlay.name.value.as_str()).collect();
        let mut by_host_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut by_source: BTreeMap<PathBuf, Vec<usize>> = BTreeMap::new();
        for (at, container) in containers.iter().enumerate() {
            for source in container.sources() {
                by_source.entry(source.to_owned()).or_default().push(at);
            }
            for name in container.host_names() {
                by_host_name.entry(name.to_ascii_lowercase()).or_default().push(at);
            }
        }
        Self { containers, by_host_name, by_source, overlaid, includes_unread: projects.includes_unread }
    }

    /// All of them, in the order of files.
    pub fn containers(&self) -> &[Container<'w>] {
        &self.containers
    }

    /// Whether a service is started so that a query looks back as far as somebody chose (`--query.lookback-delta`).
    pub fn sets_lookback(&self) -> bool {
        let services = self.containers.iter().flat_map(Container::services);
        let mut words = services.flat_map(|service| service.entrypoint.iter().chain(&service.command));
        words.any(|word| word.text.text().contains("query.lookback-delta"))
    }

    /// The containers of a program that find a file of the host at the given paths of their own.
    pub fn seeing(&self, program: Program, file: &Path) -> impl Iterator<Item = (&Container<'w>, PathBuf)> {
        let of_program = self.near(file).filter(move |container| container.program == Some(program));
        of_program.flat_map(move |container| container.paths_of(file).into_iter().map(move |path| (container, path)))
    }

    /// The containers into which a file of the host, or a folder above it, is mounted.
    fn near(&self, file: &Path) -> impl Iterator<Item = &Container<'w>> {
        let above = file.ancestors().chain([Path::new("")]);
        let near: BTreeSet<usize> = above.filter_map(|path| self.by_source.get(path)).flatten().copied().collect();
        near.into_iter().map(|at| &self.containers[at])
    }
}

/// Whether a service only adds to one of the same name in another file: it says not what to run.
fn is_overlay(service: &Service) -> bool {
    service.image.is_none() && service.build.is_none() && service.extends.is_none()
}
