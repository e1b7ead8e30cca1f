//! Why a receiver was not told, and why an alert was not held back: the route, the rule of inhibition, the time
//! interval, the silence or the rule that decided.

use crate::{
    diag::Diagnostic,
    engine::Labels,
    harness::alerting::Turn,
    model::{
        Pair,
        alertmanager::{InhibitRule, Matcher},
        suite::notification::{ExpectedNotification, ExpectedSuppression, Status, Suppression},
    },
    notify::{Cause, Withheld, holds},
    text::Span,
    vocab::nearest,
};

use super::{
    Scene, chronicle,
    expected::{describes, kind},
    start_of,
};

/// The most routes, rules or alerts that are shown beside a failure.
const MOST_SHOWN: usize = 3;

/// A receiver was not told what it should have been told.
pub(super) fn untold(scene: &Scene<'_>, expected: &ExpectedNotification) -> Diagnostic {
    let (receiver, place) = match &expected.receiver {
        Some(receiver) => (receiver.value.as_str(), receiver.span),
        None => ("", start_of(expected.span)),
    };
    let about = about(scene, expected, receiver);
    let name = expected.alerts.first().map_or(&expected.group_labels[..], Vec::as_slice);
    let name = Pair::find(name, "alertname").map(|pair| pair.value.text().to_owned());
    let name = name.or(about.as_ref().map(|alert| alert.value("alertname").to_owned()));
    let verb = if expected.status.is_some_and(|status| status.value == Status::Resolved) { "is over" } else { "fires" };
    let until = scene.time(scene.until);
    let message = match name {
        Some(name) => format!("`{receiver}` was not told by {until} that `{name}` {verb}"),
        None if expected.alerts.is_empty() => format!("`{receiver}` was told nothing more by {until}"),
        None => format!("`{receiver}` was told of no such alert by {until}"),
    };
    let finding = Diagnostic::error(place, message);
    match about {
        Some(alert) => because(finding, scene, &alert, receiver).help(chronicle::told(scene, &alert)),
        None => never_sent(finding, scene, expected.alerts.first().unwrap_or(&expected.group_labels)),
    }
}

/// The alert that an expectation is about, among those that Alertmanager knows: best one that goes to the receiver.
fn about(scene: &Scene<'_>, expected: &ExpectedNotification, receiver: &str) -> Option<Labels> {
    let is_meant = |alert: &&Labels| match &expected.alerts[..] {
        [] => describes(&expected.group_labels, alert),
        alerts => alerts.iter().any(|pairs| describes(pairs, alert)),
    };
    let plan = scene.plan();
    let is_named = !expected.alerts.is_empty() || !expected.group_labels.is_empty();
    let goes_there =
        |alert: &&Labels| plan.routes_of(alert).iter().any(|place| plan.routes[*place].receiver_name == receiver);
    let meant: Vec<&Labels> = scene.watch.simulation.received().filter(is_meant).collect();
    let best = meant.iter().copied().find(goes_there);
    best.or(meant.first().copied().filter(|_| is_named)).cloned()
}

/// Why an alert does not reach a receiver.
fn because(mut finding: Diagnostic, scene: &Scene<'_>, alert: &Labels, receiver: &str) -> Diagnostic {
    let plan = scene.plan();
    let reached = plan.routes_of(alert);
    let own: Vec<usize> =
        reached.iter().copied().filter(|place| plan.routes[*place].receiver_name == receiver).collect();
    if own.is_empty() {
        return misrouted(finding, scene, alert, receiver, &reached);
    }
    let withheld: Vec<&Withheld> =
        scene.withheld().filter(|one| one.alert == *alert && own.contains(&one.route)).collect();
    let suppressed = withheld.iter().rev().find(|one| one.cause.is_suppression());
    if let Some(decisive) = suppressed.or(withheld.last()) {
        for (place, words) in places(scene, decisive) {
            finding = finding.label(place, words);
        }
        return finding;
    }
    let route = &plan.routes[own[0]];
    let waits = scene.watch.simulation.waiting(alert).into_iter().find(|one| one.is_first && own.contains(&one.route));
    let words = match &waits {
        Some(waiting) => format!("this route waits with it until {} (`group_wait`)", scene.time(waiting.until)),
        None => format!("this route tells `{receiver}`"),
    };
    let place = plan.tree.inherited(own[0], |route| route.keys.entry("group_wait")).filter(|_| waits.is_some());
    finding.label(place.unwrap_or(route.route.anchor()), words)
}

/// An alert that goes elsewhere: the routes that take it, and why none to the receiver does.
fn misrouted(
    mut finding: Diagnostic,
    scene: &Scene<'_>,
    alert: &Labels,
    receiver: &str,
    reached: &[usize],
) -> Diagnostic {
    let plan = scene.plan();
    for place in reached.iter().take(MOST_SHOWN) {
        let route = &plan.routes[*place];
        let goes_on = if *place == 0 || route.route.goes_on() { "" } else { ", without `continue`" };
        let words = format!("this route takes it: it tells `{}`{goes_on}", route.receiver_name);
        finding = finding.label(route.route.anchor(), words);
    }
    let wanted: Vec<usize> =
        (0..plan.routes.len()).filter(|place| plan.routes[*place].receiver_name == receiver).collect();
    let unmet = |place: usize| plan.tree.path(place).into_iter().find(|matcher| !holds(matcher, alert));
    // A route that would take it says more than one that would not.
    let best = wanted.iter().find(|place| unmet(**place).is_none()).or(wanted.first());
    let Some(&place) = best else {
        return finding.help(format!("no route tells `{receiver}`"));
    };
    match unmet(place) {
        Some(matcher) => finding.label(matcher.span, contrast(matcher, alert)),
        None => {
            let words = format!("this one would tell `{receiver}`, but the alert does not get here");
            let finding = finding.label(plan.routes[place].route.anchor(), words);
            finding.help("set `continue: true` on the route that takes it, or put the other one before it")
        }
    }
}

/// Why a matcher does not take an alert.
fn contrast(matcher: &Matcher, alert: &Labels) -> String {
    let name = &matcher.name.value;
    match alert.value(name) {
        "" => format!("the alert has no label `{name}`"),
        value => format!("`{name}` of the alert is `{value}`"),
    }
}

/// No alert like this was ever sent: what its rule says.
fn never_sent(finding: Diagnostic, scene: &Scene<'_>, pairs: &[Pair]) -> Diagnostic {
    let turns: Vec<(Labels, &Turn)> =
        scene.turns().filter(|(labels, turn)| describes(pairs, labels) && turn.at <= scene.until).collect();
    let Some(name) = Pair::find(pairs, "alertname") else {
        return finding.help("no alert like this fires in this test");
    };
    let name = name.value.text();
    let rule = scene.evaluation.rules().find(|(_, rule)| rule.alarm().is_some() && &*rule.planned.name == name);
    match (rule, turns.first()) {
        (None, _) => {
            let names = scene.evaluation.rules().filter(|(_, rule)| rule.alarm().is_some());
            let near = nearest(name, names.map(|(_, rule)| &*rule.planned.name));
            let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            finding.help(format!("no rule raises an alert `{name}`{near}"))
        }
        (Some((_, rule)), None) => {
            let others =
                scene.turns().find(|(labels, turn)| labels.value("alertname") == name && turn.at <= scene.until);
            let words = match &others {
                Some((labels, _)) => format!("it raises only others, such as {labels}"),
                None => format!("never active until {}", scene.time(scene.until)),
            };
            finding.label(rule.planned.rule.anchor(), words)
        }
        (Some((_, rule)), Some((alert, _))) => {
            let finding = finding.label(rule.planned.rule.anchor(), "it never fires in this time");
            finding.help(chronicle::told(scene, alert))
        }
    }
}

/// What decided that an alert was held back: places, with a few words on each.
fn places(scene: &Scene<'_>, withheld: &Withheld) -> Vec<(Span, String)> {
    let plan = scene.plan();
    let route = &plan.routes[withheld.route];
    let setting = |key: &'static str| plan.tree.inherited(withheld.route, |route| route.keys.entry(key));
    let anchor = route.route.anchor();
    match &withheld.cause {
        Cause::Inhibited { rule, source } => {
            let place = plan.config.inhibit_rules.get(*rule).map_or(anchor, anchor_of);
            vec![(place, format!("inhibited by {source}"))]
        }
        Cause::Muted { interval } => route.mute.get(*interval).map_or_else(Vec::new, |timetable| {
            let named = timetable.interval.name.as_ref().map(|name| name.span);
            let here = (timetable.name.span, format!("the route is mute during `{}`", timetable.name.value));
            [here].into_iter().chain(named.map(|place| (place, "which is now".to_owned()))).collect()
        }),
        Cause::Inactive => {
            let names = route.active.iter().map(|timetable| timetable.name.span).reduce(Span::to);
            vec![(names.unwrap_or(anchor), "the route is active only at other times".to_owned())]
        }
        Cause::Silenced { silence } => {
            let place = plan.silences.get(*silence).map_or(anchor, |silence| silence.anchor());
            vec![(place, "silenced".to_owned())]
        }
        Cause::Known { until } | Cause::HeldToKnow { until } => {
            let words = format!("`{}` knows, and is told again only after {}", route.receiver_name, scene.time(*until));
            vec![(setting("repeat_interval").unwrap_or(anchor), words)]
        }
        Cause::EndNotSent => {
            let integrations = route.receiver.map_or(&[][..], |receiver| &receiver.integrations);
            let place = integrations.first().map_or(anchor, |integration| integration.list);
            vec![(place, "this does not tell what is over (`send_resolved`)".to_owned())]
        }
        Cause::NeverTold | Cause::EndKnown => {
            let place = setting("group_wait").unwrap_or(anchor);
            vec![(place, "it was over before its group was looked at".to_owned())]
        }
    }
}

/// An alert was not held back as it should have been; `other` is what held it back instead.
pub(super) fn unsuppressed(scene: &Scene<'_>, expected: &ExpectedSuppression, other: Option<&Withheld>) -> Diagnostic {
    let place = expected.alert.iter().map(Pair::span).reduce(Span::to).unwrap_or(start_of(expected.span));
    let name = Pair::find(&expected.alert, "alertname")
        .map_or("the alert".to_owned(), |pair| format!("`{}`", pair.value.text()));
    let by = expected.by.map_or("nothing held back".to_owned(), |by| format!("{} did not hold back", words(by.value)));
    let message = format!("up to {}, {by} {name}", scene.time(scene.until));
    let mut finding = Diagnostic::error(place, message);
    let received = || scene.watch.simulation.received().filter(|alert| describes(&expected.alert, alert));
    let Some(alert) = other.map(|other| &other.alert).or_else(|| received().next()) else {
        return never_sent(finding, scene, &expected.alert);
    };
    if let Some(other) = other {
        let cause = kind(&other.cause).map_or("", words);
        finding = finding.here(format!("{cause} held it back"));
        finding = places(scene, other).into_iter().fold(finding, |finding, (place, words)| finding.label(place, words));
    } else if expected.by.is_none_or(|by| by.value == Suppression::Inhibition) {
        finding = uninhibited(finding, scene, alert);
    }
    let sent = scene.sent().into_iter().find(|sent| sent.firing.contains(alert));
    if let Some(sent) = sent {
        let words = format!("this route tells `{}` at {}", scene.receiver(sent), scene.time(sent.at));
        finding = finding.label(scene.plan().routes[sent.route].route.anchor(), words);
    }
    finding.help(chronicle::told(scene, alert))
}

/// Why no rule of inhibition silences an alert.
fn uninhibited(mut finding: Diagnostic, scene: &Scene<'_>, alert: &Labels) -> Diagnostic {
    let all = |matchers: &[Matcher], labels: &Labels| matchers.iter().all(|matcher| holds(matcher, labels));
    let rules = &scene.plan().config.inhibit_rules;
    let rules: Vec<&InhibitRule> = rules.iter().filter(|rule| all(&rule.target.all, alert)).collect();
    if rules.is_empty() {
        return finding.help("no rule of inhibition has it for a target");
    }
    for rule in rules.into_iter().take(MOST_SHOWN) {
        let sources = scene.watch.simulation.received();
        let mut sources: Vec<&Labels> =
            sources.filter(|source| all(&rule.source.all, source) && *source != alert).collect();
        let differs = |source: &Labels, name: &str| source.value(name) != alert.value(name);
        sources.sort_by_key(|source| rule.equal.iter().filter(|name| differs(source, &name.value)).count());
        let Some(source) = sources.first() else {
            finding = finding.label(anchor_of(rule), "no alert that this asks for was sent");
            continue;
        };
        match rule.equal.iter().find(|name| differs(source, &name.value)) {
            Some(name) => {
                let shown = |labels: &Labels| match labels.value(&name.value) {
                    "" => "nothing".to_owned(),
                    value => format!("`{value}`"),
                };
                let words = format!("{} in the source, {} in the target", shown(source), shown(alert));
                finding = finding.label(name.span, words);
            }
            None => finding = finding.label(anchor_of(rule), format!("{source} does not fire at the same time")),
        }
    }
    finding
}

fn anchor_of(rule: &InhibitRule) -> Span {
    let matchers = rule.source.all.iter().chain(&rule.target.all);
    matchers.map(|matcher| matcher.span).next().unwrap_or(start_of(rule.span))
}

fn words(suppression: Suppression) -> &'static str {
    match suppression {
        Suppression::Inhibition => "inhibition",
        Suppression::Silence => "a silence",
        Suppression::MuteTimeInterval => "a mute time interval",
        Suppression::ActiveTimeInterval => "an active time interval",
    }
}
