//! Keys and values of `prometheus.yml` that Prometheus 3 no longer takes.

use crate::{
    check,
    facts::{Program, running},
    kit::*,
    model::{
        Document,
        prometheus::{REMOVED_IN, removed},
    },
};

check! {
    /// A configuration says what Prometheus 3 no longer takes.
    ///
    /// ## Why it matters
    /// After the upgrade Prometheus refuses the whole file, and does not start. Nothing is said where an earlier release is
    /// known to run, by `prometheus_version` in `.promcheck.yml` or by the tag of the image in a compose file.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// alerting:
    ///   alertmanagers:
    ///     - api_version: v1
    ///       static_configs:
    ///         - targets: ["localhost:9093"]
    /// scrape_configs: []
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// alerting:
    ///   alertmanagers:
    ///     - api_version: v2
    ///       static_configs:
    ///         - targets: ["localhost:9093"]
    /// scrape_configs: []
    /// ```
    pub struct Removed {}
    id: "prometheus/removed", severity: Error,
}

impl Check for Removed {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(config) = document.prometheus() else { return };
        let complaints = removed(config);
        if complaints.is_empty() {
            return;
        }
        let running = running(facts, Program::Prometheus, &facts.workspace.files.file(document.file).path);
        if running.is_some_and(|running| running.version < REMOVED_IN) {
            return;
        }
        for complaint in complaints {
            out.adopt(complaint).label_if(running.and_then(|running| running.proof), "this is what runs");
        }
    }
}
