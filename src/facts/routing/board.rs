//! Routing trees of every kind of file, with the receivers and times that the same program knows.

use std::path::Path;

use crate::{
    model::{
        Document,
        alertmanager::{InhibitRule, Route, TimeInterval},
        manifest::Resource,
        provisioning::{AlertingFile, PolicyTree, Provisioning},
    },
    text::Spanned,
    workspace::Workspace,
};

use super::tree::RouteTree;

/// What kind of file a routing tree stands in.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// `alertmanager.yml`.
    Alertmanager,
    /// An `AlertmanagerConfig` of Prometheus' operator. Its root is in fact a child of the operator's own root, which
    /// takes only the alerts of the manifest's namespace.
    Manifest,
    /// Notification policies that Grafana provisions.
    Policies,
}

/// A routing tree, and whom and when it may name.
#[derive(Debug)]
pub struct Board<'w> {
    /// Where it stands.
    pub origin: Origin,
    /// The tree.
    pub tree: RouteTree<'w>,
    /// Who can be told, as far as the files say.
    pub receivers: Vec<Addressee<'w>>,
    /// The named times that are defined.
    pub intervals: Vec<&'w TimeInterval>,
    /// What silences what.
    pub inhibit_rules: &'w [InhibitRule],
}

/// Somebody who can be told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Addressee<'w> {
    /// The name; empty when something from outside makes it.
    pub name: Spanned<String>,
    /// By what means: `slack`, `email`; some may be unnamed.
    pub means: Vec<&'w str>,
    /// Whether alert rules name it themselves, past the tree.
    pub is_named_by_rules: bool,
}

impl Origin {
    /// What one branch of the tree is called.
    pub fn branch(self) -> &'static str {
        if self == Origin::Policies { "policy" } else { "route" }
    }

    /// What somebody who can be told is called.
    pub fn addressee(self) -> &'static str {
        if self == Origin::Policies { "contact point" } else { "receiver" }
    }

    /// What a named time is called.
    pub fn interval(self) -> &'static str {
        if self == Origin::Policies { "mute timing" } else { "time interval" }
    }
}

impl Board<'_> {
    /// Whether a name that the tree uses is not to be told from the files.
    pub fn has_open_names(&self) -> bool {
        let routes = self.tree.nodes().iter().map(|node| node.route);
        self.origin == Origin::Policies
            && routes.flat_map(names_in).chain(self.receivers.iter().map(|one| &one.name)).any(|name| name.is_empty())
    }
}

/// All names that a route itself uses.
fn names_in(route: &Route) -> impl Iterator<Item = &Spanned<String>> {
    route.receiver.iter().chain(&route.mute_time_intervals).chain(&route.active_time_intervals)
}

/// The named times that a document defines.
pub fn time_intervals(document: &Document) -> Vec<&TimeInterval> {
    if let Some(config) = document.alertmanager() {
        return config.time_intervals.iter().collect();
    }
    if let Some(Resource::AlertmanagerConfig(config)) = document.manifest().map(|manifest| &manifest.resource) {
        return config.time_intervals.iter().collect();
    }
    match document.provisioning() {
        Some(Provisioning::Alerting(file)) => file.mute_times.iter().map(|time| &time.interval).collect(),
        _ => Vec::new(),
    }
}

/// The routing trees of a document: one, but for Grafana one for each organisation.
pub fn boards<'w>(workspace: &'w Workspace, document: &'w Document) -> Vec<Board<'w>> {
    if let Some(config) = document.alertmanager() {
        let receivers = config.receivers.iter().filter_map(|receiver| {
            let means = receiver.integrations.iter().map(|integration| integration.kind.name());
            Some(Addressee { name: receiver.name.clone()?, means: means.collect(), is_named_by_rules: false })
        });
        return config
            .route
            .iter()
            .map(|route| Board {
                origin: Origin::Alertmanager,
                tree: RouteTree::of(route),
                receivers: receivers.clone().collect(),
                intervals: config.time_intervals.iter().collect(),
                inhibit_rules: &config.inhibit_rules,
            })
            .collect();
    }
    if let Some(Resource::AlertmanagerConfig(config)) = document.manifest().map(|manifest| &manifest.resource) {
        let receivers = config.receivers.iter().filter_map(|receiver| {
            let means = receiver.integrations.iter().map(|integration| integration.value.name());
            Some(Addressee { name: receiver.name.clone()?, means: means.collect(), is_named_by_rules: false })
        });
        return config
            .route
            .iter()
            .map(|route| Board {
                origin: Origin::Manifest,
                tree: RouteTree::of(route),
                receivers: receivers.clone().collect(),
                intervals: config.time_intervals.iter().collect(),
                inhibit_rules: &config.inhibit_rules,
            })
            .collect();
    }
    match document.provisioning() {
        Some(Provisioning::Alerting(file)) => of_policies(workspace, document, file),
        _ => Vec::new(),
    }
}

/// Grafana reads all files of a folder together.
fn of_policies<'w>(workspace: &'w Workspace, document: &Document, file: &'w AlertingFile) -> Vec<Board<'w>> {
    let folder = |document: &Document| -> Option<&'w Path> { workspace.files.file(document.file).path.parent() };
    let beside = || {
        let here = folder(document);
        workspace.documents.iter().filter_map(move |other| match other.provisioning() {
            Some(Provisioning::Alerting(file)) if folder(other) == here => Some(file),
            _ => None,
        })
    };
    let rules = || beside().flat_map(|file| &file.groups).flat_map(|group| &group.rules);
    let org = |org: Option<Spanned<i64>>| org.map_or(1, |org| org.value);
    let by_rules: Vec<String> =
        rules().filter_map(|rule| rule.notification.as_ref()?.receiver.as_ref()?.known()).collect();
    let board = |tree: &'w PolicyTree| {
        let points = beside().flat_map(|file| &file.contact_points).filter(|point| org(point.org) == org(tree.org));
        let receivers = points.filter_map(|point| {
            let name = point.name.as_ref()?;
            let name = Spanned::new(name.span(), name.known().unwrap_or_default());
            let means = point.receivers.iter().filter_map(|one| Some(one.kind.as_ref()?.text.text()));
            let is_named_by_rules = by_rules.contains(&name.value);
            Some(Addressee { name, means: means.collect(), is_named_by_rules })
        });
        let times = beside().flat_map(|file| &file.mute_times).filter(|time| org(time.org) == org(tree.org));
        Board {
            origin: Origin::Policies,
            tree: RouteTree::of(&tree.route),
            receivers: receivers.collect(),
            intervals: times.map(|time| &time.interval).collect(),
            inhibit_rules: &[],
        }
    };
    file.policies.iter().map(board).collect()
}
