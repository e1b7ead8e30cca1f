//! `notification_test`: from rules through Prometheus and Alertmanager to receivers.
//!
//! While a test runs, a [`Watch`] sends what the rules say to an Alertmanager in virtual time. At the end, every
//! expectation is held against what happened since the one before it ([`expected`]), and where it is not met, the
//! failure says what decided: a route, a rule of inhibition, a time interval, a silence, or the rule of the alert
//! ([`inquest`]), with what became of the alert over time ([`chronicle`]).

mod chronicle;
mod expected;
mod inquest;

use crate::{
    diag::Diagnostic,
    dispatch::Loaded,
    engine::Labels,
    model::{
        alertmanager::{Alertmanager, Matcher, parse_matchers},
        suite::{
            TestCase,
            notification::{NotificationTest, Silence},
        },
    },
    notify::{Notification, Plan, Sender, SilencePlan, Simulation, Standing, Withheld},
    text::{Span, Spanned},
    vocab::{Duration, nearest},
};

use super::{
    alerting::{Alert, State, Turn},
    coverage::Reached,
    evaluation::Evaluation,
};

/// The configuration that a test file names.
#[derive(Debug)]
pub struct Manager<'s> {
    /// Where the test file names it.
    pub named: Span,
    /// What it says, and what is wrong with it.
    pub loaded: &'s Loaded,
}

/// How notifications go in a test; `None` when it asks for none.
///
/// # Errors
/// When Alertmanager refuses the configuration, or the test does not say what is needed.
pub fn plan<'s>(
    test: &'s TestCase,
    manager: Option<&Manager<'s>>,
    start: i64,
) -> Result<Option<Plan<'s>>, Vec<Diagnostic>> {
    let Some(first) = test.notification_tests.first() else { return Ok(None) };
    let Some(manager) = manager else {
        let finding = Diagnostic::error(head(first), "no `alertmanager_config` says how notifications go");
        return Err(vec![finding.help("name it at the top of the test file: `alertmanager_config: alertmanager.yml`")]);
    };
    if !manager.loaded.refusals.is_empty() {
        let refusals = manager.loaded.refusals.iter().cloned();
        return Err(refusals.map(|refusal| refusal.label(manager.named, "what notifications go through")).collect());
    }
    let Some(config) = &manager.loaded.config else { return Ok(None) };
    let (silences, mut flaws) = silences(test, start);
    flaws.extend(test.notification_tests.iter().flat_map(|test| flaws_of(test, config)));
    if flaws.is_empty() { Ok(Plan::of(config, silences)) } else { Err(flaws) }
}

/// What of an expectation means nothing.
fn flaws_of(test: &NotificationTest, config: &Alertmanager) -> Vec<Diagnostic> {
    let mut flaws = Vec::new();
    if test.eval_time.is_none() {
        flaws.push(Diagnostic::error(head(test), "this does not say until when, by `eval_time`"));
    }
    let receivers = test.notifications.iter().filter_map(|expected| expected.receiver.as_ref()).chain(&test.silent);
    let names: Vec<&str> =
        config.receivers.iter().filter_map(|receiver| Some(receiver.name.as_ref()?.value.as_str())).collect();
    for receiver in receivers.filter(|receiver| !names.contains(&receiver.value.as_str())) {
        let flaw = Diagnostic::error(receiver.span, format!("there is no receiver `{}`", receiver.value));
        let near = nearest(&receiver.value, names.iter().copied());
        flaws.push(near.into_iter().fold(flaw, |flaw, near| flaw.help(format!("did you mean `{near}`?"))));
    }
    for expected in test.notifications.iter().filter(|expected| expected.receiver.is_none()) {
        flaws.push(Diagnostic::error(start_of(expected.span), "this does not say which `receiver` is told"));
    }
    flaws
}

/// The silences of a test, and what is wrong with them.
fn silences(test: &TestCase, start: i64) -> (Vec<SilencePlan>, Vec<Diagnostic>) {
    let mut flaws = Vec::new();
    let time = |time: Option<Spanned<Duration>>, other: i64| {
        time.map_or(other, |time| start.saturating_add(time.value.as_milliseconds()))
    };
    let plan = |silence: &Silence| {
        let texts = silence.matchers.iter();
        let matchers: Vec<Matcher> = texts.flat_map(|text| parse_matchers(text, &mut flaws).0).collect();
        let (from, to) = (time(silence.from, i64::MIN), time(silence.to, i64::MAX));
        SilencePlan { span: silence.span, matchers, from, to }
    };
    let plans: Vec<SilencePlan> = test.silences.iter().map(plan).collect();
    let all = plans.iter().filter(|plan| plan.takes(&Labels::empty()));
    let blind: Vec<Diagnostic> = all
        .map(|plan| {
            Diagnostic::error(start_of(plan.span), "this silence asks for no label, which Alertmanager refuses")
        })
        .collect();
    flaws.extend(blind);
    (plans, flaws)
}

/// A Prometheus that sends and an Alertmanager that receives, while rules are evaluated.
#[derive(Debug)]
pub struct Watch<'p> {
    simulation: Simulation<'p>,
    sender: Sender,
    start: i64,
}

impl<'p> Watch<'p> {
    /// A watch over a test that begins at a time, in milliseconds since 1970.
    pub fn new(plan: &'p Plan<'p>, test: &TestCase, start: i64) -> Self {
        let labels = test.external_labels.iter();
        let labels = labels.map(|pair| (pair.name.value.to_string(), pair.value.text().to_owned()));
        Self { simulation: Simulation::new(plan, start), sender: Sender::new(labels), start }
    }

    /// Sends what the rules say after an evaluation. `interval` is the time between two evaluations of a group in
    /// milliseconds; `None` for a group that was not evaluated now.
    pub fn observe(
        &mut self,
        at: i64,
        evaluation: &Evaluation<'_, '_>,
        interval: impl Fn(&super::rulebook::PlannedGroup<'_>) -> Option<i64>,
    ) {
        let mut posted = Vec::new();
        for (number, (group, rule)) in evaluation.rules().enumerate() {
            let Some(interval) = interval(group) else { continue };
            let standings = rule.alerts.iter().filter_map(|alert| Some((alert.labels.clone(), standing(alert)?)));
            posted.extend(self.sender.evaluated(number, interval, at, standings));
        }
        self.simulation.receive(at, &posted);
    }

    /// What came to each route until the end, by the places of the routes.
    pub fn reached(&mut self, end: i64) -> Vec<(Span, Reached)> {
        self.simulation.advance(end);
        let plan = self.simulation.plan();
        let place = |route: usize| plan.routes[route].route.anchor();
        let of_alerts = self.simulation.received().flat_map(|alert| plan.routes_of(alert));
        let of_alerts = of_alerts.map(|route| (place(route), Reached { alerts: 1, notifications: 0 }));
        let sent = self.simulation.journal().sent.iter().filter(|sent| sent.at <= end);
        let sent = sent.map(|sent| (place(sent.route), Reached { alerts: 0, notifications: 1 }));
        of_alerts.chain(sent).collect()
    }

    /// Holds every expectation against what happened.
    pub fn verdict(mut self, test: &TestCase, evaluation: &Evaluation<'_, '_>, end: i64) -> Vec<Diagnostic> {
        self.simulation.advance(end);
        let mut tests: Vec<&NotificationTest> = test.notification_tests.iter().collect();
        tests.sort_by_key(|test| time_of(test));
        let mut findings = Vec::new();
        for test in &tests {
            let until = self.start + time_of(test).as_milliseconds();
            let earlier = tests.iter().map(|test| self.start + time_of(test).as_milliseconds());
            let from = earlier.filter(|earlier| *earlier < until).max().unwrap_or(i64::MIN);
            let scene = Scene { watch: &self, evaluation, test, from, until };
            findings.extend(expected::check(&scene));
        }
        findings
    }
}

fn standing(alert: &Alert) -> Option<Standing> {
    match alert.state {
        State::Pending => None,
        State::Firing => Some(Standing::Firing),
        State::Inactive => alert.resolved_at.map(Standing::Resolved),
    }
}

/// An expectation, and what happened.
#[derive(Copy, Clone)]
struct Scene<'a> {
    watch: &'a Watch<'a>,
    evaluation: &'a Evaluation<'a, 'a>,
    test: &'a NotificationTest,
    /// What happened up to this time was looked at before, in milliseconds since 1970.
    from: i64,
    /// What happened up to this time counts, in milliseconds since 1970.
    until: i64,
}

impl<'a> Scene<'a> {
    fn plan(&self) -> &'a Plan<'a> {
        self.watch.simulation.plan()
    }

    /// Notifications that count.
    fn sent(&self) -> Vec<&'a Notification> {
        let sent = self.watch.simulation.journal().sent.iter();
        sent.filter(|sent| self.from < sent.at && sent.at <= self.until).collect()
    }

    /// What was held back at times that count.
    fn withheld(&self) -> impl Iterator<Item = &'a Withheld> {
        let withheld = self.watch.simulation.journal().withheld.iter();
        let (from, until) = (self.from, self.until);
        withheld.filter(move |withheld| withheld.first <= until && from < withheld.last)
    }

    /// Whom a notification told.
    fn receiver(&self, sent: &Notification) -> &'a str {
        self.plan().routes[sent.route].receiver_name
    }

    /// A time as it is counted in tests.
    fn time(&self, at: i64) -> Duration {
        Duration::milliseconds(at - self.watch.start)
    }

    /// Every change of an alert's state, with the alert as Prometheus sends it.
    fn turns(&self) -> impl Iterator<Item = (Labels, &'a Turn)> {
        let turns = self.evaluation.rules().flat_map(|(_, rule)| &rule.alerts.turns);
        turns.map(|turn| (self.watch.sender.with_external(&turn.labels), turn))
    }
}

fn time_of(test: &NotificationTest) -> Duration {
    test.eval_time.map_or(Duration::ZERO, |time| time.value)
}

/// Where to point when an expectation as a whole is meant.
fn head(test: &NotificationTest) -> Span {
    test.eval_time.map_or(start_of(test.span), |time| time.span)
}

fn start_of(span: Span) -> Span {
    Span::new(span.file, span.start, span.start)
}
