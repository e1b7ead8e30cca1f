//! The children of a route, found by the values that their matchers demand: of thousands, an alert concerns a few.

use std::collections::BTreeMap;

use crate::model::alertmanager::{MatchOp, Route};

/// The children of a route, by the first `label="value"` of each.
#[derive(Debug, Default)]
pub(super) struct Demands<'w> {
    by_label: BTreeMap<&'w str, BTreeMap<&'w str, Vec<usize>>>,
    /// Those that demand no single value.
    none: Vec<usize>,
}

impl<'w> Demands<'w> {
    /// Sorts routes by what they demand.
    pub(super) fn of(children: impl IntoIterator<Item = (usize, &'w Route)>) -> Self {
        let mut demands = Self::default();
        for (place, route) in children {
            let demand = route.matchers.all.iter().find(|matcher| matcher.op == MatchOp::Equal);
            let group = match demand {
                Some(matcher) => {
                    let by_value = demands.by_label.entry(&matcher.name.value).or_default();
                    by_value.entry(matcher.value.text()).or_default()
                }
                None => &mut demands.none,
            };
            group.push(place);
        }
        demands
    }

    /// The children that do not demand another value than the one a label has, in the order in which they are
    /// tried. `value` says which, where it is known.
    pub(super) fn met_by<'v>(&self, value: impl Fn(&str) -> Option<&'v str>) -> Vec<usize> {
        let mut met = self.none.clone();
        for (label, by_value) in &self.by_label {
            match value(label) {
                Some(value) => met.extend(by_value.get(value).into_iter().flatten()),
                None => met.extend(by_value.values().flatten()),
            }
        }
        // Few groups, each in order: that is nearly sorted.
        met.sort();
        met
    }
}
