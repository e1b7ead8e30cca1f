//! Metrics that another job has than the one that is asked for.

use std::collections::BTreeMap;

use crate::{check, kit::*, workspace::Workspace};

use super::cause::{Cause, cause_by_jobs};

check! {
    /// An expression asks one job for a metric that only another job has.
    ///
    /// Which job has a metric is known from captured pages and from the exporters behind the jobs.
    ///
    /// ## Why it matters
    /// Nothing is selected: the alert never fires, the panel stays empty.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// rule_files: [rules.yml]
    /// scrape_configs:
    ///   - {job_name: node, static_configs: [{targets: ["node-exporter:9100"]}]}
    ///   - {job_name: postgres, static_configs: [{targets: ["postgres-exporter:9187"]}]}
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: DatabaseDown
    ///   expr: pg_up{job="node"} == 0
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// rule_files: [rules.yml]
    /// scrape_configs:
    ///   - {job_name: node, static_configs: [{targets: ["node-exporter:9100"]}]}
    ///   - {job_name: postgres, static_configs: [{targets: ["postgres-exporter:9187"]}]}
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: DatabaseDown
    ///   expr: pg_up{job="postgres"} == 0
    /// ```
    pub struct WrongJob {}
    id: "metrics/wrong-job", severity: Error,
}

/// The job that was asked, and the one that has the metric.
type Wrong<'f> = (Option<&'f Spanned<String>>, Severity, Vec<Span>);

impl Check for WrongJob {
    type Subject = Whole;

    fn check(&self, _: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        if facts.servers.all().is_empty() {
            return;
        }
        let mut wrong: BTreeMap<(&str, Name), Wrong<'_>> = BTreeMap::new();
        for asked in facts.asked.named(|_| true).filter(|asked| asked.demand("job").is_some()) {
            if let Some(Cause::WrongJob { matcher, offering }) = cause_by_jobs(asked, facts) {
                let scraping = facts.servers.scraping(asked.site.document);
                let severity = if scraping.is_certain() { Severity::Error } else { Severity::Warning };
                let entry = wrong.entry((&asked.name.value, matcher.value)).or_insert((offering, severity, Vec::new()));
                entry.2.push(matcher.span);
            }
        }
        for ((metric, job), (offering, severity, places)) in wrong {
            let finding = out.report_at(&places, format!("job `{job}` has no `{metric}`"));
            let finding = finding.severity(severity);
            if let Some(offering) = offering {
                finding
                    .label(offering.span, format!("`{metric}` is scraped here"))
                    .help(format!("say `{}`", offering.value));
            }
        }
    }
}
