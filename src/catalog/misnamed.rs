//! Names that no exporter has, and that one nearly has.

use crate::vocab::distance_within;

use super::{Catalogue, Provenance, alike, having, of};

/// What a name was meant to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Misnamed {
    /// The exporter whose metric it nearly is.
    pub exporter: &'static str,
    /// The metric.
    pub metric: String,
    /// How the two differ.
    pub slip: Slip,
}

impl Misnamed {
    /// What makes the metric, in words: `node exporter`, `java client library`.
    pub fn maker(&self) -> String {
        let is_library = of(self.exporter).is_some_and(Catalogue::is_library);
        format!("{} {}", self.exporter, if is_library { "client library" } else { "exporter" })
    }
}

/// How a name misses a metric.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Slip {
    /// It lacks an ending, such as a unit or `_total`: exporters were renamed so over the years.
    Ending,
    /// It has an ending too many.
    Surplus,
    /// It names a histogram as a whole, of which only the parts are series.
    Histogram,
    /// A letter is wrong, missing or too many.
    Letter,
}

/// Endings that metrics got when units and types became part of their names.
const ENDINGS: [&str; 9] =
    ["_total", "_bytes", "_seconds", "_bytes_total", "_seconds_total", "_ratio", "_celsius", "_info", "_volts"];

/// Metrics of node_exporter on FreeBSD and macOS, where nothing was recorded; from its documentation.
const ELSEWHERE: [&str; 8] = [
    "node_memory_active_bytes",
    "node_memory_buffer_bytes",
    "node_memory_cache_bytes",
    "node_memory_free_bytes",
    "node_memory_inactive_bytes",
    "node_memory_size_bytes",
    "node_memory_total_bytes",
    "node_memory_wired_bytes",
];

/// Beginnings of metrics that a library was recorded with, and that other programs give endings of their own: exporters
/// of JMX, agents, OpenTelemetry, and brokers with another version of Erlang's client library.
const SHARED: [&str; 2] = ["erlang_", "jvm_"];

/// Shorter names are never taken for misspelt ones.
const SHORTEST: usize = 12;

/// The metric of a well-known exporter that a name was probably meant to be; `None` for names that an exporter has,
/// that are like none of them, or that begin as no exporter's do.
pub fn misnamed(name: &str) -> Option<Misnamed> {
    if !having(name).is_empty() || ELSEWHERE.contains(&name) {
        return None;
    }
    let beginning = &name[..=name.find('_')?];
    if SHARED.contains(&beginning) {
        return None;
    }
    // Of several that have a metric, the last one counts.
    let alike = || alike(name).iter().rev().filter(|catalogue| catalogue.provenance == Provenance::Recorded);
    let own = |catalogue: &'static Catalogue| catalogue.families().filter(|(metric, _)| metric.starts_with(beginning));
    if !alike().any(|catalogue| own(catalogue).next().is_some()) {
        return None;
    }
    let found = |metric: String, slip: Slip| {
        let catalogue = alike().find(|catalogue| catalogue.has_series(&metric))?;
        Some(Misnamed { exporter: catalogue.exporter, metric, slip })
    };
    let longer = || ENDINGS.iter().find_map(|ending| found(format!("{name}{ending}"), Slip::Ending));
    let parts = || found(format!("{name}_bucket"), Slip::Histogram);
    let shorter = || found(name.strip_suffix("_total")?.to_owned(), Slip::Surplus);
    longer().or_else(parts).or_else(shorter).or_else(|| {
        if name.len() < SHORTEST {
            return None;
        }
        let length = name.chars().count();
        let digits = |name: &str| name.chars().filter(char::is_ascii_digit).collect::<String>();
        let is_slip = |series: &str| distance_within(name, series, 1) == Some(1) && digits(name) == digits(series);
        let series = alike().flat_map(|catalogue| {
            let pairs =
                own(catalogue).flat_map(|(metric, family)| family.parts().iter().map(move |part| (metric, part)));
            let near = pairs.filter(|(metric, part)| (metric.len() + part.len()).abs_diff(length) <= 1);
            near.map(move |(metric, part)| (format!("{metric}{part}"), catalogue))
        });
        let (metric, catalogue) =
            series.filter(|(series, _)| is_slip(series)).min_by(|(one, _), (other, _)| one.cmp(other))?;
        Some(Misnamed { exporter: catalogue.exporter, metric, slip: Slip::Letter })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_was_meant() {
        for (name, expected) in [
            ("node_memory_MemAvailable", Some(("node_memory_MemAvailable_bytes", Slip::Ending))),
            ("node_boot_time", Some(("node_boot_time_seconds", Slip::Ending))),
            ("node_network_receive_bytes", Some(("node_network_receive_bytes_total", Slip::Ending))),
            ("node_filesystem_avail_byte", Some(("node_filesystem_avail_bytes", Slip::Letter))),
            ("redis_connected_clients_total", Some(("redis_connected_clients", Slip::Surplus))),
            (
                "prometheus_http_request_duration_seconds",
                Some(("prometheus_http_request_duration_seconds_bucket", Slip::Histogram)),
            ),
            ("nodejs_eventloop_lag", Some(("nodejs_eventloop_lag_seconds", Slip::Ending))),
            ("coredns_cache_hits", Some(("coredns_cache_hits_total", Slip::Ending))),
            ("jvm_memory_used", None),
            ("erlang_vm_statistics_run_queues_length_total", None),
            ("node_memory_MemAvailable_bytes", None),
            ("node_reboot_required", None),
            ("http_requests", None),
            ("nodes", None),
            ("pg_something_of_our_own", None),
        ] {
            let found = misnamed(name);
            let found = found.as_ref().map(|found| (found.metric.as_str(), found.slip));
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn says_what_makes_the_metric() {
        for (name, expected) in [("node_boot_time", "node exporter"), ("go_goroutine", "go client library")] {
            assert_eq!(misnamed(name).map(|found| found.maker()).as_deref(), Some(expected));
        }
    }
}
