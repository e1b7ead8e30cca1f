//! The alerts that Alertmanager was sent: what their labels decide, and when they end (Alertmanager, `provider/mem`).

use std::collections::HashMap;

use crate::engine::Labels;

use super::{
    inhibition::{Inhibition, Role},
    plan::Plan,
    sender::Posted,
};

/// An alert, by its place among all that were ever sent.
pub(super) type AlertId = usize;

/// All alerts that were ever sent.
#[derive(Debug, Default)]
pub(super) struct Alerts {
    all: Vec<Alert>,
    by_labels: HashMap<Labels, AlertId>,
}

/// An alert, and what is decided by its labels.
#[derive(Debug)]
pub(super) struct Alert {
    /// Its labels.
    pub(super) labels: Labels,
    /// The routes it ends in, with the labels of its group there.
    pub(super) destinations: Vec<(usize, Labels)>,
    /// What it is to rules of inhibition.
    pub(super) roles: Vec<Role>,
    /// The silences with matchers that it satisfies.
    pub(super) silences: Vec<usize>,
    /// Since when and until when it fires.
    pub(super) life: Life,
}

/// Since when and until when an alert fires, in milliseconds.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) struct Life {
    /// Since when.
    pub(super) starts_at: i64,
    /// Until when: in the future while it fires.
    pub(super) ends_at: i64,
}

impl Life {
    /// Whether it is over at a time.
    pub(super) fn is_over(self, at: i64) -> bool {
        self.ends_at <= at
    }

    /// What is known of an alert after something newer was heard. Only where the newer begins or ends strictly within
    /// the older are both joined.
    fn followed_by(self, newer: Self, now: i64) -> Self {
        let within = |at: i64| self.starts_at < at && at < self.ends_at;
        if !within(newer.starts_at) && !within(newer.ends_at) {
            return newer;
        }
        // Both may be over; or the newer one still lasts, and then a later end that was announced holds.
        let outlasts = self.is_over(now) || !newer.is_over(now);
        Self {
            starts_at: newer.starts_at.min(self.starts_at),
            ends_at: if outlasts { newer.ends_at.max(self.ends_at) } else { newer.ends_at },
        }
    }
}

impl Alerts {
    /// An alert by its identity.
    pub(super) fn get(&self, id: AlertId) -> &Alert {
        &self.all[id]
    }

    /// The labels of all of them, in the order in which they were first sent.
    pub(super) fn labels(&self) -> impl Iterator<Item = &Labels> {
        self.all.iter().map(|alert| &alert.labels)
    }

    /// The alert with these labels, if it was ever sent.
    pub(super) fn find(&self, labels: &Labels) -> Option<AlertId> {
        self.by_labels.get(labels).copied()
    }

    /// Takes in what was sent.
    pub(super) fn put(&mut self, posted: &Posted, now: i64, plan: &Plan<'_>, inhibition: &mut Inhibition) -> AlertId {
        let life = Life { starts_at: posted.starts_at, ends_at: posted.ends_at };
        if let Some(id) = self.find(&posted.labels) {
            self.all[id].life = self.all[id].life.followed_by(life, now);
            return id;
        }
        let id = self.all.len();
        let labels = &posted.labels;
        let grouped = |place: usize| (place, plan.group_labels(place, labels));
        let silences = plan.silences.iter().enumerate().filter(|(_, silence)| silence.takes(labels));
        self.all.push(Alert {
            labels: labels.clone(),
            destinations: plan.routes_of(labels).into_iter().map(grouped).collect(),
            roles: inhibition.enrol(id, labels, plan),
            silences: silences.map(|(place, _)| place).collect(),
            life,
        });
        self.by_labels.insert(labels.clone(), id);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_lives_are_joined() {
        for (older, newer, now, expected) in [
            // Sent again: the same start, a later end.
            ((10, 250), (10, 370), 130, (10, 370)),
            // Resolved: the end comes nearer.
            ((10, 250), (10, 100), 100, (10, 100)),
            // Fires again after its end.
            ((10, 100), (200, 440), 200, (200, 440)),
            // Fires again before Alertmanager heard of the end: the earlier start stays.
            ((10, 250), (200, 440), 200, (10, 440)),
            // An announced end that is later than the new one stays while the alert fires.
            ((10, 500), (200, 440), 200, (10, 500)),
            // Both are over: the later end counts.
            ((10, 100), (10, 90), 120, (10, 100)),
        ] {
            let life = |(starts_at, ends_at)| Life { starts_at, ends_at };
            assert_eq!(life(older).followed_by(life(newer), now), life(expected), "{older:?} {newer:?}");
        }
    }
}
