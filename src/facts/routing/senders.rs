//! Who sends alerts to an Alertmanager: the rules of the servers beside it, if nobody else does.

use std::{cell::OnceCell, collections::BTreeSet, ffi::OsStr, path::Path};

use crate::{
    model::Document,
    text::SourceFile,
    workspace::{Workspace, shared_folders},
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

/// Every alert that is sent to an Alertmanager; `None` when some may come from elsewhere. `others_send` is
/// found out once for all Alertmanagers of a workspace.
pub(super) fn alerts<'w>(
    dispatcher: &Dispatcher<'w>,
    all: &[Dispatcher<'w>],
    workspace: &'w Workspace,
    (rules, servers, series): (&Rules<'w>, &Servers<'w>, &Series),
    others_send: &OnceCell<bool>,
) -> Option<Vec<Alert<'w>>> {
    let Beside { servers: servers_here, rules: rules_here } = beside(dispatcher, all, workspace, (rules, servers));
    let path = |document: &Document| -> &'w Path { &workspace.files.file(document.file).path };
    let files_here: BTreeSet<&Path> = rules_here.iter().map(|site| path(site.document)).collect();
    let names_here: BTreeSet<Option<&OsStr>> = files_here.iter().map(|path| path.file_name()).collect();
    let accounted = |server: &&Server<'_>| {
        server.rule_files.iter().all(|entry| match &entry.leads_to {
            LeadsTo::Files(files) => files.iter().all(|file| names_here.contains(&file.file_name())),
            LeadsTo::Nothing(_) | LeadsTo::Unknown => files_here.iter().any(|path| entry.is_named_like(path)),
        })
    };
    if servers_here.is_empty() || *others_send.get_or_init(|| others_send_in(workspace)) {
        return None;
    }
    if dispatcher.document.in_manifest && charts::bring_monitoring(workspace) {
        return None;
    }
    if !servers_here.iter().all(accounted) {
        return None;
    }
    Some(of_rules(&rules_here, &servers_here, workspace, servers, series))
}

/// Every alert of the rules beside an Alertmanager, whoever else may send to it.
pub(super) fn of_rules_beside<'w>(
    dispatcher: &Dispatcher<'w>,
    all: &[Dispatcher<'w>],
    workspace: &'w Workspace,
    (rules, servers, series): (&Rules<'w>, &Servers<'w>, &Series),
) -> Vec<Alert<'w>> {
    let beside = beside(dispatcher, all, workspace, (rules, servers));
    of_rules(&beside.rules, &beside.servers, workspace, servers, series)
}

/// What lies nearer to an Alertmanager than to any other.
struct Beside<'s, 'w> {
    servers: Vec<&'s Server<'w>>,
    rules: Vec<RuleSite<'w>>,
}

fn beside<'s, 'w>(
    dispatcher: &Dispatcher<'w>,
    all: &[Dispatcher<'w>],
    workspace: &'w Workspace,
    (rules, servers): (&Rules<'w>, &'s Servers<'w>),
) -> Beside<'s, 'w> {
    let path = |document: &Document| -> &'w Path { &workspace.files.file(document.file).path };
    let own = path(dispatcher.document);
    let belongs = |other: &Document| {
        let nearness = |to: &Path| shared_folders(path(other), to);
        let nearest = all.iter().map(|dispatcher| nearness(path(dispatcher.document))).max();
        Some(nearness(own)) == nearest
    };
    Beside {
        servers: servers.all().iter().filter(|server| belongs(server.document)).collect(),
        rules: rules.all().iter().copied().filter(|site| belongs(site.document)).collect(),
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
