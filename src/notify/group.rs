//! Groups of alerts: those on one route that have the labels of its `group_by` in common (Alertmanager, `dispatch`).

use std::collections::{BTreeSet, HashMap};

use crate::engine::Labels;

use super::{
    alerts::{AlertId, Life},
    journal::Ongoing,
    log::Entry,
    plan::PlannedRoute,
};

/// A group of alerts.
#[derive(Debug)]
pub(super) struct Group {
    /// The route, as a place in its tree.
    pub(super) route: usize,
    /// The labels that its alerts have in common.
    pub(super) labels: Labels,
    /// Its alerts.
    pub(super) members: BTreeSet<AlertId>,
    /// When it is looked at next, in milliseconds.
    pub(super) due: i64,
    /// Whether it was ever looked at.
    pub(super) was_looked_at: bool,
    /// Where the notification log speaks of it.
    pub(super) log: usize,
    /// What goes on for its alerts in the journal.
    pub(super) ongoing: Ongoing,
}

/// All groups, and what the notification log holds of them.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// Groups, those that were dissolved included.
    all: Vec<Group>,
    /// Groups that have alerts.
    open: HashMap<(usize, Labels), usize>,
    /// When each is due: the time, its route, its place.
    queue: BTreeSet<(i64, usize, usize)>,
    /// The notification log: for every means of a receiver what it was told of a group.
    pub(super) log: Vec<Vec<Option<Entry>>>,
    log_places: HashMap<(usize, Labels), usize>,
}

impl Groups {
    /// A group by its place.
    pub(super) fn get(&self, place: usize) -> &Group {
        &self.all[place]
    }

    /// A group by its place.
    pub(super) fn get_mut(&mut self, place: usize) -> &mut Group {
        &mut self.all[place]
    }

    /// The groups that have an alert, in the order in which they were made.
    pub(super) fn with(&self, alert: AlertId) -> impl Iterator<Item = &Group> {
        self.all.iter().filter(move |group| group.members.contains(&alert))
    }

    /// Puts an alert into its group. A new group waits for `group_wait`, but not for an alert that is older than that.
    pub(super) fn put(
        &mut self,
        alert: AlertId,
        life: Life,
        (place, labels): (usize, &Labels),
        route: &PlannedRoute<'_>,
        now: i64,
    ) {
        if let Some(open) = self.open.get(&(place, labels.clone())) {
            self.all[*open].members.insert(alert);
            return;
        }
        let is_old = life.starts_at.saturating_add(route.group_wait) < now;
        let due = if is_old { now } else { now.saturating_add(route.group_wait) };
        let log = *self.log_places.entry((route.log, labels.clone())).or_insert_with(|| {
            self.log.push(vec![None; route.channels.len()]);
            self.log.len() - 1
        });
        let group = Group {
            route: place,
            labels: labels.clone(),
            members: BTreeSet::from([alert]),
            due,
            was_looked_at: false,
            log,
            ongoing: Ongoing::new(),
        };
        let number = self.all.len();
        self.all.push(group);
        self.open.insert((place, labels.clone()), number);
        self.queue.insert((due, place, number));
    }

    /// The next group that is due at a time or before, which is then due again after its interval.
    pub(super) fn next_due(&mut self, until: i64, interval: impl Fn(usize) -> i64) -> Option<(i64, usize)> {
        let &(at, route, place) = self.queue.first().filter(|(at, ..)| *at <= until)?;
        self.queue.pop_first();
        let due = at.saturating_add(interval(route));
        let group = &mut self.all[place];
        (group.due, group.was_looked_at) = (due, true);
        self.queue.insert((due, route, place));
        Some((at, place))
    }

    /// Takes alerts out of a group, which ends when it has none left.
    pub(super) fn remove(&mut self, place: usize, gone: &[AlertId]) {
        let group = &mut self.all[place];
        for alert in gone {
            group.members.remove(alert);
            group.ongoing.remove(alert);
        }
        if group.members.is_empty() {
            self.open.remove(&(group.route, group.labels.clone()));
            self.queue.remove(&(group.due, group.route, place));
        }
    }
}
