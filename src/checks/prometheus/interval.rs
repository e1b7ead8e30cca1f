//! Scrape intervals that leave gaps.

use crate::{check, kit::*, model::Document, vocab::Duration};

check! {
    /// A job scrapes so seldom that its series vanish in between.
    ///
    /// ## Why it matters
    /// A query at some moment sees samples of the last five minutes (the lookback delta). Of what is scraped every five
    /// minutes, one late or lost scrape is a gap: alerts resolve and fire again, and `absent` fires for nothing.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: backup
    ///     scrape_interval: 10m
    ///     static_configs:
    ///       - targets: ["backup:9100"]
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: backup
    ///     scrape_interval: 2m
    ///     static_configs:
    ///       - targets: ["backup:9100"]
    /// ```
    pub struct Interval {
        /// How far back a query looks for a sample (`--query.lookback-delta`).
        pub lookback_delta: Duration = Duration::minutes(5),
    }
    id: "prometheus/interval", severity: Warning,
}

impl Check for Interval {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(config) = document.prometheus() else { return };
        if facts.deployment.sets_lookback() {
            return;
        }
        let of_jobs = config.scrape_configs.iter().filter_map(|job| job.scrape_interval);
        for interval in config.global.scrape_interval.into_iter().chain(of_jobs) {
            let value = interval.value;
            if value < self.lookback_delta {
                continue;
            }
            let message = if value == self.lookback_delta {
                format!("a query looks back {}, so each late or lost scrape leaves a gap", self.lookback_delta)
            } else {
                format!(
                    "scraped every {value}, but a query looks back only {}: series come and go",
                    self.lookback_delta
                )
            };
            out.report(interval.span, message).help(
                "scrape at least every two minutes, or set `--query.lookback-delta` and this check's `lookback_delta`",
            );
        }
    }
}
