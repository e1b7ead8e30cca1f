//! What tests show of the rules they run: which states, operands and sides of thresholds were seen, and which never.
//!
//! What there is to be seen of a rule is a list of goals, worked out once ([`goals`]). While a test runs, its
//! operands are evaluated beside it and each goal that is met is counted (`tally`); the counts of all tests are
//! added up here. Nothing of this is done unless it is asked for.

pub mod goals;
mod probes;
mod routes;
mod tally;

use std::collections::BTreeMap;

use crate::{dispatch::Loaded, text::Span};

use super::rulebook::PlannedGroup;

pub use goals::{Aim, Goal};
pub use routes::{Reached, RouteCoverage, receivers};
pub use tally::Tally;

/// What is watched while tests run: the goals of all rules.
#[derive(Debug)]
pub struct Watchlist<'s> {
    /// The goals of each rule, by the place of the rule.
    rules: BTreeMap<Span, goals::Watched>,
    groups: Vec<&'s PlannedGroup<'s>>,
}

/// What tests showed of all rules.
#[derive(Clone, PartialEq, Debug)]
pub struct Coverage {
    /// The rules, file by file, in the order they are written.
    pub rules: Vec<RuleCoverage>,
    /// The routes that notifications go through, file by file, parents before children.
    pub routes: Vec<RouteCoverage>,
}

/// What tests showed of a rule.
#[derive(Clone, PartialEq, Debug)]
pub struct RuleCoverage {
    /// Name of its group.
    pub group: String,
    /// Name of the alert or of the recorded metric.
    pub name: String,
    /// Where its name stands.
    pub place: Span,
    /// All of it.
    pub whole: Span,
    /// Whether it raises alerts.
    pub is_alerting: bool,
    /// How often it was evaluated, over all tests.
    pub evaluations: u64,
    /// Its goals, each with how often it was met.
    pub goals: Vec<(Goal, Seen)>,
}

/// How often a goal was met.
#[derive(Copy, Clone, PartialEq, Debug, Default)]
pub struct Seen {
    /// At how many evaluations; of states, how many alerts came to it.
    pub hits: u64,
    /// Of a side of a comparison, the left operand less the right one where they were nearest to each other.
    pub nearest: Option<f64>,
}

impl Seen {
    /// Counts once more.
    fn hit(&mut self) {
        self.hits += 1;
    }

    /// Remembers a distance, if it is the smallest so far.
    fn near(&mut self, distance: f64) {
        if !distance.is_nan() && self.nearest.is_none_or(|known| distance.abs() < known.abs()) {
            self.nearest = Some(distance);
        }
    }

    fn add(&mut self, other: Seen) {
        self.hits += other.hits;
        if let Some(distance) = other.nearest {
            self.near(distance);
        }
    }
}

/// How many of some goals were met.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub struct Share {
    /// Goals that were met at least once.
    pub covered: usize,
    /// All of them.
    pub goals: usize,
}

impl Share {
    /// Covered goals in a hundred; all of none are a hundred.
    pub fn percent(self) -> f64 {
        if self.goals == 0 { 100.0 } else { 100.0 * self.covered as f64 / self.goals as f64 }
    }
}

impl<'s> Watchlist<'s> {
    /// The goals of these rules.
    pub fn of(groups: impl IntoIterator<Item = &'s PlannedGroup<'s>>) -> Self {
        let groups: Vec<&PlannedGroup<'_>> = groups.into_iter().collect();
        let rules = groups.iter().flat_map(|group| &group.rules);
        Self { rules: rules.map(|rule| (rule.rule.span, goals::Watched::of(rule))).collect(), groups }
    }

    /// What several tests saw, in all, of the rules and of the routes of these configurations.
    pub fn sum<'t>(
        &self,
        managers: impl IntoIterator<Item = &'t Loaded>,
        tallies: impl IntoIterator<Item = &'t Tally>,
    ) -> Coverage {
        let mut sum = Tally::default();
        for tally in tallies {
            sum.add(tally);
        }
        let mut rules = Vec::new();
        for (group, rule) in self.groups.iter().flat_map(|group| group.rules.iter().map(move |rule| (group, rule))) {
            let Some(watched) = self.rules.get(&rule.rule.span) else { continue };
            let (evaluations, seen) = sum.of_rule(rule.rule.span);
            let seen = seen.iter().copied().chain(std::iter::repeat(Seen::default()));
            rules.push(RuleCoverage {
                group: group.name.to_owned(),
                name: rule.name.to_string(),
                place: rule.rule.anchor(),
                whole: rule.rule.span,
                is_alerting: rule.rule.is_alerting(),
                evaluations,
                goals: watched.goals.iter().cloned().zip(seen).collect(),
            });
        }
        Coverage { rules, routes: routes::of(managers, sum.of_routes()) }
    }
}

impl RuleCoverage {
    /// How much of it was seen.
    pub fn share(&self) -> Share {
        let covered = self.goals.iter().filter(|(_, seen)| seen.hits > 0).count();
        Share { covered, goals: self.goals.len() }
    }

    /// How often a state was seen, if the rule can be in it.
    pub fn hits(&self, aim: &Aim) -> Option<u64> {
        self.goals.iter().find(|(goal, _)| goal.aim == *aim).map(|(_, seen)| seen.hits)
    }
}

impl Coverage {
    /// How much of all rules was seen, and of all routes: to be reached is the one goal of each.
    pub fn share(&self) -> Share {
        let reached = self.routes.iter().filter(|route| route.reached.alerts > 0).count();
        let of_routes = Share { covered: reached, goals: self.routes.len() };
        self.rules
            .iter()
            .map(RuleCoverage::share)
            .fold(of_routes, |sum, one| Share { covered: sum.covered + one.covered, goals: sum.goals + one.goals })
    }

    /// Rules of which something was not seen, the least covered first.
    pub fn least_covered(&self) -> Vec<&RuleCoverage> {
        let mut rules: Vec<&RuleCoverage> =
            self.rules.iter().filter(|rule| rule.share().covered < rule.share().goals).collect();
        rules.sort_by(|one, other| one.share().percent().total_cmp(&other.share().percent()));
        rules
    }
}
