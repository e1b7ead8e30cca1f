//! Foresight: what rules give that depend on input series alone is computed for many evaluations at once.
//!
//! A week of a rule is ten thousand evaluations, and most of their time goes into what is the same each time: which
//! series match, how they are grouped. So input series that no rule writes are loaded some evaluations ahead, and a
//! rule that reads only them, and only what lies behind it, is evaluated over all those moments as a range query is.
//! Nothing else may see the samples from the future: a test with a rule that looks ahead has no foresight.

use std::collections::{BTreeSet, VecDeque};

use crate::engine::{Answered, Labels, METRIC_NAME, MatrixSeries, Moments, Options, Outlook, Storage, Value};

use super::{
    case::Clock,
    rulebook::{Outcome, PlannedGroup, PlannedRule, Wording},
};

/// How many evaluations lie ahead at most.
const FARTHEST: i64 = 255;
/// How many moments a rule is first evaluated over.
const FIRST_STRETCH: i64 = 16;

/// What is known in a test before its time comes.
#[derive(Clone, Debug)]
pub struct Foresight<'p> {
    /// The names of metrics that rules write.
    written: BTreeSet<&'p str>,
}

impl<'p> Foresight<'p> {
    /// What is known where these rules are evaluated; `None` where one of them may look ahead of its time.
    pub fn of(groups: &[&'p PlannedGroup<'_>]) -> Option<Self> {
        let mut written = BTreeSet::from(["ALERTS", "ALERTS_FOR_STATE"]);
        for rule in groups.iter().flat_map(|group| &group.rules) {
            if rule.plan.outlook() == Outlook::Ahead || asks(rule) {
                return None;
            }
            if matches!(rule.outcome, Outcome::Record(_)) {
                written.insert(&rule.name);
            }
        }
        Some(Self { written })
    }

    /// Whether no rule can write this series.
    pub fn knows(&self, series: &Labels) -> bool {
        !self.written.contains(series.value(METRIC_NAME))
    }

    /// Whether a rule depends on nothing but series that no rule writes.
    pub fn foresees(&self, rule: &PlannedRule<'_>) -> bool {
        let is_known = |name: &str| !self.written.contains(name);
        rule.plan.outlook() == Outlook::Steady
            && rule.reads_selected_only
            && rule
                .selectors
                .iter()
                .all(|matchers| matchers.iter().find_map(|one| one.metric_name()).is_some_and(is_known))
    }

    /// Up to when input series may be loaded at a time, when something is looked at next at `stop`.
    pub fn horizon(at: i64, stop: i64, clock: Clock) -> i64 {
        let last = clock.start.saturating_add((stop - clock.start) / clock.interval * clock.interval);
        at.saturating_add(FARTHEST.saturating_mul(clock.interval)).min(last).max(at)
    }
}

/// Whether the texts of a rule ask the storage.
fn asks(rule: &PlannedRule<'_>) -> bool {
    let Outcome::Alert(alarm) = &rule.outcome else { return false };
    alarm.labels.iter().chain(&alarm.annotations).any(|(_, wording)| Wording::asks(wording))
}

/// What a rule gives at moments to come.
#[derive(Clone, Debug)]
pub struct Ahead {
    results: VecDeque<(i64, Vec<(Labels, Value)>)>,
    /// How many moments it is evaluated over next; it is given up at 1.
    stretch: i64,
}

impl Default for Ahead {
    fn default() -> Self {
        Self { results: VecDeque::new(), stretch: FIRST_STRETCH }
    }
}

impl Ahead {
    /// What the rule gives at a moment, if that could be computed with what it gives at the ones that come after it,
    /// a period from each to the next, up to the horizon. Where an evaluation fails, it is not known at which
    /// moment, so nothing is known beforehand.
    pub fn result(
        &mut self,
        rule: &PlannedRule<'_>,
        (at, period, horizon): (i64, i64, i64),
        storage: &Storage,
        options: &Options,
    ) -> Option<Vec<(Labels, Value)>> {
        if self.results.is_empty() {
            let moments = (horizon.saturating_sub(at) / period + 1).min(self.stretch);
            if moments < 2 {
                return None;
            }
            let moments = Moments::range(at, at + (moments - 1) * period, period);
            match rule.plan.evaluate(storage, moments, options) {
                Ok(answer) => self.results = by_moment(answer.value, moments),
                Err(_) => {
                    self.stretch /= 4;
                    return None;
                }
            }
            self.stretch = (self.stretch * 2).min(FARTHEST + 1);
        }
        self.results.pop_front().filter(|(known, _)| *known == at).map(|(_, result)| result)
    }
}

/// The samples of each moment.
fn by_moment(answered: Answered, moments: Moments) -> VecDeque<(i64, Vec<(Labels, Value)>)> {
    let Answered::Matrix(series) = answered else { return VecDeque::new() };
    let mut results: VecDeque<_> = moments.iter().map(|at| (at, Vec::new())).collect();
    for MatrixSeries { labels, floats, histograms } in series {
        let floats = floats.into_iter().map(|point| (point.at, Value::Float(point.value)));
        let histograms = histograms.into_iter().map(|point| (point.at, Value::Histogram(point.value)));
        for (at, value) in floats.chain(histograms) {
            let place = usize::try_from((at - moments.start) / moments.step).ok();
            if let Some((_, samples)) = place.and_then(|place| results.get_mut(place)) {
                samples.push((labels.clone(), value));
            }
        }
    }
    results
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        harness::{
            CaseReport, Request, Spelling,
            case::{self, Setting},
            coverage::Watchlist,
            rulebook,
        },
        model::{rules, specimen, suite},
        text::{FileId, Files},
    };

    /// Rules that can be foreseen, and others: they read what rules write, among it a series that is given, too.
    const RULES: &str = r#"
groups:
  - name: all
    rules:
      - {record: "job:a:rate5m", expr: 'sum by (job) (rate(a_total[5m]))'}
      - {record: "job:a:mean", expr: 'avg_over_time(job:a:rate5m[10m:1m] offset 2m)'}
      - {record: "job:a:highest", expr: 'max_over_time(sum by (job) (rate(a_total[5m]))[10m:1m] offset 2m)'}
      - {alert: High, expr: 'a_total > 7', for: 2m, keep_firing_for: 3m, labels: {was: "{{ $value }}"}}
      - {alert: Missing, expr: 'absent(b) or absent_over_time(a_total{job="x"}[3m])'}
      - {record: both, expr: 'sum by (pod) (a_total) / on (pod) b'}
      - {record: b, expr: 'a_total * 2'}
      - {alert: Most, expr: 'topk(1, a_total) > 3'}
      - {alert: Crowd, expr: 'count(ALERTS{alertstate="firing"}) > 1'}
  - name: slow
    interval: 3m
    limit: 2
    query_offset: 1m
    rules:
      - {record: "slow:a", expr: 'changes(a_total[6m])'}
      - {record: scalar, expr: 'time() - 60'}
"#;

    /// What a test tells of all its series, with what failed.
    fn told(rules: &str, suite: &str, has_foresight: bool) -> (String, Vec<String>) {
        let (rules, _) = specimen::read(rules, rules::lower);
        let (suite, complaints) = specimen::read(suite, suite::lower);
        let suite = suite.unwrap();
        assert!(complaints.is_empty(), "{complaints:?}");
        let planned = rulebook::planned(FileId(0), &rules);
        let groups: Vec<&PlannedGroup<'_>> = planned.iter().collect();
        assert!(Foresight::of(&groups).is_some());
        let request = Request {
            files: Vec::new(),
            spelling: Spelling::Own,
            run: None,
            ignore_unknown_fields: false,
            features: Vec::new(),
            delayed_name_removal: false,
            diff: false,
            dump: true,
            coverage: false,
        };
        let watchlist = Watchlist::of(&planned);
        let setting = Setting {
            test: &suite.tests[0],
            number: 0,
            suite: &suite,
            groups: &groups,
            manager: None,
            request: &request,
            watchlist: Some(&watchlist).filter(|_| !has_foresight),
            files: &Files::default(),
        };
        let CaseReport { dump, failures, .. } = case::run(&setting);
        (dump.unwrap(), failures.into_iter().map(|failure| failure.classic).collect())
    }

    fn values() -> impl Strategy<Value = String> {
        let run = (0..9_i32, -2..4_i32, 0..30_u32, 0..8_u32).prop_map(|(first, step, times, kind)| match kind {
            0 => format!("_x{times}"),
            1 => "stale".to_owned(),
            _ => format!("{first}{step:+}x{times}"),
        });
        prop::collection::vec(run, 1..9).prop_map(|runs| runs.join(" "))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn foresight_changes_nothing(
            values in prop::collection::vec(values(), 4),
            times in prop::collection::vec(0..200_u32, 0..4),
            group_intervals in prop::sample::select(vec!["ignore", "honour"]),
        ) {
            let series = ["a_total{job=\"x\",pod=\"1\"}", "a_total{job=\"x\",pod=\"2\"}", "a_total{job=\"y\",pod=\"1\"}", "b{pod=\"2\"}"];
            let series = series.iter().zip(values);
            let series: String = series.map(|(name, values)| format!("      - {{series: '{name}', values: '{values}'}}\n")).collect();
            let times = times.iter().chain([&200]).map(|time| format!("      - {{eval_time: {time}m, alertname: High, exp_alerts: []}}\n"));
            let times: String = times.collect();
            let suite = format!("group_intervals: {group_intervals}\ntests:\n  - input_series:\n{series}    alert_rule_test:\n{times}");
            let slower = told(RULES, &suite, false);
            prop_assert_eq!(told(RULES, &suite, true), slower);
        }
    }

    #[test]
    fn where_a_rule_looks_ahead_there_is_no_foresight() {
        for expr in ["a offset -5m", "a @ 60", "rate(a_total[5m] smoothed)"] {
            let (rules, _) =
                specimen::read(&format!("groups: [{{name: a, rules: [{{record: b, expr: '{expr}'}}]}}]"), rules::lower);
            let planned = rulebook::planned(FileId(0), &rules);
            assert!(Foresight::of(&planned.iter().collect::<Vec<_>>()).is_none(), "{expr}");
        }
    }
}
