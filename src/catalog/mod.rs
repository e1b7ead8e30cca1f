//! What well-known exporters export: names, types and labels of metrics, recorded from the programs themselves.
//!
//! A recorded file is made with `promcheck catalog record PAGE…` from pages that the program answered, several of
//! them when it has several versions or modes. It holds no values, and no label values.

mod misnamed;
mod record;

use std::{collections::BTreeMap, sync::LazyLock};

use crate::exposition::MetricKind;

pub use misnamed::{Misnamed, Slip, misnamed};
pub use record::record;

/// The metrics of one exporter.
#[derive(Debug)]
pub struct Catalogue {
    /// What the exporter is called: `node`, `postgres`.
    pub exporter: &'static str,
    /// The programs that were recorded, with their versions.
    pub recorded_from: &'static str,
    /// The recorded file.
    pub text: &'static str,
    families: BTreeMap<&'static str, Family>,
}

/// A metric with everything that was recorded of it.
#[derive(Debug)]
pub struct Family {
    /// Its type; `None` when the exporter says none.
    pub kind: Option<MetricKind>,
    /// The labels that any of its series had, sorted; those of the target are not among them.
    pub labels: Vec<&'static str>,
}

/// Declares the recorded files.
macro_rules! recorded {
    ($($exporter:literal),* $(,)?) => {
        [$(($exporter, include_str!(concat!("recorded/", $exporter, ".txt")))),*]
    };
}

static ALL: LazyLock<Vec<Catalogue>> = LazyLock::new(|| {
    let files = recorded![
        "alertmanager",
        "apache",
        "blackbox",
        "caddy",
        "etcd",
        "go",
        "haproxy",
        "mysqld",
        "nginx",
        "node",
        "pgbouncer",
        "postgres",
        "process",
        "prometheus",
        "pushgateway",
        "rabbitmq",
        "redis",
    ];
    files.into_iter().map(|(exporter, text)| Catalogue::read(exporter, text)).collect()
});

/// All catalogues, by the name of the exporter.
pub fn all() -> &'static [Catalogue] {
    &ALL
}

/// The catalogue of an exporter.
pub fn of(exporter: &str) -> Option<&'static Catalogue> {
    all().iter().find(|catalogue| catalogue.exporter == exporter)
}

impl Catalogue {
    fn read(exporter: &'static str, text: &'static str) -> Self {
        let recorded_from = text.lines().next().and_then(|line| line.strip_prefix("# ")).unwrap_or_default();
        let families = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
            let mut words = line.split(' ');
            let name = words.next().filter(|name| !name.is_empty())?;
            let kind = words.next().and_then(MetricKind::of);
            let labels = words.next().map_or_else(Vec::new, |labels| labels.split(',').collect());
            Some((name, Family { kind, labels }))
        });
        Self { exporter, recorded_from, text, families: families.collect() }
    }

    /// The metric that a series of this name belongs to: of `x_bucket`, `x_sum` and `x_count` the histogram or
    /// summary `x`.
    pub fn family(&self, series: &str) -> Option<&Family> {
        self.families
            .get(series)
            .filter(|family| !family.has_parts())
            .or_else(|| {
                let parts = ["_bucket", "_sum", "_count"];
                let base = parts.iter().find_map(|part| series.strip_suffix(part))?;
                self.families.get(base).filter(|family| family.has_parts())
            })
            .or_else(|| self.families.get(series).filter(|family| family.kind == Some(MetricKind::Summary)))
    }

    /// The names of all its series, sorted within each family.
    pub fn series(&self) -> impl Iterator<Item = String> + '_ {
        self.families.iter().flat_map(|(name, family)| {
            let parts: &[&str] = match family.kind {
                Some(MetricKind::Histogram | MetricKind::GaugeHistogram) => &["_bucket", "_count", "_sum"],
                Some(MetricKind::Summary) => &["", "_count", "_sum"],
                _ => &[""],
            };
            parts.iter().map(move |part| format!("{name}{part}"))
        })
    }

    /// How many metrics it has.
    pub fn len(&self) -> usize {
        self.families.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.families.is_empty()
    }
}

impl Family {
    fn has_parts(&self) -> bool {
        matches!(self.kind, Some(MetricKind::Histogram | MetricKind::GaugeHistogram | MetricKind::Summary))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recorded_files_are_read() {
        for (exporter, series, kind, label) in [
            ("node", "node_cpu_seconds_total", Some(MetricKind::Counter), Some("mode")),
            ("node", "node_memory_MemAvailable_bytes", Some(MetricKind::Gauge), None),
            ("postgres", "pg_up", Some(MetricKind::Gauge), None),
            ("redis", "redis_memory_used_bytes", Some(MetricKind::Gauge), None),
            (
                "prometheus",
                "prometheus_http_request_duration_seconds_bucket",
                Some(MetricKind::Histogram),
                Some("handler"),
            ),
            ("go", "go_goroutines", Some(MetricKind::Gauge), None),
            ("go", "go_gc_duration_seconds", Some(MetricKind::Summary), Some("quantile")),
            ("go", "go_gc_duration_seconds_count", Some(MetricKind::Summary), Some("quantile")),
        ] {
            let family = of(exporter).and_then(|catalogue| catalogue.family(series));
            let family = family.unwrap_or_else(|| panic!("{exporter} has no {series}"));
            assert_eq!(family.kind, kind, "{series}");
            assert!(label.is_none_or(|label| family.labels.contains(&label)), "{series}: {:?}", family.labels);
        }
        let prometheus = of("prometheus").unwrap();
        assert!(prometheus.family("prometheus_http_request_duration_seconds").is_none(), "a histogram has parts only");
    }

    #[test]
    fn every_catalogue_says_what_it_was_recorded_from() {
        for catalogue in all() {
            assert!(catalogue.recorded_from.starts_with("recorded from "), "{}", catalogue.exporter);
            assert!(!catalogue.is_empty() && catalogue.series().count() >= catalogue.len(), "{}", catalogue.exporter);
        }
    }
}
