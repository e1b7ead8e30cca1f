//! Syntax and functions that Prometheus has behind a feature flag.

use std::collections::BTreeSet;

use crate::{check, kit::*};

check! {
    /// An expression needs a feature flag of Prometheus.
    ///
    /// ## Why it matters
    /// Without the flag, Prometheus refuses the rule file, and Grafana shows an error. Which flags the server
    /// runs with is said by `enable_features` in `.promcheck.yml`.
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
        if site.expr().is_none() {
            return;
        }
        let mut seen = BTreeSet::new();
        for used in &site.query.features {
            let flag = used.feature.flag();
            let is_on = facts.config.enable_features.iter().any(|enabled| enabled.value == flag);
            if is_on || used.feature.is_on_by_default() || !seen.insert(used.feature) {
                continue;
            }
            out.report(used.span, format!("{} works only with the feature flag `{flag}`", used.what)).help(format!(
                "run Prometheus with `--enable-feature={flag}` and say so by `enable_features: [{flag}]` in .promcheck.yml"
            ));
        }
    }
}
