//! Scrape targets and Alertmanagers that the Prometheus of a compose file cannot reach.

use std::collections::BTreeMap;

use crate::{
    check,
    facts::{Container, Hosts, Listening, Program},
    kit::*,
    model::{
        Document,
        compose::Port,
        prometheus::{Prometheus, RelabelAction, RelabelRule, StaticConfig},
        settings::Settings,
    },
    vocab::nearest,
};

check! {
    /// A target names no service of the compose file, or a port that the service does not listen on.
    ///
    /// ## Why it matters
    /// The scrape fails, `up` is 0, and every alert and panel on the target's metrics stays silent. Inside a container
    /// `localhost` is the container itself, and the port is the container's, not the one published on the host.
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
        let Some(config) = document.prometheus().filter(|_| !document.in_manifest) else { return };
        let path = &facts.workspace.files.file(document.file).path;
        let seeing = facts.deployment.seeing(Program::Prometheus, path);
        let running: Vec<&Container<'_>> =
            seeing.filter(|(one, path)| one.may_run(path)).map(|(container, _)| container).collect();
        let mut found: BTreeMap<String, (Address, Vec<Fault<'_, '_>>, usize)> = BTreeMap::new();
        for address in addresses(config) {
            let faults = running.iter().map(|from| fault(facts, from, &address));
            let Some(faults) = faults.collect::<Option<Vec<_>>>().filter(|faults| !faults.is_empty()) else { continue };
            let cause = match faults[0] {
                Fault::Nobody(_) | Fault::Itself(..) => address.host.clone(),
                _ => format!("{}:{}", address.host, address.port),
            };
            found.entry(cause).and_modify(|(_, _, count)| *count += 1).or_insert((address, faults, 1));
        }
        for (address, faults, count) in found.into_values() {
            report(facts, &address, &faults[0], count, out);
        }
    }
}

/// What Prometheus connects to.
struct Address {
    span: Span,
    host: String,
    port: u16,
}

impl Address {
    /// Reads `host:port`; `None` for what is neither that nor a host alone.
    fn parse(text: &Spanned<String>, scheme: &str) -> Option<Self> {
        let (host, port) = match text.value.split_once(':') {
            Some((host, port)) => (host, port.parse().ok()?),
            None => (text.value.as_str(), if scheme == "https" { 443 } else { 80 }),
        };
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        (!host.is_empty() && host.chars().all(is_name)).then(|| Self { span: text.span, host: host.to_owned(), port })
    }

    fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host.starts_with("127.")
    }
}

/// Why an address is not reached from a container.
enum Fault<'f, 'w> {
    /// It is the container itself, which listens elsewhere.
    Itself(&'f Container<'w>, Listening),
    /// Nobody has the name.
    Nobody(&'f Container<'w>),
    /// The service is on other networks.
    Apart(&'f Container<'w>, &'f Container<'w>),
    /// The service listens elsewhere.
    OtherPort(Listening),
    /// The port is the host's.
    PortOfHost(&'f Port),
}

/// Every address that Prometheus connects to and that is written down.
fn addresses(config: &Prometheus) -> Vec<Address> {
    let jobs = config
        .scrape_configs
        .iter()
        .map(|job| (job.scheme(), &job.relabel_configs, &job.static_configs, &job.settings));
    let alertmanagers = config.alerting.alertmanagers.iter().map(|one| {
        let scheme = one.scheme.as_ref().map_or("http", |scheme| scheme.value.as_str());
        (scheme, &one.relabel_configs, &one.static_configs, &one.settings)
    });
    let all = jobs.chain(alertmanagers).filter(|(_, _, _, settings)| !has_proxy(settings));
    all.flat_map(|(scheme, rules, targets, _)| {
        let texts = texts(rules, targets).into_iter();
        texts.filter_map(|text| Address::parse(&text, scheme)).collect::<Vec<_>>()
    })
    .collect()
}

fn has_proxy(settings: &Settings) -> bool {
    settings.is_set("proxy_url") || settings.is_set("proxy_from_environment")
}

/// The targets as relabelling leaves them: as written, or the one address that all are replaced with.
fn texts(rules: &[RelabelRule], targets: &[StaticConfig]) -> Vec<Spanned<String>> {
    let writes = |rule: &&RelabelRule| {
        rule.target_label.as_ref().is_some_and(|label| label.value == "__address__" || label.value.contains('$'))
    };
    let harmless = |rule: &RelabelRule| {
        matches!(rule.action(), Some(RelabelAction::Replace | RelabelAction::Lowercase | RelabelAction::Uppercase))
    };
    let mut writing = rules.iter().filter(writes);
    match (writing.next(), writing.next()) {
        _ if !rules.iter().all(harmless) => Vec::new(),
        (None, _) => targets.iter().flat_map(|config| config.targets.clone()).collect(),
        (Some(rule), None) if rule.regex.is_none() && !rule.replacement().contains('$') && !targets.is_empty() => {
            let replacement = rule.replacement.as_ref();
            replacement.map(|text| Spanned::new(text.full_span(), text.text().to_owned())).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn fault<'f, 'w>(facts: &'f Facts<'w>, from: &'f Container<'w>, address: &Address) -> Option<Fault<'f, 'w>> {
    if address.is_loopback() {
        from.networks().filter(|_| from.is_stock() && !facts.deployment.shares_localhost(from))?;
        let listening = from.listening().filter(|listening| !listening.ports.contains(&address.port))?;
        return Some(Fault::Itself(from, listening));
    }
    let near = match facts.deployment.host(from, &address.host) {
        Hosts::Nobody => return Some(Fault::Nobody(from)),
        Hosts::Unknown => return None,
        Hosts::These(near) => near,
    };
    let apart = |one: &&Container<'_>| std::ptr::eq(one.document, from.document) && !from.shares_network(one);
    if near.iter().all(apart) && !near.iter().any(|one| one.is_open_to_others()) {
        return Some(Fault::Apart(from, near.first()?));
    }
    let faults: Option<Vec<_>> = near.into_iter().map(|one| wrong_port(one, address.port)).collect();
    faults?.into_iter().next()
}

fn wrong_port<'f, 'w>(container: &'f Container<'w>, port: u16) -> Option<Fault<'f, 'w>> {
    match container.listening() {
        Some(listening) if listening.ports.contains(&port) => None,
        Some(listening) => Some(Fault::OtherPort(listening)),
        None => Some(Fault::PortOfHost(container.published_as(port)?)),
    }
}

fn report(facts: &Facts<'_>, address: &Address, fault: &Fault<'_, '_>, count: usize, out: &mut Sink<'_>) {
    let again = match count {
        1 => String::new(),
        2 => " (here and once more)".to_owned(),
        count => format!(" (here and {} times more)", count - 1),
    };
    let (host, port) = (&address.host, address.port);
    match fault {
        Fault::Itself(from, listening) => {
            let message = format!("`{host}` is the container itself, where nothing listens on port {port}{again}");
            let name = from.name();
            let finding = out.report(address.span, message).label(
                from.place_of_name(),
                format!("`{name}` runs here, and listens on port {} only", listening.ports[0]),
            );
            match facts.deployment.published_by(from, port) {
                Some((service, port)) => finding.help(format!("say `{service}:{port}`")),
                None => finding.help("name the service, or `host.docker.internal` for the host itself"),
            };
        }
        Fault::Nobody(from) => nobody(facts, address, from, &again, out),
        Fault::Apart(from, other) => {
            let message = format!("`{}` cannot reach `{host}`: they share no network{again}", from.name());
            out.report(address.span, message)
                .label(from.place_of_name(), format!("on {}", listed(from)))
                .label(other.place_of_name(), format!("on {}", listed(other)))
                .help("put both on one network");
        }
        Fault::OtherPort(listening) => {
            let right = listening.ports[0];
            let words = if listening.is_set { "it listens on" } else { "the program of this image listens on" };
            out.report(address.span, format!("`{host}` does not listen on port {port}{again}"))
                .label(listening.proof, format!("{words} {right}"))
                .help(format!("say `{host}:{right}`"));
        }
        Fault::PortOfHost(mapping) => {
            let right = mapping.container.first;
            out.report(address.span, format!("port {port} of `{host}` is the one published on the host{again}"))
                .severity(Severity::Warning)
                .label(mapping.span, format!("other containers reach it on port {right}"))
                .help(format!("say `{host}:{right}`"));
        }
    }
}

fn nobody(facts: &Facts<'_>, address: &Address, from: &Container<'_>, again: &str, out: &mut Sink<'_>) {
    let host = &address.host;
    let finding = out
        .report(address.span, format!("no service is called `{host}`{again}"))
        .severity(Severity::Warning)
        .label(from.place_of_name(), format!("`{}` runs here, on networks of this file alone", from.name()));
    let here = facts.deployment.containers().iter().filter(|one| std::ptr::eq(one.document, from.document));
    let names: Vec<&str> = here.map(Container::name).collect();
    match nearest(host, names.iter().copied()) {
        Some(near) => finding.help(format!("there is `{near}`")),
        None => finding.help("name a service of the compose file, or join the network that it is on"),
    };
}

fn listed(container: &Container<'_>) -> String {
    let names: Vec<String> =
        container.networks().unwrap_or_default().into_iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
