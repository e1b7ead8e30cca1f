//! Receivers that are told twice of the same alert.

use crate::{
    check,
    facts::routing::{Alert, RouteTree, Verdict, boards},
    kit::*,
    model::Document,
};

check! {
    /// A receiver is told twice of the same alert.
    ///
    /// ## Why it matters
    /// With `continue`, an alert may reach one receiver by two routes. Each route has groups of its own, so every
    /// message comes twice, and people learn to look away.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: [severity="critical"]
    ///       receiver: chat
    ///       continue: true
    ///     - matchers: [severity=~"critical|warning"]
    ///       receiver: chat
    /// receivers:
    ///   - name: mail
    ///   - name: chat
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: [severity="critical"]
    ///       receiver: pager
    ///       continue: true
    ///     - matchers: [severity=~"critical|warning"]
    ///       receiver: chat
    /// receivers:
    ///   - name: mail
    ///   - name: pager
    ///   - name: chat
    /// ```
    pub struct DoubleNotify {}
    id: "alertmanager/double-notify", severity: Warning,
}

impl Check for DoubleNotify {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let alerts = facts.routing.at(document).and_then(|dispatcher| dispatcher.alerts.as_deref()).unwrap_or_default();
        for board in boards(facts.workspace, document) {
            let tree = &board.tree;
            let branch = board.origin.branch();
            let mut said = tree.told_twice();
            for &(first, second) in &said {
                let receiver = tree.receiver(second).unwrap_or_default();
                out.report(
                    tree.node(second).route.anchor(),
                    format!("`{receiver}` is told twice: an earlier {branch} tells it of these alerts, and goes on"),
                )
                .label(tree.node(first).route.anchor(), "the first time")
                .help("leave out one of the two, or the `continue`");
            }
            for alert in alerts {
                let Some(pair) = twice(tree, alert).filter(|pair| !said.contains(pair)) else { continue };
                said.push(pair);
                let receiver = tree.receiver(pair.1).unwrap_or_default();
                out.report(
                    tree.node(pair.1).route.anchor(),
                    format!("`{receiver}` is told twice of `{}`, as an earlier {branch} goes on", alert.name.value),
                )
                .label(tree.node(pair.0).route.anchor(), "the first time")
                .label(alert.name.span, "of this alert")
                .help("leave out one of the two, or the `continue`");
            }
        }
    }
}

/// Two routes that surely notify the same receiver of an alert, and never keep silent.
fn twice(tree: &RouteTree<'_>, alert: &Alert<'_>) -> Option<(usize, usize)> {
    let always = |place: &usize| {
        let route = tree.node(*place).route;
        route.mute_time_intervals.is_empty() && route.active_time_intervals.is_empty()
    };
    let reached = tree.reached(&|label| alert.label(label));
    let certain = reached.iter().filter(|reached| reached.verdict == Verdict::Yes).map(|reached| reached.place);
    let places: Vec<usize> = certain.filter(always).collect();
    places.iter().enumerate().find_map(|(at, second)| {
        let first = places[..at].iter().find(|first| tree.receiver(**first) == tree.receiver(*second))?;
        Some((*first, *second))
    })
}
