//! What well-known exporters export: names, types and labels of metrics, recorded from the programs themselves or
//! listed from what their makers publish; and which flags the servers have.
//!
//! A recorded file is made with `promcheck catalog record PAGE…` from pages that the program answered, several of
//! them when it has several versions or modes. It holds no values, and no label values. A listed file has the same
//! form; it was made of documentation or source code, and what it lacks may exist all the same. Where a user chooses
//! the labels of a metric, `*` stands among them. Where a program states a type that its metric does not have, such as a
//! counter that falls, the type is `unknown`.

pub mod flags;
mod misnamed;
mod record;
mod renamed;
mod signature;
mod values;

use std::{
    collections::BTreeMap,
    sync::{LazyLock, OnceLock},
};

use rustc_hash::FxHashMap;

use crate::exposition::{MetricKind, whole_of};

pub use misnamed::{Misnamed, Slip, misnamed};
pub use record::record;
pub use renamed::{Renamed, renamed};
pub use signature::{Scraped, is_port_of, may_be, recognised};
pub use values::{closed_values, has_closed_values};

/// The metrics of one exporter.
#[derive(Debug)]
pub struct Catalogue {
    /// What the exporter is called: `node`, `postgres`.
    pub exporter: &'static str,
    /// How much is to be believed of it.
    pub provenance: Provenance,
    /// Where it comes from: the programs with their versions.
    pub source: &'static str,
    /// The file.
    pub text: &'static str,
    /// Its metrics by name, read when first asked for.
    families: OnceLock<BTreeMap<&'static str, Family>>,
}

/// How a catalogue came to be.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Provenance {
    /// Recorded from running programs: it holds what they said, of the modes they ran in.
    Recorded,
    /// Listed from what is published: it proves that a metric exists, and never that one does not.
    Listed,
}

impl Provenance {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Listed => "listed",
        }
    }
}

/// A metric with everything that was recorded of it.
#[derive(Debug)]
pub struct Family {
    /// Its type; `None` when the exporter says none.
    pub kind: Option<MetricKind>,
    /// The labels that any of its series had, sorted; those of the target are not among them.
    pub labels: Vec<&'static str>,
    /// Whether its series may have other labels, too: those that a user chooses.
    pub has_open_labels: bool,
}

/// Declares the files of a folder.
macro_rules! files {
    ($folder:literal: $($exporter:literal),* $(,)?) => {
        [$(($exporter, include_str!(concat!($folder, "/", $exporter, ".txt")))),*]
    };
}

static ALL: LazyLock<Vec<Catalogue>> = LazyLock::new(|| {
    let recorded = files![
        "recorded":
        "alertmanager",
        "apache",
        "bind",
        "bird",
        "blackbox",
        "caddy",
        "coredns",
        "elasticsearch",
        "etcd",
        "frr",
        "go",
        "haproxy",
        "java",
        "minio",
        "mysqld",
        "nginx",
        "node",
        "nodejs",
        "pgbouncer",
        "postfix",
        "postgres",
        "process",
        "prometheus",
        "pushgateway",
        "python",
        "rabbitmq",
        "redis",
        "rust",
        "smokeping",
        "squid",
        "statsd",
        "varnish",
    ];
    let listed = files![
        "listed":
        "apiserver",
        "cadvisor",
        "cert-manager",
        "client-go",
        "dotnet",
        "envoy",
        "grafana",
        "grpc",
        "ingress-nginx",
        "kafka",
        "kube-controller-manager",
        "kube-proxy",
        "kube-scheduler",
        "kube-state-metrics",
        "kubelet",
        "loki",
        "memcached",
        "micrometer",
        "mongodb",
        "otelcol",
        "promtail",
        "snmp",
        "thanos",
        "traefik",
        "velero",
        "windows",
    ];
    let mut all: Vec<Catalogue> =
        recorded.into_iter().chain(listed).map(|(exporter, text)| Catalogue::read(exporter, text)).collect();
    all.sort_by_key(|catalogue| catalogue.exporter);
    all
});

/// The catalogues that have a metric whose name begins with a word, in the order of [`all`]: few metrics begin as those of
/// any exporter do, and those of few exporters begin alike.
static BY_BEGINNING: LazyLock<FxHashMap<&'static str, Vec<&'static Catalogue>>> = LazyLock::new(|| {
    let mut by_beginning: FxHashMap<_, Vec<&Catalogue>> = FxHashMap::default();
    for catalogue in all() {
        let mut last = None;
        for beginning in lines(catalogue.text).map(|(name, _)| beginning(name)) {
            if last.replace(beginning) == Some(beginning) {
                continue;
            }
            let having = by_beginning.entry(beginning).or_default();
            if having.last().is_none_or(|known| known.exporter != catalogue.exporter) {
                having.push(catalogue);
            }
        }
    }
    by_beginning
});

/// The first word of a metric's name, which its parts share with it.
fn beginning(name: &str) -> &str {
    name.split('_').next().unwrap_or_default()
}

/// The catalogues that have a metric whose name begins as this one does, in the order of [`all`].
fn alike(series: &str) -> &'static [&'static Catalogue] {
    BY_BEGINNING.get(beginning(series)).map_or(&[], Vec::as_slice)
}

/// Stands among the labels of a metric that may have others, too.
const ANY_LABEL: &str = "*";

/// The catalogues of client libraries.
const LIBRARIES: [&str; 9] = ["client-go", "dotnet", "go", "grpc", "java", "micrometer", "nodejs", "python", "rust"];

/// All catalogues, by the name of the exporter.
pub fn all() -> &'static [Catalogue] {
    &ALL
}

/// The catalogue of an exporter.
pub fn of(exporter: &str) -> Option<&'static Catalogue> {
    let place = all().binary_search_by_key(&exporter, |catalogue| catalogue.exporter).ok()?;
    all().get(place)
}

/// The catalogues that have a series of this name, in the order of [`all`].
pub fn having(series: &str) -> Vec<&'static Catalogue> {
    alike(series).iter().copied().filter(|one| one.named(series).is_some()).collect()
}

/// The type that exporters give a series of this name, and one that does, of several libraries the one that most programs
/// have; `None` when none has it, or they differ.
pub fn kind_of(series: &str) -> Option<(MetricKind, &'static str)> {
    let mut having = having(series);
    having.sort_by_key(|catalogue| catalogue.exporter != "go");
    let mut kinds = having.iter().filter_map(|catalogue| Some((catalogue.family(series)?.kind?, catalogue.exporter)));
    let first = kinds.next()?;
    kinds.all(|(kind, _)| kind == first.0).then_some(first)
}

/// The names of the metrics of a file, each with what follows it in its line.
fn lines(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.map(|line| line.split_once(' ').unwrap_or((line, "")))
}

impl Catalogue {
    fn read(exporter: &'static str, text: &'static str) -> Self {
        let head = text.lines().next().and_then(|line| line.strip_prefix("# ")).unwrap_or_default();
        let (provenance, source) = match head.strip_prefix("recorded from ") {
            Some(source) => (Provenance::Recorded, source),
            None => (Provenance::Listed, head.strip_prefix("listed from ").unwrap_or_default()),
        };
        Self { exporter, provenance, source, text, families: OnceLock::new() }
    }

    fn by_name(&self) -> &BTreeMap<&'static str, Family> {
        self.families.get_or_init(|| lines(self.text).map(|(name, rest)| (name, Family::read(rest))).collect())
    }

    /// The metric that a series of this name belongs to: of `x_bucket`, `x_sum` and `x_count` the histogram or
    /// summary `x`.
    pub fn family(&self, series: &str) -> Option<&Family> {
        self.named(series).map(|(_, family)| family)
    }

    /// As [`Catalogue::family`], with its name.
    pub fn named(&self, series: &str) -> Option<(&'static str, &Family)> {
        let of = |name: &str| self.whole(name);
        of(series)
            .filter(|(_, family)| !family.has_parts())
            .or_else(|| of(whole_of(series)?).filter(|(_, family)| family.has_parts()))
            .or_else(|| of(series).filter(|(_, family)| family.kind == Some(MetricKind::Summary)))
    }

    /// The metric of this very name, be it a histogram as a whole.
    pub fn whole(&self, name: &str) -> Option<(&'static str, &Family)> {
        self.by_name().get_key_value(name).map(|(name, family)| (*name, family))
    }

    /// All its metrics, by name.
    pub fn families(&self) -> impl Iterator<Item = (&'static str, &Family)> {
        self.by_name().iter().map(|(name, family)| (*name, family))
    }

    /// Whether it is a client library's: what every program that uses it exports.
    pub fn is_library(&self) -> bool {
        LIBRARIES.contains(&self.exporter)
    }

    /// The names of all its series, sorted within each family.
    pub fn series(&self) -> impl Iterator<Item = String> + '_ {
        self.by_name().iter().flat_map(|(name, family)| family.parts().iter().map(move |part| format!("{name}{part}")))
    }

    /// Whether one of its series has this very name.
    pub fn has_series(&self, series: &str) -> bool {
        self.named(series)
            .is_some_and(|(name, family)| family.parts().iter().any(|part| series.strip_prefix(name) == Some(*part)))
    }

    /// How many metrics it has.
    pub fn len(&self) -> usize {
        self.by_name().len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.by_name().is_empty()
    }
}

impl Family {
    /// Reads the type and the labels.
    fn read(text: &'static str) -> Self {
        let mut words = text.split(' ');
        let kind = words.next().and_then(MetricKind::of);
        let mut labels: Vec<&str> = words.next().map_or_else(Vec::new, |labels| labels.split(',').collect());
        let has_open_labels = labels.contains(&ANY_LABEL);
        labels.retain(|label| *label != ANY_LABEL);
        Self { kind, labels, has_open_labels }
    }

    /// What follows the name of the metric in those of its series.
    fn parts(&self) -> &'static [&'static str] {
        match self.kind {
            Some(MetricKind::Histogram | MetricKind::GaugeHistogram) => &["_bucket", "_count", "_sum"],
            Some(MetricKind::Summary) => &["", "_count", "_sum"],
            _ => &[""],
        }
    }

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
            ("prometheus", "prometheus_engine_query_series_touched_count", Some(MetricKind::Histogram), None),
            ("prometheus", "prometheus_engine_query_rejected_total", Some(MetricKind::Counter), Some("reason")),
            ("prometheus", "prometheus_tsdb_head_appenders_created_total", Some(MetricKind::Counter), None),
            ("prometheus", "prometheus_agent_active_series", Some(MetricKind::Gauge), None),
            ("alertmanager", "alertmanager_cluster_members", Some(MetricKind::Gauge), None),
            ("alertmanager", "alertmanager_notifications_total", Some(MetricKind::Counter), Some("receiver_name")),
            ("go", "go_goroutines", Some(MetricKind::Gauge), None),
            ("go", "go_gc_duration_seconds", Some(MetricKind::Summary), Some("quantile")),
            ("go", "go_gc_duration_seconds_count", Some(MetricKind::Summary), Some("quantile")),
            ("elasticsearch", "elasticsearch_indices_docs", Some(MetricKind::Gauge), Some("cluster")),
            ("java", "jvm_gc_collection_seconds_sum", Some(MetricKind::Summary), Some("gc")),
            ("nodejs", "nodejs_eventloop_lag_p99_seconds", Some(MetricKind::Gauge), None),
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
    fn labels_of_a_users_choice_are_open() {
        for (exporter, series, labels, is_open) in [
            ("pushgateway", "push_time_seconds", &[][..], true),
            ("smokeping", "smokeping_requests_total", &["host", "ip"], true),
            ("bind", "bind_zone_serial", &["view", "zone_name"], false),
        ] {
            let family = of(exporter).and_then(|catalogue| catalogue.family(series)).unwrap();
            assert_eq!((family.labels.as_slice(), family.has_open_labels), (labels, is_open), "{series}");
        }
    }

    #[test]
    fn knows_types_by_name() {
        for (series, expected) in [
            ("node_memory_MemFree_bytes", Some((MetricKind::Gauge, "node"))),
            ("node_cpu_seconds_total", Some((MetricKind::Counter, "node"))),
            ("shop_customers", None),
        ] {
            assert_eq!(kind_of(series), expected, "{series}");
        }
    }

    #[test]
    fn finds_the_catalogues_that_have_a_series() {
        for catalogue in all() {
            for series in catalogue.series().chain(catalogue.families().map(|(name, _)| name.to_owned())) {
                let asked_each: Vec<_> = all().iter().filter(|one| one.named(&series).is_some()).collect();
                let exporters = |found: &[&Catalogue]| found.iter().map(|one| one.exporter).collect::<Vec<_>>();
                assert_eq!(exporters(&having(&series)), exporters(&asked_each), "{series}");
            }
        }
        for catalogue in all() {
            let series: Vec<String> = catalogue.series().collect();
            let asked =
                series.iter().flat_map(|one| ["", "_bucket", "_count", "_sum"].map(|part| format!("{one}{part}")));
            for name in asked.chain(catalogue.families().map(|(name, _)| name.to_owned())) {
                assert_eq!(catalogue.has_series(&name), series.contains(&name), "{} {name}", catalogue.exporter);
            }
        }
        assert!(having("shop_customers").is_empty() && having("shop_customers_count").is_empty());
    }

    #[test]
    fn every_catalogue_says_where_it_comes_from() {
        for catalogue in all() {
            assert!(!catalogue.source.is_empty(), "{}", catalogue.exporter);
            let folder = catalogue.provenance.word();
            assert!(catalogue.text.starts_with(&format!("# {folder} from ")), "{}", catalogue.exporter);
            assert!(!catalogue.is_empty() && catalogue.series().count() >= catalogue.len(), "{}", catalogue.exporter);
        }
    }
}
