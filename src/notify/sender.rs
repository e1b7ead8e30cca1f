//! Prometheus' side: which alerts a rule sends after an evaluation (Prometheus, `rules/alerting.go`, `rules/manager.go`).

use std::collections::HashMap;

use crate::engine::Labels;

/// How long an alert that was sent is not sent again, in milliseconds; `--rules.alert.resend-delay`.
pub(super) const RESEND_DELAY: i64 = 60_000;
/// For how many evaluations, or delays, an alert that is sent holds.
const HOLDS_FOR: i64 = 4;

/// What a rule says of one of its alerts after an evaluation. Pending ones are not spoken of.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It fires.
    Firing,
    /// It stopped firing at this time, in milliseconds.
    Resolved(i64),
}

/// An alert as it is sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Posted {
    /// Its labels, external ones included.
    pub labels: Labels,
    /// Since when it fires, in milliseconds.
    pub starts_at: i64,
    /// When it ended, or will have ended unless it is sent again, in milliseconds.
    pub ends_at: i64,
}

/// What a Prometheus remembers of the alerts that it sends.
#[derive(Debug, Default)]
pub struct Sender {
    external_labels: Vec<(String, String)>,
    by_rule: HashMap<usize, HashMap<Labels, Remembered>>,
}

#[derive(Clone, Debug)]
struct Remembered {
    /// Its labels with external ones.
    posted: Labels,
    fired_at: i64,
    last_sent: Option<i64>,
    is_over: bool,
}

impl Sender {
    /// A server that adds these labels to every alert that has none of the name.
    pub fn new(external_labels: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { external_labels: external_labels.into_iter().collect(), by_rule: HashMap::new() }
    }

    /// What a rule sends after an evaluation: `alerts` are all that fire or are remembered as resolved, `interval` is
    /// the time between two evaluations of its group. Rules are told apart by any number.
    pub fn evaluated(
        &mut self,
        rule: usize,
        interval: i64,
        at: i64,
        alerts: impl IntoIterator<Item = (Labels, Standing)>,
    ) -> Vec<Posted> {
        let mut before = self.by_rule.remove(&rule).unwrap_or_default();
        let mut now = HashMap::new();
        let mut sent = Vec::new();
        for (labels, standing) in alerts {
            let known = before.remove(&labels).filter(|known| !known.is_over || standing != Standing::Firing);
            let mut known = known.unwrap_or_else(|| Remembered {
                posted: self.with_external(&labels),
                fired_at: at,
                last_sent: None,
                is_over: false,
            });
            known.is_over = standing != Standing::Firing;
            if known.is_due(standing, at) {
                known.last_sent = Some(at);
                let ends_at = match standing {
                    Standing::Firing => at + HOLDS_FOR * interval.max(RESEND_DELAY),
                    Standing::Resolved(ended) => ended,
                };
                sent.push(Posted { labels: known.posted.clone(), starts_at: known.fired_at, ends_at });
            }
            now.insert(labels, known);
        }
        if !now.is_empty() {
            self.by_rule.insert(rule, now);
        }
        sent
    }

    /// An alert as it is sent: with the external labels of which it has none of its own.
    pub fn with_external(&self, labels: &Labels) -> Labels {
        let mut posted = labels.builder();
        for (name, value) in &self.external_labels {
            if labels.get(name).is_none() {
                posted.set(name.as_str(), value.as_str());
            }
        }
        posted.build()
    }
}

impl Remembered {
    fn is_due(&self, standing: Standing, at: i64) -> bool {
        let Some(last) = self.last_sent else { return true };
        matches!(standing, Standing::Resolved(ended) if ended > last) || last + RESEND_DELAY < at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1000;

    /// When an alert is sent, and when it ends by that, for evaluations every so many seconds.
    fn sent(interval: i64, standings: &[Standing]) -> Vec<(i64, i64)> {
        let mut sender = Sender::new([("cluster".to_owned(), "eu".to_owned())]);
        let labels = Labels::of([("alertname", "Down")]);
        let mut found = Vec::new();
        for (turn, standing) in standings.iter().enumerate() {
            let at = turn as i64 * interval * SECOND;
            for posted in sender.evaluated(7, interval * SECOND, at, [(labels.clone(), *standing)]) {
                assert_eq!(posted.labels, Labels::of([("alertname", "Down"), ("cluster", "eu")]));
                found.push((at / SECOND, posted.ends_at / SECOND));
            }
        }
        found
    }

    #[test]
    fn sends_again_after_more_than_the_delay() {
        use Standing::{Firing, Resolved};
        // Every 15 s: the first time that is more than a minute later is 75 s.
        assert_eq!(sent(15, &[Firing; 8]), [(0, 240), (75, 315)]);
        // Every minute: a minute is not more than a minute.
        assert_eq!(sent(60, &[Firing; 5]), [(0, 240), (120, 360), (240, 480)]);
        // What is sent every five minutes holds for twenty.
        assert_eq!(sent(300, &[Firing; 2]), [(0, 1200), (300, 1500)]);
        // An end is sent at once, and then again like everything.
        let over = Resolved(30 * SECOND);
        assert_eq!(sent(30, &[Firing, over, over, over, over]), [(0, 240), (30, 30), (120, 30)]);
    }

    #[test]
    fn a_new_fire_is_a_new_alert() {
        use Standing::{Firing, Resolved};
        let mut sender = Sender::default();
        let labels = Labels::of([("alertname", "Down")]);
        let mut starts = Vec::new();
        for (at, standing) in [(0, Firing), (1, Resolved(SECOND)), (2, Firing), (3, Firing)] {
            let posted = sender.evaluated(0, SECOND, at * SECOND, [(labels.clone(), standing)]);
            starts.extend(posted.iter().map(|posted| posted.starts_at / SECOND));
        }
        assert_eq!(starts, [0, 0, 2]);
        // What the rule no longer speaks of is forgotten, also when it comes back.
        assert!(sender.evaluated(0, SECOND, 4 * SECOND, []).is_empty());
        assert_eq!(sender.evaluated(0, SECOND, 5 * SECOND, [(labels, Firing)])[0].starts_at, 5 * SECOND);
    }
}
