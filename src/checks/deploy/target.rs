//! Scrape targets, Alertmanagers and receivers that a program of a compose file cannot reach.

use std::collections::BTreeMap;

use crate::{
    check,
    checks::docs::{address::said, near::Near},
    facts::documented::is_wanted,
    kit::*,
    model::Document,
};

use super::{
    cluster,
    connections::{connections, running},
    reach::{Address, Fault, fault, misspelt, report},
};

check! {
    /// An address names no service of the compose file, or a port that it does not listen on.
    ///
    /// ## Why it matters
    /// The scrape fails, `up` is 0, and every alert and panel on the target's metrics stays silent; or Alertmanager
    /// tells nobody. The port is the container's, not the one published on the host; in Kubernetes it is the service's,
    /// not the one of the pods behind it.
    ///
    /// ## Example
    /// ```yaml path=docker-compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v3.1.0
    ///     volumes: ["./prometheus.yml:/etc/prometheus/prometheus.yml:ro"]
    ///   redis-exporter:
    ///     image: oliver006/redis_exporter:v1.62.0
    ///     command: ["--web.listen-address=:9122"]
    /// ```
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: redis
    ///     static_configs: [{targets: ["redis-exporter:9121"]}]
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
    ///     command: ["--web.listen-address=:9122"]
    /// ```
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: redis
    ///     static_configs: [{targets: ["redis-exporter:9122"]}]
    /// ```
    pub struct Target {}
    id: "deploy/target", severity: Error,
}

impl Check for Target {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        if document.in_manifest {
            cluster::ports(document, facts, out);
            return;
        }
        let Some(made) = connections(document) else { return };
        let running = running(document, made.program, facts);
        let mut found: BTreeMap<String, (Address, Vec<Fault<'_, '_>>)> = BTreeMap::new();
        for address in made.addresses.into_iter().filter(|address| !address.is_loopback()) {
            let faults = running.iter().map(|from| fault(facts, from, &address, made.listening.as_ref()));
            let proven = faults.collect::<Option<Vec<_>>>().filter(|faults| !faults.is_empty());
            let Some(faults) = proven.or_else(|| Some(vec![misspelt(facts, &address)?])) else { continue };
            let cause = match faults[0] {
                Fault::Nobody(_) | Fault::Misspelt(_) | Fault::NearlyLoopback => address.host.clone(),
                _ => format!("{}:{}", address.host, address.port),
            };
            let place = address.span;
            found.entry(cause).and_modify(|(known, _)| known.also.push(place)).or_insert((address, faults));
        }
        for (address, faults) in found.into_values() {
            let finding = report(facts, &address, &faults[0], out);
            let is_of_port = matches!(faults[0], Fault::OtherPort(_) | Fault::PortOfHost(_));
            let said = is_of_port.then(|| documented(facts, &address)).flatten();
            finding.label_if(said, "the docs say so, too");
        }
    }
}

/// Where the docs give a service the port of an address.
fn documented(facts: &Facts<'_>, address: &Address) -> Option<Span> {
    facts.workspace.documents.iter().find_map(|document| {
        let page = document.docs().filter(|_| is_wanted(facts.workspace, facts.config, document))?;
        said(page, &Near::of(document, facts), &address.host, address.port)
    })
}
