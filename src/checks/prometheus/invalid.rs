//! What Prometheus refuses in its configuration beyond unknown keys and wrong types.

use crate::{
    check,
    kit::*,
    model::{Document, prometheus::demands},
};

check! {
    /// Prometheus refuses the configuration.
    ///
    /// ## Why it matters
    /// Prometheus does not start with such a file; if it runs already, it goes on with the old one, and nobody
    /// notices until it restarts.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: api
    ///     scrape_interval: 10s
    ///     scrape_timeout: 30s
    ///     static_configs:
    ///       - targets: ["api:8080"]
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: api
    ///     scrape_interval: 30s
    ///     scrape_timeout: 10s
    ///     static_configs:
    ///       - targets: ["api:8080"]
    /// ```
    pub struct Invalid {}
    id: "prometheus/invalid", severity: Error,
}

impl Check for Invalid {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(config) = document.prometheus() else { return };
        for complaint in demands(config, &document.complaints) {
            out.adopt(complaint);
        }
    }
}
