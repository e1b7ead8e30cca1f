//! Routes and receivers, and which alert goes where.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    dispatch::{Line, outline},
    facts::{
        Server,
        routing::{Alert, Board, Carried, Origin, RouteTree, Verdict, alerts_beside, all_alerts, boards},
    },
    model::{
        Document,
        alertmanager::Integration,
        provisioning::{
            Provisioning,
            alerting::{AlertRule, AlertingFile},
        },
    },
    text::Span,
    workspace::shared_folders,
};

use super::{About, Concern, Kind, drawing::Drawing};

/// Draws the routing trees of all files, and what is known of alerts that no tree here takes.
pub(super) fn draw(drawing: &mut Drawing<'_, '_>) {
    let workspace = drawing.facts.workspace;
    let mut alerts = Alerts::of(drawing);
    let mut has_boards = false;
    for document in &workspace.documents {
        for board in boards(workspace, document) {
            has_boards = true;
            draw_board(drawing, document, &board, &mut alerts);
        }
    }
    if !has_boards {
        draw_unseen(drawing);
    }
    let unheard: Vec<usize> = alerts.expected.iter().copied().filter(|alert| !is_heard(drawing, *alert)).collect();
    unheard.into_iter().for_each(|alert| drawing.concern(alert, Concern::Unheard));
    unsent(drawing).into_iter().for_each(|alert| drawing.concern(alert, Concern::Unheard));
}

/// The alerts of the drawing.
struct Alerts {
    /// By the place of the whole rule.
    nodes: BTreeMap<Span, usize>,
    /// Those of which all is known that takes them.
    expected: BTreeSet<usize>,
}

impl Alerts {
    fn of(drawing: &Drawing<'_, '_>) -> Self {
        let alerts = drawing.nodes().filter(|(_, node)| node.kind() == Kind::Alert);
        let nodes = alerts.flat_map(|(at, node)| node.extents.iter().map(move |extent| (*extent, at))).collect();
        Self { nodes, expected: BTreeSet::new() }
    }
}

/// A tree as it is drawn.
struct Drawn {
    /// The routes, as the tree numbers them.
    routes: Vec<usize>,
    receivers: BTreeMap<String, usize>,
}

fn draw_board(drawing: &mut Drawing<'_, '_>, document: &Document, board: &Board<'_>, alerts: &mut Alerts) {
    let routes = draw_routes(drawing, document, &board.tree);
    let mut receivers = draw_receivers(drawing, document, board);
    for (place, route) in routes.iter().enumerate() {
        let Some(name) = board.tree.receiver(place) else { continue };
        let receiver = *receivers.entry(name.to_owned()).or_insert_with(|| undefined(drawing, document, board, name));
        let named = board.tree.ancestry(place).find_map(|place| board.tree.node(place).route.receiver.as_ref());
        drawing.join(*route, receiver, true, named.map(|named| named.span));
    }
    let drawn = Drawn { routes, receivers };
    let is_complete = match board.origin {
        Origin::Alertmanager => send(drawing, document, &drawn, alerts),
        Origin::Manifest => {
            // It takes the alerts of its namespace only, which rules do not tell.
            let all = all_alerts(drawing.facts);
            goes(drawing, &board.tree, &drawn.routes, &all, Verdict::Maybe, alerts);
            false
        }
        Origin::Policies => {
            send_provisioned(drawing, document, board, &drawn, alerts);
            false
        }
    };
    judge(drawing, board, &drawn, is_complete);
}

fn draw_routes(drawing: &mut Drawing<'_, '_>, document: &Document, tree: &RouteTree<'_>) -> Vec<usize> {
    let lines: Vec<Line> = outline(tree);
    let file = drawing.file(document);
    let draw = |(place, line): (usize, &Line)| {
        let mut way: Vec<usize> = tree.ancestry(place).collect();
        way.reverse();
        let matchers: Vec<String> = way.into_iter().flat_map(|place| lines[place].matchers.clone()).collect();
        let name = if matchers.is_empty() { "every alert".to_owned() } else { matchers.join(", ") };
        let about = About::Route { matchers, goes_on: line.goes_on, settings: line.changes.clone() };
        let node = drawing.add(name, vec![file.clone()], about);
        drawing.place(node, line.place, tree.node(place).route.span);
        node
    };
    lines.iter().enumerate().map(draw).collect()
}

fn draw_receivers(drawing: &mut Drawing<'_, '_>, document: &Document, board: &Board<'_>) -> BTreeMap<String, usize> {
    let file = drawing.file(document);
    let mut receivers = BTreeMap::new();
    for one in board.receivers.iter().filter(|one| !one.name.value.is_empty()) {
        let configured = document.alertmanager().and_then(|config| config.receiver(&one.name.value));
        let means = match configured {
            Some(receiver) => receiver.integrations.iter().map(means).collect(),
            None => one.means.iter().map(|means| (*means).to_owned()).collect(),
        };
        let node = drawing.add(&one.name.value, vec![file.clone()], About::Receiver { means, is_unseen: false });
        drawing.place(node, one.name.span, configured.map_or(one.name.span, |receiver| receiver.span));
        receivers.insert(one.name.value.clone(), node);
    }
    receivers
}

/// How an integration tells somebody, and where, unless that is a secret or a template.
fn means(integration: &Integration) -> String {
    let kind = integration.kind.name();
    let place = ["channel", "to"].iter().find_map(|key| integration.settings.text(key));
    match place.map(|place| place.text()).filter(|place| !place.contains("{{")) {
        Some(place) => format!("{kind} {place}"),
        None => kind.to_owned(),
    }
}

/// Draws a receiver that a route names and that is not there. What Grafana has in its database is not known here.
fn undefined(drawing: &mut Drawing<'_, '_>, document: &Document, board: &Board<'_>, name: &str) -> usize {
    let about = About::Receiver { means: Vec::new(), is_unseen: board.origin == Origin::Policies };
    let node = drawing.add(name, vec![drawing.file(document)], about);
    if board.origin != Origin::Policies {
        drawing.concern(node, Concern::NotDefined);
    }
    node
}

/// Sends the alerts of the rules beside an Alertmanager to it; says whether these are all that it gets.
fn send(drawing: &mut Drawing<'_, '_>, document: &Document, drawn: &Drawn, alerts: &mut Alerts) -> bool {
    let facts = drawing.facts;
    let Some(dispatcher) = facts.routing.at(document) else { return false };
    let Some(tree) = &dispatcher.tree else { return false };
    match &dispatcher.alerts {
        Some(sent) => {
            goes(drawing, tree, &drawn.routes, sent, Verdict::Yes, alerts);
            let beside = alerts_of_rules_beside(drawing, document, alerts);
            alerts.expected.extend(beside);
            !sent.is_empty()
        }
        None => {
            let beside = alerts_beside(facts, dispatcher);
            goes(drawing, tree, &drawn.routes, &beside, Verdict::Yes, alerts);
            false
        }
    }
}

/// The alerts that only this Alertmanager could be told of, those that its servers drop included.
fn alerts_of_rules_beside(drawing: &Drawing<'_, '_>, document: &Document, alerts: &Alerts) -> Vec<usize> {
    let facts = drawing.facts;
    let path = |document: &Document| &facts.workspace.files.file(document.file).path;
    let nearness = |rules: &Document, to: &Document| shared_folders(path(rules), path(to));
    let nearest = |rules: &Document| facts.routing.all().iter().map(|one| nearness(rules, one.document)).max();
    let sites =
        facts.rules.all().iter().filter(|site| nearest(site.document) == Some(nearness(site.document, document)));
    sites.filter_map(|site| alerts.nodes.get(&site.rule.span).copied()).collect()
}

/// Draws the arrows of alerts to the routes that notify of them; what is known is at most as certain as `most`.
fn goes(
    drawing: &mut Drawing<'_, '_>,
    tree: &RouteTree<'_>,
    routes: &[usize],
    sent: &[Alert<'_>],
    most: Verdict,
    alerts: &Alerts,
) {
    for alert in sent {
        let Some(node) = alerts.nodes.get(&alert.site.rule.span).copied() else { continue };
        for reached in tree.reached(&|label| alert.label(label)) {
            drawing.join(node, routes[reached.place], reached.verdict.min(most) == Verdict::Yes, None);
        }
    }
}

/// Sends the rules of Grafana's own ruler to its policies, or past them to a contact point.
fn send_provisioned(
    drawing: &mut Drawing<'_, '_>,
    document: &Document,
    board: &Board<'_>,
    drawn: &Drawn,
    alerts: &Alerts,
) {
    let workspace = drawing.facts.workspace;
    let folder = |document: &Document| workspace.files.file(document.file).path.parent();
    for other in workspace.documents.iter().filter(|other| folder(other) == folder(document)) {
        let Some(Provisioning::Alerting(file)) = other.provisioning() else { continue };
        for rule in rules_of(file) {
            let Some(node) = alerts.nodes.get(&rule.span).copied() else { continue };
            let named = rule.notification.as_ref().and_then(|settings| settings.receiver.as_ref());
            if let Some(named) = named {
                let receiver = named.known().and_then(|name| drawn.receivers.get(&name).copied());
                receiver.into_iter().for_each(|receiver| drawing.join(node, receiver, true, Some(named.span())));
                continue;
            }
            for reached in board.tree.reached(&|label| carried(rule, label)) {
                drawing.join(node, drawn.routes[reached.place], reached.verdict == Verdict::Yes, None);
            }
        }
    }
}

fn rules_of(file: &AlertingFile) -> impl Iterator<Item = &AlertRule> {
    file.groups.iter().flat_map(|group| &group.rules)
}

/// What is known of a label of an alert of Grafana's ruler: what its rule sets, if nothing is filled in there.
fn carried<'r>(rule: &'r AlertRule, label: &str) -> Carried<'r> {
    let title = rule.title.as_ref().map(|title| title.text.text());
    let set = || rule.labels.iter().find(|pair| pair.name.value == label).map(|pair| pair.value.text());
    match if label == "alertname" { title } else { set() } {
        Some(text) if !text.contains(['$', '{']) => Carried::Exactly(text),
        _ => Carried::Anything,
    }
}

/// Lets stand out what no alert gets to. A route at the root, and whom it alone tells, are there for what nobody
/// foresaw.
fn judge(drawing: &mut Drawing<'_, '_>, board: &Board<'_>, drawn: &Drawn, is_complete: bool) {
    let mut taken = vec![false; drawn.routes.len()];
    let routes: BTreeMap<usize, usize> = drawn.routes.iter().enumerate().map(|(place, node)| (*node, place)).collect();
    let alerts: Vec<usize> = drawing.nodes().filter(|(_, node)| node.kind() == Kind::Alert).map(|(at, _)| at).collect();
    let mut told: BTreeSet<usize> = BTreeSet::new();
    for (end, _) in alerts.iter().flat_map(|alert| drawing.ends_of(*alert)) {
        match routes.get(&end) {
            Some(place) => board.tree.ancestry(*place).for_each(|place| taken[place] = true),
            None => drop(told.insert(end)),
        }
    }
    let mut spared: BTreeSet<usize> = BTreeSet::new();
    for (place, route) in drawn.routes.iter().enumerate() {
        let is_idle = board.tree.unreachable(place).is_some() || (is_complete && place > 0 && !taken[place]);
        if is_idle {
            drawing.concern(*route, Concern::Idle);
        }
        let is_told = if place == 0 { true } else { !is_idle };
        spared.extend(drawing.ends_of(*route).filter(|_| is_told).map(|(receiver, _)| receiver));
    }
    if board.has_open_names() {
        return;
    }
    for receiver in drawn.receivers.values().filter(|receiver| !spared.contains(receiver) && !told.contains(receiver)) {
        drawing.concern(*receiver, Concern::Unreached);
    }
}

/// Draws the Alertmanagers that servers send to, where no routing tree is here to say what they do.
fn draw_unseen(drawing: &mut Drawing<'_, '_>) {
    let mut unseen: BTreeMap<&str, usize> = BTreeMap::new();
    for server in drawing.facts.servers.all() {
        let configs = server.config.alerting.alertmanagers.iter().flat_map(|endpoint| &endpoint.static_configs);
        for target in configs.flat_map(|config| &config.targets) {
            let file = drawing.file(server.document);
            let node = *unseen.entry(&target.value).or_insert_with(|| {
                let about = About::Receiver { means: vec!["an Alertmanager".to_owned()], is_unseen: true };
                drawing.add(&target.value, vec![file], about)
            });
            drawing.place(node, target.span, target.span);
            for (alert, certain) in evaluated(drawing, server) {
                drawing.join(alert, node, certain, Some(target.span));
            }
        }
    }
}

/// The alerts whose rules a server loads or may load, and whether that is certain.
fn evaluated(drawing: &Drawing<'_, '_>, server: &Server<'_>) -> Vec<(usize, bool)> {
    let files = &drawing.facts.workspace.files;
    let alerts = drawing.nodes().filter(|(_, node)| node.kind() == Kind::Alert);
    let of_server = alerts.filter_map(|(at, node)| {
        let path = &files.file(node.extents.first()?.file).path;
        let certain = server.loads(path);
        (certain || server.may_load(path)).then_some((at, certain))
    });
    of_server.collect()
}

/// The alerts that some server certainly evaluates, and that no server sends anywhere.
fn unsent(drawing: &Drawing<'_, '_>) -> BTreeSet<usize> {
    let (mut certain, mut sent) = (BTreeSet::new(), BTreeSet::new());
    for server in drawing.facts.servers.all() {
        let is_sending = server.document.in_manifest
            || server.config.alerting.alertmanagers.iter().any(|endpoint| {
                !endpoint.discoveries.is_empty() || endpoint.static_configs.iter().any(|one| !one.targets.is_empty())
            });
        for (alert, is_certain) in evaluated(drawing, server) {
            if is_sending {
                sent.insert(alert);
            } else if is_certain {
                certain.insert(alert);
            }
        }
    }
    certain.difference(&sent).copied().collect()
}

/// Whether an alert may come to somebody whom something tells.
fn is_heard(drawing: &Drawing<'_, '_>, alert: usize) -> bool {
    let tells = |receiver: usize| {
        let node = drawing.nodes().nth(receiver).map(|(_, node)| &node.about);
        matches!(node, Some(About::Receiver { means, is_unseen }) if *is_unseen || !means.is_empty())
    };
    drawing.ends_of(alert).any(|(end, _)| tells(end) || drawing.ends_of(end).any(|(receiver, _)| tells(receiver)))
}
