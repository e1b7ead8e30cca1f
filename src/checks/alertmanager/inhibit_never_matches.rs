//! Inhibition rules that never silence anything.

use std::collections::BTreeSet;

use crate::{
    check,
    facts::routing::{Alert, Carried, Dispatcher, Verdict, boards, contradiction, implies},
    kit::*,
    model::{
        Document,
        alertmanager::{InhibitRule, Matchers},
    },
};

use super::severity::drift;

check! {
    /// An inhibition rule never silences anything.
    ///
    /// ## Why it matters
    /// Both alerts page, though somebody wrote down that one should silence the other. The usual cause is
    /// `alertname` in `equal`: two alerts of different severity mostly have different names.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// rule_files: [alerts.yml]
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: DiskFull
    ///   expr: disk_used_ratio > 0.95
    ///   labels: {severity: critical}
    /// - alert: DiskFilling
    ///   expr: disk_used_ratio > 0.8
    ///   labels: {severity: warning}
    /// ```
    /// ```yaml path=alertmanager.yml
    /// route: {receiver: mail}
    /// receivers: [{name: mail}]
    /// inhibit_rules:
    ///   - source_matchers: [severity="critical"]
    ///     target_matchers: [severity="warning"]
    ///     equal: [alertname, instance]
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// rule_files: [alerts.yml]
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: DiskFull
    ///   expr: disk_used_ratio > 0.95
    ///   labels: {severity: critical}
    /// - alert: DiskFilling
    ///   expr: disk_used_ratio > 0.8
    ///   labels: {severity: warning}
    /// ```
    /// ```yaml path=alertmanager.yml
    /// route: {receiver: mail}
    /// receivers: [{name: mail}]
    /// inhibit_rules:
    ///   - source_matchers: [alertname="DiskFull"]
    ///     target_matchers: [alertname="DiskFilling"]
    ///     equal: [instance]
    /// ```
    pub struct InhibitNeverMatches {}
    id: "alertmanager/inhibit-never-matches", severity: Warning,
}

impl Check for InhibitNeverMatches {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let dispatcher = facts.routing.at(document);
        for rule in boards(facts.workspace, document).iter().flat_map(|board| board.inhibit_rules) {
            if !rule.source.complete || !rule.target.complete {
                continue;
            }
            let excluded = [&rule.source, &rule.target].into_iter().find_map(contradiction);
            if let Some((first, last)) = excluded {
                out.report(
                    last.span,
                    format!("no alert can satisfy both `{first}` and `{last}`, so this rule silences nothing"),
                )
                .severity(Severity::Error)
                .label(first.span, "the other one")
                .help("several values of one label are written as `label=~\"a|b\"`");
            } else if let Some(source) = rule.source.all.first().filter(|_| is_about_itself(rule)) {
                let target = rule.target.all.first().map(|matcher| matcher.span);
                out.report(
                    target.unwrap_or(rule.span),
                    "every target is a source as well, so this rule silences nothing",
                )
                .label(source.span, "and every source a target")
                .help("let the sides differ: an alert on both is not silenced by another one that is");
            } else if let Some(dispatcher) = dispatcher
                && let Some(alerts) = dispatcher.alerts.as_deref().filter(|alerts| !alerts.is_empty())
            {
                judge(rule, dispatcher, alerts, out);
            }
        }
    }
}

/// Whether both sides take the same alerts.
fn is_about_itself(rule: &InhibitRule) -> bool {
    implies(&rule.source, &rule.target) && implies(&rule.target, &rule.source)
}

fn judge(rule: &InhibitRule, dispatcher: &Dispatcher<'_>, alerts: &[Alert<'_>], out: &mut Sink<'_>) {
    let (sources, targets) = (dispatcher.alerts_taken(&rule.source.all), dispatcher.alerts_taken(&rule.target.all));
    for (side, found, does) in [(&rule.source, &sources, "silences others"), (&rule.target, &targets, "is silenced")] {
        if found.is_empty() {
            nobody(side, does, dispatcher, alerts, out);
            return;
        }
    }
    let both = |alert: &Alert<'_>| alert.satisfies(rule.source.all.iter().chain(&rule.target.all)) == Verdict::Yes;
    // An alert that satisfies both sides is not silenced by another one of the kind.
    let (sources_only, targets_only) = (told_apart(&sources, rule, both), told_apart(&targets, rule, both));
    let pairs = || {
        let all = sources_only.iter().flat_map(|source| targets_only.iter().map(move |target| (source, target)));
        all.filter(|(source, target)| !(source.both && target.both))
    };
    let agree = |at: usize, (source, target): (&Side<'_>, &Side<'_>)| source.labels[at].may_equal(target.labels[at]);
    if pairs().any(|pair| (0..rule.equal.len()).all(|at| agree(at, pair))) {
        return;
    }
    let Some((source, target)) = pairs().next().map(|(source, target)| (source.alert, target.alert)) else { return };
    let culprit = (0..rule.equal.len()).find(|at| !pairs().any(|pair| agree(*at, pair))).map(|at| &rule.equal[at]);
    let (place, message) = match culprit {
        Some(label) => {
            (label.span, format!("this rule silences nothing: no source and target have the same `{}`", label.value))
        }
        None => (
            rule.equal.first().map_or(rule.span, |label| label.span),
            "this rule silences nothing: no source and target agree in all of these labels".to_owned(),
        ),
    };
    let many = |count: usize, what: &str| match count {
        1 => format!("the only {what}"),
        _ => format!("the first of {count} {what}s"),
    };
    let finding = out
        .report(place, message)
        .label(source.name.span, many(sources.len(), "source"))
        .label(target.name.span, many(targets.len(), "target"));
    match culprit {
        Some(label) if label.value == "alertname" => {
            finding.help("name source and target by `alertname` in their matchers, and leave it out of `equal`")
        }
        Some(label) => finding.help(format!("leave `{}` out of `equal`, or set it in the rules", label.value)),
        None => finding.help("leave out labels that differ"),
    };
}

/// An alert on one side of a rule, as the rule sees it.
struct Side<'a> {
    alert: &'a Alert<'a>,
    /// Whether it certainly is on the other side, too.
    both: bool,
    /// What is known of the labels that must be equal.
    labels: Vec<Carried<'a>>,
}

/// The first of all alerts that the rule cannot tell apart.
fn told_apart<'a>(alerts: &[&'a Alert<'a>], rule: &InhibitRule, both: impl Fn(&Alert<'_>) -> bool) -> Vec<Side<'a>> {
    let mut seen = BTreeSet::new();
    let sides = alerts.iter().map(|alert| {
        let labels = rule.equal.iter().map(|label| alert.label(&label.value)).collect();
        Side { alert, both: both(alert), labels }
    });
    sides.filter(|side| seen.insert((side.both, side.labels.clone()))).collect()
}

fn nobody(side: &Matchers, does: &str, dispatcher: &Dispatcher<'_>, alerts: &[Alert<'_>], out: &mut Sink<'_>) {
    let Some(first) = side.all.first() else { return };
    let culprit = side.all.iter().find(|matcher| dispatcher.alerts_taken(std::slice::from_ref(*matcher)).is_empty());
    if culprit.is_some_and(|matcher| matcher.looks_like_regex() || drift(matcher, alerts).is_some()) {
        // The wrong sign, or another spelling, is the cause, and is reported.
        return;
    }
    let message = match culprit {
        Some(matcher) => format!("no alert {does} by this rule: none satisfies `{matcher}`"),
        None => format!("no alert {does} by this rule: none satisfies all of its matchers"),
    };
    out.report(culprit.unwrap_or(first).span, message)
        .label(alerts[0].name.span, format!("the first of {} alerts", alerts.len()));
}
