//! Whom an alert reaches, and why: amtool's answer, with the routes on the way.

use std::collections::BTreeMap;

use crate::{
    facts::routing::{Carried, RouteTree},
    model::alertmanager::{MatchOp, Matcher, parse_matcher},
    text::{Excerpt, FileId},
};

/// A route on the way of an alert.
#[derive(Clone, Debug)]
pub struct Hop<'w> {
    /// The route, as a place in its tree.
    pub place: usize,
    /// Its matchers, all of which the alert satisfies.
    pub matchers: Vec<&'w Matcher>,
}

/// A route that notifies of an alert.
#[derive(Clone, Debug)]
pub struct Notified<'w> {
    /// Whom it tells.
    pub receiver: &'w str,
    /// The routes from the root to it.
    pub hops: Vec<Hop<'w>>,
}

/// The labels that a person typed as `label=value`; the last of several for a label counts, as in amtool.
///
/// # Errors
/// When one of them is no label with its value.
pub fn labels(typed: &[String]) -> Result<BTreeMap<String, String>, String> {
    let mut labels = BTreeMap::new();
    for text in typed {
        let matcher = parse_matcher(&Excerpt::whole(FileId(0), text.as_str()))?;
        if matcher.op != MatchOp::Equal {
            return Err(format!("`{text}` is a condition, not a label with its value: write `label=value`"));
        }
        labels.insert(matcher.name.value, matcher.value.text().to_owned());
    }
    Ok(labels)
}

/// The routes that notify of an alert with these labels, in the order of the tree.
pub fn notified<'w>(tree: &RouteTree<'w>, labels: &BTreeMap<String, String>) -> Vec<Notified<'w>> {
    let carried = |name: &str| Carried::Exactly(labels.get(name).map(String::as_str).unwrap_or_default());
    let hops = |place: usize| {
        let mut hops: Vec<Hop<'w>> = tree
            .ancestry(place)
            .map(|place| Hop { place, matchers: tree.node(place).route.matchers.all.iter().collect() })
            .collect();
        hops.reverse();
        hops
    };
    let reached = tree.reached(&carried).into_iter();
    reached
        .map(|reached| Notified {
            receiver: tree.receiver(reached.place).unwrap_or_default(),
            hops: hops(reached.place),
        })
        .collect()
}

/// The receivers as amtool lists them: in the order of the tree, repetitions included.
pub fn receivers(notified: &[Notified<'_>]) -> String {
    notified.iter().map(|notified| notified.receiver).collect::<Vec<_>>().join(",")
}
