//! Which feature flags the servers that evaluate an expression are started with.

use std::collections::BTreeSet;

use crate::{
    facts::{Container, Program},
    kit::*,
    promql::Feature,
};

/// What is known of the feature flags of the servers.
pub(super) struct FeatureFlags<'f, 'w> {
    facts: &'f Facts<'w>,
    /// The containers that evaluate the expression, each with its feature flags as far as they are known.
    containers: Vec<(&'f Container<'w>, Option<BTreeSet<String>>)>,
}

impl<'f, 'w> FeatureFlags<'f, 'w> {
    /// Those that evaluate the expression at a site; of a dashboard they are not known.
    pub(super) fn of(site: QuerySite<'w>, facts: &'f Facts<'w>) -> Self {
        let scraping = site.source(facts).known.scraping;
        let mut containers = Vec::new();
        for server in scraping.servers().iter().filter(|_| site.rule().is_some() && scraping.is_certain()) {
            let seeing = facts.deployment.seeing(Program::Prometheus, &server.file.path);
            let running = seeing.filter(|(container, path)| container.may_run(path));
            containers.extend(running.map(|(container, _)| (container, container.enabled_features())));
        }
        Self { facts, containers }
    }

    /// Whether every server is started with a feature, or the configuration says so.
    pub(super) fn with(&self, feature: Feature) -> bool {
        let has = |features: &Option<BTreeSet<String>>| {
            features.as_ref().is_some_and(|features| features.contains(feature.flag()))
        };
        self.facts.config.enable_features.iter().any(|enabled| enabled.value == feature.flag())
            || !self.containers.is_empty() && self.containers.iter().all(|(_, features)| has(features))
    }

    /// A container that is certainly started without a feature.
    pub(super) fn without(&self, feature: Feature) -> Option<&'f Container<'w>> {
        let lacks = |features: &Option<BTreeSet<String>>| {
            features.as_ref().is_some_and(|features| !features.contains(feature.flag()))
        };
        self.containers.iter().find(|(_, features)| lacks(features)).map(|(container, _)| *container)
    }
}
