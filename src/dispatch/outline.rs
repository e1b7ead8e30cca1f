//! A routing tree as people want to see it: every route with what it takes, whom it tells, and what it changes of
//! what it inherits.

use std::fmt::Write;

use crate::{
    facts::routing::RouteTree,
    model::alertmanager::{
        DEFAULT_GROUP_INTERVAL, DEFAULT_GROUP_WAIT, DEFAULT_REPEAT_INTERVAL, GroupBy, Matcher, MatcherStyle, Route,
    },
    text::{Span, Spanned},
    vocab::Duration,
};

/// A route of the outline.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// The lines of the drawing that lead to it.
    pub branches: String,
    /// How deep it lies; the root has 0.
    pub depth: usize,
    /// Where it stands.
    pub place: Span,
    /// Its matchers as Alertmanager prints them, in its order.
    pub matchers: Vec<String>,
    /// Whether later siblings see what it took.
    pub goes_on: bool,
    /// Whom it tells, be it by inheritance.
    pub receiver: String,
    /// What it says itself, or the root by default, and no route above in the same words: `group_by`, `group_wait`, …
    pub changes: Vec<(&'static str, String)>,
}

impl Line {
    /// What the route takes, as amtool writes it.
    pub fn slug(&self) -> String {
        if self.matchers.is_empty() { "default-route".to_owned() } else { format!("{{{}}}", self.matchers.join(",")) }
    }

    /// The line as amtool draws it, then what amtool leaves out.
    pub fn drawn(&self) -> String {
        let goes_on = if self.goes_on { "  continue: true" } else { "" };
        let mut drawn = format!("{}{}{goes_on}  receiver: {}", self.branches, self.slug(), self.receiver);
        for (key, value) in &self.changes {
            let _ = write!(drawn, "  {key}: {value}");
        }
        drawn
    }
}

/// All routes, parents before children.
pub fn outline(tree: &RouteTree<'_>) -> Vec<Line> {
    let line = |place: usize| {
        let route = tree.node(place).route;
        Line {
            branches: branches(tree, place),
            depth: tree.depth(place),
            place: route.anchor(),
            matchers: matchers(route),
            goes_on: route.goes_on(),
            receiver: tree.receiver(place).unwrap_or_default().to_owned(),
            changes: changes(tree, place),
        }
    };
    (0..tree.nodes().len()).map(line).collect()
}

/// Matchers as Alertmanager sorts and prints them; it wraps those of `match_re` once more.
pub fn matchers(route: &Route) -> Vec<String> {
    let wrapped = |matcher: &Matcher| match matcher.style {
        MatcherStyle::MatchRe => format!("^(?:{})$", matcher.value.text()),
        _ => matcher.value.text().to_owned(),
    };
    let mut all: Vec<&Matcher> = route.matchers.all.iter().collect();
    all.sort_by_cached_key(|matcher| (matcher.name.value.clone(), wrapped(matcher), matcher.op));
    let print = |matcher: &&Matcher| match matcher.style {
        MatcherStyle::MatchRe => matcher.printed_with(&wrapped(matcher)),
        _ => matcher.to_string(),
    };
    all.iter().map(print).collect()
}

fn branches(tree: &RouteTree<'_>, place: usize) -> String {
    let is_last = |place: usize| {
        let parent = tree.node(place).parent;
        parent.is_none_or(|parent| tree.node(parent).children.last() == Some(&place))
    };
    let mut up: Vec<usize> = tree.ancestry(place).skip(1).collect();
    up.reverse();
    let mut drawn: String = up.into_iter().map(|above| if is_last(above) { "    " } else { "│   " }).collect();
    drawn.push_str(if is_last(place) { "└── " } else { "├── " });
    drawn
}

/// What a route says itself, unless the routes above say the same.
fn changes(tree: &RouteTree<'_>, place: usize) -> Vec<(&'static str, String)> {
    let route = tree.node(place).route;
    let parent = tree.node(place).parent;
    let mut changes = Vec::new();
    let grouping = |route: &Route| route.group_by.as_ref().map(grouped);
    let above = parent.and_then(|parent| tree.inherited(parent, grouping));
    if let Some(own) = grouping(route).filter(|own| Some(own) != above.as_ref()) {
        changes.push(("group_by", own));
    }
    type Timer = fn(&Route) -> Option<Spanned<Duration>>;
    let timers: [(&str, Timer, Duration); 3] = [
        ("group_wait", |route| route.group_wait, DEFAULT_GROUP_WAIT),
        ("group_interval", |route| route.group_interval, DEFAULT_GROUP_INTERVAL),
        ("repeat_interval", |route| route.repeat_interval, DEFAULT_REPEAT_INTERVAL),
    ];
    for (key, timer, usual) in timers {
        let above = parent.and_then(|parent| tree.inherited(parent, timer)).map_or(usual, |above| above.value);
        if let Some(own) = timer(route).filter(|own| own.value != above) {
            changes.push((key, own.value.to_string()));
        }
    }
    for (key, names) in [("mute", &route.mute_time_intervals), ("active", &route.active_time_intervals)] {
        if !names.is_empty() {
            changes.push((key, list(names)));
        }
    }
    changes
}

fn grouped(group_by: &GroupBy) -> String {
    format!("[{}]", list(&group_by.labels))
}

fn list(names: &[Spanned<String>]) -> String {
    names.iter().map(|name| name.value.as_str()).collect::<Vec<_>>().join(", ")
}
