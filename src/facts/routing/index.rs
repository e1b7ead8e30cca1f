//! Alerts by the values of their labels: matchers are tried on those only that they may take.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::alertmanager::{Alertmanager, MatchOp, Matcher};

use super::alert::{Alert, Carried};

/// By so many labels alerts are sorted at most; inhibition rules hardly ever ask for more.
const MOST_LABELS: usize = 16;

/// Alerts by each of the labels that inhibition rules demand one value of.
#[derive(Debug, Default)]
pub(super) struct ByLabel {
    labels: BTreeMap<String, Values>,
}

/// Alerts by the values of one label, as their places among all, ascending.
#[derive(Debug, Default)]
struct Values {
    /// Those with a certain value; the empty one stands for a missing label.
    known: BTreeMap<String, Vec<usize>>,
    /// Those that may have any.
    unknown: Vec<usize>,
}

impl ByLabel {
    /// Sorts the alerts that an Alertmanager is sent.
    pub(super) fn of(config: &Alertmanager, alerts: &[Alert<'_>]) -> Self {
        let sides = config.inhibit_rules.iter().flat_map(|rule| [&rule.source, &rule.target]);
        let demands = sides.flat_map(|side| &side.all).filter(|matcher| matcher.op == MatchOp::Equal);
        let names: BTreeSet<&str> = demands.map(|matcher| matcher.name.value.as_str()).collect();
        let labels = names.into_iter().take(MOST_LABELS).map(|name| (name.to_owned(), Values::of(name, alerts)));
        Self { labels: labels.collect() }
    }

    /// The places of the alerts that may satisfy all of some matchers, and perhaps of others, ascending; `None` when
    /// that may be any.
    pub(super) fn narrowed(&self, matchers: &[Matcher]) -> Option<Vec<usize>> {
        let demands = matchers.iter().filter(|matcher| matcher.op == MatchOp::Equal);
        let parts = demands.filter_map(|matcher| {
            let values = self.labels.get(&matcher.name.value)?;
            Some((values.known.get(matcher.value.text()).map_or(&[][..], Vec::as_slice), values.unknown.as_slice()))
        });
        let (known, unknown) = parts.min_by_key(|(known, unknown)| known.len() + unknown.len())?;
        let mut places = [known, unknown].concat();
        places.sort_unstable();
        Some(places)
    }
}

impl Values {
    fn of(label: &str, alerts: &[Alert<'_>]) -> Self {
        let mut values = Self::default();
        for (place, alert) in alerts.iter().enumerate() {
            match alert.label(label) {
                Carried::Exactly(value) => values.known.entry(value.to_owned()).or_default().push(place),
                Carried::Something | Carried::Anything => values.unknown.push(place),
            }
        }
        values
    }
}
