//! Exporters whose metrics are read and that no job scrapes.

use std::collections::BTreeMap;

use crate::{check, kit::*, workspace::Workspace};

use super::cause::{Cause, cause, has_exporter};

check! {
    /// Expressions ask for metrics of an exporter that no job scrapes.
    ///
    /// It is known where all jobs are written down and none of them can be the exporter, by its targets' names and
    /// ports. Whose metrics they are is known from the catalogues of `promcheck catalog list`.
    ///
    /// ## Why it matters
    /// The alerts never fire, the panels stay empty: the exporter was never started, or its job is missing.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// rule_files: [rules.yml]
    /// scrape_configs:
    ///   - {job_name: shop, static_configs: [{targets: ["shop:8080"]}]}
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: CacheDown
    ///   expr: redis_up == 0
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// rule_files: [rules.yml]
    /// scrape_configs:
    ///   - {job_name: shop, static_configs: [{targets: ["shop:8080"]}]}
    ///   - {job_name: redis, static_configs: [{targets: ["redis-exporter:9121"]}]}
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: CacheDown
    ///   expr: redis_up == 0
    /// ```
    pub struct NotScraped {}
    id: "metrics/not-scraped", severity: Warning,
}

impl Check for NotScraped {
    type Subject = Whole;

    fn check(&self, _: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        if facts.servers.all().is_empty() {
            return;
        }
        let mut missing: BTreeMap<&str, Vec<(&str, Span)>> = BTreeMap::new();
        for asked in facts.asked.named(has_exporter) {
            if let Some(Cause::NotScraped(catalogue)) = cause(asked, facts) {
                missing.entry(catalogue.exporter).or_default().push((&asked.name.value, asked.name.span));
            }
        }
        for (exporter, metrics) in missing {
            let places: Vec<Span> = metrics.iter().map(|(_, span)| *span).collect();
            let first = metrics.first().map_or("", |(name, _)| name);
            let message = format!("no job scrapes the {exporter} exporter, which has `{first}`");
            let finding = out.report_at(&places, message);
            let config = facts.servers.all().first().and_then(|server| server.config.keys.span("scrape_configs"));
            finding.label_if(config, "all jobs are here").help("scrape it, or take out what reads it");
        }
    }
}
