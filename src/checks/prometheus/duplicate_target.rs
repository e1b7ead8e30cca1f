//! Targets that one server scrapes twice.

use std::collections::BTreeMap;

use crate::{
    check,
    kit::*,
    model::{
        Document,
        prometheus::{Prometheus, ScrapeConfig},
    },
};

check! {
    /// Two jobs scrape the same address, path and parameters.
    ///
    /// ## Why it matters
    /// Every series of the target is there twice, under two jobs. Whatever is summed without `job` counts double, and
    /// an alert without `by (job)` comes twice.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: api
    ///     static_configs:
    ///       - targets: ["api:8080"]
    ///   - job_name: backend
    ///     static_configs:
    ///       - targets: ["api:8080", "worker:8080"]
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: api
    ///     static_configs:
    ///       - targets: ["api:8080"]
    ///   - job_name: backend
    ///     static_configs:
    ///       - targets: ["worker:8080"]
    /// ```
    pub struct DuplicateTarget {}
    id: "prometheus/duplicate-target", severity: Warning,
}

/// What is scraped: scheme, address, path and parameters.
type Scrape<'w> = (&'w str, &'w str, &'w str, Vec<(&'w str, &'w str)>);

impl Check for DuplicateTarget {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(config) = document.prometheus() else { return };
        let mut seen: BTreeMap<Scrape<'_>, &Spanned<String>> = BTreeMap::new();
        for (job, target) in plain_targets(config) {
            let params = job.params.iter().map(|pair| (pair.name.value.as_str(), pair.value.text())).collect();
            match seen.entry((job.scheme(), &target.value, job.metrics_path(), params)) {
                std::collections::btree_map::Entry::Vacant(entry) => {
                    entry.insert(target);
                }
                std::collections::btree_map::Entry::Occupied(first) => {
                    out.report(target.span, format!("`{}{}` is scraped twice", target.value, job.metrics_path()))
                        .label(first.get().span, "first scraped here")
                        .help("keep one of the two: its series are there twice, and sums count them double");
                }
            }
        }
    }
}

/// The targets that are written down and that nothing rewrites or filters, with their jobs.
fn plain_targets(config: &Prometheus) -> impl Iterator<Item = (&ScrapeConfig, &Spanned<String>)> {
    let plain = config
        .scrape_configs
        .iter()
        .filter(|job| job.relabel_configs.is_empty() && job.metric_relabel_configs.is_empty());
    plain.flat_map(|job| job.targets().map(move |(target, _)| (job, target)))
}
