//! Exporters and other programs with metrics that run and that nobody scrapes.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    check,
    facts::{Container, Program},
    kit::*,
    model::prometheus::Prometheus,
    vocab::listed,
    workspace::Workspace,
};

use super::{connections::running, scraped::all_targets};

check! {
    /// An exporter runs beside Prometheus, but no job scrapes it.
    ///
    /// The same is told, as a hint, of other programs that offer metrics by themselves, such as Grafana and Loki.
    ///
    /// ## Why it matters
    /// Its metrics are nowhere: alerts and panels on them stay silent, and no `up` tells that something is missing.
    ///
    /// ## Example
    /// ```yaml path=docker-compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v3.1.0
    ///     volumes: ["./prometheus.yml:/etc/prometheus/prometheus.yml:ro"]
    ///   redis-exporter:
    ///     image: oliver006/redis_exporter:v1.62.0
    /// ```
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: prometheus
    ///     static_configs: [{targets: ["localhost:9090"]}]
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=docker-compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v3.1.0
    ///     volumes: ["./prometheus.yml:/etc/prometheus/prometheus.yml:ro"]
    ///   redis-exporter:
    ///     image: oliver006/redis_exporter:v1.62.0
    /// ```
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: prometheus
    ///     static_configs: [{targets: ["localhost:9090"]}]
    ///   - job_name: redis
    ///     static_configs: [{targets: ["redis-exporter:9121"]}]
    /// ```
    pub struct Unscraped {}
    id: "deploy/unscraped", severity: Warning,
}

/// Parts of the names of images whose programs scrape, too.
const OTHER_SCRAPERS: [&str; 9] =
    ["agent", "alloy", "collector", "datadog", "netdata", "opentelemetry", "otel", "telegraf", "victoria"];

impl Check for Unscraped {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let containers = facts.deployment.containers();
        // Who scrapes may be somebody else, and send to Prometheus what was seen.
        if containers.iter().any(may_scrape) || facts.servers.takes_pushes() {
            return;
        }
        let read = configurations(workspace, facts);
        let unscraped = |one: &Container<'_>, port| unscraped(one, port, &read, facts);
        for exporter in containers.iter().filter(|one| is_exporter(one)) {
            let Some(port) = exporter.listening().and_then(|listening| listening.ports.first().copied()) else {
                continue;
            };
            let Some(scrape_configs) = unscraped(exporter, port) else { continue };
            let name = exporter.name();
            out.report(exporter.place_of_name(), format!("`{name}` runs, but nothing scrapes it"))
                .label(scrape_configs, format!("no job here has a target on port {port} of `{name}`"))
                .help(format!("add a job with the target `{name}:{port}`, or remove the service"));
        }
        let mut offering: BTreeMap<(Span, Span), Vec<(&Container<'_>, u16)>> = BTreeMap::new();
        for (one, port) in containers.iter().filter_map(|one| Some((one, metrics_port(one)?))) {
            if let Some(scrape_configs) = unscraped(one, port) {
                offering.entry((one.document.span, scrape_configs)).or_default().push((one, port));
            }
        }
        for ((_, scrape_configs), unscraped) in offering {
            hint(&unscraped, scrape_configs, out);
        }
    }
}

/// Hints at programs of one compose file that offer metrics which nothing scrapes.
fn hint(unscraped: &[(&Container<'_>, u16)], scrape_configs: Span, out: &mut Sink<'_>) {
    let [(first, _), others @ ..] = unscraped else { return };
    let names = listed(unscraped.iter().map(|(one, _)| one.name()), ", ");
    let (verb, whom) = if others.is_empty() { ("offers", "it as a target") } else { ("offer", "them as targets") };
    let targets = listed(unscraped.iter().map(|(one, port)| format!("{}:{port}", one.name())), ", ");
    let finding = out
        .report(first.place_of_name(), format!("{names} {verb} metrics, but nothing scrapes them"))
        .severity(Severity::Info)
        .label(scrape_configs, format!("no job here has {whom}"))
        .help(format!("add {targets} to see when they fail"));
    others.iter().fold(finding, |finding, (one, _)| finding.label(one.place_of_name(), "this, too"));
}

/// Images of programs that offer metrics on `/metrics` unless told otherwise, with their ports (each program's own
/// documentation).
const OFFERING: [(&str, u16); 10] = [
    ("coreos/etcd", 2379),
    ("grafana/grafana", 3000),
    ("grafana/grafana-enterprise", 3000),
    ("grafana/grafana-oss", 3000),
    ("grafana/loki", 3100),
    ("grafana/promtail", 9080),
    ("grafana/pyroscope", 4040),
    ("grafana/tempo", 3200),
    ("prom/alertmanager", 9093),
    ("qdrant/qdrant", 6333),
];

/// The port on which a program that is no exporter offers metrics.
fn metrics_port(container: &Container<'_>) -> Option<u16> {
    let image = container.image()?.name.as_deref()?;
    let is_it =
        |known: &str| image.strip_suffix(known).is_some_and(|before| before.is_empty() || before.ends_with('/'));
    let (_, port) = OFFERING.iter().find(|(known, _)| is_it(known))?;
    let silenced = |name: &str| name == "GF_METRICS_ENABLED" || name == "GF_METRICS_BASIC_AUTH_USERNAME";
    let is_silenced = container.services().any(|one| one.environment.iter().any(|(name, _)| silenced(&name.value)));
    (container.service.profiles.is_empty() && !is_silenced).then_some(*port)
}

/// The configurations that a compose file's only Prometheus may run with, by compose file.
type Configurations<'w> = BTreeMap<Span, Vec<&'w Prometheus>>;

fn configurations<'w>(workspace: &'w Workspace, facts: &Facts<'w>) -> Configurations<'w> {
    let containers = facts.deployment.containers().iter();
    let mut servers: BTreeMap<Span, Vec<&Container<'w>>> = BTreeMap::new();
    for server in containers.filter(|one| one.program == Some(Program::Prometheus)) {
        servers.entry(server.document.span).or_default().push(server);
    }
    let mut read = Configurations::new();
    for (document, config) in workspace.documents.iter().filter_map(|one| Some((one, one.prometheus()?))) {
        let mut seen = BTreeSet::new();
        for server in running(document, Program::Prometheus, facts) {
            let is_only = servers.get(&server.document.span).is_some_and(|servers| servers.len() == 1);
            if is_only && seen.insert(server.document.span) {
                read.entry(server.document.span).or_default().push(config);
            }
        }
    }
    read
}

/// Where the one Prometheus beside an exporter says what it scrapes, if the exporter is none of it.
fn unscraped(exporter: &Container<'_>, port: u16, read: &Configurations<'_>, facts: &Facts<'_>) -> Option<Span> {
    let [config] = read.get(&exporter.document.span)?.as_slice() else { return None };
    let own = exporter.host_names();
    let is_other = |host: &str| facts.deployment.called(host).any(|one| one.name() != exporter.name());
    let may_be_it = |target: &str| {
        let (host, at) = target.split_once(':').unwrap_or((target, "80"));
        own.iter().any(|name| name == host) || (at == port.to_string() || at == "80") && !is_other(host)
    };
    let is_scraped = all_targets(config)?.iter().any(|target| may_be_it(&target.value));
    let place = config.keys.span("scrape_configs")?;
    (!is_scraped).then_some(place)
}

/// Whether a container runs nothing but a well-known exporter, whatever the way it is started.
fn is_exporter(container: &Container<'_>) -> bool {
    let image = container.image().and_then(|image| image.name.as_deref()).unwrap_or_default();
    let words = ["exporter", "cadvisor", "pushgateway"];
    words.iter().any(|word| image.contains(word)) && container.service.profiles.is_empty()
}

fn may_scrape(container: &Container<'_>) -> bool {
    let image = container.image().map_or("", |image| image.value.text.text());
    OTHER_SCRAPERS.iter().any(|word| image.contains(word) || container.name().contains(word))
}
