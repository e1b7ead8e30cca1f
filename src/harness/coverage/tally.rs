//! What one test saw of the rules it ran.

use std::collections::BTreeMap;

use crate::{
    engine::{Labels, Options, Storage},
    text::Span,
};

use super::{
    super::{
        alerting::{State, Turn},
        evaluation::{Evaluation, RunningRule},
        rulebook::PlannedGroup,
    },
    Aim, Goal, Reached, Seen, Watchlist,
    goals::Watched,
    probes::Moment,
};

/// What one test saw, or several.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Tally {
    /// How often each rule was evaluated, and how often each of its goals was met, by the place of the rule.
    rules: BTreeMap<Span, (u64, Vec<Seen>)>,
    /// What came to each route, by its place.
    routes: BTreeMap<Span, Reached>,
}

impl Tally {
    /// Looks at the rules that were evaluated at a time. Operands are seen as they are when all rules of that time
    /// are done.
    pub fn observe(
        &mut self,
        watchlist: &Watchlist<'_>,
        evaluation: &Evaluation<'_, '_>,
        is_due: impl Fn(&PlannedGroup<'_>) -> bool,
        (storage, options, at): (&Storage, &Options, i64),
    ) {
        for (group, rule) in evaluation.rules().filter(|(group, _)| is_due(group)) {
            let Some(watched) = watchlist.rules.get(&rule.planned.rule.span) else { continue };
            let moment = Moment { storage, options, at: at - group.query_offset };
            let (evaluations, seen) = self.entry(rule.planned.rule.span, watched);
            *evaluations += 1;
            look(watched, rule, moment, seen);
        }
    }

    /// Looks back, at the end of a test, at what became of each alert.
    pub fn conclude(&mut self, watchlist: &Watchlist<'_>, evaluation: &Evaluation<'_, '_>) {
        for (_, rule) in evaluation.rules() {
            let Some(watched) = watchlist.rules.get(&rule.planned.rule.span) else { continue };
            let (_, seen) = self.entry(rule.planned.rule.span, watched);
            for aim in reached(&rule.alerts.turns) {
                let place = watched.goals.iter().position(|goal| goal.aim == aim);
                place.into_iter().for_each(|place| seen[place].hit());
            }
        }
    }

    /// Adds what another test saw.
    pub fn add(&mut self, other: &Tally) {
        for (place, (evaluations, seen)) in &other.rules {
            let own = self.rules.entry(*place).or_insert_with(|| (0, vec![Seen::default(); seen.len()]));
            own.0 += evaluations;
            own.1.iter_mut().zip(seen).for_each(|(own, other)| own.add(*other));
        }
        self.add_routes(other.routes.iter().map(|(place, reached)| (*place, *reached)));
    }

    /// Adds what came to routes.
    pub fn add_routes(&mut self, reached: impl IntoIterator<Item = (Span, Reached)>) {
        for (place, reached) in reached {
            self.routes.entry(place).or_default().add(reached);
        }
    }

    /// What came to each route, by its place.
    pub fn of_routes(&self) -> &BTreeMap<Span, Reached> {
        &self.routes
    }

    /// How often a rule was evaluated, and how often each of its goals was met.
    pub fn of_rule(&self, place: Span) -> (u64, &[Seen]) {
        self.rules.get(&place).map_or((0, &[]), |(evaluations, seen)| (*evaluations, seen))
    }

    fn entry(&mut self, place: Span, watched: &Watched) -> &mut (u64, Vec<Seen>) {
        self.rules.entry(place).or_insert_with(|| (0, vec![Seen::default(); watched.goals.len()]))
    }
}

/// Counts what one evaluation of a rule shows.
fn look(watched: &Watched, rule: &RunningRule<'_, '_>, moment: Moment<'_>, seen: &mut [Seen]) {
    let is_alerting = rule.alarm().is_some();
    let gave = rule.gave_samples();
    // Alerts go on to be written while `keep_firing_for` holds them, and come of data all the same.
    let has_data = gave
        || is_alerting
            && (watched.selections.is_empty() || watched.selections.iter().any(|plan| moment.has_data(plan)));
    for (Goal { aim, .. }, seen) in watched.goals.iter().zip(seen.iter_mut()) {
        match aim {
            Aim::Data if has_data => seen.hit(),
            Aim::Inactive if has_data && !gave => seen.hit(),
            _ => {}
        }
    }
    for (first, probe) in &watched.sets {
        for (place, decided) in probe.decided(moment).into_iter().enumerate() {
            if decided {
                seen[first + place].hit();
            }
        }
    }
    for (first, probe) in &watched.comparisons {
        let pairs = probe.pairs(moment);
        for (place, side) in [true, false].into_iter().enumerate() {
            let seen = &mut seen[first + place];
            pairs.iter().filter(|(holds, _)| *holds == side).for_each(|(_, distance)| seen.near(*distance));
            if pairs.iter().any(|(holds, _)| *holds == side) {
                seen.hit();
            }
        }
    }
}

/// What alerts came to, as their changes of state tell.
fn reached(turns: &[Turn]) -> Vec<Aim> {
    let mut last: BTreeMap<&Labels, &Turn> = BTreeMap::new();
    let mut found = Vec::new();
    for turn in turns {
        let before = last.insert(&turn.labels, turn);
        let was = before.map_or(State::Inactive, |before| before.state);
        // An alert that fires at once was pending only in passing.
        let has_waited = before.is_some_and(|before| before.state == State::Pending && before.at < turn.at);
        found.extend(has_waited.then_some(Aim::Pending));
        match (was, turn.state) {
            (_, State::Firing) => found.extend([Aim::Firing, Aim::HoldElapsed]),
            (State::Firing, State::Inactive) => found.push(Aim::Resolved),
            (State::Pending, State::Inactive) => found.push(Aim::HoldCutShort),
            _ => {}
        }
    }
    // What still waits at the end was seen to wait, too.
    let waiting = last.values().filter(|turn| turn.state == State::Pending).count();
    found.extend(std::iter::repeat_n(Aim::Pending, waiting));
    found
}
