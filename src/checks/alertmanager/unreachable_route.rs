//! Routes that no alert can get to, whatever its labels.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    check,
    facts::routing::{Origin, RouteTree, Unreachable, boards},
    kit::*,
    model::{Document, alertmanager::Route},
};

check! {
    /// No alert can reach a route: an earlier one takes all of them, or its matchers exclude each other.
    ///
    /// ## Why it matters
    /// Alertmanager stops at the first route that matches, unless that one says `continue`. The receivers of a
    /// route behind it are never told of anything, and nothing warns of it.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: [severity="critical"]
    ///       receiver: mail
    ///     - matchers: [severity="critical", team="db"]
    ///       receiver: pager
    /// receivers:
    ///   - name: mail
    ///   - name: pager
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: [severity="critical", team="db"]
    ///       receiver: pager
    ///     - matchers: [severity="critical"]
    ///       receiver: mail
    /// receivers:
    ///   - name: mail
    ///   - name: pager
    /// ```
    pub struct UnreachableRoute {}
    id: "alertmanager/unreachable-route", severity: Error,
}

impl Check for UnreachableRoute {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        for board in boards(facts.workspace, document) {
            judge(&board.tree, board.origin, out);
        }
    }
}

fn judge(tree: &RouteTree<'_>, origin: Origin, out: &mut Sink<'_>) {
    let mut dead = vec![false; tree.nodes().len()];
    let mut routes: BTreeMap<&str, usize> = BTreeMap::new();
    for receiver in (0..tree.nodes().len()).filter_map(|place| tree.receiver(place)) {
        *routes.entry(receiver).or_default() += 1;
    }
    for (place, node) in tree.nodes().iter().enumerate() {
        // The children of an unreachable route die of the same cause. A root with matchers is refused, unless it is the
        // operator that puts a root above it.
        dead[place] = match node.parent {
            Some(parent) => dead[parent],
            None if origin == Origin::Manifest => false,
            None => continue,
        };
        let Some(why) = tree.unreachable(place).filter(|_| !dead[place]) else { continue };
        dead[place] = true;
        let lost = lost_receivers(tree, place, &routes);
        say(node.route, why, &lost, origin.branch(), out);
    }
}

fn say(route: &Route, why: Unreachable<'_>, lost: &str, branch: &str, out: &mut Sink<'_>) {
    match why {
        Unreachable::Contradiction(first, last) if first.span == last.span => {
            out.report(last.span, format!("no alert can satisfy `{last}`, so {lost}"));
        }
        Unreachable::Contradiction(first, last) => {
            let where_else = if route.span.contains(first.span) { "the other one" } else { "demanded further up" };
            out.report(last.span, format!("no alert can satisfy both `{first}` and `{last}`, so {lost}"))
                .label(first.span, where_else)
                .help(
                    "a route sees only what the route above it takes; several values are written as `label=~\"a|b\"`",
                );
        }
        Unreachable::TakenBy(taker) => {
            out.report(place_of(route), format!("no alert gets to this {branch}, so {lost}"))
                .label(taker.anchor(), format!("this {branch} takes all of them and has no `continue`"))
                .help("put the narrower route first, or give the earlier one `continue: true`");
        }
        Unreachable::TakenTogether(first, last) => {
            out.report(place_of(route), format!("no alert gets to this {branch}, so {lost}"))
                .label(first.anchor(), "the routes from here")
                .label(last.anchor(), "to here take all of them")
                .help("put this route before them");
        }
    }
}

/// The receiver of a route, else its first matcher or key.
fn place_of(route: &Route) -> Span {
    route.receiver.as_ref().map_or(route.anchor(), |receiver| receiver.span)
}

/// What is lost with a route: the receivers below it that no other part of the tree names. `routes` counts those of each.
fn lost_receivers(tree: &RouteTree<'_>, place: usize, routes: &BTreeMap<&str, usize>) -> String {
    let below = || (place..tree.node(place).end).filter_map(|place| tree.receiver(place));
    let mut left = BTreeMap::new();
    below().for_each(|name| *left.entry(name).or_insert(routes[name]) -= 1);
    let mut said = BTreeSet::new();
    let lost: Vec<&str> = below().filter(|name| left[name] == 0 && said.insert(*name)).collect();
    match lost.as_slice() {
        [] => "it has no effect".to_owned(),
        [only] => format!("`{only}` is never told of anything"),
        [first, .., last] => format!("{} receivers from `{first}` to `{last}` are never told of anything", lost.len()),
    }
}
