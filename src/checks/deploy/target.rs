//! Scrape targets and Alertmanagers that the Prometheus of a compose file cannot reach.

use std::collections::BTreeMap;

use crate::{
    check,
    facts::{Container, Program},
    kit::*,
    model::{
        Document,
        prometheus::{Prometheus, RelabelAction, RelabelRule, StaticConfig},
        settings::Settings,
    },
};

use super::reach::{Address, Fault, fault, report};

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
