//! Inhibition rules that take an alert for a source and for a target at once.

use crate::{
    check,
    facts::{
        Program, Running,
        routing::{Alert, Verdict, boards, contradiction},
        running,
    },
    kit::*,
    model::{
        Document,
        alertmanager::{InhibitRule, MatchOp, Matcher, Matchers},
    },
    vocab::{Pattern, PatternUse, Version},
};

check! {
    /// An alert is a source and a target of the same inhibition rule, so that it is not always silenced.
    ///
    /// ## Why it matters
    /// An alert that satisfies both sides is not silenced by another one that does, so that none silences itself; only
    /// one that is a source and no target silences it. From 0.28.1 to 0.34.0 Alertmanager remembers one source for
    /// each set of equal labels, the latest: when that is one of the alerts on both sides, the others page, although a
    /// true source fires.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route: {receiver: mail}
    /// receivers: [{name: mail}]
    /// inhibit_rules:
    ///   - source_matchers: ['severity=~"critical|warning"']
    ///     target_matchers: ['severity=~"warning|info"']
    ///     equal: [service]
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route: {receiver: mail}
    /// receivers: [{name: mail}]
    /// inhibit_rules:
    ///   - source_matchers: [severity="critical"]
    ///     target_matchers: ['severity=~"warning|info"']
    ///     equal: [service]
    ///   - source_matchers: [severity="warning"]
    ///     target_matchers: [severity="info"]
    ///     equal: [service]
    /// ```
    pub struct InhibitOverlap {}
    id: "alertmanager/inhibit-overlap", severity: Warning,
}

/// The first release that remembers one source for each set of labels (prometheus/alertmanager#4119), and the first
/// one that remembers all again (0.34.1, by its changelog: prometheus/alertmanager#5542, #5449, #5559).
const FORGETFUL: (Version, Version) =
    (Version { major: 0, minor: 28, patch: 1 }, Version { major: 0, minor: 34, patch: 1 });

impl Check for InhibitOverlap {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let boards = boards(facts.workspace, document);
        if boards.is_empty() {
            return;
        }
        let path = &facts.workspace.files.file(document.file).path;
        let running = running(facts, Program::Alertmanager, path);
        let (first, fixed) = FORGETFUL;
        if running.is_some_and(|running| running.version < first || running.version >= fixed) {
            return;
        }
        let alerts = facts.routing.at(document).and_then(|dispatcher| dispatcher.alerts.as_deref());
        for board in boards {
            for rule in board.inhibit_rules.iter().filter(|rule| rule.source.complete && rule.target.complete) {
                if let Some((source, target)) = shared(rule) {
                    let example = alerts.map(|alerts| on_both_sides(rule, alerts));
                    // Where all alerts are known, there must be one.
                    if !matches!(example, Some(None)) {
                        say((source, target), example.flatten(), running, out);
                    }
                }
            }
        }
    }
}

fn say(
    (source, target): (&Matcher, &Matcher),
    example: Option<&Alert<'_>>,
    running: Option<Running>,
    out: &mut Sink<'_>,
) {
    let severity = if running.is_some() { Severity::Warning } else { Severity::Info };
    out.report(target.span, "some alerts satisfy both sides of this rule, and these are not always silenced")
        .severity(severity)
        .label(source.span, "these are the sources")
        .label_if(example.map(|alert| alert.name.span), "this alert, for one")
        .label_if(running.and_then(|running| running.proof), "this release remembers only the latest source")
        .help("write a rule for each step, so that no alert is on both sides");
}

/// Two matchers, one of each side, that name some of the same values, while the source names others as well.
fn shared(rule: &InhibitRule) -> Option<(&Matcher, &Matcher)> {
    let mut both = rule.source.all.clone();
    both.extend(rule.target.all.iter().cloned());
    let both = Matchers { all: both, texts: Vec::new(), complete: true };
    if contradiction(&both).is_some() {
        return None;
    }
    rule.source.all.iter().find_map(|source| {
        let same_label = |target: &&Matcher| target.name.value == source.name.value;
        let overlaps = |target: &&Matcher| {
            let (Some(sources), Some(targets)) = (values(source), values(target)) else { return false };
            let (common, own): (Vec<_>, Vec<_>) = sources.iter().partition(|value| targets.contains(value));
            !common.is_empty() && !own.is_empty()
        };
        Some((source, rule.target.all.iter().filter(same_label).find(overlaps)?))
    })
}

/// The values that a matcher takes, where it names them one by one.
fn values(matcher: &Matcher) -> Option<Vec<String>> {
    match matcher.op {
        MatchOp::Equal => Some(vec![matcher.value.text().to_owned()]),
        MatchOp::Regex => {
            let pattern = Pattern::of(matcher.value.text(), PatternUse::Alertmanager).ok()?;
            Some(pattern.literals()?.to_vec())
        }
        MatchOp::NotEqual | MatchOp::NotRegex => None,
    }
}

/// An alert that is on both sides, if there is also one that is a source only.
fn on_both_sides<'a, 'w>(rule: &InhibitRule, alerts: &'a [Alert<'w>]) -> Option<&'a Alert<'w>> {
    let is = |alert: &Alert<'_>, side: &Matchers| alert.satisfies(&side.all);
    let source_only =
        |alert: &Alert<'_>| is(alert, &rule.source) != Verdict::No && is(alert, &rule.target) == Verdict::No;
    let both = |alert: &&Alert<'_>| is(alert, &rule.source).min(is(alert, &rule.target)) == Verdict::Yes;
    alerts.iter().find(both).filter(|_| alerts.iter().any(source_only))
}
