//! Expressions of rules that Prometheus cannot read.

use crate::{
    check,
    facts::{Program, running},
    kit::*,
    promql::Feature,
    vocab::names_a_blank,
};

use super::feature_flags::FeatureFlags;

check! {
    /// The expression of a rule is no valid PromQL.
    ///
    /// ## Why it matters
    /// Prometheus refuses the whole rule file, and with it to start or to reload.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: HighErrorRate
    ///   expr: sum(rate(http_errors_total[5m]) > 5
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: HighErrorRate
    ///   expr: sum(rate(http_errors_total[5m])) > 5
    /// ```
    pub struct Syntax {}
    id: "promql/syntax", severity: Error,
}

impl Check for Syntax {
    type Subject = Query;

    fn check(&self, site: QuerySite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        // A rule without an expression is none of syntax: `rules/structure` says so.
        let text = site.query.text.text();
        if !site.query.errors().is_empty() && site.rule().is_some() && !text.trim().is_empty() && !is_templated(text) {
            // MetricsQL has windows over any expression, and more.
            if facts.victoria.evaluates(site.document.file) {
                return;
            }
            // What somebody is to copy and fill in, no server loads as it is.
            let path = &facts.workspace.files.file(site.document.file).path;
            if names_a_blank(text) && facts.servers.loading(path).next().is_none() {
                return;
            }
            let flags = FeatureFlags::of(site, facts);
            let is_on = |feature: &Feature| flags.with(*feature);
            let features: Vec<Feature> = Feature::ALL.into_iter().filter(is_on).collect();
            let release = running(facts, Program::Prometheus, path).map(|running| running.version);
            for error in site.query.clone().with_features(&features).errors_in(release) {
                out.adopt(error.clone());
            }
        }
    }
}

/// Whether somebody's own templating fills in parts of it before Prometheus sees it. None of these can stand
/// in PromQL, strings aside.
fn is_templated(text: &str) -> bool {
    ["%%", "{{", "${", "<%", "@@"].iter().any(|mark| text.contains(mark))
}
