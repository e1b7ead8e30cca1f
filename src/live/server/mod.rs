//! What a live server says of the series it has: Prometheus, and what answers like it (Thanos, Mimir, VictoriaMetrics).

mod answers;
mod ask;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::exposition::MetricKind;

pub use answers::Answers;
pub use ask::{Asking, Refusal, Wanted, ask, base_of};

/// What a server knows of metrics.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Server {
    /// Its address, as messages show it.
    pub address: String,
    /// What it says it is, such as `3.5.0`.
    pub version: Option<String>,
    /// How far back it was asked about, in words: `7d`.
    pub since: String,
    /// The names of all series.
    names: BTreeSet<String>,
    /// The types of metrics, by the names of families; those that differ between targets are left out.
    kinds: BTreeMap<String, MetricKind>,
    /// The families that targets tell of, also where they have no series.
    families: BTreeSet<String>,
    /// The labels of the metrics that were asked about.
    labels: BTreeMap<String, BTreeSet<String>>,
    /// The values of the labels that were asked about, by metric and label.
    values: BTreeMap<(String, String), BTreeSet<String>>,
}

impl Server {
    /// Whether it has a series of this name, or a target tells of a metric that would.
    pub fn has(&self, name: &str) -> bool {
        self.names.contains(name)
            || self.families.contains(name)
            || self.base(name).is_some_and(|base| self.families.contains(base))
    }

    /// All names of series, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The type of a metric, where all targets that tell of it agree.
    pub fn kind(&self, name: &str) -> Option<MetricKind> {
        self.kinds.get(name).copied()
    }

    /// The labels of the series of a metric, where it was asked about.
    pub fn labels(&self, metric: &str) -> Option<&BTreeSet<String>> {
        self.labels.get(metric).filter(|labels| !labels.is_empty())
    }

    /// The values of a label of a metric, where it was asked about and there are any.
    pub fn values(&self, metric: &str, label: &str) -> Option<&BTreeSet<String>> {
        self.values.get(&(metric.to_owned(), label.to_owned())).filter(|values| !values.is_empty())
    }

    /// The family that a part of a histogram or summary, or a counter of OpenMetrics, is told of as.
    fn base<'n>(&self, name: &'n str) -> Option<&'n str> {
        ["_bucket", "_sum", "_count", "_total", "_created", "_info"].iter().find_map(|part| name.strip_suffix(part))
    }
}
