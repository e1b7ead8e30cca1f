//! Which alert reaches whom, for every alerting rule.

use crate::{
    facts::routing::{Alert, RouteTree, Verdict},
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
    let of = |verdict: Verdict| {
        let mut names: Vec<String> = Vec::new();
        for found in reached.iter().filter(|found| found.verdict == verdict) {
            let name = tree.receiver(found.place).unwrap_or_default();
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        names
    };
    let certain = of(Verdict::Yes);
    let possible = of(Verdict::Maybe).into_iter().filter(|name| !certain.contains(name)).collect();
    let labels = alert.set_labels().map(|(name, value)| (name.value.clone(), value.to_owned())).collect();
    Row { alert: alert.name.value.clone(), place: alert.name.span, labels, certain, possible }
}
