//! Default receivers that are never told of anything.

use crate::{
    check,
    facts::routing::{Alert, Board, RouteTree, boards},
    kit::*,
    model::Document,
};

check! {
    /// The default receiver is never told of anything, as the routes below the root take all alerts.
    ///
    /// ## Why it matters
    /// The receiver of the root looks like the safety net, and whoever changes it expects to change who is told of
    /// everything else. Where a route below it takes what the others leave, that route is the safety net.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: [severity="critical"]
    ///       receiver: pager
    ///     - receiver: chat
    /// receivers:
    ///   - name: mail
    ///   - name: pager
    ///   - name: chat
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: chat
    ///   routes:
    ///     - matchers: [severity="critical"]
    ///       receiver: pager
    /// receivers:
    ///   - name: pager
    ///   - name: chat
    /// ```
    pub struct DefaultUnused {
        /// Whether to say so, too, when only the rules of today make it so: no alert of theirs gets to the root.
        pub by_rules: bool = false,
    }
    id: "alertmanager/default-unused", severity: Info,
}

impl Check for DefaultUnused {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let dispatcher = facts.routing.at(document).filter(|_| self.by_rules);
        let alerts = dispatcher.and_then(|dispatcher| dispatcher.alerts.as_deref()).unwrap_or_default();
        for board in boards(facts.workspace, document) {
            judge(&board, alerts, out);
        }
    }
}

fn judge(board: &Board<'_>, alerts: &[Alert<'_>], out: &mut Sink<'_>) {
    let tree = &board.tree;
    let Some(receiver) = tree.node(0).route.receiver.as_ref().filter(|name| !name.value.is_empty()) else { return };
    let tells =
        |place: usize| tree.receiver(place) == Some(receiver.value.as_str()) && tree.unreachable(place).is_none();
    if (1..tree.nodes().len()).any(tells) {
        return;
    }
    let branch = board.origin.branch();
    let message =
        format!("`{}` is never told of anything: a {branch} below takes what the others leave", receiver.value);
    let remedy = "name its receiver here and remove it, or let it take fewer alerts";
    if let Some(taker) = tree.node(0).children.iter().copied().find(|child| takes_all(tree, *child)) {
        out.report(receiver.span, message)
            .label(tree.node(taker).route.anchor(), "it takes every alert that gets here")
            .help(remedy);
    } else if let Some(first) = alerts.first().filter(|_| !alerts.iter().any(|alert| may_reach_root(tree, alert))) {
        out.report(receiver.span, format!("`{}` is told of none of today's alerts", receiver.value))
            .label(first.name.span, format!("the first of {}, all of which the {branch} below take", alerts.len()))
            .help("keep it for the alerts of tomorrow, and make sure that somebody would notice");
    }
}

fn takes_all(tree: &RouteTree<'_>, place: usize) -> bool {
    let matchers = &tree.node(place).route.matchers;
    matchers.complete && matchers.all.is_empty()
}

fn may_reach_root(tree: &RouteTree<'_>, alert: &Alert<'_>) -> bool {
    tree.reached(&|label| alert.label(label)).iter().any(|reached| reached.place == 0)
}
