//! Rule groups at work: each rule sees what the ones before it wrote (Prometheus, `rules/group.go`).

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use crate::{
    engine::{Answered, Labels, Moments, Options, Storage, Value},
    histogram::STALE_MARKER,
    text::{FileId, Span},
};

use super::{
    alerting::{Alerts, Texts, Written},
    foresight::{Ahead, Foresight},
    rulebook::{Alarm, Outcome, PlannedGroup, PlannedRule, Wording},
    words::{Server, Telling},
};

/// Groups with what their rules remember between evaluations.
#[derive(Debug)]
pub struct Evaluation<'p, 's> {
    /// The groups in the order of their evaluation.
    pub groups: Vec<RunningGroup<'p, 's>>,
    /// How many samples the rules have written.
    pub written: u64,
}

/// A group with what its rules remember.
#[derive(Debug)]
pub struct RunningGroup<'p, 's> {
    /// The group.
    pub planned: &'p PlannedGroup<'s>,
    /// Its rules, in order.
    pub rules: Vec<RunningRule<'p, 's>>,
}

/// A rule with what it remembers.
#[derive(Debug)]
pub struct RunningRule<'p, 's> {
    /// The rule.
    pub planned: &'p PlannedRule<'s>,
    /// Its alerts; of a recording rule there are none.
    pub alerts: Alerts,
    /// Labels of recorded series by those of the samples they come from.
    recorded: HashMap<Labels, Labels>,
    /// The series it wrote last time.
    returned: Vec<Labels>,
    /// What it gives at moments to come, where that can be told.
    ahead: Option<Ahead>,
}

/// A rule that could not be evaluated.
#[derive(Debug)]
pub struct RuleFailure<'p, 's> {
    /// The file of the rule.
    pub file: FileId,
    /// The rule.
    pub planned: &'p PlannedRule<'s>,
    /// When, in milliseconds.
    pub at: i64,
    /// The part of its expression, where that is known.
    pub span: Option<Span>,
    /// Why, as Prometheus words it.
    pub message: String,
}

/// What a rule is evaluated with.
#[derive(Debug)]
pub struct Surroundings<'a> {
    /// How the engine is set up.
    pub options: &'a Options,
    /// What templates know of the server.
    pub server: &'a Server,
    /// Up to when the input series that no rule writes are loaded, in milliseconds.
    pub horizon: i64,
}

/// Why a rule gave nothing.
struct Trouble {
    span: Option<Span>,
    message: String,
}

impl From<String> for Trouble {
    fn from(message: String) -> Self {
        Self { span: None, message }
    }
}

impl<'p, 's> Evaluation<'p, 's> {
    /// Groups that were never evaluated.
    pub fn new(groups: &[&'p PlannedGroup<'s>], foresight: Option<&Foresight<'_>>) -> Self {
        let rule = |planned| RunningRule {
            planned,
            alerts: Alerts::default(),
            recorded: HashMap::new(),
            returned: Vec::new(),
            ahead: foresight.filter(|foresight| foresight.foresees(planned)).map(|_| Ahead::default()),
        };
        let group =
            |planned: &&'p PlannedGroup<'s>| RunningGroup { planned, rules: planned.rules.iter().map(rule).collect() };
        Self { groups: groups.iter().map(group).collect(), written: 0 }
    }

    /// Evaluates, in order, the groups that are due. `interval` is the time between two evaluations of a group in
    /// milliseconds; `None` for a group that is not due.
    pub fn evaluate(
        &mut self,
        at: i64,
        interval: impl Fn(&PlannedGroup<'s>) -> Option<i64>,
        storage: &mut Storage,
        surroundings: &Surroundings<'_>,
    ) -> Vec<RuleFailure<'p, 's>> {
        let mut failures = Vec::new();
        for group in &mut self.groups {
            let Some(interval) = interval(group.planned) else { continue };
            for rule in &mut group.rules {
                match rule.evaluate(group.planned, (at, interval), storage, surroundings) {
                    Ok(written) => self.written += written,
                    Err(Trouble { span, message }) => failures.push(RuleFailure {
                        file: group.planned.file,
                        planned: rule.planned,
                        at,
                        span,
                        message,
                    }),
                }
            }
        }
        failures
    }

    /// All rules with their groups, in the order of evaluation.
    pub fn rules(&self) -> impl Iterator<Item = (&'p PlannedGroup<'s>, &RunningRule<'p, 's>)> {
        self.groups.iter().flat_map(|group| group.rules.iter().map(|rule| (group.planned, rule)))
    }
}

impl<'p, 's> RunningRule<'p, 's> {
    /// How its alerts are raised, if it raises any.
    pub fn alarm(&self) -> Option<&'p Alarm<'s>> {
        match &self.planned.outcome {
            Outcome::Alert(alarm) => Some(alarm),
            Outcome::Record(_) => None,
        }
    }

    /// Whether its last evaluation wrote anything: of an alerting rule, whether an alert is active.
    pub fn gave_samples(&self) -> bool {
        !self.returned.is_empty()
    }

    /// Evaluates the rule and writes what it gives; says how many samples.
    fn evaluate(
        &mut self,
        group: &PlannedGroup<'_>,
        (at, interval): (i64, i64),
        storage: &mut Storage,
        surroundings: &Surroundings<'_>,
    ) -> Result<u64, Trouble> {
        let reads_at = at - group.query_offset;
        let times = (reads_at, interval, surroundings.horizon - group.query_offset);
        let foreseen = self.ahead.as_mut();
        let foreseen = foreseen.and_then(|ahead| ahead.result(self.planned, times, storage, surroundings.options));
        let result = match foreseen {
            Some(result) => result,
            None => vector(self.planned, storage, reads_at, surroundings.options)?,
        };
        match &self.planned.outcome {
            Outcome::Record(labels) => {
                let written = self.record(labels, group.limit, result)?;
                self.write(written, reads_at, storage)
            }
            Outcome::Alert(alarm) => {
                let telling = Telling { storage, at, surroundings };
                let fill = |texts: &[(Arc<str>, Wording<'_>)], sample: &Labels, value: &Value| -> Texts {
                    telling.fill(&self.planned.name, texts, sample, value)
                };
                let written = self.alerts.update(self.planned, alarm, group.limit, result, at, &fill)?;
                let written = written.into_iter().map(|(labels, value): Written| (labels, Value::Float(value)));
                self.write(written.collect(), reads_at, storage)
            }
        }
    }

    fn record(
        &mut self,
        labels: &[(Arc<str>, Arc<str>)],
        limit: Option<usize>,
        mut result: Vec<(Labels, Value)>,
    ) -> Result<Vec<(Labels, Value)>, Trouble> {
        for (series, _) in &mut result {
            let recorded = self.recorded.entry(series.clone()).or_insert_with_key(|series| {
                let mut builder = series.builder();
                builder.set("__name__", Arc::clone(&self.planned.name));
                for (name, value) in labels {
                    builder.set(Arc::clone(name), Arc::clone(value));
                }
                builder.build()
            });
            *series = recorded.clone();
        }
        if result.len() > 1 {
            let mut seen = HashSet::new();
            if !result.iter().all(|(labels, _)| seen.insert(labels)) {
                let message = "vector contains metrics with the same labelset after applying rule labels";
                return Err(message.to_owned().into());
            }
        }
        match limit.filter(|limit| result.len() > *limit) {
            Some(limit) => Err(format!("exceeded limit of {limit} with {} series", result.len()).into()),
            None => Ok(result),
        }
    }

    /// Writes samples, and marks series that are gone as stale. What is in the way of one sample does not keep
    /// the others from being written.
    fn write(&mut self, samples: Vec<(Labels, Value)>, at: i64, storage: &mut Storage) -> Result<u64, Trouble> {
        let mut trouble = None;
        let mut returned = Vec::with_capacity(samples.len());
        for (labels, value) in samples {
            match storage.append(&labels, at, value, 0) {
                Ok(()) => returned.push(labels),
                Err(error) => trouble = Some(Trouble::from(error.to_string())),
            }
        }
        let before = std::mem::replace(&mut self.returned, returned);
        if before != self.returned {
            let now: HashSet<&Labels> = self.returned.iter().collect();
            for gone in before.iter().filter(|labels| !now.contains(labels)) {
                // Another rule may have written this series at this time; then it is not gone.
                let _ = storage.append(gone, at, Value::Float(STALE_MARKER), 0);
            }
        }
        match trouble {
            Some(trouble) => Err(trouble),
            None => Ok(self.returned.len() as u64),
        }
    }
}

/// What the expression of a rule gives, as a vector ordered by labels, so that the order in which series were first
/// seen does not matter.
fn vector(
    planned: &PlannedRule<'_>,
    storage: &Storage,
    at: i64,
    options: &Options,
) -> Result<Vec<(Labels, Value)>, Trouble> {
    let answer = planned.plan.evaluate(storage, Moments::instant(at), options);
    let answer = answer.map_err(|failure| Trouble { span: Some(failure.span), message: failure.message })?;
    let samples = as_vector(answer.value).ok_or_else(|| "rule result is not a vector or scalar".to_owned())?;
    Ok(in_order(samples))
}

fn in_order(mut samples: Vec<(Labels, Value)>) -> Vec<(Labels, Value)> {
    samples.sort_by(|(one, _), (other, _)| one.cmp(other));
    samples
}

/// An answer as a vector: a scalar is one sample without labels; a text or a range is none.
pub fn as_vector(answered: Answered) -> Option<Vec<(Labels, Value)>> {
    match answered {
        Answered::Vector(samples) => Some(samples),
        Answered::Scalar(value) => Some(vec![(Labels::empty(), Value::Float(value))]),
        _ => None,
    }
}
