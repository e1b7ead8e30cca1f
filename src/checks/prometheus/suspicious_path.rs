//! Jobs that scrape a page which is not made of metrics.

use crate::{check, kit::*, model::Document};

check! {
    /// A job scrapes a path that answers whether a program is well, or a page for people.
    ///
    /// ## Why it matters
    /// Such a page is no list of metrics: every scrape fails, `up` is 0, and the alerts on the job's metrics never fire.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: api
    ///     metrics_path: /health
    ///     static_configs:
    ///       - targets: ["api:8080"]
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: api
    ///     metrics_path: /metrics
    ///     static_configs:
    ///       - targets: ["api:8080"]
    /// ```
    pub struct SuspiciousPath {}
    id: "prometheus/suspicious-path", severity: Warning,
}

/// Last parts of paths by which programs say whether they are well.
const HEALTH: [&str; 11] = [
    "health",
    "healthz",
    "healthcheck",
    "health-check",
    "_health",
    "ready",
    "readyz",
    "readiness",
    "livez",
    "liveness",
    "ping",
];

impl Check for SuspiciousPath {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        for job in document.prometheus().into_iter().flat_map(|config| &config.scrape_configs) {
            let Some(path) = &job.metrics_path else { continue };
            let last = path.value.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
            let what = if HEALTH.contains(&last.as_str()) {
                "whether a program is well"
            } else if last.ends_with(".html") || last.ends_with(".htm") {
                "a page for people"
            } else {
                continue;
            };
            out.report(path.span, format!("`{}` usually answers {what}, not metrics", path.value)).help(
                "scrape the path that lists metrics, often `/metrics`; to probe a URL, use the blackbox exporter",
            );
        }
    }
}
