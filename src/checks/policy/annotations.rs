//! Annotations of alerts that the project demands, forbids, or wants otherwise.

use std::collections::BTreeMap;

use crate::{check, kit::*};

use super::demands::{Demands, is_excepted};

check! {
    /// An alert does not have the annotations that the project demands, or has others than it allows.
    ///
    /// ## Why it matters
    /// Whoever is woken up reads the annotations, and nothing else. The check is silent until the configuration says what
    /// is demanded.
    ///
    /// ## Example
    /// ```yaml path=.promcheck.yml
    /// checks:
    ///   policy/annotations:
    ///     required: [summary]
    ///     matching: {runbook_url: "https://.+"}
    /// ```
    /// ```yaml
    /// - alert: TargetDown
    ///   expr: up == 0
    ///   annotations: {runbook_url: somewhere}
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=.promcheck.yml
    /// checks:
    ///   policy/annotations:
    ///     required: [summary]
    ///     matching: {runbook_url: "https://.+"}
    /// ```
    /// ```yaml
    /// - alert: TargetDown
    ///   expr: up == 0
    ///   annotations: {summary: It is down, runbook_url: "https://wiki.example.org/down"}
    /// ```
    pub struct Annotations {
        /// Annotations that every alert has to have.
        pub required: Vec<String> = Vec::new(),
        /// Annotations of which every alert has to have one.
        pub any_of: Vec<String> = Vec::new(),
        /// Patterns of annotations that no alert may have.
        pub forbidden: Vec<String> = Vec::new(),
        /// The texts that an annotation may have, by annotation.
        pub allowed: BTreeMap<String, Vec<String>> = BTreeMap::new(),
        /// The pattern that an annotation has to match as a whole, by annotation.
        pub matching: BTreeMap<String, String> = BTreeMap::new(),
        /// Patterns of the names of alerts that need not follow.
        pub except: Vec<String> = Vec::new(),
    }
    id: "policy/annotations", severity: Error, needs_options: true,
}

impl Check for Annotations {
    type Subject = Rule;

    fn check(&self, site: RuleSite<'_>, _: &Facts<'_>, out: &mut Sink<'_>) {
        if !site.rule.is_alerting() || is_excepted(site, &self.except) {
            return;
        }
        let Self { required, any_of, forbidden, allowed, matching, .. } = self;
        let demands = Demands { what: "annotation", required, any_of, forbidden, allowed, matching };
        demands.check(site.rule.anchor(), &site.rule.annotations, &[], out);
    }
}
