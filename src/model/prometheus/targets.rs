//! What becomes of a target that is written down: which labels it gets, and whether it can be scraped
//! (Prometheus 3.16, `PopulateLabels` in package `scrape`).

use std::collections::BTreeMap;

use crate::{
    model::Pair,
    vocab::{Duration, DurationError},
};

use super::{AlertmanagerEndpoint, Prometheus, Relabelled, Relabelling, ScrapeConfig};

/// What becomes of a target.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TargetFate {
    /// It is used, with these labels; those that begin with `__` are gone before its samples are stored.
    Kept(BTreeMap<String, String>),
    /// The relabelling rule of this rank drops it.
    Dropped(usize),
    /// It cannot be used, for this reason, a whole sentence without its subject.
    Refused(String),
}

const ADDRESS: &str = "__address__";
const INTERVAL: &str = "__scrape_interval__";
const TIMEOUT: &str = "__scrape_timeout__";
const SWITCHES: [(&str, &str); 3] = [
    ("__convert_classic_histograms_to_nhcb__", "convert_classic_histograms_to_nhcb"),
    ("__always_scrape_classic_histograms__", "always_scrape_classic_histograms"),
    ("__scrape_native_histograms__", "scrape_native_histograms"),
];

/// The labels of a target before relabelling.
fn discovered(config: &Prometheus, job: &ScrapeConfig, address: &str, own: &[Pair]) -> BTreeMap<String, String> {
    let mut labels: BTreeMap<String, String> =
        own.iter().map(|pair| (pair.name.value.to_string(), pair.value.text().to_owned())).collect();
    labels.insert(ADDRESS.to_owned(), address.to_owned());
    let mut default = |name: &str, value: String| {
        let entry = labels.entry(name.to_owned()).or_default();
        if entry.is_empty() {
            *entry = value;
        }
    };
    default("job", job.job_name.as_ref().map_or_else(String::new, |name| name.value.clone()));
    default(INTERVAL, config.scrape_interval(job).to_string());
    default(TIMEOUT, config.scrape_timeout(job).to_string());
    default("__metrics_path__", job.metrics_path().to_owned());
    default("__scheme__", job.scheme().to_owned());
    for (label, key) in SWITCHES {
        let inherited = || config.global.settings.as_ref().and_then(|global| global.boolean(key));
        let on = job.settings.boolean(key).or_else(inherited).unwrap_or_default();
        default(label, on.to_string());
    }
    for pair in &job.params {
        default(&format!("__param_{}", pair.name.value), pair.value.text().to_owned());
    }
    labels
}

/// What becomes of a target of a job; `None` when a rule of the job is broken.
pub fn target_fate(config: &Prometheus, job: &ScrapeConfig, address: &str, own: &[Pair]) -> Option<TargetFate> {
    let chain = Relabelling::of(&job.relabel_configs, config.name_scheme(Some(job)))?;
    let mut labels = match chain.apply(discovered(config, job, address, own)) {
        Relabelled::Kept(labels) => labels,
        Relabelled::Dropped(rank) => return Some(TargetFate::Dropped(rank)),
    };
    if let Some(fault) = address_fault(&labels).or_else(|| timing_fault(&labels)).or_else(|| switch_fault(&labels)) {
        return Some(TargetFate::Refused(fault));
    }
    labels.retain(|name, _| !name.starts_with("__meta_"));
    let address = labels.get(ADDRESS).cloned().unwrap_or_default();
    labels.entry("instance".to_owned()).or_insert(address);
    Some(TargetFate::Kept(labels))
}

/// What becomes of an Alertmanager; `None` when a rule of the endpoint is broken.
pub fn alertmanager_fate(
    config: &Prometheus,
    endpoint: &AlertmanagerEndpoint,
    address: &str,
    own: &[Pair],
) -> Option<TargetFate> {
    let chain = Relabelling::of(&endpoint.relabel_configs, config.name_scheme(None))?;
    let mut labels: BTreeMap<String, String> = BTreeMap::new();
    let scheme = endpoint.scheme.as_ref().map_or("http", |scheme| &scheme.value);
    let prefix = endpoint.path_prefix.as_ref().map_or("", |prefix| prefix.value.trim_matches('/'));
    let gap = if prefix.is_empty() { "" } else { "/" };
    labels.insert("__scheme__".to_owned(), scheme.to_owned());
    labels.insert("__alerts_path__".to_owned(), format!("{gap}{prefix}/api/v2/alerts"));
    labels.extend(own.iter().map(|pair| (pair.name.value.to_string(), pair.value.text().to_owned())));
    labels.insert(ADDRESS.to_owned(), address.to_owned());
    Some(match chain.apply(labels) {
        Relabelled::Dropped(rank) => TargetFate::Dropped(rank),
        Relabelled::Kept(labels) if labels.get(ADDRESS).is_some_and(|address| address.contains('/')) => {
            TargetFate::Refused(format!("its address is `{}`, which holds a `/`", labels[ADDRESS]))
        }
        Relabelled::Kept(labels) => TargetFate::Kept(labels),
    })
}

fn address_fault(labels: &BTreeMap<String, String>) -> Option<String> {
    match labels.get(ADDRESS).map(String::as_str) {
        None | Some("") => Some("it has no address".to_owned()),
        Some(address) if address.contains('/') => Some(format!("its address is `{address}`, which holds a `/`")),
        Some(_) => None,
    }
}

fn timing_fault(labels: &BTreeMap<String, String>) -> Option<String> {
    let read = |name: &str| -> Result<Duration, DurationError> {
        Duration::parse(labels.get(name).map_or("", String::as_str))
    };
    let (interval, timeout) = match (read(INTERVAL), read(TIMEOUT)) {
        (Err(why), _) => return Some(format!("its `{INTERVAL}` is not a duration: {why}")),
        (_, Err(why)) => return Some(format!("its `{TIMEOUT}` is not a duration: {why}")),
        (Ok(interval), Ok(timeout)) => (interval, timeout),
    };
    if interval == Duration::ZERO {
        return Some(format!("its `{INTERVAL}` is 0"));
    }
    if timeout == Duration::ZERO {
        return Some(format!("its `{TIMEOUT}` is 0"));
    }
    (timeout > interval).then(|| format!("a scrape may take {timeout}, but one begins every {interval}"))
}

fn switch_fault(labels: &BTreeMap<String, String>) -> Option<String> {
    let words = ["1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"];
    SWITCHES.iter().find_map(|(name, _)| {
        let value = labels.get(*name).filter(|value| !words.contains(&value.as_str()))?;
        Some(format!("its `{name}` is `{value}`, which is neither true nor false"))
    })
}
