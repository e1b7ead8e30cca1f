//! A routing tree, walked: for every route the matchers on the way to it and what is tried before it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use crate::model::alertmanager::{MatchOp, Matcher, Route};

use super::{condition::Condition, demands::Demands};

/// So many pairs of routes to one receiver are held against each other, which is more than anybody's routes make.
const MOST_PAIRS: usize = 1 << 18;

/// Of so many routes before one, and before each above it, it is asked whether they take what it would take.
const MOST_TAKERS: usize = 1000;

/// A routing tree.
#[derive(Debug)]
pub struct RouteTree<'w> {
    nodes: Vec<RouteNode<'w>>,
}

/// A route and its place in the tree.
#[derive(Debug)]
pub struct RouteNode<'w> {
    /// The route.
    pub route: &'w Route,
    /// Its parent, as a place in the tree; the root has none.
    pub parent: Option<usize>,
    /// Its children, as places in the tree.
    pub children: Vec<usize>,
    /// Those that are tried, by what they demand.
    pub(super) demands: Demands<'w>,
    /// One past the last place of those below it, which follow it.
    pub end: usize,
    /// Who is told by it: its own receiver or the nearest one above.
    receiver: Option<&'w str>,
    /// Whether all matchers on the way to it were understood.
    is_clear: bool,
    unreachable: OnceLock<Option<Why>>,
}

/// Why no alert at all can reach a route.
#[derive(Copy, Clone, Debug)]
pub enum Unreachable<'w> {
    /// Matchers on the way to it exclude each other; the second is the later one.
    Contradiction(&'w Matcher, &'w Matcher),
    /// An earlier route takes all that it would take.
    TakenBy(&'w Route),
    /// Several earlier routes together take all that it would take; these are the first and the last of them.
    TakenTogether(&'w Route, &'w Route),
}

/// The same by places: of routes in the tree, of matchers on the path to the route.
#[derive(Copy, Clone, Debug)]
enum Why {
    Contradiction(usize, usize),
    TakenBy(usize),
    TakenTogether(usize, usize),
}

impl<'w> RouteTree<'w> {
    /// Walks a tree.
    pub fn of(root: &'w Route) -> Self {
        let mut tree = Self { nodes: Vec::new() };
        tree.add(root, None);
        tree
    }

    fn add(&mut self, route: &'w Route, parent: Option<usize>) -> usize {
        let place = self.nodes.len();
        let above = parent.map(|parent| &self.nodes[parent]);
        let own = route.receiver.as_ref().map(|receiver| receiver.value.as_str()).filter(|name| !name.is_empty());
        let node = RouteNode {
            route,
            parent,
            children: Vec::new(),
            demands: Demands::default(),
            end: place + 1,
            receiver: own.or(above.and_then(|above| above.receiver)),
            is_clear: route.matchers.complete && above.is_none_or(|above| above.is_clear),
            unreachable: OnceLock::new(),
        };
        self.nodes.push(node);
        let children: Vec<usize> = route.routes.iter().map(|child| self.add(child, Some(place))).collect();
        let end = self.nodes.len();
        let node = &mut self.nodes[place];
        node.demands = Demands::of(tried(children.iter().copied().zip(&route.routes)));
        node.children = children;
        node.end = end;
        place
    }

    /// All routes, parents before children, in the order they are tried.
    pub fn nodes(&self) -> &[RouteNode<'w>] {
        &self.nodes
    }

    /// A route by its place.
    pub fn node(&self, place: usize) -> &RouteNode<'w> {
        &self.nodes[place]
    }

    /// The places from a route up to the root, itself first.
    pub fn ancestry(&self, place: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(place), |place| self.nodes[*place].parent)
    }

    /// The matchers that an alert must satisfy to get to a route, those of the root first.
    pub fn path(&self, place: usize) -> Vec<&'w Matcher> {
        let mut up: Vec<usize> = self.ancestry(place).collect();
        up.reverse();
        up.into_iter().flat_map(|place| &self.nodes[place].route.matchers.all).collect()
    }

    /// Who is told by a route: its own receiver or the nearest one above.
    pub fn receiver(&self, place: usize) -> Option<&'w str> {
        self.nodes[place].receiver
    }

    /// How deep a route lies; the root has 0.
    pub fn depth(&self, place: usize) -> usize {
        self.ancestry(place).count() - 1
    }

    /// What applies at a route: its own setting or the nearest one above.
    pub fn inherited<T>(&self, place: usize, setting: impl Fn(&'w Route) -> Option<T>) -> Option<T> {
        self.ancestry(place).find_map(|place| setting(self.nodes[place].route))
    }

    /// Why no alert can reach a route, whatever its labels; `None` when one may.
    pub fn unreachable(&self, place: usize) -> Option<Unreachable<'w>> {
        let route = |place: usize| self.nodes[place].route;
        Some(match (*self.nodes[place].unreachable.get_or_init(|| self.why_unreachable(place)))? {
            Why::Contradiction(first, last) => {
                let path = self.path(place);
                Unreachable::Contradiction(path[first], path[last])
            }
            Why::TakenBy(taker) => Unreachable::TakenBy(route(taker)),
            Why::TakenTogether(first, last) => Unreachable::TakenTogether(route(first), route(last)),
        })
    }

    fn why_unreachable(&self, place: usize) -> Option<Why> {
        if !self.nodes[place].is_clear {
            return None;
        }
        let own = Condition::of(self.path(place));
        if let Some((first, last)) = own.contradiction() {
            return Some(Why::Contradiction(first, last));
        }
        let matchers = |taker: &usize| &self.nodes[*taker].route.matchers.all;
        let mut takers = self.takers_of(place, |label| own.demanded(label));
        takers.retain(|taker| !own.excludes(matchers(taker)));
        let condition = |taker: &usize| Condition::of(matchers(taker));
        if let Some(taker) = takers.iter().find(|taker| condition(taker).follows_from(&own)) {
            return Some(Why::TakenBy(*taker));
        }
        let conditions: Vec<_> = takers.iter().map(condition).collect();
        match takers.as_slice() {
            [first, .., last] if own.is_covered_by(&conditions) => Some(Why::TakenTogether(*first, *last)),
            _ => None,
        }
    }

    /// Routes that surely notify the same receiver of the same alerts: all that the first takes, the second takes,
    /// too. Routes that are silent at times are left out, as they may take turns.
    pub fn told_twice(&self) -> Vec<(usize, usize)> {
        let mut telling: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
        for end in (0..self.nodes.len()).filter(|place| self.is_constant_end(*place)) {
            telling.entry(self.receiver(end)).or_default().push(end);
        }
        let mut twins: BTreeMap<usize, usize> = BTreeMap::new();
        for ends in telling.into_values() {
            let by_demand = Demands::of(ends.iter().map(|end| (*end, self.nodes[*end].route)));
            let mut left = MOST_PAIRS;
            // Behind a route that keeps what it takes nobody is told again.
            let going_on = |end: &&usize| self.ancestry(**end).any(|above| self.nodes[above].route.goes_on());
            for first in ends.iter().filter(going_on) {
                let own = Condition::of(self.path(*first));
                let met = by_demand.met_by(|label| own.demanded(label));
                left = left.saturating_sub(met.len());
                if left == 0 {
                    break;
                }
                let later = met.into_iter().filter(|second| second > first);
                let open: Vec<usize> = later.filter(|second| !twins.contains_key(second)).collect();
                if open.is_empty() || self.unreachable(*first).is_some() {
                    continue;
                }
                for second in open.into_iter().filter(|second| self.tells_both((*first, &own), *second)) {
                    twins.insert(second, *first);
                }
            }
        }
        twins.into_iter().map(|(second, first)| (first, second)).collect()
    }

    /// Whether a route has no others below it and is never silent.
    fn is_constant_end(&self, place: usize) -> bool {
        let RouteNode { route, children, .. } = &self.nodes[place];
        children.is_empty() && route.mute_time_intervals.is_empty() && route.active_time_intervals.is_empty()
    }

    /// Whether the second of two ends that tell the same receiver takes all that the first takes, under its condition.
    fn tells_both(&self, (first, own): (usize, &Condition<'w>), second: usize) -> bool {
        self.nodes[first].is_clear
            && self.nodes[second].is_clear
            && Condition::of(self.path(second)).follows_from(own)
            && self
                .takers_of(second, |label| own.demanded(label))
                .into_iter()
                .all(|taker| own.excludes(&self.nodes[taker].route.matchers.all))
    }

    /// The routes that are tried before a route or before one above it, and that keep what they take.
    pub fn takers(&self, place: usize) -> Vec<usize> {
        self.takers_of(place, |_| None)
    }

    /// Those of the takers that do not demand another value of a label than the one it has, as far as `value` knows.
    fn takers_of<'v>(&self, place: usize, value: impl Fn(&str) -> Option<&'v str>) -> Vec<usize> {
        let mut takers = Vec::new();
        for place in self.ancestry(place) {
            let Some(parent) = self.nodes[place].parent else { break };
            let siblings = self.nodes[parent].demands.met_by(&value).into_iter();
            let keeps = |place: &usize| {
                let route = self.nodes[*place].route;
                !route.goes_on() && route.matchers.complete
            };
            takers.extend(siblings.take_while(|sibling| *sibling < place).filter(keeps).take(MOST_TAKERS));
        }
        takers.sort_unstable();
        takers
    }
}

/// The children of a route without those behind a twin that keeps what it takes: they are never tried.
fn tried<'w>(children: impl Iterator<Item = (usize, &'w Route)>) -> impl Iterator<Item = (usize, &'w Route)> {
    let mut taken: BTreeSet<Vec<(&str, MatchOp, &str)>> = BTreeSet::new();
    children.filter(move |(_, route)| {
        let parts = route.matchers.all.iter();
        let mut wanted: Vec<_> =
            parts.map(|matcher| (matcher.name.value.as_str(), matcher.op, matcher.value.text())).collect();
        wanted.sort_unstable();
        let is_tried = !taken.contains(&wanted);
        if is_tried && route.matchers.complete && !route.goes_on() {
            taken.insert(wanted);
        }
        is_tried
    })
}
