//! Times at which a route is silent, and the routes below it are not.

use crate::{
    check,
    facts::routing::{Origin, RouteTree, boards},
    kit::*,
    model::Document,
};

check! {
    /// A route keeps silent at times, and the routes below it, which take all of its alerts, do not.
    ///
    /// ## Why it matters
    /// Time intervals are not inherited. A route notifies only of what no route below it takes, so where those take
    /// everything, its `mute_time_intervals` silence nothing at all.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: [team="db"]
    ///       mute_time_intervals: [nights]
    ///       routes:
    ///         - matchers: [severity="critical"]
    ///           receiver: pager
    ///         - receiver: mail
    /// receivers:
    ///   - name: mail
    ///   - name: pager
    /// time_intervals:
    ///   - name: nights
    ///     time_intervals:
    ///       - times: [{start_time: '00:00', end_time: '06:00'}]
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: [team="db"]
    ///       routes:
    ///         - matchers: [severity="critical"]
    ///           receiver: pager
    ///         - receiver: mail
    ///           mute_time_intervals: [nights]
    /// receivers:
    ///   - name: mail
    ///   - name: pager
    /// time_intervals:
    ///   - name: nights
    ///     time_intervals:
    ///       - times: [{start_time: '00:00', end_time: '06:00'}]
    /// ```
    pub struct IntervalInherited {}
    id: "alertmanager/interval-inherited", severity: Warning,
}

impl Check for IntervalInherited {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        for board in boards(facts.workspace, document) {
            let branches = if board.origin == Origin::Policies { "policies" } else { "routes" };
            for (place, node) in board.tree.nodes().iter().enumerate() {
                let intervals = node.route.mute_time_intervals.iter().chain(&node.route.active_time_intervals);
                let Some(first) = intervals.into_iter().next() else { continue };
                let Some(child) = child_for_all(&board.tree, place) else { continue };
                let route = board.tree.node(child).route;
                if route.mute_time_intervals.is_empty() && route.active_time_intervals.is_empty() {
                    out.report(
                        first.span,
                        format!("this silences nothing: the {branches} below take all alerts, and inherit no times"),
                    )
                    .label(route.anchor(), "this one takes what the others leave")
                    .help(format!("name the times in the {branches} below that are to be silent"));
                }
            }
        }
    }
}

/// The first child that takes every alert.
fn child_for_all(tree: &RouteTree<'_>, place: usize) -> Option<usize> {
    tree.node(place).children.iter().copied().find(|child| {
        let matchers = &tree.node(*child).route.matchers;
        matchers.complete && matchers.all.is_empty()
    })
}
