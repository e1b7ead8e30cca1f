//! The rules behind a failure: what became of their alerts, what they wait for, what their operands gave.

use crate::{diag::Diagnostic, engine::Labels, promql::Query, text::Span, vocab::Duration};

use super::{
    super::{
        alerting::{State, Turn},
        evaluation::RunningRule,
        operands,
        rulebook::{Alarm, Outcome},
        story,
        verdict::AlertFace,
    },
    Scene,
};

/// The most rules that are shown beside a failure.
const MOST_RULES: usize = 2;

/// The rules that record what a query selects.
pub(super) fn with_recordings(mut finding: Diagnostic, scene: &Scene<'_>, query: &Query) -> Diagnostic {
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
pub(super) fn with_alerting(
    mut finding: Diagnostic,
    scene: &Scene<'_>,
    name: &str,
    about: Option<&AlertFace>,
) -> Diagnostic {
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
) -> Option<(Span, String)> {
    let labels = nearest_labels(&rule.alerts.turns, about)?;
    let alert = rule.alerts.iter().find(|alert| alert.labels == labels && alert.state == State::Pending)?;
    let since = |at: i64| Duration::milliseconds(at - scene.clock.start);
    let (begun, over) = (since(alert.active_at), since(alert.active_at + alarm.hold));
    let place = rule.planned.rule.keys.entry("for")?;
    Some((place, format!("pending since {begun}, so it can fire from {over} on")))
}
