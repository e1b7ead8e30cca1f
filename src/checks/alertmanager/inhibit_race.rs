//! Inhibition rules whose source fires after its target has been told of.

use crate::{
    check,
    facts::routing::{Alert, Dispatcher, RouteTree, Verdict, boards},
    kit::*,
    model::{
        Document,
        alertmanager::{DEFAULT_GROUP_WAIT, InhibitRule},
    },
    vocab::Duration,
};

check! {
    /// An alert that should silence another one fires only after the other has been told of.
    ///
    /// ## Why it matters
    /// A message that has been sent is not taken back. When the source waits longer (`for`) than the target and its
    /// `group_wait` together, the target pages first, each time.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// rule_files: [alerts.yml]
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: HostDown
    ///   expr: up{job="node"} == 0
    ///   for: 10m
    /// - alert: ServiceDown
    ///   expr: up{job="shop"} == 0
    ///   for: 1m
    /// ```
    /// ```yaml path=alertmanager.yml
    /// route: {receiver: mail}
    /// receivers: [{name: mail}]
    /// inhibit_rules:
    ///   - source_matchers: [alertname="HostDown"]
    ///     target_matchers: [alertname="ServiceDown"]
    ///     equal: [instance]
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// rule_files: [alerts.yml]
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: HostDown
    ///   expr: up{job="node"} == 0
    ///   for: 1m
    /// - alert: ServiceDown
    ///   expr: up{job="shop"} == 0
    ///   for: 2m
    /// ```
    /// ```yaml path=alertmanager.yml
    /// route: {receiver: mail}
    /// receivers: [{name: mail}]
    /// inhibit_rules:
    ///   - source_matchers: [alertname="HostDown"]
    ///     target_matchers: [alertname="ServiceDown"]
    ///     equal: [instance]
    /// ```
    pub struct InhibitRace {}
    id: "alertmanager/inhibit-race", severity: Info,
}

impl Check for InhibitRace {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dispatcher) = facts.routing.at(document) else { return };
        for board in boards(facts.workspace, document) {
            for rule in board.inhibit_rules.iter().filter(|rule| rule.source.complete && rule.target.complete) {
                judge(rule, &board.tree, dispatcher, out);
            }
        }
    }
}

/// Speaks only of rules with one source: of several, another one may be in time.
fn judge(rule: &InhibitRule, tree: &RouteTree<'_>, dispatcher: &Dispatcher<'_>, out: &mut Sink<'_>) {
    let sources = dispatcher.alerts_taken(&rule.source.all);
    let [source] = sources.as_slice() else { return };
    let is_target = |alert: &&Alert<'_>| {
        !std::ptr::eq(*alert, *source)
            && alert.satisfies(&rule.target.all) == Verdict::Yes
            && rule.equal.iter().all(|label| source.label(&label.value).may_equal(alert.label(&label.value)))
    };
    let late = |target: &&Alert<'_>| waits(source) > waits(target) + group_wait(tree, target);
    let taken = dispatcher.alerts_taken(&rule.target.all);
    let targets: Vec<&Alert<'_>> = taken.into_iter().filter(is_target).collect();
    let Some(first) = targets.iter().copied().find(late) else { return };
    let count = targets.iter().filter(|target| late(target)).count();
    let wait = Duration::milliseconds(group_wait(tree, first));
    let place = source.site.rule.hold_duration.map_or(source.name.span, |hold| hold.span);
    out.report(
        place,
        format!(
            "`{}` is to silence `{}`{}, but fires later: by then it has been told of",
            source.name.value,
            first.name.value,
            here_and_more(count)
        ),
    )
    .label(rule.source.all.first().map_or(rule.span, |matcher| matcher.span), "this rule silences it")
    .label(
        first.site.rule.hold_duration.map_or(first.name.span, |hold| hold.span),
        format!("this one fires earlier, and its group waits {wait}"),
    )
    .help("let the source fire first: a shorter `for` there, or a longer one here");
}

/// How long an alert is pending, in milliseconds.
fn waits(alert: &Alert<'_>) -> i64 {
    alert.site.rule.hold_duration.map_or(0, |hold| hold.value.as_milliseconds())
}

/// The longest that any route to it lets an alert wait, in milliseconds.
fn group_wait(tree: &RouteTree<'_>, alert: &Alert<'_>) -> i64 {
    let reached = tree.reached(&|label| alert.label(label));
    let waits = reached.into_iter().map(|reached| tree.inherited(reached.place, |route| route.group_wait));
    let waits = waits.map(|wait| wait.map_or(DEFAULT_GROUP_WAIT, |wait| wait.value).as_milliseconds());
    waits.max().unwrap_or(0)
}
