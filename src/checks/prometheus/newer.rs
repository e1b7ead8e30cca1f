//! Keys of `prometheus.yml` that the Prometheus of the project does not know yet.

use crate::{
    check,
    facts::{Program, may_know_versions, running},
    kit::*,
    model::{Document, prometheus::newer_than},
};

check! {
    /// A configuration uses a key or a relabelling action that came after the release that runs.
    ///
    /// ## Why it matters
    /// An older Prometheus does not pass over what it does not know: it refuses the whole file, and does not start. Which
    /// release runs is said by `prometheus_version` in `.promcheck.yml`, else by the tag of the image in a compose file.
    ///
    /// ## Example
    /// ```yaml path=compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v2.45.0
    /// ```
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: prometheus
    ///     scrape_protocols: [PrometheusText0.0.4]
    ///     static_configs:
    ///       - targets: ["localhost:9090"]
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v2.53.0
    /// ```
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: prometheus
    ///     scrape_protocols: [PrometheusText0.0.4]
    ///     static_configs:
    ///       - targets: ["localhost:9090"]
    /// ```
    pub struct Newer {}
    id: "prometheus/newer", severity: Error,
}

impl Check for Newer {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(config) = document.prometheus().filter(|_| may_know_versions(facts)) else { return };
        let path = &facts.workspace.files.file(document.file).path;
        let Some(running) = running(facts, Program::Prometheus, path) else { return };
        for complaint in newer_than(config, running.version) {
            out.adopt(complaint).label_if(running.proof, "this is what runs");
        }
    }
}
