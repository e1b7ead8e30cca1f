//! The notification log: what each receiver was told last, and whether there is news (Alertmanager, `nflog` and
//! `notify/dedup_stage.go`).

use std::collections::BTreeSet;

use super::{alerts::AlertId, journal::Reason};

/// What a receiver was told last of a group, by one means.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    /// Alerts that it was told to fire.
    pub(super) firing: BTreeSet<AlertId>,
    /// Alerts that it was told to be over.
    pub(super) resolved: BTreeSet<AlertId>,
    /// When, in milliseconds.
    pub(super) at: i64,
    /// Alerts among those told to fire that ended without anybody being told, because something held that back.
    pub(super) lost: BTreeSet<AlertId>,
}

/// Alerts that could be told of now.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Batch {
    /// Those that fire.
    pub(super) firing: Vec<AlertId>,
    /// Those that are over.
    pub(super) resolved: Vec<AlertId>,
}

impl Batch {
    /// Whether there is nothing to tell.
    pub(super) fn is_empty(&self) -> bool {
        self.firing.is_empty() && self.resolved.is_empty()
    }

    /// The alerts with whether they are over, those that fire first.
    pub(super) fn each(&self) -> impl Iterator<Item = (AlertId, bool)> {
        let firing = self.firing.iter().map(|alert| (*alert, false));
        firing.chain(self.resolved.iter().map(|alert| (*alert, true)))
    }
}

/// Why a receiver is to be told of a batch; `None` when it knows.
pub(super) fn news(
    entry: Option<&Entry>,
    batch: &Batch,
    sends_resolved: bool,
    repeat_interval: i64,
    at: i64,
) -> Option<Reason> {
    let Some(entry) = entry else { return (!batch.firing.is_empty()).then_some(Reason::First) };
    if !batch.firing.iter().all(|alert| entry.firing.contains(alert)) {
        return Some(if entry.firing.is_empty() { Reason::First } else { Reason::NewAlerts });
    }
    if batch.firing.is_empty() {
        // Also where ends are not told: the log has to forget the alerts.
        return (!entry.firing.is_empty()).then_some(Reason::AllResolved);
    }
    if sends_resolved && !batch.resolved.iter().all(|alert| entry.resolved.contains(alert)) {
        return Some(Reason::SomeResolved);
    }
    (entry.at < at - repeat_interval).then_some(Reason::Repeat)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_is_what_the_log_does_not_hold() {
        let entry = |firing: &[AlertId], resolved: &[AlertId]| Entry {
            firing: firing.iter().copied().collect(),
            resolved: resolved.iter().copied().collect(),
            at: 100,
            lost: BTreeSet::new(),
        };
        for (told, firing, resolved, sends_resolved, at, expected) in [
            (None, vec![1], vec![], true, 0, Some(Reason::First)),
            (None, vec![], vec![1], true, 0, None),
            (Some(entry(&[1], &[])), vec![1, 2], vec![], true, 110, Some(Reason::NewAlerts)),
            (Some(entry(&[], &[1])), vec![1], vec![], true, 110, Some(Reason::First)),
            (Some(entry(&[1], &[])), vec![], vec![1], false, 110, Some(Reason::AllResolved)),
            (Some(entry(&[], &[1])), vec![], vec![1], true, 110, None),
            (Some(entry(&[1, 2], &[])), vec![1], vec![2], true, 110, Some(Reason::SomeResolved)),
            (Some(entry(&[1, 2], &[])), vec![1], vec![2], false, 110, None),
            (Some(entry(&[1], &[2])), vec![1], vec![2], true, 110, None),
            // Exactly the interval is not yet more than the interval.
            (Some(entry(&[1], &[])), vec![1], vec![], true, 150, None),
            (Some(entry(&[1], &[])), vec![1], vec![], true, 151, Some(Reason::Repeat)),
            // Fewer alerts are no news by themselves.
            (Some(entry(&[1, 2], &[])), vec![1], vec![], true, 110, None),
        ] {
            let batch = Batch { firing, resolved };
            assert_eq!(news(told.as_ref(), &batch, sends_resolved, 50, at), expected, "{told:?} {batch:?}");
        }
    }
}
