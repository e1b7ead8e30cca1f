//! Datasources at addresses that Grafana's container cannot reach.

use crate::{
    check,
    checks::deploy::reach::{Address, Fault, fault, misspelt, report},
    facts::{Container, Program},
    kit::*,
    model::{
        Document,
        provisioning::{Provisioning, datasource::Datasource},
    },
};

check! {
    /// The url of a datasource names no service of the compose file, or a port it does not listen on.
    ///
    /// ## Why it matters
    /// Every panel on the datasource shows an error. Inside Grafana's container `localhost` is that container, and the
    /// port is the one of the other container, not the one published on the host.
    ///
    /// ## Example
    /// ```yaml path=docker-compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v3.1.0
    ///     ports: ["9091:9090"]
    ///   grafana:
    ///     image: grafana/grafana:11.2.0
    ///     volumes: ["./grafana:/etc/grafana/provisioning/datasources"]
    /// ```
    /// ```yaml path=grafana/datasources.yml
    /// apiVersion: 1
    /// datasources:
    ///   - {name: Prometheus, type: prometheus, url: "http://localhost:9091"}
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=docker-compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v3.1.0
    ///     ports: ["9091:9090"]
    ///   grafana:
    ///     image: grafana/grafana:11.2.0
    ///     volumes: ["./grafana:/etc/grafana/provisioning/datasources"]
    /// ```
    /// ```yaml path=grafana/datasources.yml
    /// apiVersion: 1
    /// datasources:
    ///   - {name: Prometheus, type: prometheus, url: "http://prometheus:9090"}
    /// ```
    pub struct DsUrl {}
    id: "provisioning/ds-url", severity: Error,
}

impl Check for DsUrl {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(Provisioning::Datasources(file)) = document.provisioning().filter(|_| !document.in_manifest) else {
            return;
        };
        let path = &facts.workspace.files.file(document.file).path;
        let seeing = facts.deployment.seeing(Program::Grafana, path);
        let running: Vec<&Container<'_>> =
            seeing.filter(|(_, path)| path.starts_with("/etc/grafana/provisioning")).map(|(one, _)| one).collect();
        for datasource in &file.datasources {
            let Some(address) = address(datasource) else { continue };
            let faults: Option<Vec<Fault<'_, '_>>> =
                running.iter().map(|from| fault(facts, from, &address, None)).collect();
            let proven = faults.and_then(|faults| faults.into_iter().next());
            if let Some(fault) = proven.or_else(|| misspelt(facts, &address)) {
                report(facts, &address, &fault, out);
            }
        }
    }
}

/// Where Grafana's server connects to; nowhere when the browser does, or a variable decides.
fn address(datasource: &Datasource) -> Option<Address> {
    let by_browser = datasource.access.as_ref().is_some_and(|access| access.text.text() == "direct");
    let url = datasource.url.as_ref().filter(|_| !by_browser)?.located()?;
    let (scheme, rest) = url.value.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next().filter(|host| !host.contains('@'))?;
    Address::parse(&Spanned::new(url.span, host.to_owned()), scheme)
}
