//! Which alert reaches whom, for every alerting rule.

use std::collections::BTreeSet;

use crate::{
    facts::routing::{Alert, Reached, RouteTree, Verdict},
    text::Span,
};

/// An alerting rule and where its alerts go.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The name of the alert.
    pub alert: String,
    /// Where its name stands.
    pub place: Span,
    /// Labels that its rule sets to a fixed value.
    pub labels: Vec<(String, String)>,
    /// Receivers that are certainly told, in the order of the tree, each once.
    pub certain: Vec<String>,
    /// Receivers that are told depending on labels that are not known.
    pub possible: Vec<String>,
}

impl Row {
    /// Whether the alerts go to the same receivers as in another configuration.
    pub fn goes_where(&self, other: &Row) -> bool {
        let sorted = |names: &[String]| {
            let mut names = names.to_vec();
            names.sort();
            names
        };
        sorted(&self.certain) == sorted(&other.certain) && sorted(&self.possible) == sorted(&other.possible)
    }
}

/// A row for each alert, in their order.
pub fn rows(tree: &RouteTree<'_>, alerts: &[Alert<'_>]) -> Vec<Row> {
    alerts.iter().map(|alert| row(tree, alert)).collect()
}

fn row(tree: &RouteTree<'_>, alert: &Alert<'_>) -> Row {
    let reached = tree.reached(&|label| alert.label(label));
    let name = |found: &Reached| tree.receiver(found.place).unwrap_or_default();
    let mut sure: BTreeSet<&str> = reached.iter().filter(|found| found.verdict == Verdict::Yes).map(name).collect();
    if reached.iter().any(|found| found.verdict == Verdict::Maybe) {
        sure.extend(tree.surely_told(&|label| alert.label(label)));
    }
    let mut names: Vec<&str> = Vec::new();
    for name in reached.iter().map(name) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let (certain, possible): (Vec<&str>, Vec<&str>) = names.into_iter().partition(|name| sure.contains(name));
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
    let (certain, possible) = (owned(certain), owned(possible));
    let labels = alert.set_labels().map(|(name, value)| (name.value.to_string(), value.to_owned())).collect();
    Row { alert: alert.name.value.clone(), place: alert.name.span, labels, certain, possible }
}
