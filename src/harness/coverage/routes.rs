//! Which routes and receivers of an Alertmanager the alerts of tests came to.

use std::collections::BTreeMap;

use crate::{
    dispatch::{Line, Loaded, outline},
    facts::routing::RouteTree,
    text::Span,
};

/// What came to a route.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub struct Reached {
    /// Alerts that ended in it, over all tests.
    pub alerts: u64,
    /// Notifications that it sent.
    pub notifications: u64,
}

impl Reached {
    /// Both, added.
    pub fn add(&mut self, other: Reached) {
        self.alerts += other.alerts;
        self.notifications += other.notifications;
    }
}

/// What tests showed of a route.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RouteCoverage {
    /// The route.
    pub line: Line,
    /// What came to it.
    pub reached: Reached,
}

/// What tests showed of the routes of these configurations, file by file, parents before children.
pub fn of<'c>(managers: impl IntoIterator<Item = &'c Loaded>, seen: &BTreeMap<Span, Reached>) -> Vec<RouteCoverage> {
    let roots = managers.into_iter().filter_map(|manager| manager.config.as_ref()?.route.as_ref());
    let lines = roots.flat_map(|root| outline(&RouteTree::of(root)));
    lines.map(|line| RouteCoverage { reached: seen.get(&line.place).copied().unwrap_or_default(), line }).collect()
}

/// The receivers of some routes, in the order of the routes, each with what came to all of its routes.
pub fn receivers(routes: &[RouteCoverage]) -> Vec<(&str, Reached)> {
    let mut receivers: Vec<(&str, Reached)> = Vec::new();
    for route in routes {
        match receivers.iter_mut().find(|(name, _)| *name == route.line.receiver) {
            Some((_, reached)) => reached.add(route.reached),
            None => receivers.push((&route.line.receiver, route.reached)),
        }
    }
    receivers
}
