//! What Alertmanager, its operator or Grafana refuses beyond unknown keys and wrong types.

use std::collections::BTreeMap;

use crate::{
    check,
    facts::routing::{Board, Origin, boards},
    kit::*,
    model::{
        Document,
        alertmanager::{Route, demands, demands_of_routes},
    },
    vocab::{PlaceholderKind, nearest, placeholder},
    workspace::Fate,
};

/// Contact points that every Grafana has from the beginning, by their names over time.
const BORN_WITH_GRAFANA: [&str; 3] = ["grafana-default-email", "email receiver", "empty"];

check! {
    /// Alertmanager refuses the configuration.
    ///
    /// ## Why it matters
    /// Alertmanager does not start with such a file; if it runs already, it goes on with the old one, and nobody
    /// notices until it restarts.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: chat
    ///   routes:
    ///     - matchers: [severity="critical"]
    ///       receiver: pagers
    /// receivers:
    ///   - name: chat
    ///   - name: pager
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
    ///   - name: chat
    ///   - name: pager
    /// ```
    pub struct Invalid {}
    id: "alertmanager/invalid", severity: Error,
}

impl Check for Invalid {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(config) = document.alertmanager() else {
            for board in boards(facts.workspace, document) {
                undefined_names(&board, facts, out);
                let root = board.tree.node(0).route;
                for complaint in demands_of_routes(root) {
                    out.adopt(complaint);
                }
                if board.origin == Origin::Policies {
                    root_policy(root, out);
                }
            }
            return;
        };
        // `alertmanager/placeholder` speaks of placeholders, and says what to write.
        let is_placeholder =
            |value: &str| placeholder(value).is_some_and(|found| found.kind != PlaceholderKind::Reserved);
        for complaint in demands(config, &is_placeholder) {
            out.adopt(complaint);
        }
    }
}

/// What Grafana demands of the root of its policies (grafana/alerting, `Route.Validate`).
fn root_policy(root: &Route, out: &mut Sink<'_>) {
    let below = "put it on a policy below, under `routes:`";
    if root.receiver.is_none() && !root.keys.is_damaged() {
        let first = root.keys.iter().next().map_or(root.span, |key| key.span);
        let place = root.keys.span("receiver").unwrap_or(first);
        out.report(place, "the root policy names no contact point, so Grafana refuses all of them")
            .help("name one with `receiver:`; it gets what no other policy takes");
    }
    for key in ["match", "match_re"] {
        if let Some(place) = root.keys.span(key) {
            out.report(place, "the root policy has matchers, so Grafana refuses all of them").help(below);
        }
    }
    if let Some(matcher) = root.matchers.all.first() {
        out.report(matcher.span, "the root policy has matchers, but it must take every alert")
            .severity(Severity::Warning)
            .here("Grafana drops these, or older releases the alerts that do not satisfy them")
            .help(below);
    }
    for names in [&root.mute_time_intervals, &root.active_time_intervals] {
        if let Some(name) = names.first() {
            out.report(name.span, "the root policy has a mute timing, so Grafana refuses all of them").help(below);
        }
    }
    if let Some(goes_on) = root.goes_on.filter(|goes_on| goes_on.value) {
        out.report(goes_on.span, "the root policy has `continue`, but nothing comes after it")
            .severity(Severity::Warning)
            .help("leave it out");
    }
}

/// Names of a manifest that it does not define, which the operator refuses; and of policies, whose contact points
/// somebody may have made by hand.
fn undefined_names(board: &Board<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let receivers: Vec<&Spanned<String>> = board.receivers.iter().map(|one| &one.name).collect();
    let intervals: Vec<&Spanned<String>> = board.intervals.iter().filter_map(|one| one.name.as_ref()).collect();
    let routes = || board.tree.nodes().iter().map(|node| node.route);
    undefined(
        board,
        board.origin.addressee(),
        routes().filter_map(|route| route.receiver.as_ref()),
        &receivers,
        facts,
        out,
    );
    let times = routes().flat_map(|route| route.mute_time_intervals.iter().chain(&route.active_time_intervals));
    undefined(board, board.origin.interval(), times, &intervals, facts, out);
}

fn undefined<'n>(
    board: &Board<'_>,
    what: &str,
    names: impl Iterator<Item = &'n Spanned<String>>,
    defined: &[&Spanned<String>],
    facts: &Facts<'_>,
    out: &mut Sink<'_>,
) {
    let is_certain = board.origin == Origin::Manifest;
    let mut places: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    for name in names {
        let is_known = defined.iter().any(|known| known.value == name.value) || name.value.is_empty();
        // What no file defines at all is kept elsewhere.
        if !is_known && (is_certain || !defined.is_empty() && !BORN_WITH_GRAFANA.contains(&name.value.as_str())) {
            places.entry(&name.value).or_default().push(name.span);
        }
    }
    places.retain(|name, _| is_certain || !stands_in_part(name, facts));
    for (name, places) in places {
        let near = nearest(name, defined.iter().map(|known| known.value.as_str()));
        let place = defined.iter().find(|known| Some(known.value.as_str()) == near).map(|known| known.span);
        let finding = out.report_at(&places, format!("there is no {what} `{name}`"));
        let finding = finding
            .severity(if is_certain { Severity::Error } else { Severity::Warning })
            .label_if(place, "defined here");
        match near {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help(format!("define the {what} beside the others")),
        };
    }
}

/// Whether a file that is no whole one defines something of this name: a script may put its parts together.
fn stands_in_part(name: &str, facts: &Facts<'_>) -> bool {
    let unread = facts.workspace.files.iter().zip(&facts.workspace.readings);
    let mut parts = unread.filter(|(_, reading)| reading.fate == Fate::Unrelated).map(|((_, file), _)| &file.text);
    let is_name = |line: &str| {
        let said = line.trim_start_matches([' ', '-']).strip_prefix("name:").map(str::trim);
        said.is_some_and(|said| said.trim_matches(['"', '\'']) == name)
    };
    parts.any(|text| text.lines().any(is_name))
}
