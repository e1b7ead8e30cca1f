//! What a page of docs speaks of: the containers and servers near it.

use std::path::Path;

use crate::{
    facts::{Container, Facts, Server, documented::home},
    markdown::Markdown,
    model::Document,
};

/// What a page speaks of: what is configured in its own folder and below, or else all there is.
pub struct Near<'f, 'w> {
    /// The containers.
    pub containers: Vec<&'f Container<'w>>,
    /// The servers.
    pub servers: Vec<&'f Server<'w>>,
}

impl<'f, 'w> Near<'f, 'w> {
    /// Finds what a page speaks of.
    pub fn of(document: &Document, facts: &'f Facts<'w>) -> Self {
        let path = |file| facts.workspace.files.file(file).path.as_path();
        let home = home(path(document.file));
        let containers = facts.deployment.containers().iter();
        let servers = facts.servers.all().iter();
        Self {
            containers: below(containers.map(|one| (path(one.document.file), one)), &home),
            servers: below(servers.map(|one| (one.file.path.as_path(), one)), &home),
        }
    }
}

/// Those at or below a folder, or all where none is.
fn below<'p, T>(all: impl Iterator<Item = (&'p Path, T)> + Clone, home: &Path) -> Vec<T> {
    let mut near = all.clone().filter(|(path, _)| path.starts_with(home)).map(|(_, one)| one).peekable();
    if near.peek().is_some() { near.collect() } else { all.map(|(_, one)| one).collect() }
}

/// Whether a page has commands for what runs in Kubernetes.
pub fn speaks_of_cluster(page: &Markdown) -> bool {
    page.source.text().contains("kubectl ")
}

/// Whether a page has commands for what compose files describe, or names one.
pub fn speaks_of_compose(page: &Markdown) -> bool {
    let text = page.source.text();
    ["docker compose", "docker-compose", "compose.y"].iter().any(|word| text.contains(word))
}
