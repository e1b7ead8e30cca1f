//! Folders of dashboards that hold none, or that are read twice.

use std::path::{Path, PathBuf};

use crate::{
    check,
    facts::{Container, Place, Program},
    kit::*,
    model::{
        Document,
        compose::MountKind,
        provisioning::{Provisioning, provider::Provider},
    },
    workspace::{Workspace, normalised},
};

check! {
    /// A provider of dashboards reads a folder that holds none, or one that another provider reads, too.
    ///
    /// ## Why it matters
    /// Grafana shows no dashboard, and says nothing. A provider reads all folders below its path: of two that read the
    /// same files, Grafana writes each dashboard with one uid again and again, and warns in its log only.
    ///
    /// ## Example
    /// ```yaml path=grafana/dashboards.yml
    /// apiVersion: 1
    /// providers:
    ///   - {name: all, type: file, options: {path: /var/lib/grafana/dashboards}}
    ///   - {name: shop, type: file, folder: Shop, options: {path: /var/lib/grafana/dashboards/shop}}
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=grafana/dashboards.yml
    /// apiVersion: 1
    /// providers:
    ///   - {name: hosts, type: file, options: {path: /var/lib/grafana/dashboards/hosts}}
    ///   - {name: shop, type: file, folder: Shop, options: {path: /var/lib/grafana/dashboards/shop}}
    /// ```
    pub struct DashPath {}
    id: "provisioning/dash-path", severity: Warning,
}

impl Check for DashPath {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(Provisioning::Dashboards(file)) = document.provisioning() else { return };
        read_twice(&file.providers, out);
        if !document.in_manifest {
            file.providers.iter().for_each(|provider| empty(provider, document, facts, out));
            file.providers.iter().for_each(|provider| beside(provider, document, facts, out));
        }
    }
}

fn path(provider: &Provider) -> Option<Spanned<PathBuf>> {
    let path = provider.path.as_ref()?.located()?;
    Some(Spanned::new(path.span, normalised(Path::new(&path.value))))
}

fn read_twice(providers: &[Provider], out: &mut Sink<'_>) {
    for (at, provider) in providers.iter().enumerate() {
        let Some(own) = path(provider) else { continue };
        let org = |one: &Provider| one.org.map_or(1, |org| org.value);
        let before = providers[..at].iter().filter(|one| org(one) == org(provider)).filter_map(path);
        let mut overlapping =
            before.filter(|other| own.value.starts_with(&other.value) || other.value.starts_with(&own.value));
        let Some(other) = overlapping.next() else { continue };
        let message = if own.value == other.value {
            "another provider reads this folder, too"
        } else if own.value.starts_with(&other.value) {
            "another provider reads this folder with all that is below its own"
        } else {
            "this provider reads the folder of another, too"
        };
        out.report(own.span, message)
            .label(other.span, "that of the other")
            .help("let each file be read by one provider");
    }
}

/// Reports a path that is mounted from a folder without dashboards.
fn empty(provider: &Provider, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let (Some(path), workspace) = (path(provider), facts.workspace) else { return };
    let file = &workspace.files.file(document.file).path;
    let mut folders: Vec<(PathBuf, Span)> = Vec::new();
    for (container, config) in facts.deployment.seeing(Program::Grafana, file) {
        match container.look_at(&path.value) {
            Place::Host(folder, mount) if config.starts_with("/etc/grafana/provisioning") => {
                folders.push((folder, mount.span));
            }
            _ => return,
        }
    }
    // Mounts below the path may bring dashboards in.
    let is_below = |folder: &Path| {
        let containers = facts.deployment.containers().iter().filter(|one| one.program == Some(Program::Grafana));
        let mut targets =
            containers.flat_map(|one| &one.service.mounts).filter_map(|mount| mount.target.as_ref()?.known());
        targets.any(|target| Path::new(&target) != folder && Path::new(&target).starts_with(folder))
    };
    let holds = |folder: &Path| {
        let patterns = ["*.json", "*/*.json", "*/*/*.json"];
        let found = patterns.iter().filter_map(|pattern| workspace.disk.matching(&folder.join(pattern)));
        found.into_iter().any(|found| !found.is_empty())
    };
    let Some((folder, mount)) = folders.first() else { return };
    let are_there = folders.iter().all(|(folder, _)| workspace.disk.is_folder(folder));
    let is_ours = folders.iter().all(|(folder, _)| !workspace.disk.is_ignored(&folder.join("a.json")));
    if are_there && is_ours && !is_below(&path.value) && !folders.iter().any(|(folder, _)| holds(folder)) {
        out.report(path.span, format!("there is no dashboard in `{}`", path.value.display()))
            .here(format!("looked for {}/*.json", folder.display()))
            .label(*mount, "mounted here")
            .help("correct the path, or put the dashboards there");
    }
}

/// Reports a path on a volume that nothing fills, while dashboards are mounted where no provider reads them.
fn beside(provider: &Provider, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let (Some(path), workspace) = (path(provider), facts.workspace) else { return };
    let mut meant = None;
    for (container, config) in facts.deployment.seeing(Program::Grafana, &workspace.files.file(document.file).path) {
        let is_on_volume = matches!(container.look_at(&path.value), Place::Unknown) && container.is_stock();
        if !config.starts_with("/etc/grafana/provisioning") || !is_on_volume {
            return;
        }
        let Some(mount) = unread(container, workspace) else { return };
        meant = meant.or(Some(mount));
    }
    let Some((target, mount)) = meant else { return };
    let (own, there) = (path.value.display(), target.display());
    out.report(path.span, format!("nothing is mounted at `{own}`, and no provider reads the dashboards at `{there}`"))
        .label(mount, "mounted here")
        .help(format!("say `{there}`"))
        .instead(&workspace.files, &own.to_string(), &there.to_string());
}

/// The first folder with dashboards in a container that no provider there reads.
fn unread(container: &Container<'_>, workspace: &Workspace) -> Option<(PathBuf, Span)> {
    // Of what a compose file holds itself, it is not known what it reads.
    if container.service.mounts.iter().any(|mount| mount.kind == MountKind::Config) {
        return None;
    }
    let file = |document: &Document| workspace.files.file(document.file).path.as_path();
    let mut read: Vec<PathBuf> = Vec::new();
    for document in &workspace.documents {
        if let Some(Provisioning::Dashboards(providers)) = document.provisioning()
            && !container.paths_of(file(document)).is_empty()
        {
            read.extend(providers.providers.iter().filter_map(path).map(|path| path.value));
        }
    }
    container.service.mounts.iter().filter(|mount| mount.kind == MountKind::Bind).find_map(|mount| {
        let (source, target) = (container.source(mount)?, PathBuf::from(mount.target.as_ref()?.known()?));
        let is_read = read.iter().any(|path| path.starts_with(&target) || target.starts_with(path));
        let mut dashboards = workspace.documents.iter().filter(|document| document.dashboard().is_some());
        let holds = dashboards.any(|document| file(document).starts_with(&source));
        (!is_read && holds).then_some((target, mount.span))
    })
}
