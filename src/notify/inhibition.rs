//! Alerts that silence other alerts (Alertmanager, `inhibit`).

use std::collections::HashMap;

use crate::engine::Labels;

use super::{
    alerts::{AlertId, Alerts},
    plan::{Plan, matches},
};

/// What an alert is to a rule of inhibition.
#[derive(Clone, Debug)]
pub(super) struct Role {
    /// The rule, by its place in the configuration.
    rule: usize,
    /// Whether the alert silences by it.
    is_source: bool,
    /// Whether the alert is silenced by it.
    is_target: bool,
    /// Its labels in which both must agree.
    equal: Labels,
}

/// What silences an alert.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) struct Inhibitor {
    /// The rule, by its place in the configuration.
    pub(super) rule: usize,
    /// The alert that silences.
    pub(super) source: AlertId,
}

/// The sources of all rules, by the labels in which targets must agree with them.
#[derive(Debug, Default)]
pub(super) struct Inhibition {
    sources: HashMap<(usize, Labels), Vec<Source>>,
}

#[derive(Copy, Clone, Debug)]
struct Source {
    alert: AlertId,
    is_target: bool,
}

impl Inhibition {
    /// What a new alert is to the rules; remembers those by which it silences.
    pub(super) fn enrol(&mut self, alert: AlertId, labels: &Labels, plan: &Plan<'_>) -> Vec<Role> {
        let mut roles = Vec::new();
        for (place, rule) in plan.config.inhibit_rules.iter().enumerate() {
            let (is_source, is_target) = (matches(&rule.source.all, labels), matches(&rule.target.all, labels));
            if !is_source && !is_target {
                continue;
            }
            let equal = labels.filtered(|name| rule.equal.iter().any(|equal| equal.value == name));
            if is_source {
                let sources = self.sources.entry((place, equal.clone())).or_default();
                sources.push(Source { alert, is_target });
            }
            roles.push(Role { rule: place, is_source, is_target, equal });
        }
        roles
    }

    /// What silences an alert at a time: the first rule with an alert that fires. An alert that is both source and
    /// target of a rule is not silenced by another such one, nor by itself.
    pub(super) fn of(&self, alert: AlertId, at: i64, alerts: &Alerts) -> Option<Inhibitor> {
        let targeted = alerts.get(alert).roles.iter().filter(|role| role.is_target);
        targeted.filter_map(|role| self.by_rule(role, at, alerts)).next()
    }

    fn by_rule(&self, role: &Role, at: i64, alerts: &Alerts) -> Option<Inhibitor> {
        let sources = self.sources.get(&(role.rule, role.equal.clone()))?.iter();
        let mut firing = sources
            .filter(|source| !(role.is_source && source.is_target))
            .filter(|source| !alerts.get(source.alert).life.is_over(at));
        firing.next().map(|source| Inhibitor { rule: role.rule, source: source.alert })
    }
}
