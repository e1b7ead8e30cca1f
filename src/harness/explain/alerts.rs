//! Alerts that are not as expected.

use crate::{
    diag::Diagnostic,
    engine::Labels,
    model::suite::{AlertTest, ExpectedAlert, Matching},
    text::{Span, Spanned},
    vocab::Duration,
};

use super::{
    super::{
        case::Kind,
        verdict::{AlertFace, Pairing, Pairs},
    },
    Scene, counts, listed, rules,
    spots::{self, Spots},
};

/// Alerts that are not as expected.
pub fn alerts(
    scene: &Scene<'_>,
    test: &AlertTest,
    kind: Kind,
    matching: Matching,
    pairing: &Pairing,
    expected: &[AlertFace],
    found: &[AlertFace],
) -> Diagnostic {
    let written = match kind {
        Kind::Firing => &test.firing,
        Kind::Pending => &test.pending,
        Kind::Resolved => &test.resolved,
    };
    let (name, place) = name_of(test);
    let after = time_of(test);
    let mut spots = Spots::default();
    for &(e, f) in &pairing.differing {
        spots.add_differences(&written.alerts[e], &expected[e], &found[f], matching);
    }
    let (verb, negated) = words(kind);
    let others = !pairing.differing.is_empty() || found.len() > pairing.surplus.len();
    if others || pairing.missing.len() > 1 {
        for &e in &pairing.missing {
            spots.add(telling_place(&written.alerts, e), negated.to_owned());
        }
    }
    let message = match (expected, found, spots.only()) {
        (_, [], _) => format!("`{name}` {negated} at {after}, but is expected to be {}", word(kind)),
        ([], _, _) => format!("`{name}` {verb} at {after}, which is not expected"),
        (_, _, Some(words)) if pairing.surplus.is_empty() && pairing.missing.is_empty() => {
            format!("`{name}` {verb} at {after}, but {words}")
        }
        _ if others && expected.len() == 1 && found.len() == 1 => {
            format!("`{name}` {verb} at {after}, but with other labels or annotations")
        }
        _ => format!("alerts `{name}` at {after} are not as expected: {}", counts(pairing)),
    };
    let mut finding = scene.in_test(spots.place_all(message, place));
    if !pairing.surplus.is_empty() {
        let labels: Vec<String> = pairing.surplus.iter().map(|f| shown(&found[*f].labels)).collect();
        finding = finding.help(format!("not expected, but {}: {}", word(kind), listed(&labels)));
    }
    let wanted = pairing.missing.first().map(|e| &expected[*e]);
    let about = wanted.or(pairing.surplus.first().map(|f| &found[*f]));
    let about = about.or(pairing.differing.first().map(|(_, f)| &found[*f]));
    rules::with_alerting(finding, scene, name, about)
}

/// Another number of alerts than expected.
pub fn count(scene: &Scene<'_>, test: &AlertTest, count: Spanned<i64>, found: usize) -> Diagnostic {
    let (name, _) = name_of(test);
    let times = |count: i64| if count == 1 { "once".to_owned() } else { format!("{count} times") };
    let message = format!("`{name}` fires {} at {}, not {}", times(found as i64), time_of(test), times(count.value));
    rules::with_alerting(scene.in_test(Diagnostic::error(count.span, message)), scene, name, None)
}

/// The label that tells one of several expected alerts from the others; without one, its beginning.
fn telling_place(alerts: &[ExpectedAlert], which: usize) -> Span {
    let others = || alerts.iter().enumerate().filter(|(number, _)| *number != which).map(|(_, other)| other);
    let alert = &alerts[which];
    let is_shared = |name: &str, value: &str| {
        others().any(|other| other.labels.iter().any(|pair| pair.name.value == name && pair.value.text() == value))
    };
    let own = alert.labels.iter().find(|pair| !is_shared(&pair.name.value, pair.value.text()));
    own.map_or_else(|| spots::head_of(alert), |pair| pair.span())
}

fn words(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Firing => ("fires", "does not fire"),
        Kind::Pending => ("is pending", "is not pending"),
        Kind::Resolved => ("is resolved", "is not resolved"),
    }
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Firing => "firing",
        Kind::Pending => "pending",
        Kind::Resolved => "resolved",
    }
}

fn name_of(test: &AlertTest) -> (&str, Span) {
    test.alertname.as_ref().map_or(("", test.span), |name| (&name.value, name.span))
}

fn time_of(test: &AlertTest) -> Duration {
    test.eval_time.map_or(Duration::ZERO, |time| time.value)
}

/// Labels as they tell an alert from the others of its name.
fn shown(labels: &Pairs) -> String {
    let own = labels.iter().filter(|(name, _)| *name != "alertname");
    format!("`{}`", Labels::of(own.map(|(name, value)| (name.as_str(), value.as_str()))))
}
