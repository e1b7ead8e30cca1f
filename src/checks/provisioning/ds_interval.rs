//! Datasources that do not know how often Prometheus scrapes.

use std::{
    cell::LazyCell,
    collections::{BTreeMap, BTreeSet},
};

use crate::{
    check,
    facts::{Program, Server},
    kit::*,
    model::{
        Document,
        provisioning::{Provisioning, datasource::Datasource},
    },
    vocab::Duration,
    workspace::Workspace,
};

check! {
    /// The scrape interval that a datasource states is not the one of its Prometheus.
    ///
    /// ## Why it matters
    /// `$__rate_interval` is at least four times this interval, which Grafana takes for 15 seconds when nothing is said.
    /// If Prometheus scrapes less often than that, panels of rates have gaps or stay empty when one zooms in; if it scrapes
    /// more often, they are coarser than they could be.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// global: {scrape_interval: 1m}
    /// scrape_configs:
    ///   - job_name: api
    ///     static_configs: [{targets: ["api:8080"]}]
    /// ```
    /// ```yaml path=grafana/datasources.yml
    /// apiVersion: 1
    /// datasources:
    ///   - {name: Prometheus, type: prometheus, url: "http://prometheus:9090", jsonData: {timeInterval: 15s}}
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// global: {scrape_interval: 1m}
    /// scrape_configs:
    ///   - job_name: api
    ///     static_configs: [{targets: ["api:8080"]}]
    /// ```
    /// ```yaml path=grafana/datasources.yml
    /// apiVersion: 1
    /// datasources:
    ///   - {name: Prometheus, type: prometheus, url: "http://prometheus:9090", jsonData: {timeInterval: 1m}}
    /// ```
    pub struct DsInterval {}
    id: "provisioning/ds-interval", severity: Warning,
}

/// What Grafana takes for the scrape interval when nothing is said.
const ASSUMED: Duration = Duration::seconds(15);

impl Check for DsInterval {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let by_host = LazyCell::new(|| servers_by_host(facts));
        for document in &workspace.documents {
            let Some(Provisioning::Datasources(file)) = document.provisioning() else { continue };
            for datasource in &file.datasources {
                let kind = datasource.kind.as_ref().and_then(|kind| kind.known());
                if kind.as_deref() == Some("prometheus")
                    && let Some(server) = asked(datasource, &by_host, facts)
                {
                    compare(datasource, server, facts, out);
                }
            }
        }
    }
}

/// The servers by the host names of the containers that may run them.
type ByHost<'f, 'w> = BTreeMap<String, Vec<&'f Server<'w>>>;

fn servers_by_host<'f, 'w>(facts: &'f Facts<'w>) -> ByHost<'f, 'w> {
    let mut by_host = ByHost::new();
    for server in facts.servers.all() {
        let seeing = facts.deployment.seeing(Program::Prometheus, &server.file.path);
        let running = seeing.filter(|(one, path)| one.may_run(path));
        let hosts: BTreeSet<String> = running.flat_map(|(one, _)| one.host_names()).collect();
        for host in hosts {
            by_host.entry(host).or_default().push(server);
        }
    }
    by_host
}

fn compare(datasource: &Datasource, server: &Server<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let config = server.config;
    let jobs = || config.scrape_configs.iter().map(|job| config.scrape_interval(job));
    let (Some(shortest), Some(longest)) = (jobs().min(), jobs().max()) else { return };
    let usual = config.global.scrape_interval();
    let place = config.global.scrape_interval.map(|interval| interval.span);
    let written = datasource.json_data.time_interval.as_ref();
    let Some(written) = written else {
        if shortest.as_milliseconds() > 2 * ASSUMED.as_milliseconds() && uses_rate_interval(facts) {
            let name = datasource.name.as_ref().map_or(datasource.span, |name| name.span());
            out.report(
                name,
                format!("without `timeInterval` Grafana takes 15s for the scrape interval, which is {usual}"),
            )
            .label_if(place, "scraped this often")
            .help(format!("add `timeInterval: {usual}` to its `jsonData`"));
        }
        return;
    };
    let Some(stated) = written.known().and_then(|text| Duration::parse(&text).ok()) else { return };
    if stated >= shortest && stated <= longest || stated == usual {
        return;
    }
    let severity = if stated < shortest { Severity::Warning } else { Severity::Info };
    out.report(written.span(), format!("`timeInterval` is {stated}, but Prometheus scrapes every {usual}"))
        .severity(severity)
        .label_if(place, "scraped this often")
        .help(format!("say `timeInterval: {usual}`"));
}

/// The one server that a datasource asks: the one its url leads to, or the only one there is.
fn asked<'f, 'w>(datasource: &Datasource, by_host: &ByHost<'f, 'w>, facts: &'f Facts<'w>) -> Option<&'f Server<'w>> {
    let url = datasource.url.as_ref().and_then(|url| url.known());
    let host = url.as_deref().and_then(|url| url.split_once("://")).map(|(_, rest)| rest.split([':', '/']).next());
    let others = ["thanos", "mimir", "cortex", "victoria", "vm", "query", "loki"];
    if url.as_deref().is_some_and(|url| others.iter().any(|other| url.contains(other))) {
        return None;
    }
    let named = host.flatten().and_then(|host| by_host.get(host)).map_or(&[][..], Vec::as_slice);
    match (named, facts.servers.all()) {
        ([only], _) => Some(*only),
        ([], [only]) => Some(only),
        _ => None,
    }
}

fn uses_rate_interval(facts: &Facts<'_>) -> bool {
    let dashboards = facts.workspace.documents.iter().filter_map(Document::dashboard);
    let mut queries = dashboards.flat_map(|dashboard| dashboard.queries());
    queries.any(|query| query.interpolated.raw.text().contains("__rate_interval"))
}
