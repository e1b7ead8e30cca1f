//! Alerts of one rule: pending, firing, resolved (Prometheus, `rules/alerting.go`).

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use crate::engine::{Labels, Value};

use super::rulebook::{Alarm, PlannedRule};

/// How long a resolved alert is remembered, in milliseconds.
const RESOLVED_RETENTION: i64 = 15 * 60_000;

/// The state of an alert.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum State {
    /// Its expression does not hold.
    Inactive,
    /// Its expression holds, not yet long enough.
    Pending,
    /// It fires.
    Firing,
}

impl State {
    /// The word for it, as in the label `alertstate`.
    pub fn word(self) -> &'static str {
        match self {
            State::Inactive => "inactive",
            State::Pending => "pending",
            State::Firing => "firing",
        }
    }
}

/// Names and texts, by name.
pub type Texts = Vec<(Arc<str>, String)>;

/// One alert: a label set for which the expression of a rule holds or held.
#[derive(Clone, Debug)]
pub struct Alert {
    /// Its labels, `alertname` among them.
    pub labels: Labels,
    /// The labels of the sample that raised it.
    pub sample: Labels,
    /// The value of the sample when the expression last held.
    pub value: Value,
    /// When the expression last held, in milliseconds.
    pub held_at: i64,
    /// Its annotations, when they had to be filled in at once.
    pub annotations: Option<Texts>,
    /// Its state.
    pub state: State,
    /// Since when the expression holds, in milliseconds.
    pub active_at: i64,
    /// When it stopped firing, in milliseconds.
    pub resolved_at: Option<i64>,
    /// Since when it fires only because of `keep_firing_for`, in milliseconds.
    pub kept_since: Option<i64>,
    series: AlertSeries,
}

/// The labels of the series that an alert writes, made once.
#[derive(Clone, Debug, Default)]
struct AlertSeries {
    pending: Option<Labels>,
    firing: Option<Labels>,
    since: Option<Labels>,
}

/// A change of an alert's state.
#[derive(Clone, Debug)]
pub struct Turn {
    /// The alert.
    pub labels: Labels,
    /// When, in milliseconds.
    pub at: i64,
    /// What it became.
    pub state: State,
}

/// A sample that an alerting rule writes.
pub type Written = (Labels, f64);

/// Fills in labels or annotations for a sample: the texts, the sample's labels, its value.
pub type Fill<'f> = &'f dyn Fn(&[(Arc<str>, super::rulebook::Wording<'_>)], &Labels, &Value) -> Texts;

/// All alerts of a rule.
#[derive(Debug, Default)]
pub struct Alerts {
    alerts: Vec<Alert>,
    by_labels: HashMap<Labels, usize>,
    /// Labels of alerts by those of their samples, where they depend on nothing else.
    steady: HashMap<Labels, Labels>,
    /// Every change of state, in order.
    pub turns: Vec<Turn>,
}

impl Alerts {
    /// The alerts as they are now, resolved ones of the last quarter of an hour included.
    pub fn iter(&self) -> impl Iterator<Item = &Alert> {
        self.alerts.iter()
    }

    /// Takes in what the expression gave at a time, and says what is to be written.
    ///
    /// # Errors
    /// When two samples give the same alert, or there are more alerts than the group allows.
    pub fn update(
        &mut self,
        planned: &PlannedRule<'_>,
        alarm: &Alarm<'_>,
        limit: Option<usize>,
        result: Vec<(Labels, Value)>,
        at: i64,
        fill: Fill<'_>,
    ) -> Result<Vec<Written>, String> {
        if result.is_empty() && self.alerts.is_empty() {
            return Ok(Vec::new());
        }
        let labels: Vec<Labels> =
            result.iter().map(|(sample, value)| self.labels_of(planned, alarm, sample, value, fill)).collect();
        if labels.len() > 1 {
            let mut seen = HashSet::new();
            if !labels.iter().all(|labels| seen.insert(labels)) {
                return Err("vector contains metrics with the same labelset after applying alert labels".to_owned());
            }
        }
        for (labels, (sample, value)) in labels.into_iter().zip(result) {
            self.hold(labels, alarm, sample, value, at, fill);
        }
        let written = self.advance(planned, alarm, at);
        let active = self.alerts.iter().filter(|alert| alert.state != State::Inactive).count();
        if let Some(limit) = limit.filter(|limit| active > *limit) {
            self.alerts.clear();
            self.by_labels.clear();
            return Err(format!("exceeded limit of {limit} with {active} alerts"));
        }
        Ok(written)
    }

    fn labels_of(
        &mut self,
        planned: &PlannedRule<'_>,
        alarm: &Alarm<'_>,
        sample: &Labels,
        value: &Value,
        fill: Fill<'_>,
    ) -> Labels {
        if let Some(known) = self.steady.get(sample) {
            return known.clone();
        }
        let mut labels = sample.builder();
        labels.remove("__name__");
        for (name, text) in fill(&alarm.labels, sample, value) {
            labels.set(name, text);
        }
        labels.set("alertname", Arc::clone(&planned.name));
        let labels = labels.build();
        if alarm.is_steady {
            self.steady.insert(sample.clone(), labels.clone());
        }
        labels
    }

    /// The expression holds for these labels.
    fn hold(&mut self, labels: Labels, alarm: &Alarm<'_>, sample: Labels, value: Value, at: i64, fill: Fill<'_>) {
        let asks = alarm.annotations.iter().any(|(_, wording)| wording.asks());
        let annotations = asks.then(|| fill(&alarm.annotations, &sample, &value));
        let known = self.by_labels.get(&labels).copied();
        if let Some(alert) = known.map(|at| &mut self.alerts[at]).filter(|alert| alert.state != State::Inactive) {
            (alert.sample, alert.value, alert.annotations, alert.held_at) = (sample, value, annotations, at);
            return;
        }
        let alert = Alert {
            labels: labels.clone(),
            sample,
            value,
            held_at: at,
            annotations,
            state: State::Pending,
            active_at: at,
            resolved_at: None,
            kept_since: None,
            series: AlertSeries::default(),
        };
        self.turns.push(Turn { labels: labels.clone(), at, state: State::Pending });
        match known {
            Some(place) => self.alerts[place] = alert,
            None => {
                self.by_labels.insert(labels, self.alerts.len());
                self.alerts.push(alert);
            }
        }
    }

    /// Lets time pass: alerts begin to fire, are kept firing, are resolved and forgotten.
    fn advance(&mut self, planned: &PlannedRule<'_>, alarm: &Alarm<'_>, at: i64) -> Vec<Written> {
        let mut written = Vec::new();
        let mut forgotten = false;
        for alert in &mut self.alerts {
            let before = alert.state;
            let is_forgotten = alert.advance(alarm, at);
            forgotten |= is_forgotten;
            if alert.state != before {
                self.turns.push(Turn { labels: alert.labels.clone(), at, state: alert.state });
            }
            if alert.state != State::Inactive {
                alert.write(planned, alarm, &mut written);
            }
        }
        if forgotten {
            self.alerts.retain(|alert| !alert.is_forgotten(at));
            self.by_labels = self.alerts.iter().enumerate().map(|(at, alert)| (alert.labels.clone(), at)).collect();
        }
        written
    }
}

impl Alert {
    /// Whether it is nothing any more: it never fired, or was resolved long ago.
    fn is_forgotten(&self, at: i64) -> bool {
        self.state == State::Inactive && self.resolved_at.is_none_or(|resolved| at - resolved > RESOLVED_RETENTION)
    }

    /// Whether it stopped firing at this time.
    pub fn is_resolved_at(&self, at: i64) -> bool {
        self.state == State::Inactive && self.resolved_at == Some(at)
    }

    /// Lets time pass; says whether the alert is to be forgotten.
    fn advance(&mut self, alarm: &Alarm<'_>, at: i64) -> bool {
        if self.held_at == at {
            self.kept_since = None;
        } else {
            let kept = self.state == State::Firing && alarm.keep_firing > 0 && {
                let since = *self.kept_since.get_or_insert(at);
                at - since < alarm.keep_firing
            };
            if !kept {
                // A pending alert leaves no trace; a firing one is resolved.
                if self.state == State::Firing {
                    self.resolved_at = Some(at);
                }
                self.state = State::Inactive;
                return self.is_forgotten(at);
            }
        }
        let is_long_enough = at - self.active_at >= alarm.hold;
        self.state = if self.state == State::Firing || is_long_enough { State::Firing } else { State::Pending };
        false
    }

    /// Adds `ALERTS` and `ALERTS_FOR_STATE`.
    fn write(&mut self, planned: &PlannedRule<'_>, alarm: &Alarm<'_>, written: &mut Vec<Written>) {
        let build = |name: &str, state: Option<State>| {
            let mut labels = alarm.unexpanded.builder();
            for label in self.labels.iter() {
                labels.set(Arc::clone(&label.name), Arc::clone(&label.value));
            }
            labels.set("__name__", name).set("alertname", Arc::clone(&planned.name));
            if let Some(state) = state {
                labels.set("alertstate", state.word());
            }
            labels.build()
        };
        let state = match self.state {
            State::Firing => self.series.firing.get_or_insert_with(|| build("ALERTS", Some(State::Firing))),
            _ => self.series.pending.get_or_insert_with(|| build("ALERTS", Some(State::Pending))),
        };
        written.push((state.clone(), 1.0));
        let since = self.series.since.get_or_insert_with(|| build("ALERTS_FOR_STATE", None));
        written.push((since.clone(), self.active_at.div_euclid(1000) as f64));
    }
}
