//! Alerts that no route but the root takes, though the routes are meant to sort them.

use std::collections::BTreeMap;

use crate::{
    check,
    facts::routing::{Alert, Carried, Dispatcher, RouteTree, Verdict},
    kit::*,
    model::{
        Document,
        alertmanager::{MatchOp, Matcher},
    },
};

use super::{
    empty_receiver::is_meant_silent,
    severity::{drift, values},
};

check! {
    /// An alert reaches only the default receiver, since it lacks the label that the routes sort by.
    ///
    /// ## Why it matters
    /// Alerts without the label pass all routes and go to the receiver of the root, which is often the one that nobody
    /// reads. The rule looks complete, and its team is never told.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// rule_files: [alerts.yml]
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: DiskFull
    ///   expr: disk_used_ratio > 0.95
    ///   labels: {team: storage}
    /// - alert: TargetDown
    ///   expr: sum by (job) (up == 0) > 0
    /// ```
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: [team="storage"]
    ///       receiver: storage
    /// receivers:
    ///   - name: mail
    ///   - name: storage
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// rule_files: [alerts.yml]
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: DiskFull
    ///   expr: disk_used_ratio > 0.95
    ///   labels: {team: storage}
    /// - alert: TargetDown
    ///   expr: sum by (job) (up == 0) > 0
    ///   labels: {team: storage}
    /// ```
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: [team="storage"]
    ///       receiver: storage
    /// receivers:
    ///   - name: mail
    ///   - name: storage
    /// ```
    pub struct AlertDefaultOnly {}
    id: "alertmanager/alert-default-only", severity: Warning,
}

/// Values of alerts that are often dropped on purpose.
const UNIMPORTANT: [&str; 4] = ["info", "none", "debug", "notice"];

impl Check for AlertDefaultOnly {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dispatcher) = facts.routing.at(document) else { return };
        let (Some(tree), Some(alerts)) = (&dispatcher.tree, &dispatcher.alerts) else { return };
        let Some(split) = Split::of(tree) else { return };
        let only_root: Vec<&Alert<'_>> = alerts.iter().filter(|alert| reaches_only_root(tree, alert)).collect();
        // When nothing gets past the root, the routes are the cause, and are reported.
        if only_root.is_empty() || only_root.len() == alerts.len() {
            return;
        }
        let (lacking, other): (Vec<&Alert<'_>>, Vec<&Alert<'_>>) =
            only_root.into_iter().partition(|alert| alert.label(split.label) == Carried::Exactly(""));
        let receiver = tree.receiver(0).unwrap_or_default();
        for alert in &lacking {
            let (name, label) = (&alert.name.value, split.label);
            out.report(
                alert.name.span,
                format!("`{name}` has no label `{label}`, so only the default receiver `{receiver}` is told"),
            )
            .label(split.matchers[0].span, "the routes sort by it")
            .help(format!("set `{label}` under `labels` of the rule"))
            .shared(lacking[0].name.span);
        }
        split.unnamed(&other, dispatcher, receiver, out);
    }
}

fn reaches_only_root(tree: &RouteTree<'_>, alert: &Alert<'_>) -> bool {
    let reached = tree.reached(&|label| alert.label(label));
    matches!(reached.as_slice(), [only] if only.place == 0 && only.verdict == Verdict::Yes)
}

/// The label by which the routes below the root sort alerts.
struct Split<'t> {
    label: &'t str,
    matchers: Vec<&'t Matcher>,
}

impl<'t> Split<'t> {
    /// The label on which every route below the root demands a value; there are at least some values.
    fn of(tree: &RouteTree<'t>) -> Option<Self> {
        let children: Vec<_> = tree.node(0).children.iter().map(|child| tree.node(*child).route).collect();
        let demands = |matcher: &&Matcher| {
            let wants = matches!(matcher.op, MatchOp::Equal | MatchOp::Regex);
            wants && !values(matcher).is_empty() && matcher.name.value != "alertname"
        };
        let first = children.first()?;
        if children.iter().any(|child| !child.matchers.complete) {
            return None;
        }
        first.matchers.all.iter().filter(demands).find_map(|candidate| {
            let label = candidate.name.value.as_str();
            let on_label = |matcher: &&'t Matcher| demands(matcher) && matcher.name.value == label;
            let each: Option<Vec<&'t Matcher>> =
                children.iter().map(|child| child.matchers.all.iter().find(on_label)).collect();
            Some(Split { label, matchers: each? })
        })
    }

    /// Alerts with a value that no route names, while most values in use are named.
    fn unnamed(&self, only_root: &[&Alert<'_>], dispatcher: &Dispatcher<'_>, receiver: &str, out: &mut Sink<'_>) {
        let alerts = dispatcher.alerts.as_deref().unwrap_or_default();
        let tells_nobody = dispatcher.config.receiver(receiver).is_some_and(|one| one.integrations.is_empty());
        let named: Vec<String> = self.matchers.iter().flat_map(|matcher| values(matcher)).collect();
        // A receiver that tells nobody by an oversight is the cause, and is reported.
        if named.len() < 2 || (tells_nobody && !is_meant_silent(receiver)) {
            return;
        }
        let is_told_elsewhere = |value: &str| {
            named.iter().any(|known| known == value)
                || self.matchers.iter().any(|matcher| drift(matcher, alerts).is_some_and(|(_, own, _)| own == value))
        };
        let mut first: BTreeMap<&str, Option<Span>> = BTreeMap::new();
        for alert in only_root {
            let Carried::Exactly(value) = alert.label(self.label) else { continue };
            let set = alert.set_labels().find(|(name, _)| name.value == self.label);
            let place = set.map_or(alert.name.span, |(name, _)| name.span);
            let first = first.entry(value).or_insert_with(|| (!is_told_elsewhere(value)).then_some(place));
            let Some(first) = *first else { continue };
            let label = self.label;
            let finding = if tells_nobody && !UNIMPORTANT.contains(&value.to_lowercase().as_str()) {
                let message =
                    format!("no route takes the {label} `{value}`, and the default receiver `{receiver}` tells nobody");
                out.report(place, message)
            } else {
                let message =
                    format!("no route takes the {label} `{value}`, so only the default receiver `{receiver}` is told");
                out.report(place, message).severity(Severity::Info)
            };
            finding
                .label(self.matchers[0].span, "the routes take other values")
                .help("add a route for it, or leave it to the default receiver on purpose")
                .shared(first);
        }
    }
}
