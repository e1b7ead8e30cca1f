//! An Alertmanager that lets time pass.

use crate::engine::Labels;

use super::{alerts::Alerts, group::Groups, inhibition::Inhibition, journal::Journal, plan::Plan, sender::Posted};

/// An Alertmanager in virtual time.
#[derive(Debug)]
pub struct Simulation<'p> {
    pub(super) plan: &'p Plan<'p>,
    pub(super) start: i64,
    pub(super) alerts: Alerts,
    pub(super) inhibition: Inhibition,
    pub(super) groups: Groups,
    pub(super) journal: Journal,
}

/// An alert in a group that will be looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiting {
    /// The route, as a place in its tree.
    pub route: usize,
    /// When the group is looked at next, in milliseconds.
    pub until: i64,
    /// Whether that is the first time: `group_wait` runs.
    pub is_first: bool,
}

impl<'p> Simulation<'p> {
    /// An Alertmanager that starts at a time, in milliseconds since 1970.
    pub fn new(plan: &'p Plan<'p>, start: i64) -> Self {
        Self {
            plan,
            start,
            alerts: Alerts::default(),
            inhibition: Inhibition::default(),
            groups: Groups::default(),
            journal: Journal::default(),
        }
    }

    /// The configuration that it runs.
    pub fn plan(&self) -> &'p Plan<'p> {
        self.plan
    }

    /// Lets time pass until a time, and takes in alerts then. Groups that are due at that time will see them.
    pub fn receive<'a>(&mut self, at: i64, alerts: impl IntoIterator<Item = &'a Posted>) {
        self.advance(at.saturating_sub(1));
        for posted in alerts {
            let id = self.alerts.put(posted, at, self.plan, &mut self.inhibition);
            let alert = self.alerts.get(id);
            for (place, labels) in &alert.destinations {
                self.groups.put(id, alert.life, (*place, labels), &self.plan.routes[*place], at);
            }
        }
    }

    /// Lets time pass until a time, and sees to all that is due until then.
    pub fn advance(&mut self, until: i64) {
        let plan = self.plan;
        while let Some((at, place)) = self.groups.next_due(until, |route| plan.routes[route].group_interval) {
            self.flush(place, at);
        }
    }

    /// What has happened so far.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// The labels of all alerts that it ever received, in the order in which they first came.
    pub fn received(&self) -> impl Iterator<Item = &Labels> {
        self.alerts.labels()
    }

    /// The groups that an alert is in, route by route.
    pub fn waiting(&self, labels: &Labels) -> Vec<Waiting> {
        let Some(alert) = self.alerts.find(labels) else { return Vec::new() };
        let waiting = self.groups.with(alert).map(|group| Waiting {
            route: group.route,
            until: group.due,
            is_first: !group.was_looked_at,
        });
        waiting.collect()
    }
}
