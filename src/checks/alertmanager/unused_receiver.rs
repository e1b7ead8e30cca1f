//! Receivers that no route names.

use std::collections::BTreeSet;

use crate::{
    check,
    facts::routing::{Board, Origin, boards},
    kit::*,
    model::Document,
    vocab::nearest,
};

check! {
    /// A receiver is defined, and no route names it.
    ///
    /// ## Why it matters
    /// Alertmanager does not even build it. Whoever set it up believes to be told of alerts and is not.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    /// receivers:
    ///   - name: mail
    ///   - name: pager
    ///     pagerduty_configs:
    ///       - routing_key_file: /run/secrets/pager
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: [severity="critical"]
    ///       receiver: pager
    /// receivers:
    ///   - name: mail
    ///   - name: pager
    ///     pagerduty_configs:
    ///       - routing_key_file: /run/secrets/pager
    /// ```
    pub struct UnusedReceiver {}
    id: "alertmanager/unused-receiver", severity: Warning,
}

impl Check for UnusedReceiver {
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
    let named: BTreeSet<&str> = routes.filter_map(|route| Some(route.receiver.as_ref()?.value.as_str())).collect();
    let defined = || board.receivers.iter().map(|one| one.name.value.as_str());
    // A route that names a receiver by a wrong name is the cause, and is reported.
    let misspelt = named.difference(&defined().collect()).copied().collect::<Vec<&str>>();
    let meant: BTreeSet<&str> = misspelt.into_iter().filter_map(|wrong| nearest(wrong, defined())).collect();
    let (branch, what) = (board.origin.branch(), board.origin.addressee());
    for one in &board.receivers {
        let name = &one.name;
        let is_named = named.contains(name.value.as_str()) || meant.contains(name.value.as_str());
        if is_named || name.value.is_empty() || one.is_named_by_rules {
            continue;
        }
        let finding = match one.means.as_slice() {
            [] => {
                out.report(name.span, format!("no {branch} names the {what} `{}`", name.value)).severity(Severity::Info)
            }
            [first, ..] => out.report(
                name.span,
                format!("no {branch} names the {what} `{}`, so its {first} never tells anybody", name.value),
            ),
        };
        let root = board.tree.node(0).route;
        let place = root.keys.span("routes").or(root.receiver.as_ref().map(|receiver| receiver.span));
        let those = if board.origin == Origin::Policies { "the policies" } else { "the routes" };
        finding.label(place.unwrap_or(root.anchor()), those).help(format!("name it in a {branch}, or remove it"));
    }
}
