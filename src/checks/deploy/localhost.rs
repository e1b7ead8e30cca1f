//! Targets and receivers on `localhost` that a container would look for in itself.

use std::collections::BTreeMap;

use crate::{check, kit::*, model::Document};

use super::{
    connections::{connections, running},
    reach::{Address, Fault, fault, report},
};

check! {
    /// A target or a receiver is `localhost`, which inside a container is that container.
    ///
    /// ## Why it matters
    /// Nothing listens on that port there. The scrape fails, `up` is 0, and every alert and panel on the target's
    /// metrics stays silent; or Alertmanager tells nobody. The same file works as long as the program runs on the
    /// host itself.
    /// The same is told, as a warning, of the Alertmanager that Loki's ruler sends alerts to.
    ///
    /// ## Example
    /// ```yaml path=docker-compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v3.1.0
    ///     volumes: ["./prometheus.yml:/etc/prometheus/prometheus.yml:ro"]
    ///   node-exporter:
    ///     image: prom/node-exporter:v1.8.2
    ///     ports: ["9100:9100"]
    /// ```
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: node
    ///     static_configs: [{targets: ["localhost:9100"]}]
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=docker-compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v3.1.0
    ///     volumes: ["./prometheus.yml:/etc/prometheus/prometheus.yml:ro"]
    ///   node-exporter:
    ///     image: prom/node-exporter:v1.8.2
    ///     ports: ["9100:9100"]
    /// ```
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: node
    ///     static_configs: [{targets: ["node-exporter:9100"]}]
    /// ```
    pub struct Localhost {}
    id: "deploy/localhost", severity: Error,
}

impl Check for Localhost {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(made) = connections(document) else { return };
        let running = running(document, made.program, facts);
        let mut found: BTreeMap<String, (Address, Vec<Fault<'_, '_>>)> = BTreeMap::new();
        for address in made.addresses.into_iter().filter(Address::is_loopback) {
            let faults = running.iter().map(|from| fault(facts, from, &address, made.listening.as_ref()));
            let Some(faults) = faults.collect::<Option<Vec<_>>>().filter(|faults| !faults.is_empty()) else { continue };
            let (same_host, place) = (found.entry(address.host.clone()), address.span);
            same_host.and_modify(|(known, _)| known.also.push(place)).or_insert((address, faults));
        }
        for (address, faults) in found.into_values() {
            report(facts, &address, &faults[0], out);
        }
    }
}
