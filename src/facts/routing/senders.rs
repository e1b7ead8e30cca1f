//! Who sends alerts to an Alertmanager: the rules of the servers beside it, if nobody else does.

use std::{cell::OnceCell, collections::BTreeSet, ffi::OsStr, path::Path};

use rustc_hash::FxHashMap;

use crate::{
    model::Document,
    text::{FileId, SourceFile},
    workspace::Workspace,
};

use super::{
    super::{LeadsTo, RuleSite, Rules, Series, Server, Servers, charts},
    Alert, Dispatcher,
};

/// Words by which files show that somebody other than Prometheus sends alerts: rulers of Loki, Mimir and
/// Thanos, vmalert, Grafana, and scripts that post alerts themselves.
const OTHER_SENDERS: [&str; 8] = [
    "alertmanager_url",
    "alertmanager-url",
    "alertmanagers.url",
    "notifier.url",
    "prometheus-alertmanager",
    "handleGrafanaManagedAlerts",
    "/api/v1/alerts",
    "/api/v2/alerts",
];

/// Who may send to the Alertmanagers of a workspace.
pub(super) struct Senders<'a, 'w> {
    workspace: &'w Workspace,
    rules: &'a Rules<'w>,
    servers: &'a Servers<'w>,
    series: &'a Series,
    /// The folder that each file with rules or a server shares with the Alertmanagers nearest to it.
    shared: FxHashMap<FileId, &'w Path>,
    /// Whether some alerts come from elsewhere.
    others_send: OnceCell<bool>,
}

/// What lies nearer to an Alertmanager than to any other.
struct Beside<'a, 'w> {
    servers: Vec<&'a Server<'w>>,
    rules: Vec<RuleSite<'w>>,
}

impl<'a, 'w> Senders<'a, 'w> {
    /// Finds out what is nearest to what.
    pub fn of(
        dispatchers: &[Dispatcher<'w>],
        workspace: &'w Workspace,
        (rules, servers, series): (&'a Rules<'w>, &'a Servers<'w>, &'a Series),
    ) -> Self {
        let folder = |document: &Document| -> &'w Path {
            workspace.files.file(document.file).path.parent().unwrap_or(Path::new(""))
        };
        let homes: BTreeSet<&Path> = dispatchers.iter().flat_map(|one| folder(one.document).ancestors()).collect();
        let nearest = |document: &Document| {
            let above = folder(document).ancestors().find(|folder| homes.contains(folder));
            (document.file, above.unwrap_or(Path::new("")))
        };
        let of_rules = rules.all().chunk_by(|one, next| std::ptr::eq(one.document, next.document));
        let documents = of_rules.map(|sites| sites[0].document);
        let documents = documents.chain(servers.all().iter().map(|server| server.document));
        let shared = documents.map(nearest).collect();
        Self { workspace, rules, servers, series, shared, others_send: OnceCell::new() }
    }

    /// Every alert that is sent to an Alertmanager; `None` when some may come from elsewhere.
    pub fn alerts(&self, dispatcher: &Dispatcher<'w>) -> Option<Vec<Alert<'w>>> {
        let Beside { servers, rules } = self.beside(dispatcher);
        let files_here: BTreeSet<&Path> = rules.iter().map(|site| self.path(site.document)).collect();
        let names_here: BTreeSet<Option<&OsStr>> = files_here.iter().map(|path| path.file_name()).collect();
        let accounted = |server: &&Server<'_>| {
            server.rule_files.iter().all(|entry| match &entry.leads_to {
                LeadsTo::Files(files) => files.iter().all(|file| names_here.contains(&file.file_name())),
                LeadsTo::Nothing(_) | LeadsTo::Unknown => files_here.iter().any(|path| entry.is_named_like(path)),
            })
        };
        if servers.is_empty() || *self.others_send.get_or_init(|| others_send_in(self.workspace)) {
            return None;
        }
        if dispatcher.document.in_manifest && charts::bring_monitoring(self.workspace) {
            return None;
        }
        if !servers.iter().all(accounted) {
            return None;
        }
        Some(of_rules(&rules, &servers, self.workspace, self.servers, self.series))
    }

    /// Every alert of the rules beside an Alertmanager, whoever else may send to it.
    pub fn alerts_beside(&self, dispatcher: &Dispatcher<'w>) -> Vec<Alert<'w>> {
        let beside = self.beside(dispatcher);
        of_rules(&beside.rules, &beside.servers, self.workspace, self.servers, self.series)
    }

    fn beside(&self, dispatcher: &Dispatcher<'w>) -> Beside<'a, 'w> {
        let own = self.path(dispatcher.document);
        let belongs = |other: &Document| self.shared.get(&other.file).is_some_and(|shared| own.starts_with(shared));
        Beside {
            servers: self.servers.all().iter().filter(|server| belongs(server.document)).collect(),
            rules: self.rules.all().iter().copied().filter(|site| belongs(site.document)).collect(),
        }
    }

    fn path(&self, document: &Document) -> &'w Path {
        &self.workspace.files.file(document.file).path
    }
}

/// The alerts of every rule, evaluated by the servers that load it, else by all, and sent as they are where there is
/// no server. For people who say themselves which rules send.
pub(super) fn of_all_rules<'w>(
    workspace: &'w Workspace,
    (rules, servers, series): (&Rules<'w>, &Servers<'w>, &Series),
) -> Vec<Alert<'w>> {
    let servers_here: Vec<&Server<'w>> = servers.all().iter().collect();
    of_rules(rules.all(), &servers_here, workspace, servers, series)
}

fn of_rules<'w>(
    rules_here: &[RuleSite<'w>],
    servers_here: &[&Server<'w>],
    workspace: &'w Workspace,
    servers: &Servers<'w>,
    series: &Series,
) -> Vec<Alert<'w>> {
    let mut alerts = Vec::new();
    for of_document in rules_here.chunk_by(|one, next| std::ptr::eq(one.document, next.document)) {
        let document = of_document[0].document;
        let path: &Path = &workspace.files.file(document.file).path;
        let evaluating = |server: &&&Server<'w>| server.loads(path) || server.may_load(path);
        let mut evaluated_by: Vec<&Server<'w>> = servers_here.iter().filter(evaluating).copied().collect();
        if evaluated_by.is_empty() {
            evaluated_by.extend(servers_here);
        }
        let known = series.at(servers, document);
        alerts.extend(of_document.iter().filter_map(|site| Alert::of(*site, &known, &evaluated_by)));
    }
    alerts
}

fn others_send_in(workspace: &Workspace) -> bool {
    let is_prose = |file: &SourceFile| matches!(extension(&file.path), "md" | "markdown");
    let mut files = workspace.files.iter().filter(|(_, file)| !is_prose(file));
    files.any(|(_, file)| OTHER_SENDERS.iter().any(|word| file.text.contains(word)))
}

fn extension(path: &Path) -> &str {
    path.extension().and_then(|extension| extension.to_str()).unwrap_or_default()
}
