//! What happened: every notification with its reason, and for every alert of which nobody was told, why not.

use crate::engine::Labels;

use super::alerts::AlertId;

/// Why a receiver is told.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reason {
    /// It was never told of this group, or last that all is over.
    First,
    /// Alerts fire of which it does not know.
    NewAlerts,
    /// Some of the alerts are over.
    SomeResolved,
    /// All of the alerts are over.
    AllResolved,
    /// Nothing is new, but it was told longer than `repeat_interval` ago.
    Repeat,
}

impl Reason {
    /// As Alertmanager words it in `{{ .NotificationReason }}`.
    pub fn words(self) -> &'static str {
        match self {
            Reason::First => "first notification",
            Reason::NewAlerts => "new alerts added",
            Reason::SomeResolved => "some alerts resolved",
            Reason::AllResolved => "all alerts resolved",
            Reason::Repeat => "repeat interval elapsed",
        }
    }
}

/// A notification: what one receiver was told of one group at one time, by all of its means together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notification {
    /// When, in milliseconds.
    pub at: i64,
    /// The route, as a place in its tree.
    pub route: usize,
    /// The labels of the group.
    pub group_labels: Labels,
    /// Why the first of the means was used.
    pub reason: Reason,
    /// The means, such as `slack[0]`.
    pub through: Vec<String>,
    /// Alerts that it says fire, by their labels.
    pub firing: Vec<Labels>,
    /// Alerts that it says are over, by their labels.
    pub resolved: Vec<Labels>,
}

impl Notification {
    /// Whether it is about something that fires.
    pub fn is_firing(&self) -> bool {
        !self.firing.is_empty()
    }

    /// All alerts in it.
    pub fn alerts(&self) -> impl Iterator<Item = &Labels> {
        self.firing.iter().chain(&self.resolved)
    }
}

/// Why nobody was told of an alert when its group was looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cause {
    /// Another alert silences it.
    Inhibited {
        /// The rule, by its place in the configuration.
        rule: usize,
        /// The labels of the other alert.
        source: Labels,
    },
    /// The route is mute at this time.
    Muted {
        /// Which of the intervals of the route, by its place among them.
        interval: usize,
    },
    /// The route is active at other times only.
    Inactive,
    /// A silence holds.
    Silenced {
        /// Which one, by its place in the plan.
        silence: usize,
    },
    /// The receiver knows, and is told again only after this time, in milliseconds.
    Known {
        /// When `repeat_interval` will be over.
        until: i64,
    },
    /// The receiver is held to know: it was told that the alert fires, and never that it ended, since that was held
    /// back. It is told again only after this time, in milliseconds.
    HeldToKnow {
        /// When `repeat_interval` will be over.
        until: i64,
    },
    /// It is over, which the receiver is not told (`send_resolved`).
    EndNotSent,
    /// It is over, and the receiver was never told that it fires.
    NeverTold,
    /// It is over, and the receiver knows.
    EndKnown,
}

impl Cause {
    /// Whether somebody asked for it: by a rule of inhibition, a time interval or a silence.
    pub fn is_suppression(&self) -> bool {
        matches!(self, Cause::Inhibited { .. } | Cause::Muted { .. } | Cause::Inactive | Cause::Silenced { .. })
    }
}

/// An alert of which a receiver was not told, the same each time its group was looked at for a while.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Withheld {
    /// The labels of the alert.
    pub alert: Labels,
    /// The route, as a place in its tree.
    pub route: usize,
    /// The labels of its group.
    pub group_labels: Labels,
    /// Whether the alert was over.
    pub is_resolved: bool,
    /// Why.
    pub cause: Cause,
    /// When its group was first looked at with this outcome, in milliseconds.
    pub first: i64,
    /// When its group was last looked at with this outcome, in milliseconds.
    pub last: i64,
    /// How often it was looked at with this outcome.
    pub times: u32,
}

/// Everything that happened, in order.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    /// Notifications.
    pub sent: Vec<Notification>,
    /// Alerts that were held back, by when that began.
    pub withheld: Vec<Withheld>,
}

/// Which of the entries of a journal goes on for an alert of a group.
pub(super) type Ongoing = std::collections::BTreeMap<AlertId, usize>;

impl Journal {
    /// Notes that an alert was held back: goes on with the last entry for it if nothing has changed.
    pub(super) fn hold(&mut self, alert: AlertId, withheld: Withheld, ongoing: &mut Ongoing) {
        let known = ongoing.get(&alert).map(|place| &mut self.withheld[*place]);
        let same = |known: &&mut Withheld| known.cause == withheld.cause && known.is_resolved == withheld.is_resolved;
        if let Some(known) = known.filter(same) {
            known.last = withheld.last;
            known.times += 1;
            return;
        }
        ongoing.insert(alert, self.withheld.len());
        self.withheld.push(withheld);
    }
}
