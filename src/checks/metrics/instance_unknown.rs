//! Matchers of `instance` that fit no target.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    check,
    facts::of_query,
    kit::*,
    model::Document,
    vocab::{listed, nearest},
};

use super::{asked::is_made, served};

check! {
    /// An expression asks for an instance that is no target of the jobs that could have it.
    ///
    /// It is known where all targets are written down in `static_configs`.
    ///
    /// ## Why it matters
    /// Nothing is selected: the alert never fires, the panel stays empty. Hosts are replaced, ports change, and rules
    /// that name them are forgotten.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// rule_files: [rules.yml]
    /// scrape_configs:
    ///   - job_name: db
    ///     static_configs: [{targets: ["db-1:9187", "db-2:9187"]}]
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: PrimaryDown
    ///   expr: pg_up{instance="db-1:5432"} == 0
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// rule_files: [rules.yml]
    /// scrape_configs:
    ///   - job_name: db
    ///     static_configs: [{targets: ["db-1:9187", "db-2:9187"]}]
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: PrimaryDown
    ///   expr: pg_up{instance="db-1:9187"} == 0
    /// ```
    pub struct InstanceUnknown {}
    id: "metrics/instance-unknown", severity: Warning,
}

/// How many instances are still listed.
const MOST_LISTED: usize = 6;

impl Check for InstanceUnknown {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let scraping = facts.servers.scraping(document);
        let one_server = document.dashboard().is_some() && !document.in_manifest && scraping.servers().len() == 1;
        if !scraping.is_certain() && !one_server {
            return;
        }
        let mut unknown: BTreeMap<&str, (BTreeSet<&str>, Vec<Span>)> = BTreeMap::new();
        for asked in queries_of(document).flat_map(of_query) {
            let name = asked.name.value.as_str();
            if name != "up" && is_made(name, facts) {
                continue;
            }
            let Some(matcher) = asked.demand("instance") else { continue };
            let Some(instances) = scraping.instances(asked.selector).filter(|known| !known.is_empty()) else {
                continue;
            };
            // Prometheus 2 adds the port of the scheme to targets without one.
            let fits = |instance: &&str| matcher.matches(instance);
            let fits_with_port =
                |instance: &&str| [80, 443].iter().any(|port| matcher.matches(&format!("{instance}:{port}")));
            let is_known = instances.iter().any(fits) || instances.iter().any(fits_with_port);
            if !is_known && !served::has_value(name, matcher, facts) {
                let entry = unknown.entry(&matcher.value.value).or_default();
                entry.0.extend(instances);
                entry.1.push(matcher.value.span);
            }
        }
        for (instance, (known, places)) in unknown {
            let finding = out.report_at(&places, format!("no target is `{instance}`"));
            let config = scraping.servers().first().map(|server| server.config);
            let finding =
                finding.label_if(config.and_then(|config| config.keys.span("scrape_configs")), "all targets are here");
            match nearest(instance, known.iter().copied()) {
                Some(near) => {
                    finding.help(format!("did you mean `{near}`?")).instead(&facts.workspace.files, instance, near)
                }
                None if known.len() > MOST_LISTED => finding.help(format!("there are {} targets", known.len())),
                None => finding.help(format!("there are {}", listed(known.iter(), ", "))),
            };
        }
    }
}
