//! Expected notifications, silence and suppressions, held against what happened.

use crate::{
    diag::Diagnostic,
    engine::Labels,
    harness::verdict::{fits, perfect_partners},
    model::{
        Pair,
        suite::notification::{ExpectedNotification, ExpectedSuppression, Status, Suppression},
    },
    notify::{Cause, Notification},
    text::{Span, Spanned},
};

use super::{Scene, chronicle, inquest, start_of};

/// What of an expectation is not met.
pub(super) fn check(scene: &Scene<'_>) -> Vec<Diagnostic> {
    let mut findings = notifications(scene);
    findings.extend(scene.test.silent.iter().filter_map(|name| silence(scene, name)));
    findings.extend(scene.test.suppressed.iter().filter_map(|expected| suppression(scene, expected)));
    findings
}

/// Whether an alert has all of some labels; `/…/` is a regular expression.
pub(super) fn describes(pairs: &[Pair], labels: &Labels) -> bool {
    pairs.iter().all(|pair| fits(pair.value.text(), labels.value(&pair.name.value)))
}

/// Notifications to the receivers that are named: each expected one was sent, and no others were.
fn notifications(scene: &Scene<'_>) -> Vec<Diagnostic> {
    let expected = &scene.test.notifications;
    let sent = scene.sent();
    let misfits = |e: usize, s: usize| misfits(scene, &expected[e], sent[s]);
    let partners = perfect_partners(expected.len(), sent.len(), |e, s| {
        is_for(scene, &expected[e], sent[s]) && misfits(e, s).is_empty()
    });
    let mut surplus: Vec<usize> = (0..sent.len()).filter(|s| !partners.contains(&Some(*s))).collect();
    let mut findings = Vec::new();
    for (e, expectation) in expected.iter().enumerate().filter(|(e, _)| partners[*e].is_none()) {
        let rivals = surplus.iter().copied().filter(|s| is_rival(scene, expectation, sent[*s]));
        match rivals.min_by_key(|s| misfits(e, *s).len()) {
            Some(nearest) => {
                surplus.retain(|s| *s != nearest);
                findings.push(differing(scene, expectation, sent[nearest], misfits(e, nearest)));
            }
            None => findings.push(match (0..sent.len()).find(|s| is_rival(scene, expectation, sent[*s])) {
                Some(taken) => too_few(scene, expectation, sent[taken]),
                None => inquest::untold(scene, expectation),
            }),
        }
    }
    for s in surplus {
        let mut names = expected.iter().rev().filter_map(|expectation| expectation.receiver.as_ref());
        let last = names.find(|name| name.value == scene.receiver(sent[s]));
        findings.extend(last.map(|name| unexpected(scene, name, sent[s])));
    }
    findings
}

fn is_for(scene: &Scene<'_>, expected: &ExpectedNotification, sent: &Notification) -> bool {
    expected.receiver.as_ref().is_some_and(|name| name.value == scene.receiver(sent))
}

/// Whether a notification may be the expected one, sent differently: it has one of its alerts.
fn is_rival(scene: &Scene<'_>, expected: &ExpectedNotification, sent: &Notification) -> bool {
    let speaks_of = |pairs: &Vec<Pair>| sent.alerts().any(|alert| describes(pairs, alert));
    is_for(scene, expected, sent) && (expected.alerts.is_empty() || expected.alerts.iter().any(speaks_of))
}

/// In what a notification differs from an expected one to the same receiver: places, and a few words on each.
fn misfits(scene: &Scene<'_>, expected: &ExpectedNotification, sent: &Notification) -> Vec<(Span, String)> {
    let mut found = Vec::new();
    if let Some(status) = expected.status.filter(|status| (status.value == Status::Firing) != sent.is_firing()) {
        let words = if sent.is_firing() { "it says that something fires" } else { "it says that all is over" };
        found.push((status.span, words.to_owned()));
    }
    if let Some(at) = expected.at.filter(|at| at.value != scene.time(sent.at)) {
        found.push((at.span, format!("it was sent at {}", scene.time(sent.at))));
    }
    for pair in &expected.group_labels {
        let value = sent.group_labels.value(&pair.name.value);
        if !fits(pair.value.text(), value) {
            let name = &pair.name.value;
            found.push((
                pair.span(),
                match value {
                    "" => format!("its group has no label `{name}`"),
                    value => format!("`{name}` of its group is `{value}`"),
                },
            ));
        }
    }
    let alerts: Vec<&Labels> = sent.alerts().collect();
    let partners =
        perfect_partners(expected.alerts.len(), alerts.len(), |e, a| describes(&expected.alerts[e], alerts[a]));
    for (pairs, _) in expected.alerts.iter().zip(&partners).filter(|(_, partner)| partner.is_none()) {
        let place = pairs.iter().map(Pair::span).reduce(Span::to).unwrap_or(start_of(expected.span));
        found.push((place, "no such alert is in it".to_owned()));
    }
    found
}

fn differing(
    scene: &Scene<'_>,
    expected: &ExpectedNotification,
    sent: &Notification,
    misfits: Vec<(Span, String)>,
) -> Diagnostic {
    let (receiver, at) = (scene.receiver(sent), scene.time(sent.at));
    let message = match (&misfits[..], expected.at) {
        ([(place, _)], Some(wanted)) if *place == wanted.span => {
            format!("`{receiver}` is told at {at}, not at {}", wanted.value)
        }
        _ => format!("what `{receiver}` is told at {at} is not as expected"),
    };
    let mut misfits = misfits.into_iter();
    let (place, words) = misfits.next().unwrap_or((start_of(expected.span), String::new()));
    let mut finding = Diagnostic::error(place, message).here(words);
    for (place, words) in misfits {
        finding = finding.label(place, words);
    }
    with_notification(finding, scene, sent)
}

/// A notification that is expected more often than it was sent.
fn too_few(scene: &Scene<'_>, expected: &ExpectedNotification, sent: &Notification) -> Diagnostic {
    let place = expected.receiver.as_ref().map_or(start_of(expected.span), |name| name.span);
    let (receiver, told) = (scene.receiver(sent), content(sent));
    let message = format!(
        "`{receiver}` is told at {} that {told}, but not once more by {}",
        scene.time(sent.at),
        scene.time(scene.until)
    );
    let finding = Diagnostic::error(place, message).here("another expectation has that notification already");
    with_notification(finding, scene, sent)
}

fn unexpected(scene: &Scene<'_>, name: &Spanned<String>, sent: &Notification) -> Diagnostic {
    let message = format!(
        "`{}` is also told at {} that {}, which is not expected",
        name.value,
        scene.time(sent.at),
        content(sent)
    );
    let finding = Diagnostic::error(name.span, message)
        .help(format!("all that `{}` is told until then has to be listed, once it is named here", name.value));
    with_notification(finding, scene, sent)
}

/// A receiver that has to be told nothing.
fn silence(scene: &Scene<'_>, name: &Spanned<String>) -> Option<Diagnostic> {
    let sent = scene.sent().into_iter().find(|sent| scene.receiver(sent) == name.value)?;
    let message = format!("`{}` is told at {} that {}", name.value, scene.time(sent.at), content(sent));
    Some(with_notification(Diagnostic::error(name.span, message), scene, sent))
}

/// The route that sent a notification, and what became of the first alert in it.
fn with_notification(finding: Diagnostic, scene: &Scene<'_>, sent: &Notification) -> Diagnostic {
    let words = format!("this route tells `{}` ({})", scene.receiver(sent), sent.reason.words());
    let finding = finding.label(scene.plan().routes[sent.route].route.anchor(), words);
    match sent.alerts().next() {
        Some(alert) => finding.help(chronicle::told(scene, alert)),
        None => finding,
    }
}

/// What a notification says, in words after "that".
fn content(sent: &Notification) -> String {
    let (alerts, verb) = if sent.is_firing() { (&sent.firing, "fires") } else { (&sent.resolved, "is over") };
    let name = |labels: &Labels| labels.value("alertname").to_owned();
    let first = alerts.first().map(name).unwrap_or_default();
    match alerts.len() {
        0 | 1 => format!("`{first}` {verb}"),
        many if alerts.iter().all(|alert| name(alert) == first) => format!("`{first}` {verb} ({many} alerts)"),
        many => {
            format!("`{first}` and {} more alerts are {}", many - 1, if sent.is_firing() { "firing" } else { "over" })
        }
    }
}

/// An alert that has to be held back.
fn suppression(scene: &Scene<'_>, expected: &ExpectedSuppression) -> Option<Diagnostic> {
    let own = || scene.withheld().filter(|withheld| describes(&expected.alert, &withheld.alert));
    let wanted = |cause: &Cause| match expected.by {
        Some(by) => kind(cause) == Some(by.value),
        None => cause.is_suppression(),
    };
    if own().any(|withheld| wanted(&withheld.cause)) {
        return None;
    }
    let other = own().find(|withheld| withheld.cause.is_suppression());
    Some(inquest::unsuppressed(scene, expected, other))
}

/// What a test calls a cause.
pub(super) fn kind(cause: &Cause) -> Option<Suppression> {
    match cause {
        Cause::Inhibited { .. } => Some(Suppression::Inhibition),
        Cause::Silenced { .. } => Some(Suppression::Silence),
        Cause::Muted { .. } => Some(Suppression::MuteTimeInterval),
        Cause::Inactive => Some(Suppression::ActiveTimeInterval),
        _ => None,
    }
}
