//! One test: time passes, rules are evaluated, expectations are looked at.

use std::collections::BTreeSet;

use crate::{
    diag::Diagnostic,
    engine::{Moments, Options, Plan, Storage},
    model::{
        rules,
        suite::{
            AlertTest, Expected, ExprTest, GroupIntervals, Matching, Suite, TestCase, notification::NotificationTest,
        },
    },
    promql::Query,
    text::{Files, Span},
    vocab::Duration,
};

use super::{
    CaseReport, Failure, Request,
    alerting::{Alert, State},
    classic,
    coverage::{Tally, Watchlist},
    dump,
    evaluation::{Evaluation, RuleFailure, Surroundings, as_vector},
    explain::{self, Scene},
    feed::{Feed, Unloadable},
    foresight::Foresight,
    notifications::{self, Manager, Watch},
    rulebook::{Outcome, PlannedGroup},
    selected,
    verdict::{AlertFace, Exactness, Pairing, SampleFace},
    words::{Server, Telling},
};

/// How often rules are evaluated when nothing says otherwise.
const USUAL_INTERVAL: i64 = 60_000;
/// How far from 1970 a test may begin, in milliseconds: so that no time in it is beyond what can be counted.
const FARTHEST: u64 = i64::MAX as u64 / 4;
/// The most evaluations of one test.
const MOST_EVALUATIONS: i64 = 2_000_000;
/// The most samples that the rules of one test may write.
const MOST_WRITTEN: u64 = 20_000_000;
/// The most samples that one query may hold, as in promtool.
const MOST_QUERIED: usize = 10_000;

/// A test and what it is run with.
#[derive(Copy, Clone, Debug)]
pub struct Setting<'r, 's> {
    /// The test.
    pub test: &'s TestCase,
    /// Its number in its file, from 0.
    pub number: usize,
    /// The test file.
    pub suite: &'s Suite,
    /// Rule groups in the order of their evaluation.
    pub groups: &'r [&'r PlannedGroup<'s>],
    /// What notifications go through.
    pub manager: Option<&'r Manager<'s>>,
    /// What was asked for.
    pub request: &'r Request,
    /// What is watched for coverage, when that was asked for.
    pub watchlist: Option<&'r Watchlist<'r>>,
    /// The files that spans point into.
    pub files: &'r Files,
}

impl CaseReport {
    fn of(setting: &Setting<'_, '_>) -> Self {
        let test = setting.test;
        let name = test.name.as_ref().map(|name| name.value.clone()).filter(|name| !name.is_empty());
        Self {
            name: name.unwrap_or_else(|| format!("unnamed#{}", setting.number)),
            span: test.span,
            expectations: test.alert_tests.len()
                + test.expr_tests.len()
                + test.notification_tests.iter().map(NotificationTest::expectations).sum::<usize>(),
            failures: Vec::new(),
            warnings: Vec::new(),
            dump: None,
            seen: Tally::default(),
        }
    }

    /// A test that could not be run.
    pub fn refused(setting: &Setting<'_, '_>, failures: Vec<Failure>) -> Self {
        Self { failures, ..Self::of(setting) }
    }
}

/// Runs a test.
pub fn run(setting: &Setting<'_, '_>) -> CaseReport {
    let mut report = CaseReport::of(setting);
    let clock = Clock::of(setting);
    if let Some(trouble) = clock.trouble(setting) {
        report.failures.push(trouble);
        return report;
    }
    // What is watched for coverage is evaluated at each moment, and must not see what comes after it.
    let foresight = if setting.watchlist.is_some() { None } else { Foresight::of(setting.groups) };
    let feed = match Feed::of(setting.test, clock, foresight.as_ref()) {
        Ok(feed) => feed,
        Err(findings) => {
            report.failures.extend(findings.into_iter().map(Failure::of));
            return report;
        }
    };
    let plan = notifications::plan(setting.test, setting.manager, clock.start).unwrap_or_else(|findings| {
        report.failures.extend(findings.into_iter().map(Failure::of));
        None
    });
    let mut watch = plan.as_ref().map(|plan| Watch::new(plan, setting.test, clock.start));
    let mut stage = Stage::new(setting, clock, feed, foresight.as_ref());
    let is_over = stage.play(&mut report, watch.as_mut());
    if let Some(watch) = watch.as_mut().filter(|_| is_over && setting.watchlist.is_some()) {
        stage.seen.add_routes(watch.reached(clock.end));
    }
    if let Some(watch) = watch.filter(|_| is_over) {
        let findings = watch.verdict(setting.test, &stage.evaluation, clock.end);
        report.failures.extend(findings.into_iter().map(Failure::of));
    }
    if let Some(watchlist) = setting.watchlist {
        stage.seen.conclude(watchlist, &stage.evaluation);
        report.seen = std::mem::take(&mut stage.seen);
    }
    if setting.request.dump {
        report.dump =
            Some(dump::all(&stage.storage, stage.clock.start, if is_over { stage.clock.end } else { stage.now }));
    }
    selected::check(setting, &mut report);
    report
}

/// When things happen in a test, in milliseconds.
#[derive(Copy, Clone, Debug)]
pub struct Clock {
    /// When the test begins, since 1970.
    pub start: i64,
    /// Between two samples of an input series.
    pub gap: i64,
    /// Between two evaluations.
    pub interval: i64,
    /// When the last expectation is looked at, since 1970.
    pub end: i64,
}

impl Clock {
    fn of(setting: &Setting<'_, '_>) -> Self {
        let (test, suite) = (setting.test, setting.suite);
        let set = |duration: Duration| Some(duration.as_milliseconds()).filter(|length| *length > 0);
        let interval = suite.evaluation_interval.and_then(|interval| set(interval.value)).unwrap_or(USUAL_INTERVAL);
        let start = test.start.map_or(0, |start| start.value);
        let of_alerts = test.alert_tests.iter().map(|alert| alert.eval_time);
        let of_exprs = test.expr_tests.iter().map(|expr| expr.eval_time);
        let of_notifications = test.notification_tests.iter().map(|notification| notification.eval_time);
        let times = of_alerts.chain(of_exprs).chain(of_notifications);
        let times = times.map(|time| time.map_or(0, |time| time.value.as_milliseconds()));
        Self {
            start,
            gap: test.interval.and_then(|gap| set(gap.value)).unwrap_or(interval),
            interval,
            end: start.saturating_add(times.max().unwrap_or(0)),
        }
    }

    /// Why it cannot be waited for the end.
    fn trouble(&self, setting: &Setting<'_, '_>) -> Option<Failure> {
        if self.start.unsigned_abs() > FARTHEST {
            let place = setting.test.start.map_or(setting.test.span, |start| start.span);
            let finding = Diagnostic::error(place, "no test can begin so far from 1970");
            return Some(Failure::of(
                finding.help("it is a number of seconds, or a date such as `2024-02-29T12:00:00Z`"),
            ));
        }
        let evaluations = (self.end - self.start) / self.interval + 1;
        if evaluations <= MOST_EVALUATIONS {
            return None;
        }
        let test = setting.test;
        let of_alerts = test.alert_tests.iter().filter_map(|alert| alert.eval_time);
        let times = of_alerts.chain(test.expr_tests.iter().filter_map(|expr| expr.eval_time));
        let times = times.chain(test.notification_tests.iter().filter_map(|notification| notification.eval_time));
        let last = times.max_by_key(|time| time.value).map_or(test.span, |time| time.span);
        let message = format!("{evaluations} evaluations lead to this time; {MOST_EVALUATIONS} are the most");
        let finding = Diagnostic::error(last, message.clone());
        let finding = finding.help("test at an earlier time, or set a longer `evaluation_interval`");
        Some(Failure { finding, classic: message })
    }
}

/// A test that is being run.
struct Stage<'r, 's> {
    setting: &'r Setting<'r, 's>,
    clock: Clock,
    feed: Feed,
    storage: Storage,
    options: Options,
    server: Server,
    now: i64,
    /// Up to when the input series that no rule writes are loaded.
    horizon: i64,
    evaluation: Evaluation<'r, 's>,
    /// What was seen for coverage, when that was asked for.
    seen: Tally,
}

impl<'r, 's> Stage<'r, 's> {
    fn new(setting: &'r Setting<'r, 's>, clock: Clock, feed: Feed, foresight: Option<&Foresight<'_>>) -> Self {
        let options = Options {
            default_step: clock.interval,
            delayed_name_removal: setting.request.delayed_name_removal,
            most_samples: MOST_QUERIED,
            ..Options::default()
        };
        Self {
            setting,
            clock,
            feed,
            storage: Storage::new(),
            options,
            server: Server::of(setting.test),
            evaluation: Evaluation::new(setting.groups, foresight),
            now: clock.start,
            horizon: clock.start,
            seen: Tally::default(),
        }
    }

    /// From the start to the last expectation; says whether it came that far.
    fn play(&mut self, report: &mut CaseReport, mut watch: Option<&mut Watch<'_>>) -> bool {
        let mut waiting: Vec<&AlertTest> = self.setting.test.alert_tests.iter().collect();
        waiting.sort_by_key(|test| time_of(test));
        let mut waiting = waiting.into_iter().peekable();
        let mut at = self.clock.start;
        while at <= self.clock.end {
            let next = self.next_after(at);
            self.now = at;
            if at >= self.horizon {
                let stop =
                    waiting.peek().map_or(self.clock.end, |test| self.clock.start + time_of(test).as_milliseconds());
                self.horizon = Foresight::horizon(at, stop, self.clock);
            }
            match self.feed.load_till(at, self.horizon, &mut self.storage) {
                Err(trouble) => report.failures.push(unstored(trouble)),
                Ok(()) => {
                    let failures = self.evaluate(at);
                    if !failures.is_empty() {
                        report.failures.extend(failures);
                        return false;
                    }
                    if let Some(watch) = &mut watch {
                        let (clock, honours) = (self.clock, self.honours());
                        watch.observe(at, &self.evaluation, |group| interval_of(group, at, clock, honours));
                    }
                    self.observe(at);
                }
            }
            while let Some(test) = waiting.next_if(|test| self.clock.start + time_of(test).as_milliseconds() < next) {
                report.failures.extend(self.check_alerts(test, at));
            }
            at = next;
        }
        for test in &self.setting.test.expr_tests {
            report.failures.extend(self.check_samples(test));
        }
        true
    }

    fn evaluate(&mut self, at: i64) -> Vec<Failure> {
        let surroundings = Surroundings { options: &self.options, server: &self.server, horizon: self.horizon };
        let (clock, honours) = (self.clock, self.honours());
        let interval = |group: &PlannedGroup<'_>| interval_of(group, at, clock, honours);
        let failures = self.evaluation.evaluate(at, interval, &mut self.storage, &surroundings);
        let mut failures: Vec<Failure> = failures.into_iter().map(|failure| self.broken_rule(failure)).collect();
        if self.evaluation.written > MOST_WRITTEN {
            let message = format!("the rules of this test write more than {MOST_WRITTEN} samples");
            let finding = Diagnostic::error(self.setting.test.span, message.clone());
            failures.push(Failure { finding, classic: message });
        }
        failures
    }

    /// Counts for coverage what this evaluation shows.
    fn observe(&mut self, at: i64) {
        let Some(watchlist) = self.setting.watchlist else { return };
        let (clock, honours) = (self.clock, self.honours());
        let is_due = |group: &PlannedGroup<'_>| interval_of(group, at, clock, honours).is_some();
        self.seen.observe(watchlist, &self.evaluation, is_due, (&self.storage, &self.options, at));
    }

    fn honours(&self) -> bool {
        self.setting.suite.group_intervals.is_some_and(|intervals| intervals.value == GroupIntervals::Honour)
    }

    /// When the next group is due.
    fn next_after(&self, at: i64) -> i64 {
        let elapsed = at - self.clock.start;
        let honours = self.honours();
        let groups = self.evaluation.groups.iter().map(|group| period(group.planned, self.clock, honours));
        let periods: BTreeSet<i64> = groups.filter(|_| honours).chain([self.clock.interval]).collect();
        let next = periods.into_iter().map(|period| (elapsed / period + 1).saturating_mul(period)).min();
        self.clock.start.saturating_add(next.unwrap_or(i64::MAX))
    }

    fn broken_rule(&self, failure: RuleFailure<'_, '_>) -> Failure {
        let after = Duration::milliseconds(failure.at - self.clock.start);
        let name = &failure.planned.name;
        let place = failure.span.unwrap_or(failure.planned.rule.anchor());
        let message = format!("rule `{name}` cannot be evaluated at {after}: {}", failure.message);
        let finding = Diagnostic::error(place, message).label(head_of(self.setting.test), "in this test");
        Failure { finding, classic: classic::rule_error(name, failure.at, &failure.message) }
    }

    fn check_alerts(&self, test: &AlertTest, at: i64) -> Vec<Failure> {
        let Some(name) = test.alertname.as_ref() else { return Vec::new() };
        let matching = test.matching.map_or(Matching::Exact, |matching| matching.value);
        let asserts_more = test.pending.key.is_some() || test.resolved.key.is_some() || test.count.is_some();
        let mut failures = Vec::new();
        for (kind, expected) in
            [(Kind::Firing, &test.firing), (Kind::Pending, &test.pending), (Kind::Resolved, &test.resolved)]
        {
            if expected.key.is_none() && (kind != Kind::Firing || asserts_more) {
                continue;
            }
            let found = self.alerts(test, kind, at);
            let expected = faces(expected, name);
            let pairing = Pairing::of_alerts(&expected, &found, matching);
            if !pairing.is_perfect() {
                let scene = self.scene(at);
                let finding = explain::alerts(&scene, test, kind, matching, &pairing, &expected, &found);
                let classic = self.classic_alerts(test, expected, found);
                failures.push(Failure { finding, classic });
            }
        }
        if let Some(count) = test.count {
            let found = self.alerts(test, Kind::Firing, at).len();
            if usize::try_from(count.value) != Ok(found) {
                let finding = explain::count(&self.scene(at), test, count, found);
                failures.push(Failure { classic: finding.message.clone(), finding });
            }
        }
        failures
    }

    fn classic_alerts(&self, test: &AlertTest, mut expected: Vec<AlertFace>, mut found: Vec<AlertFace>) -> String {
        expected.sort();
        found.sort();
        let form = if self.setting.request.diff { classic::alerts_diff } else { classic::alerts };
        let case = self.setting.test.name.as_ref().map(|name| name.value.as_str());
        let alertname = test.alertname.as_ref().map_or("", |name| &name.value);
        form(case, alertname, time_of(test), &expected, &found)
    }

    /// The alerts of a name in a state, over all groups.
    fn alerts(&self, test: &AlertTest, kind: Kind, at: i64) -> Vec<AlertFace> {
        let name = test.alertname.as_ref().map_or("", |name| &name.value);
        let surroundings = Surroundings { options: &self.options, server: &self.server, horizon: self.horizon };
        let mut found = Vec::new();
        for (group, rule) in self.evaluation.rules().filter(|(_, rule)| &*rule.planned.name == name) {
            let Outcome::Alert(alarm) = &rule.planned.outcome else { continue };
            if test.groupname.as_ref().is_some_and(|wanted| wanted.value != group.name) {
                continue;
            }
            for alert in rule.alerts.iter().filter(|alert| kind.takes(alert, at)) {
                let telling = Telling { storage: &self.storage, at: alert.held_at, surroundings: &surroundings };
                let annotations = alert.annotations.clone().unwrap_or_else(|| {
                    telling.fill(&rule.planned.name, &alarm.annotations, &alert.sample, &alert.value)
                });
                found.push(AlertFace::found(&alert.labels, &annotations));
            }
        }
        found
    }

    fn check_samples(&self, test: &ExprTest) -> Option<Failure> {
        let query = test.query.as_ref()?;
        let time = test.eval_time.map_or(Duration::ZERO, |time| time.value);
        let at = self.clock.start + time.as_milliseconds();
        let text = query.text.text();
        let error = |message: &str| classic::expression_error(text, time, message);
        if let Some(finding) = unreadable(query, self.setting.request) {
            return Some(Failure { classic: error(&finding.message), finding });
        }
        let answer = Plan::of(query)?.evaluate(&self.storage, Moments::instant(at), &self.options);
        let found = match answer {
            Err(failure) => {
                let message = format!("this cannot be evaluated at {time}: {}", failure.message);
                return Some(Failure {
                    finding: Diagnostic::error(failure.span, message),
                    classic: error(&failure.message),
                });
            }
            Ok(answer) => match as_vector(answer.value) {
                Some(found) => found,
                None => {
                    let message = "this gives neither a vector nor a scalar";
                    let finding = Diagnostic::error(query.text.full_span(), message);
                    return Some(Failure { finding, classic: error("rule result is not a vector or scalar") });
                }
            },
        };
        let mut found: Vec<SampleFace> =
            found.into_iter().map(|(labels, value)| SampleFace::found(labels, &value)).collect();
        let mut expected = match expected_samples(test) {
            Ok(expected) => expected,
            Err(finding) => return Some(Failure { classic: error(&finding.message), finding: *finding }),
        };
        let fuzzy = self.setting.suite.fuzzy_compare.is_some_and(|fuzzy| fuzzy.value);
        let exactness = Exactness::of(fuzzy, self.setting.suite.tolerance.as_ref());
        let pairing = Pairing::of_samples(&expected, &found, exactness);
        if pairing.is_perfect() {
            return None;
        }
        let finding = explain::samples(&self.scene(at), test, query, &pairing, &expected, &found);
        expected.sort_by(|one, other| one.labels.cmp(&other.labels));
        found.sort_by(|one, other| one.labels.cmp(&other.labels));
        Some(Failure { finding, classic: classic::samples(text, time, &expected, &found) })
    }

    fn scene(&self, at: i64) -> Scene<'_> {
        Scene {
            test: self.setting.test,
            evaluation: &self.evaluation,
            storage: &self.storage,
            options: &self.options,
            clock: self.clock,
            at,
        }
    }
}

/// Alerts of which state are expected.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Those that fire.
    Firing,
    /// Those that wait for their `for`.
    Pending,
    /// Those that stopped firing at this evaluation.
    Resolved,
}

impl Kind {
    fn takes(self, alert: &Alert, at: i64) -> bool {
        match self {
            Kind::Firing => alert.state == State::Firing,
            Kind::Pending => alert.state == State::Pending,
            Kind::Resolved => alert.is_resolved_at(at),
        }
    }
}

/// Milliseconds between two evaluations of a group that is due at a time.
fn interval_of(group: &PlannedGroup<'_>, at: i64, clock: Clock, honours: bool) -> Option<i64> {
    let period = period(group, clock, honours);
    ((at - clock.start) % period == 0).then_some(period)
}

/// Milliseconds between two evaluations of a group.
fn period(group: &PlannedGroup<'_>, clock: Clock, honours: bool) -> i64 {
    let own = group.group.interval.map(|interval| interval.value.as_milliseconds());
    own.filter(|own| honours && *own > 0).unwrap_or(clock.interval)
}

fn time_of(test: &AlertTest) -> Duration {
    test.eval_time.map_or(Duration::ZERO, |time| time.value)
}

fn faces(expected: &Expected, alertname: &str) -> Vec<AlertFace> {
    expected.alerts.iter().map(|alert| AlertFace::expected(alert, alertname)).collect()
}

fn expected_samples(test: &ExprTest) -> Result<Vec<SampleFace>, Box<Diagnostic>> {
    test.samples.iter().map(SampleFace::expected).collect()
}

/// Why a query cannot even be asked.
fn unreadable(query: &Query, request: &Request) -> Option<Diagnostic> {
    let missing = || Diagnostic::error(query.text.full_span(), "there is no expression here");
    let error =
        query.errors().first().cloned().or_else(|| rules::unavailable(query, &request.features).into_iter().next());
    error.or_else(|| query.valid().is_none().then(missing))
}

fn unstored(trouble: Unloadable) -> Failure {
    let finding = Diagnostic::error(trouble.span, format!("this sample cannot be stored: {}", trouble.message));
    Failure { finding, classic: trouble.message }
}

/// Where to point when a test as a whole is meant.
pub fn head_of(test: &TestCase) -> Span {
    let start = Span::new(test.span.file, test.span.start, test.span.start);
    test.name.as_ref().map_or(start, |name| name.span)
}
