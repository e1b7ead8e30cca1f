//! Syntax and functions that Prometheus has behind a feature flag.

use std::collections::BTreeSet;

use crate::{
    check,
    facts::{Program, running},
    kit::*,
};

use super::feature_flags::FeatureFlags;

check! {
    /// An expression needs a feature flag of Prometheus.
    ///
    /// ## Why it matters
    /// Without the flag, Prometheus refuses the rule file, and Grafana shows an error. Which flags the server
    /// runs with is said by its command line in a compose file, or by `enable_features` in `.promcheck.yml`.
    ///
    /// ## Example
    /// ```yaml
    /// - record: job:http_requests:sample
    ///   expr: limitk(10, http_requests_total)
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - record: job:http_requests:sample
    ///   expr: topk(10, http_requests_total)
    /// ```
    pub struct Features {}
    id: "promql/features", severity: Warning,
}

impl Check for Features {
    type Subject = Query;

    fn check(&self, site: QuerySite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        if site.query.features().is_empty() || site.expr().is_none() {
            return;
        }
        let flags = FeatureFlags::of(site, facts);
        let mut seen = BTreeSet::new();
        for used in site.query.features() {
            let flag = used.feature.flag();
            if flags.with(used.feature) || !seen.insert(used.feature) {
                continue;
            }
            let path = &facts.workspace.files.file(site.document.file).path;
            let version = running(facts, Program::Prometheus, path).map(|running| running.version);
            let is_before = |release| version.is_some_and(|version| version < release);
            let is_always_on = used.feature.on_since().is_some_and(|release| !is_before(release));
            // What the release does not know at all is another finding.
            if is_always_on || is_before(used.feature.since()) {
                continue;
            }
            let finding = out.report(used.span, format!("{} works only with the feature flag `{flag}`", used.what));
            match flags.without(used.feature) {
                Some(container) => finding
                    .severity(Severity::Error)
                    .label(container.place_of_name(), "the server that loads this rule is started without it")
                    .help(format!("add `--enable-feature={flag}` to its command")),
                None => finding.help(format!(
                    "run Prometheus with `--enable-feature={flag}` and say so by `enable_features: [{flag}]` in .promcheck.yml"
                )),
            };
        }
    }
}
