//! Provisioning files that are mounted where Grafana does not look.

use std::path::{Path, PathBuf};

use crate::{
    check,
    facts::{Container, Place, Program},
    kit::*,
    model::{Document, provisioning::Provisioning},
};

check! {
    /// A provisioning file is mounted where Grafana does not look for it.
    ///
    /// Grafana reads datasources, dashboard providers and alerting below `/etc/grafana/provisioning`, each kind in a
    /// folder of its own.
    ///
    /// ## Why it matters
    /// Grafana starts without what the file says: no datasource, no dashboard, no alert rule. Nothing is logged.
    ///
    /// ## Example
    /// ```yaml path=docker-compose.yml
    /// services:
    ///   grafana:
    ///     image: grafana/grafana:11.2.0
    ///     volumes: ["./datasources.yml:/etc/grafana/datasources/all.yml"]
    /// ```
    /// ```yaml path=datasources.yml
    /// apiVersion: 1
    /// datasources:
    ///   - {name: Prometheus, type: prometheus, url: "http://prometheus.example.org"}
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=docker-compose.yml
    /// services:
    ///   grafana:
    ///     image: grafana/grafana:11.2.0
    ///     volumes: ["./datasources.yml:/etc/grafana/provisioning/datasources/all.yml"]
    /// ```
    /// ```yaml path=datasources.yml
    /// apiVersion: 1
    /// datasources:
    ///   - {name: Prometheus, type: prometheus, url: "http://prometheus.example.org"}
    /// ```
    pub struct Unread {}
    id: "provisioning/unread", severity: Warning,
}

impl Check for Unread {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let folder = match document.provisioning().filter(|_| !document.in_manifest) {
            Some(Provisioning::Datasources(_)) => "datasources",
            Some(Provisioning::Dashboards(_)) => "dashboards",
            Some(Provisioning::Alerting(_)) => "alerting",
            None => return,
        };
        let right = Path::new("/etc/grafana/provisioning").join(folder);
        let path = &facts.workspace.files.file(document.file).path;
        let seeing: Vec<(&Container<'_>, PathBuf)> = facts.deployment.seeing(Program::Grafana, path).collect();
        let is_elsewhere = |(container, path): &(&Container<'_>, PathBuf)| {
            !path.starts_with(&right) && reads_the_usual_folder(container)
        };
        let Some((container, first)) = seeing.first().filter(|_| seeing.iter().all(is_elsewhere)) else { return };
        let Place::Host(_, mount) = container.look_at(first) else { return };
        // A mount of what lies deeper brings other files, dashboards mostly.
        let inside = container.source(mount).and_then(|source| path.strip_prefix(source).ok().map(Path::to_owned));
        if inside.is_none_or(|inside| inside.components().count() > 2) {
            return;
        }
        let place = mount.target.as_ref().map_or(mount.span, |target| target.span());
        out.report(
            place,
            format!("Grafana does not look for {folder} at `{}`, but in `{}`", first.display(), right.display()),
        )
        .label(container.place_of_name(), format!("`{}` starts without this file", container.name()))
        .help(format!("mount it in `{}`", right.display()));
    }
}

/// Whether nothing sets another folder: no variable, no file of settings.
fn reads_the_usual_folder(container: &Container<'_>) -> bool {
    let sets_folder = |name: &str| name.starts_with("GF_PATHS_");
    let has_no_variable = container.environment().is_some_and(|all| !all.iter().any(|one| sets_folder(one.name)));
    let mut targets = container.services().flat_map(|service| &service.mounts).map(|mount| mount.target.as_ref());
    let brings_settings =
        |target: &str| target.ends_with(".ini") || matches!(target.trim_end_matches('/'), "/etc/grafana" | "/etc");
    let has_settings =
        targets.any(|target| target.and_then(|one| one.known()).is_none_or(|target| brings_settings(&target)));
    container.is_stock() && has_no_variable && !has_settings
}
