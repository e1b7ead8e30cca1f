//! Failures for people: what differs, in which rule, and what became of its alert over time.

use crate::{
    diag::Diagnostic,
    engine::{Labels, Options, Storage},
    model::{
        Pair,
        suite::{AlertTest, ExpectedAlert, ExprTest, Matching},
    },
    promql::Query,
    text::{Span, Spanned},
    vocab::Duration,
};

use super::{
    alerting::{State, Turn},
    case::{Clock, Kind},
    evaluation::{Evaluation, RunningRule},
    operands,
    rulebook::{Alarm, Outcome},
    story,
    verdict::{AlertFace, Difference, Pairing, Pairs, SampleFace, differences},
};

/// The most rules that are shown beside a failure.
const MOST_RULES: usize = 2;
/// The most places of differences that are shown of one failure.
const MOST_PLACES: usize = 6;
/// The most alerts or samples that are spelled out in a line.
const MOST_LISTED: usize = 3;

/// What the world looked like when an expectation was not met.
pub struct Scene<'a> {
    /// All rules, and what they remember.
    pub evaluation: &'a Evaluation<'a, 'a>,
    /// All series.
    pub storage: &'a Storage,
    /// How the engine is set up.
    pub options: &'a Options,
    /// When things happen.
    pub clock: Clock,
    /// The time of the evaluation, in milliseconds since 1970.
    pub at: i64,
}

/// A place of a difference, and a few words on it.
type Spot = (Span, String);

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
    let mut spots = Vec::new();
    for &(e, f) in &pairing.differing {
        spots.extend(spots_of(&written.alerts[e], &expected[e], &found[f], matching));
    }
    let (verb, negated) = words(kind);
    let missing = pairing.missing.iter().map(|e| (head_of(&written.alerts[*e]), negated.to_owned()));
    let others = !pairing.differing.is_empty() || found.len() > pairing.surplus.len();
    spots.extend(missing.filter(|_| others || pairing.missing.len() > 1));
    let message = match (expected, found, &spots[..]) {
        (_, [], _) => format!("`{name}` {negated} at {after}, but is expected to be {}", word(kind)),
        ([], _, _) => format!("`{name}` {verb} at {after}, which is not expected"),
        (_, _, [(_, words)]) if pairing.surplus.is_empty() && pairing.missing.is_empty() => {
            format!("`{name}` {verb} at {after}, but {words}")
        }
        _ if others && expected.len() == 1 && found.len() == 1 => {
            format!("`{name}` {verb} at {after}, but with other labels or annotations")
        }
        _ => format!("alerts `{name}` at {after} are not as expected: {}", counts(pairing)),
    };
    let mut finding = place_all(message, place, spots);
    if !pairing.surplus.is_empty() {
        let labels: Vec<String> = pairing.surplus.iter().map(|f| shown(&found[*f].labels)).collect();
        finding = finding.help(format!("not expected, but {}: {}", word(kind), listed(&labels)));
    }
    let wanted = pairing.missing.first().map(|e| &expected[*e]);
    let about = wanted.or(pairing.surplus.first().map(|f| &found[*f]));
    let about = about.or(pairing.differing.first().map(|(_, f)| &found[*f]));
    with_rules(finding, scene, name, about)
}

/// Another number of alerts than expected.
pub fn count(scene: &Scene<'_>, test: &AlertTest, count: Spanned<i64>, found: usize) -> Diagnostic {
    let (name, _) = name_of(test);
    let times = |count: i64| if count == 1 { "once".to_owned() } else { format!("{count} times") };
    let message = format!("`{name}` fires {} at {}, not {}", times(found as i64), time_of(test), times(count.value));
    with_rules(Diagnostic::error(count.span, message), scene, name, None)
}

/// Samples that are not as expected.
pub fn samples(
    scene: &Scene<'_>,
    test: &ExprTest,
    query: &Query,
    pairing: &Pairing,
    expected: &[SampleFace],
    found: &[SampleFace],
) -> Diagnostic {
    let after = test.eval_time.map_or(Duration::ZERO, |time| time.value);
    let mut spots: Vec<Spot> = Vec::new();
    let mut nearly = false;
    for &(e, f) in &pairing.differing {
        let (written, expected, found) = (&test.samples[e], &expected[e], &found[f]);
        if expected.labels != found.labels {
            let place = written.series.as_ref().map_or(written.span, |series| series.span);
            spots.push((place, format!("it is `{}`", found.labels)));
        }
        if expected.histogram != found.histogram || expected.labels == found.labels {
            let histogram = written.histogram.as_ref().map(|(text, _)| text.full_span());
            let place = histogram.or(written.value.map(|value| value.span)).unwrap_or(written.span);
            spots.push((place, format!("it is `{}`", value_of(found))));
        }
        nearly |= expected.histogram.is_none() && (expected.value - found.value).abs() <= 1e-9 * found.value.abs();
    }
    for &e in &pairing.missing {
        let place = test.samples[e].series.as_ref().map_or(test.samples[e].span, |series| series.span);
        spots.push((place, "there is no such sample".to_owned()));
    }
    let surplus: Vec<String> =
        pairing.surplus.iter().map(|f| format!("{} {}", found[*f].labels, value_of(&found[*f]))).collect();
    let message = match (expected, found, &spots[..]) {
        (_, [], _) => format!("this expression gives nothing at {after}"),
        ([], ..) => format!("this expression gives {} at {after}, and nothing is expected", listed(&surplus)),
        ([one], [other], _) if one.labels == other.labels => {
            format!("`{}` is {} at {after}, not {}", other.labels, value_of(other), value_of(one))
        }
        (.., [(_, words)]) if surplus.is_empty() => format!("the sample is not as expected at {after}: {words}"),
        _ => format!("samples are not as expected at {after}: {}", counts(pairing)),
    };
    let whole = query.text.full_span();
    let mut finding = place_all(message, whole, spots);
    if finding.span != whole {
        finding = finding.label(whole, "what is tested");
    }
    if !expected.is_empty() && !surplus.is_empty() {
        finding = finding.help(format!("not expected, but there: {}", listed(&surplus)));
    }
    if nearly {
        finding =
            finding.help("the last digits differ: give a `tolerance`, or allow neighbours with `fuzzy_compare: true`");
    }
    // What the whole gives is said already.
    let is_part = |operand: &operands::Operand| query.valid().is_none_or(|whole| whole.span() != operand.span);
    for operand in operands::of(query, None, scene).into_iter().filter(is_part) {
        finding = finding.label(operand.span, operand.words);
    }
    with_recordings(finding, scene, query)
}

/// The rules that record what a query selects.
fn with_recordings(mut finding: Diagnostic, scene: &Scene<'_>, query: &Query) -> Diagnostic {
    let names: Vec<&str> = query
        .valid()
        .into_iter()
        .flat_map(|expr| expr.selections())
        .filter_map(|selection| selection.selector.name.as_ref().map(|name| name.value.as_str()))
        .collect();
    let recording = scene
        .evaluation
        .rules()
        .filter(|(_, rule)| matches!(rule.planned.outcome, Outcome::Record(_)) && names.contains(&&*rule.planned.name));
    for (group, rule) in recording.take(MOST_RULES) {
        finding = finding.label(rule.planned.rule.anchor(), "recorded here");
        if let Some(query) = &rule.planned.rule.expr {
            for operand in operands::of(query, None, &scene.earlier(group.query_offset)) {
                finding = finding.label(operand.span, operand.words);
            }
        }
    }
    finding
}

/// The rules of an alert: what became of it, what it waits for, what its operands gave.
fn with_rules(mut finding: Diagnostic, scene: &Scene<'_>, name: &str, about: Option<&AlertFace>) -> Diagnostic {
    let rules = scene.evaluation.rules().filter(|(_, rule)| rule.alarm().is_some() && &*rule.planned.name == name);
    for (group, rule) in rules.take(MOST_RULES) {
        let Some(alarm) = rule.alarm() else { continue };
        finding = finding.label(rule.planned.rule.anchor(), told(scene, rule, about));
        if let Some((place, words)) = waiting(scene, rule, alarm, about) {
            finding = finding.label(place, words);
        }
        if let Some(query) = &rule.planned.rule.expr {
            for operand in operands::of(query, about.map(|about| &about.labels), &scene.earlier(group.query_offset)) {
                finding = finding.label(operand.span, operand.words);
            }
        }
    }
    finding
}

/// The states of the alert that is meant, or of the one most like it.
fn told(scene: &Scene<'_>, rule: &RunningRule<'_, '_>, about: Option<&AlertFace>) -> String {
    let until = Duration::milliseconds(scene.at - scene.clock.start);
    let Some(labels) = nearest_labels(&rule.alerts.turns, about) else {
        return format!("never active until {until}");
    };
    let story = story::story(&rule.alerts.turns, &labels, scene.clock.start, scene.at);
    let mut others: Vec<&Labels> = rule.alerts.turns.iter().map(|turn| &turn.labels).collect();
    others.sort();
    others.dedup();
    match others.len() {
        0 | 1 => story,
        many => format!("{labels}: {story} (one of {many} alerts)"),
    }
}

/// The labels, among those of alerts that were, that are most like these.
fn nearest_labels(turns: &[Turn], about: Option<&AlertFace>) -> Option<Labels> {
    let likeness = |labels: &Labels| match about {
        Some(about) => labels
            .iter()
            .filter(|label| about.labels.get(&*label.name).is_some_and(|own| **own == *label.value))
            .count(),
        None => 0,
    };
    // Of equally like ones the first.
    turns.iter().rev().map(|turn| &turn.labels).max_by_key(|labels| likeness(labels)).cloned()
}

/// What a pending alert waits for.
fn waiting(
    scene: &Scene<'_>,
    rule: &RunningRule<'_, '_>,
    alarm: &Alarm<'_>,
    about: Option<&AlertFace>,
) -> Option<Spot> {
    let labels = nearest_labels(&rule.alerts.turns, about)?;
    let alert = rule.alerts.iter().find(|alert| alert.labels == labels && alert.state == State::Pending)?;
    let since = |at: i64| Duration::milliseconds(at - scene.clock.start);
    let (begun, over) = (since(alert.active_at), since(alert.active_at + alarm.hold));
    let place = rule.planned.rule.keys.entry("for")?;
    Some((place, format!("pending since {begun}, so it can fire from {over} on")))
}

fn spots_of(written: &ExpectedAlert, expected: &AlertFace, found: &AlertFace, matching: Matching) -> Vec<Spot> {
    let of_labels = differences(&expected.labels, &found.labels, matching);
    let of_annotations = differences(&expected.annotations, &found.annotations, matching);
    let labels = of_labels.iter().map(|one| spot(one, "label", &written.labels, head_of(written)));
    let annotations = of_annotations.iter().map(|one| spot(one, "annotation", &written.annotations, head_of(written)));
    labels.chain(annotations).collect()
}

fn spot(difference: &Difference, what: &str, pairs: &[Pair], elsewhere: Span) -> Spot {
    let place = Pair::find(pairs, &difference.name).map_or(elsewhere, Pair::span);
    let name = &difference.name;
    let words = match (&difference.expected, &difference.found) {
        (Some(_), Some(found)) => format!("{what} `{name}` is `{found}`"),
        (Some(_), None) => format!("it has no {what} `{name}`"),
        (None, Some(found)) => format!("it also has {what} `{name}`: `{found}`"),
        (None, None) => format!("{what} `{name}` differs"),
    };
    (place, words)
}

/// Where to point when an expected alert as a whole is meant.
fn head_of(alert: &ExpectedAlert) -> Span {
    let first = alert.labels.iter().chain(&alert.annotations).map(Pair::span).min();
    first.unwrap_or(Span::new(alert.span.file, alert.span.start, alert.span.start))
}

/// A finding at the first spot, with labels at the others; without spots, at the given place.
fn place_all(message: String, place: Span, spots: Vec<Spot>) -> Diagnostic {
    let more = spots.len().saturating_sub(MOST_PLACES);
    let mut spots = spots.into_iter().take(MOST_PLACES);
    let mut finding = match spots.next() {
        Some((span, words)) => Diagnostic::error(span, message).here(words),
        None => Diagnostic::error(place, message),
    };
    for (span, words) in spots {
        finding = finding.label(span, words);
    }
    if more > 0 { finding.help(format!("{more} more differences are not shown")) } else { finding }
}

fn counts(pairing: &Pairing) -> String {
    let counts =
        [(pairing.differing.len(), "differ"), (pairing.missing.len(), "missing"), (pairing.surplus.len(), "too many")];
    let told: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    told.join(", ")
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

fn value_of(sample: &SampleFace) -> String {
    match &sample.histogram {
        Some(histogram) => histogram.clone(),
        None => super::dump::shown(&crate::engine::Value::Float(sample.value)),
    }
}

fn listed(things: &[String]) -> String {
    let shown = things.iter().take(MOST_LISTED).cloned().collect::<Vec<_>>().join(", ");
    match things.len().saturating_sub(MOST_LISTED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

impl Scene<'_> {
    /// The same as a rule sees it that is evaluated so much earlier.
    fn earlier(&self, offset: i64) -> Scene<'_> {
        Scene { at: self.at - offset, ..*self }
    }
}
