//! Exporters that run and that nobody scrapes.

use crate::{
    check,
    facts::{Container, Program},
    kit::*,
    workspace::Workspace,
};

use super::{connections::running, scraped::all_targets};

check! {
    /// An exporter runs beside Prometheus, but no job scrapes it.
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
        for exporter in containers.iter().filter(|one| is_exporter(one)) {
            let Some(port) = exporter.listening().and_then(|listening| listening.ports.first().copied()) else {
                continue;
            };
            let Some(scrape_configs) = unscraped(exporter, port, workspace, facts) else { continue };
            let name = exporter.name();
            out.report(exporter.place_of_name(), format!("`{name}` runs, but nothing scrapes it"))
                .label(scrape_configs, format!("no job here has a target on port {port} of `{name}`"))
                .help(format!("add a job with the target `{name}:{port}`, or remove the service"));
        }
    }
}

/// Where the one Prometheus beside an exporter says what it scrapes, if the exporter is none of it.
fn unscraped(exporter: &Container<'_>, port: u16, workspace: &Workspace, facts: &Facts<'_>) -> Option<Span> {
    let containers = facts.deployment.containers();
    let beside = containers.iter().filter(|one| std::ptr::eq(one.document, exporter.document));
    let mut servers = beside.filter(|one| one.program == Some(Program::Prometheus));
    let (server, None) = (servers.next()?, servers.next()) else { return None };
    let runs = |document: &&crate::model::Document| {
        document.prometheus().is_some()
            && running(document, Program::Prometheus, facts).iter().any(|one| std::ptr::eq(*one, server))
    };
    let mut configs = workspace.documents.iter().filter(runs);
    let (document, None) = (configs.next()?, configs.next()) else { return None };
    let config = document.prometheus()?;
    let others: Vec<String> =
        containers.iter().filter(|one| one.name() != exporter.name()).flat_map(Container::host_names).collect();
    let may_be_it = |target: &str| {
        let (host, at) = target.split_once(':').unwrap_or((target, "80"));
        exporter.host_names().iter().any(|name| name == host)
            || (at == port.to_string() || at == "80") && !others.iter().any(|name| name == host)
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
