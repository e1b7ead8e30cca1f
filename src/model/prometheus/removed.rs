//! What earlier releases took and Prometheus 3 refuses (its migration guide, and the structs of 2.55 and 3.0).

use crate::{diag::Diagnostic, text::Spanned, vocab::Version};

use super::{Prometheus, ScrapeConfig};

/// The release that no longer takes it.
pub const REMOVED_IN: Version = Version::new(3, 0);

/// What a configuration says that Prometheus refuses since [`REMOVED_IN`].
pub fn removed(config: &Prometheus) -> Vec<Diagnostic> {
    let endpoints = config.alerting.alertmanagers.iter();
    let old = endpoints.filter_map(|endpoint| endpoint.api_version.as_ref()).filter(|version| version.value == "v1");
    old.map(other_api).chain(config.scrape_configs.iter().filter_map(removed_from_job)).collect()
}

/// Says that a version of Alertmanager's interface is not spoken.
pub(super) fn other_api(version: &Spanned<String>) -> Diagnostic {
    let message = format!("`api_version` is `{}`, but Prometheus 3 speaks `v2` only", version.value);
    Diagnostic::error(version.span, message).help("remove the key, or write `v2`")
}

/// As [`removed`], of a job.
pub fn removed_from_job(job: &ScrapeConfig) -> Option<Diagnostic> {
    let key = job.keys.span("scrape_classic_histograms")?;
    let message = "since Prometheus 3.0 this is called `always_scrape_classic_histograms`";
    Some(Diagnostic::error(key, message).help("write `always_scrape_classic_histograms`"))
}
