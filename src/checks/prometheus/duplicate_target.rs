//! Targets that one server scrapes twice.

use std::collections::{BTreeMap, btree_map::Entry};

use crate::{
    check,
    kit::*,
    model::{
        Document, Pair,
        prometheus::{Prometheus, ScrapeConfig},
    },
    vocab::is_left_open,
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
        let mut seen: BTreeMap<Scrape<'_>, Plain<'_>> = BTreeMap::new();
        for plain in plain_targets(config) {
            let (job, target) = (plain.job, plain.target);
            let first = match seen.entry((job.scheme(), &target.value, job.metrics_path(), texts(&job.params))) {
                Entry::Occupied(first) => first.into_mut(),
                Entry::Vacant(entry) => {
                    entry.insert(plain);
                    continue;
                }
            };
            // What has the same labels is one target for Prometheus, however often it is listed.
            if std::ptr::eq(first.job, job) && texts(first.labels) == texts(plain.labels) {
                out.report(target.span, format!("`{}` stands twice in this job", target.value))
                    .severity(Severity::Info)
                    .label(first.target.span, "first here")
                    .help("remove one of the two: it is scraped once");
                continue;
            }
            out.report(target.span, format!("`{}{}` is scraped twice", target.value, job.metrics_path()))
                .label(first.target.span, "first scraped here")
                .help("keep one of the two: its series are there twice, and sums count them double");
        }
    }
}

/// A target that nothing rewrites or filters.
struct Plain<'w> {
    job: &'w ScrapeConfig,
    target: &'w Spanned<String>,
    labels: &'w [Pair],
}

/// Names and texts, in one order.
fn texts(pairs: &[Pair]) -> Vec<(&str, &str)> {
    let mut texts: Vec<_> = Pair::texts(pairs).collect();
    texts.sort_unstable();
    texts
}

/// The targets that are written down and that nothing rewrites or filters. Addresses to be filled in may become different ones.
fn plain_targets(config: &Prometheus) -> impl Iterator<Item = Plain<'_>> {
    let plain = config
        .scrape_configs
        .iter()
        .filter(|job| job.relabel_configs.is_empty() && job.metric_relabel_configs.is_empty());
    let targets = plain.flat_map(|job| job.targets().map(move |(target, labels)| Plain { job, target, labels }));
    targets.filter(|plain| !is_left_open(&plain.target.value))
}
