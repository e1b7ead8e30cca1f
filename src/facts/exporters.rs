//! Well-known exporters behind the jobs: which one a job scrapes, and what it certainly does not export.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    catalog::{Catalogue, Provenance, Scraped, is_port_of, recognised},
    exposition::MetricKind,
    model::prometheus::ScrapeConfig,
    text::Span,
};

use super::{Deployment, Servers};

/// The exporters that jobs scrape, as far as the names of jobs, hosts and images tell.
#[derive(Debug, Default)]
pub struct Exporters {
    of_jobs: BTreeMap<Span, Vec<&'static Catalogue>>,
    proved: BTreeMap<Span, &'static Catalogue>,
}

impl Exporters {
    /// Recognises the exporters behind all jobs.
    pub fn of(servers: &Servers<'_>, deployment: &Deployment<'_>) -> Self {
        let jobs = || servers.all().iter().flat_map(|server| &server.config.scrape_configs);
        let images = images_of(deployment);
        let of_jobs = jobs().map(|job| (job.span, behind(job, &images))).collect();
        let proved = jobs().filter_map(|job| Some((job.span, behind_all(job, &images)?))).collect();
        Self { of_jobs, proved }
    }

    /// The one exporter that all targets of a job are, by their images, hosts or ports and not by the job's name alone.
    pub fn behind_all_of(&self, job: &ScrapeConfig) -> Option<&'static Catalogue> {
        self.proved.get(&job.span).copied()
    }

    /// The exporters behind a job, by name; none where nothing is known of its targets.
    pub fn of_job(&self, job: &ScrapeConfig) -> &[&'static Catalogue] {
        self.of_jobs.get(&job.span).map_or(&[], Vec::as_slice)
    }
}

impl Exporters {
    /// The labels of a metric that the one exporter behind a job was recorded with, and the place of the job; `None`
    /// where a user chooses some of them.
    pub fn recorded_labels(&self, job: &ScrapeConfig, metric: &str) -> Option<(BTreeSet<&'static str>, Span)> {
        let [only] = self.of_job(job) else { return None };
        let is_recorded = only.provenance == Provenance::Recorded;
        let family = only.family(metric).filter(|family| is_recorded && !family.has_open_labels)?;
        let parts: &[&str] = match family.kind {
            Some(MetricKind::Histogram) => &["le"],
            Some(MetricKind::Summary) => &["quantile"],
            _ => &[],
        };
        let place = job.job_name.as_ref().map_or(job.span, |name| name.span);
        Some((family.labels.iter().chain(parts).copied().collect(), place))
    }
}

/// The images of containers by the names of their hosts; of containers of one name, the first that has an image.
fn images_of(deployment: &Deployment<'_>) -> BTreeMap<String, String> {
    let mut images = BTreeMap::new();
    for service in deployment.containers().iter().map(|container| container.service) {
        let Some(image) = service.image.as_ref().and_then(|image| image.name.clone()) else { continue };
        for host in service.host_names() {
            images.entry(host).or_insert_with(|| image.clone());
        }
    }
    images
}

/// Where a job asks: its targets, or what their addresses are rewritten to. What is probed is passed on as a parameter.
/// Behind a socket, addresses say nothing.
pub fn asked_addresses(job: &ScrapeConfig) -> Vec<&str> {
    if job.asks_sockets() {
        return Vec::new();
    }
    let is_address = |target: &crate::text::Spanned<String>| target.value == "__address__";
    let rewritten = job.relabel_configs.iter().find(|rule| rule.target_label.as_ref().is_some_and(is_address));
    match rewritten {
        Some(rule) => vec![rule.replacement()],
        None => job.targets().map(|(target, _)| target.value.as_str()).collect(),
    }
}

fn behind(job: &ScrapeConfig, images: &BTreeMap<String, String>) -> Vec<&'static Catalogue> {
    let name = job.job_name.as_ref().map_or("", |name| name.value.as_str());
    let addresses = asked_addresses(job);
    let mut found: Vec<&'static Catalogue> =
        addresses.iter().filter_map(|address| recognised(scraped(name, address, images))).collect();
    if addresses.is_empty() {
        found.extend(recognised(Scraped { job: name, ..Scraped::default() }));
    }
    found.sort_by_key(|catalogue| catalogue.exporter);
    found.dedup_by_key(|catalogue| catalogue.exporter);
    found
}

/// The one exporter that every target of a job is, whatever the job is called.
fn behind_all(job: &ScrapeConfig, images: &BTreeMap<String, String>) -> Option<&'static Catalogue> {
    let name = job.job_name.as_ref().map_or("", |name| name.value.as_str());
    let one = |address: &str| {
        let target = scraped(name, address, images);
        let by_port =
            || recognised(target).filter(|exporter| target.port.is_some_and(|port| is_port_of(exporter, port)));
        recognised(Scraped { job: "", ..target }).or_else(by_port)
    };
    let addresses = if job.is_static() { asked_addresses(job) } else { Vec::new() };
    let mut exporters = addresses.into_iter().map(one);
    let first = exporters.next()??;
    exporters.all(|other| other.is_some_and(|other| other.exporter == first.exporter)).then_some(first)
}

fn scraped<'t>(job: &'t str, address: &'t str, images: &'t BTreeMap<String, String>) -> Scraped<'t> {
    let (host, port) = match address.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok()),
        None => (address, None),
    };
    Scraped { job, host: Some(host), port, image: images.get(host).map(String::as_str) }
}

/// An exporter that exports nothing but its own kind of metrics.
#[derive(Debug)]
struct Exporter {
    /// A word of its host or job name.
    word: &'static str,
    /// The port it listens on unless told otherwise.
    port: &'static str,
    /// The beginnings of its metrics' names, beside those of its client library.
    prefixes: &'static [&'static str],
}

/// What the official client libraries export of every process.
const LIBRARIES: &[&str] = &["go_", "process_", "promhttp_", "python_", "jvm_", "nodejs_"];

/// Ports: the default port allocations of the Prometheus project. Exporters that can be made to export
/// anything (node_exporter's text files, sql queries of one's own) are listed with what they export by default.
const EXPORTERS: &[Exporter] = &[
    Exporter { word: "prometheus", port: "9090", prefixes: &["prometheus_", "net_conntrack_"] },
    Exporter { word: "alertmanager", port: "9093", prefixes: &["alertmanager_", "net_conntrack_"] },
    Exporter { word: "node", port: "9100", prefixes: &["node_"] },
    Exporter { word: "haproxy", port: "9101", prefixes: &["haproxy_"] },
    Exporter { word: "haproxy", port: "8404", prefixes: &["haproxy_"] },
    Exporter { word: "mysql", port: "9104", prefixes: &["mysql_", "mysqld_"] },
    Exporter { word: "nginx", port: "9113", prefixes: &["nginx_", "nginxexporter_"] },
    Exporter { word: "elasticsearch", port: "9114", prefixes: &["elasticsearch_"] },
    Exporter { word: "blackbox", port: "9115", prefixes: &["probe_", "blackbox_"] },
    Exporter { word: "apache", port: "9117", prefixes: &["apache_"] },
    Exporter { word: "bind", port: "9119", prefixes: &["bind_"] },
    Exporter { word: "redis", port: "9121", prefixes: &["redis_"] },
    Exporter { word: "pgbouncer", port: "9127", prefixes: &["pgbouncer_"] },
    Exporter { word: "varnish", port: "9131", prefixes: &["varnish_"] },
    Exporter { word: "memcache", port: "9150", prefixes: &["memcached_"] },
    Exporter { word: "coredns", port: "9153", prefixes: &["coredns_"] },
    Exporter { word: "postfix", port: "9154", prefixes: &["postfix_", "opendkim_"] },
    Exporter { word: "windows", port: "9182", prefixes: &["windows_"] },
    Exporter { word: "postgres", port: "9187", prefixes: &["pg_", "postgres_"] },
    Exporter { word: "mongo", port: "9216", prefixes: &["mongodb_"] },
    Exporter { word: "process", port: "9256", prefixes: &["namedprocess_"] },
    Exporter { word: "squid", port: "9301", prefixes: &["squid_"] },
    Exporter { word: "kafka", port: "9308", prefixes: &["kafka_"] },
    Exporter { word: "bird", port: "9324", prefixes: &["bird_"] },
    Exporter { word: "frr", port: "9342", prefixes: &["frr_"] },
    Exporter { word: "smokeping", port: "9374", prefixes: &["smokeping_"] },
    Exporter { word: "minio", port: "9000", prefixes: &["minio_"] },
    Exporter { word: "cadvisor", port: "8080", prefixes: &["container_", "machine_", "cadvisor_"] },
    Exporter { word: "rabbit", port: "15692", prefixes: &["rabbitmq_", "erlang_", "telemetry_"] },
    Exporter { word: "grafana", port: "3000", prefixes: &["grafana_", "prometheus_", "alertmanager_"] },
    Exporter { word: "loki", port: "3100", prefixes: &["loki_", "logql_", "cortex_", "deprecated_"] },
];

/// Whether some target of a job may be a node exporter: it has its port.
pub fn may_be_nodes(job: &ScrapeConfig) -> bool {
    job.targets().any(|(target, _)| target.value.ends_with(":9100"))
}

/// Whether a job scrapes a well-known exporter that certainly has no metric of this name.
pub fn rules_out(job: &ScrapeConfig, name: &str) -> bool {
    let mut targets = job.targets().peekable();
    if targets.peek().is_none() || !job.is_static() {
        return false;
    }
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    let job_name = job.job_name.as_ref().map_or("", |name| name.value.as_str());
    targets.all(|(target, _)| {
        let Some((host, port)) = target.value.rsplit_once(':') else { return false };
        let named = |exporter: &Exporter| host.contains(exporter.word) || job_name.contains(exporter.word);
        let exporter = EXPORTERS.iter().find(|exporter| exporter.port == port && named(exporter));
        exporter.is_some_and(|exporter| !begins(exporter.prefixes) && !begins(LIBRARIES))
    })
}
