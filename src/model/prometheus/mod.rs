//! Prometheus' own configuration, `prometheus.yml`.

mod demands;
mod discovery;
mod lower;
mod relabel;
mod relabelling;
mod removed;
mod schema;
mod since;
mod targets;
#[cfg(test)]
mod tests;

use crate::{
    text::{Excerpt, Span, Spanned},
    vocab::Duration,
};

use super::{Keys, Pair, settings::Settings};

pub use demands::{NameScheme, demands, job_demands};
pub use discovery::Discovery;
pub use lower::{is_too_wild, lower, lower_scrape_configs, lower_target_groups};
pub use relabel::{RelabelAction, RelabelKeys, RelabelRule, lower_relabel_rules};
pub use relabelling::{Relabelled, Relabelling};
pub use removed::{REMOVED_IN, removed, removed_from_job};
pub use since::newer_than;
pub use targets::{TargetFate, alertmanager_fate, target_fate};

/// How often targets are scraped when nothing says otherwise.
pub const DEFAULT_SCRAPE_INTERVAL: Duration = Duration::minutes(1);
/// How long a scrape may take when nothing says otherwise.
pub const DEFAULT_SCRAPE_TIMEOUT: Duration = Duration::seconds(10);
/// How often rules are evaluated when nothing says otherwise.
pub const DEFAULT_EVALUATION_INTERVAL: Duration = Duration::minutes(1);

/// A server's configuration.
#[derive(Clone, Debug)]
pub struct Prometheus {
    /// The whole map.
    pub span: Span,
    /// Where its keys stand.
    pub keys: Keys,
    /// What holds for every job.
    pub global: Global,
    /// Globs of rule files.
    pub rule_files: Vec<Spanned<String>>,
    /// Globs of files with further scrape configurations.
    pub scrape_config_files: Vec<Spanned<String>>,
    /// What is scraped.
    pub scrape_configs: Vec<ScrapeConfig>,
    /// Where alerts go.
    pub alerting: Alerting,
    /// Where samples are written to.
    pub remote_write: Vec<RemoteWrite>,
    /// Where samples are read from.
    pub remote_read: Vec<RemoteRead>,
    /// `runtime`.
    pub runtime: Option<Settings>,
    /// `storage`.
    pub storage: Option<Settings>,
    /// `tracing`.
    pub tracing: Option<Settings>,
    /// `otlp`.
    pub otlp: Option<Settings>,
}

/// What holds for every job unless the job says otherwise.
#[derive(Clone, Debug, Default)]
pub struct Global {
    /// The whole map, when it is there.
    pub span: Option<Span>,
    /// Where its keys stand.
    pub keys: Keys,
    /// How often targets are scraped.
    pub scrape_interval: Option<Spanned<Duration>>,
    /// How long a scrape may take.
    pub scrape_timeout: Option<Spanned<Duration>>,
    /// How often rules are evaluated.
    pub evaluation_interval: Option<Spanned<Duration>>,
    /// How far in the past rules are evaluated.
    pub rule_query_offset: Option<Spanned<Duration>>,
    /// Labels that samples and alerts get when they leave the server.
    pub external_labels: Vec<Pair>,
    /// Everything else.
    pub settings: Option<Settings>,
}

/// One job.
#[derive(Clone, Debug)]
pub struct ScrapeConfig {
    /// The whole map.
    pub span: Span,
    /// Where its keys stand.
    pub keys: Keys,
    /// Its name, the targets' `job` label.
    pub job_name: Option<Spanned<String>>,
    /// How often its targets are scraped.
    pub scrape_interval: Option<Spanned<Duration>>,
    /// How long a scrape may take.
    pub scrape_timeout: Option<Spanned<Duration>>,
    /// Path that is asked for; unset means `/metrics`.
    pub metrics_path: Option<Spanned<String>>,
    /// `http` or `https`; unset means `http`.
    pub scheme: Option<Spanned<String>>,
    /// Whether labels of the targets win over the server's.
    pub honor_labels: Option<Spanned<bool>>,
    /// Query parameters; one with several values stands once for each.
    pub params: Vec<Pair>,
    /// Targets written down.
    pub static_configs: Vec<StaticConfig>,
    /// Targets looked up.
    pub discoveries: Vec<Discovery>,
    /// What happens to targets before they are scraped.
    pub relabel_configs: Vec<RelabelRule>,
    /// What happens to samples before they are stored.
    pub metric_relabel_configs: Vec<RelabelRule>,
    /// Limits, protocols, and how the HTTP client authenticates.
    pub settings: Settings,
}

/// Targets written down, with labels for all of them.
#[derive(Clone, Debug)]
pub struct StaticConfig {
    /// The whole map.
    pub span: Span,
    /// `host:port`, each.
    pub targets: Vec<Spanned<String>>,
    /// Labels of all of them.
    pub labels: Vec<Pair>,
}

/// Where alerts go.
#[derive(Clone, Debug, Default)]
pub struct Alerting {
    /// The whole map, when it is there.
    pub span: Option<Span>,
    /// What happens to alerts before they are sent.
    pub alert_relabel_configs: Vec<RelabelRule>,
    /// The Alertmanagers.
    pub alertmanagers: Vec<AlertmanagerEndpoint>,
}

/// A set of Alertmanagers.
#[derive(Clone, Debug)]
pub struct AlertmanagerEndpoint {
    /// The whole map.
    pub span: Span,
    /// Where its keys stand.
    pub keys: Keys,
    /// `http` or `https`; unset means `http`.
    pub scheme: Option<Spanned<String>>,
    /// Prefix of the path alerts are posted to.
    pub path_prefix: Option<Spanned<String>>,
    /// `v2`, the only one there is.
    pub api_version: Option<Spanned<String>>,
    /// Addresses written down.
    pub static_configs: Vec<StaticConfig>,
    /// Addresses looked up.
    pub discoveries: Vec<Discovery>,
    /// What happens to the addresses.
    pub relabel_configs: Vec<RelabelRule>,
    /// What happens to alerts before they are sent here.
    pub alert_relabel_configs: Vec<RelabelRule>,
    /// Everything else: timeout and HTTP client.
    pub settings: Settings,
}

/// A place samples are written to.
#[derive(Clone, Debug)]
pub struct RemoteWrite {
    /// The whole map.
    pub span: Span,
    /// Where its keys stand.
    pub keys: Keys,
    /// Where to.
    pub url: Option<Excerpt>,
    /// Its name, unique if set.
    pub name: Option<Spanned<String>>,
    /// What happens to samples before they are sent.
    pub write_relabel_configs: Vec<RelabelRule>,
    /// Everything else.
    pub settings: Settings,
}

/// A place samples are read from.
#[derive(Clone, Debug)]
pub struct RemoteRead {
    /// The whole map.
    pub span: Span,
    /// Where its keys stand.
    pub keys: Keys,
    /// Where from.
    pub url: Option<Excerpt>,
    /// Its name, unique if set.
    pub name: Option<Spanned<String>>,
    /// Everything else.
    pub settings: Settings,
}

impl Prometheus {
    /// How often rules are evaluated whose group does not say.
    pub fn evaluation_interval(&self) -> Duration {
        non_zero(self.global.evaluation_interval).unwrap_or(DEFAULT_EVALUATION_INTERVAL)
    }

    /// How often the targets of a job are scraped: as the job says, else as `global` says, else every
    /// minute; zero says nothing.
    pub fn scrape_interval(&self, job: &ScrapeConfig) -> Duration {
        non_zero(job.scrape_interval).unwrap_or_else(|| self.global.scrape_interval())
    }

    /// How long a scrape of a job may take. A timeout that `global` gives is cut to the job's interval.
    pub fn scrape_timeout(&self, job: &ScrapeConfig) -> Duration {
        let inherited = || self.global.scrape_timeout().min(self.scrape_interval(job));
        non_zero(job.scrape_timeout).unwrap_or_else(inherited)
    }

    /// The job of a name.
    pub fn job(&self, name: &str) -> Option<&ScrapeConfig> {
        let named = |job: &&ScrapeConfig| job.job_name.as_ref().is_some_and(|own| own.value == name);
        self.scrape_configs.iter().find(named)
    }
}

impl Global {
    /// How often targets are scraped whose job does not say.
    pub fn scrape_interval(&self) -> Duration {
        non_zero(self.scrape_interval).unwrap_or(DEFAULT_SCRAPE_INTERVAL)
    }

    /// How long a scrape may take whose job does not say.
    pub fn scrape_timeout(&self) -> Duration {
        non_zero(self.scrape_timeout).unwrap_or_else(|| DEFAULT_SCRAPE_TIMEOUT.min(self.scrape_interval()))
    }
}

impl ScrapeConfig {
    /// The path that is asked for.
    pub fn metrics_path(&self) -> &str {
        self.metrics_path.as_ref().map_or("/metrics", |path| &path.value)
    }

    /// `http` or `https`.
    pub fn scheme(&self) -> &str {
        self.scheme.as_ref().map_or("http", |scheme| &scheme.value)
    }

    /// The targets written down, each with the labels it gets.
    pub fn targets(&self) -> impl Iterator<Item = (&Spanned<String>, &[Pair])> {
        self.static_configs
            .iter()
            .flat_map(|config| config.targets.iter().map(|target| (target, config.labels.as_slice())))
    }

    /// Whether it asks some target through a Unix domain socket (Prometheus 3.15), whatever the address says.
    pub fn asks_sockets(&self) -> bool {
        let written = self.static_configs.iter().flat_map(|config| &config.labels);
        let relabelled = self.relabel_configs.iter().filter_map(|rule| rule.target_label.as_ref());
        let names = written.map(|label| label.name.value.as_str());
        let mut names = names.chain(relabelled.map(|label| label.value.as_str()));
        names.any(|name| name == "__unix_socket__")
    }

    /// Whether all its targets are written down in this file.
    pub fn is_static(&self) -> bool {
        self.discoveries.is_empty()
    }
}

fn non_zero(duration: Option<Spanned<Duration>>) -> Option<Duration> {
    duration.map(|duration| duration.value).filter(|duration| *duration != Duration::ZERO)
}
