//! Named times that no route names.

use crate::{
    check,
    facts::routing::{Board, Origin, boards},
    kit::*,
    model::Document,
    vocab::nearest,
};

check! {
    /// A time interval is defined, and no route names it.
    ///
    /// ## Why it matters
    /// Somebody wrote down when alerts should be silent, and they are not: intervals apply only to the routes that
    /// name them, and the routes below do not inherit them.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: [severity="warning"]
    /// receivers:
    ///   - name: mail
    /// time_intervals:
    ///   - name: weekends
    ///     time_intervals:
    ///       - weekdays: [saturday, sunday]
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: [severity="warning"]
    ///       mute_time_intervals: [weekends]
    /// receivers:
    ///   - name: mail
    /// time_intervals:
    ///   - name: weekends
    ///     time_intervals:
    ///       - weekdays: [saturday, sunday]
    /// ```
    pub struct UnusedInterval {}
    id: "alertmanager/unused-interval", severity: Warning,
}

impl Check for UnusedInterval {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        for board in boards(facts.workspace, document) {
            if !board.has_open_names() {
                judge(&board, out);
            }
        }
    }
}

fn judge(board: &Board<'_>, out: &mut Sink<'_>) {
    let routes = board.tree.nodes().iter().map(|node| node.route);
    let named = routes.flat_map(|route| route.mute_time_intervals.iter().chain(&route.active_time_intervals));
    let named: Vec<&str> = named.map(|name| name.value.as_str()).collect();
    let names = || board.intervals.iter().filter_map(|interval| interval.name.as_ref());
    let defined = || names().map(|name| name.value.as_str());
    let misspelt: Vec<&str> = named.iter().filter(|name| !defined().any(|own| own == **name)).copied().collect();
    let (branch, what) = (board.origin.branch(), board.origin.interval());
    for name in names() {
        // A route that names an interval by a wrong name is the cause, and is reported.
        let meant = misspelt.iter().any(|wrong| nearest(wrong, defined()) == Some(name.value.as_str()));
        if named.contains(&name.value.as_str()) || name.value.is_empty() || meant {
            continue;
        }
        let root = board.tree.node(0).route;
        let those = if board.origin == Origin::Policies { "the policies" } else { "the routes" };
        out.report(name.span, format!("no {branch} names the {what} `{}`, so it silences nothing", name.value))
            .label(root.keys.span("routes").unwrap_or(root.anchor()), those)
            .help(format!("name it in `mute_time_intervals` or `active_time_intervals` of a {branch}, or remove it"));
    }
}
