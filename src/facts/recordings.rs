//! What is known of the values of recorded series: their limits, and whether they are recorded at all.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::{
    promql::{
        Expr,
        ast::VectorSelector,
        flow::Source,
        values::{Outcome, Values},
    },
    text::Span,
};

use super::{RuleSite, Rules};

/// How often recording rules are followed through one another; of longer chains nothing is known.
const MOST_ROUNDS: usize = 12;

/// What the rules that record a name make of it.
#[derive(Copy, Clone, PartialEq, Debug)]
pub struct Recording {
    /// The values that they record.
    pub values: Values,
    /// Whether they record anything.
    pub outcome: Outcome,
    /// The expression of the first of them, if it could be read.
    pub expr: Option<Span>,
}

impl Recording {
    const UNKNOWN: Recording = Recording { values: Values::ANY, outcome: Outcome::Depends, expr: None };
}

/// All recorded names.
#[derive(Debug, Default)]
pub struct Recordings<'w> {
    known: FxHashMap<&'w str, Recording>,
}

impl<'w> Recordings<'w> {
    /// Follows all recording rules. Each round knows what the last one knew, the first one nothing, so that each
    /// is right, and circles need no care.
    pub fn of(rules: &Rules<'w>) -> Self {
        let mut unsettled: Vec<&'w str> = rules.record_names().collect();
        let mut known = Self { known: unsettled.iter().map(|name| (*name, Recording::UNKNOWN)).collect() };
        for _ in 0..MOST_ROUNDS {
            let next: Vec<(&'w str, Recording)> =
                unsettled.iter().map(|name| (*name, known.recorded_by(rules.records(name)))).collect();
            let changed: BTreeSet<&str> = next
                .iter()
                .filter(|(name, recording)| known.known.get(name) != Some(recording))
                .map(|one| one.0)
                .collect();
            known.known.extend(next);
            unsettled.retain(|name| reads_any(rules.records(name), &changed));
            if unsettled.is_empty() {
                break;
            }
        }
        known
    }

    /// What is recorded under a name; `None` when no rule records it.
    pub fn get(&self, name: &str) -> Option<&Recording> {
        self.known.get(name)
    }

    fn recorded_by(&self, sites: &[RuleSite<'w>]) -> Recording {
        let all = sites.iter().map(|site| self.recorded_by_one(*site));
        all.reduce(|one, other| Recording {
            values: one.values.either(other.values),
            outcome: if one.outcome == other.outcome { one.outcome } else { Outcome::Depends },
            ..one
        })
        .unwrap_or(Recording::UNKNOWN)
    }

    fn recorded_by_one(&self, site: RuleSite<'w>) -> Recording {
        let query = site.document.promql_of(site.group, site.rule);
        match query.and_then(|query| query.valid()) {
            Some(expr) => {
                Recording { values: Values::of(expr, self), outcome: Outcome::of(expr, self), expr: Some(expr.span()) }
            }
            None => Recording::UNKNOWN,
        }
    }
}

impl Source for Recordings<'_> {
    fn values(&self, selector: &VectorSelector) -> Option<Values> {
        Some(self.get(&selector.metric_name()?.value)?.values)
    }

    fn outcome(&self, selector: &VectorSelector) -> Option<Outcome> {
        Some(self.get(&selector.metric_name()?.value)?.outcome)
    }
}

/// Whether some of the rules read a series of one of these names.
fn reads_any(sites: &[RuleSite<'_>], names: &BTreeSet<&str>) -> bool {
    let queries = sites.iter().filter_map(|site| site.document.promql_of(site.group, site.rule));
    let mut read = queries
        .filter_map(|query| query.valid())
        .flat_map(Expr::selections)
        .filter_map(|selection| selection.selector.metric_name());
    read.any(|name| names.contains(name.value.as_str()))
}
