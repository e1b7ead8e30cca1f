//! Labels of rules that the project demands, forbids, or wants otherwise.

use std::collections::BTreeMap;

use crate::{check, kit::*};

use super::demands::{Demands, is_excepted};

check! {
    /// A rule does not have the labels that the project demands, or has others than it allows.
    ///
    /// ## Why it matters
    /// Routes, inhibitions and dashboards rely on labels. A rule without them goes wherever the rest goes. The check is
    /// silent until the configuration says what is demanded; labels of the group count as the rule's.
    ///
    /// ## Example
    /// ```yaml path=.promcheck.yml
    /// checks:
    ///   policy/labels:
    ///     required: [severity]
    /// ```
    /// ```yaml
    /// - alert: TargetDown
    ///   expr: up == 0
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=.promcheck.yml
    /// checks:
    ///   policy/labels:
    ///     required: [severity]
    /// ```
    /// ```yaml
    /// - alert: TargetDown
    ///   expr: up == 0
    ///   labels: {severity: critical}
    /// ```
    pub struct Labels {
        /// Labels that every alert has to have.
        pub required: Vec<String> = Vec::new(),
        /// Labels of which every alert has to have one.
        pub any_of: Vec<String> = Vec::new(),
        /// Patterns of labels that no rule may have.
        pub forbidden: Vec<String> = Vec::new(),
        /// The values that a label may have, by label.
        pub allowed: BTreeMap<String, Vec<String>> = BTreeMap::new(),
        /// The pattern that the value of a label has to match as a whole, by label.
        pub matching: BTreeMap<String, String> = BTreeMap::new(),
        /// Whether recording rules are to follow, too.
        pub records: bool = false,
        /// Patterns of the names of rules that need not follow.
        pub except: Vec<String> = Vec::new(),
    }
    id: "policy/labels", severity: Error, needs_options: true,
}

impl Check for Labels {
    type Subject = Rule;

    fn check(&self, site: RuleSite<'_>, _: &Facts<'_>, out: &mut Sink<'_>) {
        if !(site.rule.is_alerting() || self.records) || is_excepted(site, &self.except) {
            return;
        }
        let Self { required, any_of, forbidden, allowed, matching, .. } = self;
        let demands = Demands { what: "label", required, any_of, forbidden, allowed, matching };
        demands.check(site.rule.anchor(), &site.rule.labels, &site.group.labels, out);
    }
}
