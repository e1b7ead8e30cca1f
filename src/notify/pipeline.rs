//! A group that is due: what is left out of it, who knows already, and who is told (Alertmanager, `notify`).

use super::{
    alerts::AlertId,
    journal::{Cause, Notification, Reason, Withheld},
    log::{Batch, Entry, news},
    plan::{Channel, PlannedRoute},
    simulation::Simulation,
};

/// How long the notification log is kept at most, in milliseconds; `--data.retention`.
const RETENTION: i64 = 120 * 3_600_000;
/// How often the log is cleared of what is too old, in milliseconds.
const MAINTENANCE: i64 = 15 * 60_000;

/// How a receiver is told of a batch.
struct Told {
    reason: Reason,
    /// By what means.
    through: Vec<String>,
    /// Whether one of them tells of what is over.
    with_ends: bool,
}

impl Simulation<'_> {
    /// Looks at a group that is due.
    pub(super) fn flush(&mut self, place: usize, at: i64) {
        let members: Vec<AlertId> = self.groups.get(place).members.iter().copied().collect();
        let mut batch = Batch::default();
        for alert in members {
            let over = self.alerts.get(alert).life.is_over(at);
            if over { batch.resolved.push(alert) } else { batch.firing.push(alert) }
        }
        let over = batch.resolved.clone();
        let open = self.unsuppressed(place, batch, at);
        if !open.is_empty() {
            self.notify(place, &open, at);
        }
        self.groups.remove(place, &over);
    }

    /// What neither a rule of inhibition nor a time interval nor a silence holds back.
    fn unsuppressed(&mut self, place: usize, batch: Batch, at: i64) -> Batch {
        let plan = self.plan;
        let route = &plan.routes[self.groups.get(place).route];
        let batch = self.sieve(place, batch, at, |simulation, alert| {
            let inhibitor = simulation.inhibition.of(alert, at, &simulation.alerts)?;
            let source = simulation.alerts.get(inhibitor.source).labels.clone();
            Some(Cause::Inhibited { rule: inhibitor.rule, source })
        });
        if batch.is_empty() {
            return batch;
        }
        let by_time = off_hours(route, at);
        self.sieve(place, batch, at, |simulation, alert| {
            let holds = |silence: &&usize| (plan.silences[**silence].from..plan.silences[**silence].to).contains(&at);
            let silence = || simulation.alerts.get(alert).silences.iter().find(holds);
            by_time.clone().or_else(|| silence().map(|silence| Cause::Silenced { silence: *silence }))
        })
    }

    /// Leaves out the alerts for which there is a cause, and notes it. Where an end is left out of which a receiver
    /// would have to hear, the log goes on holding that it fires.
    fn sieve(&mut self, place: usize, batch: Batch, at: i64, cause: impl Fn(&Self, AlertId) -> Option<Cause>) -> Batch {
        let mut left = Batch::default();
        for (alert, over) in batch.each() {
            match cause(self, alert) {
                Some(cause) => {
                    if over {
                        self.lose(place, alert);
                    }
                    self.hold(place, alert, over, cause, at);
                }
                None if over => left.resolved.push(alert),
                None => left.firing.push(alert),
            }
        }
        left
    }

    fn lose(&mut self, place: usize, alert: AlertId) {
        let log = self.groups.get(place).log;
        for entry in self.groups.log[log].iter_mut().flatten().filter(|entry| entry.firing.contains(&alert)) {
            entry.lost.insert(alert);
        }
    }

    /// Tells the receiver by every means by which it does not know.
    fn notify(&mut self, place: usize, batch: &Batch, at: i64) {
        let route = &self.plan.routes[self.groups.get(place).route];
        let log = self.groups.get(place).log;
        let mut told: Option<Told> = None;
        let mut untold = None;
        for (number, channel) in route.channels.iter().enumerate() {
            self.forget(log, number, route, at);
            let entry = self.groups.log[log][number].as_ref();
            let Some(reason) = news(entry, batch, channel.sends_resolved, route.repeat_interval, at) else {
                untold.get_or_insert_with(|| no_news(entry, batch, channel, route));
                continue;
            };
            if channel.sends_resolved || !batch.firing.is_empty() {
                let told = told.get_or_insert_with(|| Told { reason, through: Vec::new(), with_ends: false });
                told.through.extend((!channel.name.is_empty()).then(|| channel.name.clone()));
                told.with_ends |= channel.sends_resolved;
            }
            let (firing, resolved) = (batch.firing.iter().copied(), batch.resolved.iter().copied());
            let entry = Entry { firing: firing.collect(), resolved: resolved.collect(), at, ..Entry::default() };
            self.groups.log[log][number] = Some(entry);
        }
        let ends = || batch.resolved.iter().map(|alert| (*alert, true, Cause::EndNotSent)).collect();
        let untold: Vec<(AlertId, bool, Cause)> = match &told {
            Some(told) if told.with_ends => Vec::new(),
            Some(_) => ends(),
            None => untold.unwrap_or_else(ends),
        };
        if let Some(told) = told {
            self.send(place, batch, told, at);
        }
        for (alert, over, cause) in untold {
            self.hold(place, alert, over, cause, at);
        }
    }

    /// Drops what the log has held for too long: at the first maintenance after that.
    fn forget(&mut self, log: usize, channel: usize, route: &PlannedRoute<'_>, at: i64) {
        let Some(entry) = &self.groups.log[log][channel] else { return };
        let expires = entry.at.saturating_add(RETENTION.min(2 * route.repeat_interval));
        let last_maintenance = at - (at - self.start).rem_euclid(MAINTENANCE);
        if expires < last_maintenance {
            self.groups.log[log][channel] = None;
        }
    }

    fn send(&mut self, place: usize, batch: &Batch, told: Told, at: i64) {
        let labels = |alerts: &[AlertId]| {
            let mut labels: Vec<_> = alerts.iter().map(|alert| self.alerts.get(*alert).labels.clone()).collect();
            labels.sort();
            labels
        };
        let resolved = if told.with_ends { labels(&batch.resolved) } else { Vec::new() };
        let group = self.groups.get(place);
        let notification = Notification {
            at,
            route: group.route,
            group_labels: group.labels.clone(),
            reason: told.reason,
            through: told.through,
            firing: labels(&batch.firing),
            resolved,
        };
        self.journal.sent.push(notification);
        let group = self.groups.get_mut(place);
        for (alert, _) in batch.each() {
            group.ongoing.remove(&alert);
        }
    }

    fn hold(&mut self, place: usize, alert: AlertId, is_resolved: bool, cause: Cause, at: i64) {
        let group = self.groups.get_mut(place);
        let withheld = Withheld {
            alert: self.alerts.get(alert).labels.clone(),
            route: group.route,
            group_labels: group.labels.clone(),
            is_resolved,
            cause,
            first: at,
            last: at,
            times: 1,
        };
        self.journal.hold(alert, withheld, &mut group.ongoing);
    }
}

/// What keeps a whole route silent at a time.
fn off_hours(route: &PlannedRoute<'_>, at: i64) -> Option<Cause> {
    if !route.active.is_empty() && !route.active.iter().any(|timetable| timetable.contains(at)) {
        return Some(Cause::Inactive);
    }
    let interval = route.mute.iter().position(|timetable| timetable.contains(at))?;
    Some(Cause::Muted { interval })
}

/// Why nobody is told of each alert of a batch that is no news.
fn no_news(
    entry: Option<&Entry>,
    batch: &Batch,
    channel: &Channel,
    route: &PlannedRoute<'_>,
) -> Vec<(AlertId, bool, Cause)> {
    let until = entry.map_or(0, |entry| entry.at.saturating_add(route.repeat_interval));
    let cause = |alert: AlertId, over: bool| match (entry, over) {
        (Some(entry), false) if entry.lost.contains(&alert) => Cause::HeldToKnow { until },
        (_, false) => Cause::Known { until },
        (_, true) if !channel.sends_resolved => Cause::EndNotSent,
        (Some(entry), true) if entry.resolved.contains(&alert) => Cause::EndKnown,
        (_, true) => Cause::NeverTold,
    };
    batch.each().map(|(alert, over)| (alert, over, cause(alert, over))).collect()
}
