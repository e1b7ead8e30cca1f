//! A configuration of Alertmanager made ready to be run: what every route inherits, worked out once.

use std::collections::HashMap;

use crate::{
    engine::Labels,
    facts::routing::{Carried, RouteTree, Verdict},
    model::alertmanager::{
        Alertmanager, DEFAULT_GROUP_INTERVAL, DEFAULT_GROUP_WAIT, DEFAULT_REPEAT_INTERVAL, Matcher, Receiver, Route,
        TimeInterval,
    },
    text::{Span, Spanned},
    vocab::Duration,
};

use super::calendar::Calendar;

/// A configuration, ready to be run.
#[derive(Debug)]
pub struct Plan<'c> {
    /// The configuration.
    pub config: &'c Alertmanager,
    /// Its routing tree.
    pub tree: RouteTree<'c>,
    /// Its routes, in the order of the tree.
    pub routes: Vec<PlannedRoute<'c>>,
    /// Silences that hold at times.
    pub silences: Vec<SilencePlan>,
}

/// A route with all that it inherits.
#[derive(Debug)]
pub struct PlannedRoute<'c> {
    /// The route.
    pub route: &'c Route,
    /// Whom it tells.
    pub receiver_name: &'c str,
    /// The receiver of that name.
    pub receiver: Option<&'c Receiver>,
    /// By which labels it groups; `None` stands for all labels.
    pub group_by: Option<Vec<&'c str>>,
    /// How long a group waits before the first notification, in milliseconds.
    pub group_wait: i64,
    /// How often a group is looked at, in milliseconds.
    pub group_interval: i64,
    /// After what time a notification is repeated, in milliseconds.
    pub repeat_interval: i64,
    /// Times at which it is silent.
    pub mute: Vec<Timetable<'c>>,
    /// The only times at which it is not silent, if there are any.
    pub active: Vec<Timetable<'c>>,
    /// By what means its receiver is told.
    pub(super) channels: Vec<Channel>,
    /// What it shares the notification log with, as a place in the tree: the first route with the same matchers on the
    /// way to it and the same receiver.
    pub(super) log: usize,
}

/// A time interval that a route names.
#[derive(Debug)]
pub struct Timetable<'c> {
    /// Its name, where the route says it.
    pub name: &'c Spanned<String>,
    /// The interval.
    pub interval: &'c TimeInterval,
    calendar: Calendar<'c>,
}

/// One means by which a receiver is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Channel {
    /// As Alertmanager names it: `slack[0]`.
    pub(super) name: String,
    /// Whether it tells of resolved alerts.
    pub(super) sends_resolved: bool,
}

/// A silence.
#[derive(Clone, Debug)]
pub struct SilencePlan {
    /// Where it stands.
    pub span: Span,
    /// Matchers of the alerts it silences.
    pub matchers: Vec<Matcher>,
    /// When it begins, in milliseconds.
    pub from: i64,
    /// When it is over, in milliseconds.
    pub to: i64,
}

impl<'c> Plan<'c> {
    /// The plan of a configuration that Alertmanager loads; `None` when it has no routes.
    pub fn of(config: &'c Alertmanager, silences: Vec<SilencePlan>) -> Option<Self> {
        let tree = RouteTree::of(config.route.as_ref()?);
        let mut logs = HashMap::new();
        let routes = (0..tree.nodes().len()).map(|place| planned(config, &tree, place, &mut logs)).collect();
        Some(Self { config, tree, routes, silences })
    }

    /// The routes that an alert ends in, as places in the tree.
    pub fn routes_of(&self, labels: &Labels) -> Vec<usize> {
        let carried = |name: &str| Carried::Exactly(labels.value(name));
        self.tree.reached(&carried).into_iter().map(|reached| reached.place).collect()
    }

    /// The labels of the group that an alert is in on a route.
    pub(super) fn group_labels(&self, place: usize, labels: &Labels) -> Labels {
        match &self.routes[place].group_by {
            None => labels.clone(),
            Some(names) => labels.filtered(|name| names.contains(&name)),
        }
    }
}

impl SilencePlan {
    /// Whether its matchers take an alert.
    pub fn takes(&self, labels: &Labels) -> bool {
        matches(&self.matchers, labels)
    }

    /// Where to point when it as a whole is meant: at its first matcher.
    pub fn anchor(&self) -> Span {
        self.matchers.first().map_or(self.span, |matcher| matcher.span)
    }
}

impl Timetable<'_> {
    /// Whether a time lies in the interval, in milliseconds since 1970.
    pub fn contains(&self, at: i64) -> bool {
        self.calendar.contains(at)
    }
}

/// Whether labels satisfy a matcher.
pub fn holds(matcher: &Matcher, labels: &Labels) -> bool {
    Carried::Exactly(labels.value(&matcher.name.value)).satisfies(matcher) == Verdict::Yes
}

/// Whether labels satisfy all of some matchers.
pub(super) fn matches(matchers: &[Matcher], labels: &Labels) -> bool {
    matchers.iter().all(|matcher| holds(matcher, labels))
}

fn planned<'c>(
    config: &'c Alertmanager,
    tree: &RouteTree<'c>,
    place: usize,
    logs: &mut HashMap<(String, &'c str), usize>,
) -> PlannedRoute<'c> {
    let route = tree.node(place).route;
    let receiver_name = tree.receiver(place).unwrap_or_default();
    let receiver = config.receiver(receiver_name);
    let timer = |own: fn(&Route) -> Option<Spanned<Duration>>, usual: Duration| {
        tree.inherited(place, own).map_or(usual, |timer| timer.value).as_milliseconds()
    };
    let group_by = tree.inherited(place, |route| route.group_by.as_ref());
    let names = group_by.map(|group_by| group_by.labels.iter().map(|label| label.value.as_str()).collect());
    let timetables = |names: &'c [Spanned<String>]| {
        let timetable = |name: &'c Spanned<String>| {
            let interval = config.time_interval(&name.value)?;
            Some(Timetable { name, interval, calendar: Calendar::of(interval) })
        };
        names.iter().filter_map(timetable).collect()
    };
    PlannedRoute {
        route,
        receiver_name,
        receiver,
        group_by: if group_by.is_some_and(|group_by| group_by.is_all()) {
            None
        } else {
            Some(names.unwrap_or_default())
        },
        group_wait: timer(|route| route.group_wait, DEFAULT_GROUP_WAIT),
        group_interval: timer(|route| route.group_interval, DEFAULT_GROUP_INTERVAL).max(1),
        repeat_interval: timer(|route| route.repeat_interval, DEFAULT_REPEAT_INTERVAL),
        mute: timetables(&route.mute_time_intervals),
        active: timetables(&route.active_time_intervals),
        channels: receiver.map(channels).unwrap_or_default(),
        log: *logs.entry((key(tree, place), receiver_name)).or_insert(place),
    }
}

/// What Alertmanager tells routes apart by in its notification log: the matchers on the way from the root.
fn key(tree: &RouteTree<'_>, place: usize) -> String {
    let mut nodes: Vec<String> = tree.ancestry(place).map(|place| matchers(tree.node(place).route)).collect();
    nodes.reverse();
    nodes.join("/")
}

fn matchers(route: &Route) -> String {
    let mut printed: Vec<String> = route.matchers.all.iter().map(Matcher::to_string).collect();
    printed.sort();
    format!("{{{}}}", printed.join(","))
}

/// The means of a receiver. One that has none is treated as if it had one, so that what would reach it can be seen.
fn channels(receiver: &Receiver) -> Vec<Channel> {
    let mut channels: Vec<Channel> = Vec::new();
    for integration in &receiver.integrations {
        let kind = integration.kind.name();
        let nth = channels.iter().filter(|other| other.name.starts_with(&format!("{kind}["))).count();
        channels.push(Channel { name: format!("{kind}[{nth}]"), sends_resolved: integration.sends_resolved() });
    }
    if channels.is_empty() {
        channels.push(Channel { name: String::new(), sends_resolved: true });
    }
    channels
}
