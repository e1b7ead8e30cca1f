//! Rules that one server evaluates twice.

use std::collections::BTreeMap;

use crate::{check, kit::*, workspace::Workspace};

use super::{
    namesakes::{Wording, namesakes},
    together::Company,
};

check! {
    /// The same rule stands twice among those that one server loads.
    ///
    /// ## Why it matters
    /// Both are evaluated. Recorded samples collide, alerts flap when one of the two is changed, and a later
    /// edit of one copy seems to do nothing.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: TargetDown
    ///   expr: up == 0
    ///   for: 5m
    /// - alert: TargetDown
    ///   expr: up==0
    ///   for: 10m
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: TargetDown
    ///   expr: up == 0
    ///   for: 5m
    /// ```
    pub struct Duplicate {}
    id: "rules/duplicate", severity: Warning,
}

/// Copies between one pair of files, before they become one finding.
const MOST_SINGLE: usize = 2;

/// The labels of a rule, sorted by name.
type Labels<'w> = Vec<(&'w str, &'w str)>;

impl Check for Duplicate {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let mut copies: BTreeMap<_, Vec<(RuleSite<'_>, RuleSite<'_>)>> = BTreeMap::new();
        for namesakes in namesakes(facts) {
            #[expect(clippy::mutable_key_type, reason = "what is printed later does not change the order")]
            let mut seen: BTreeMap<(Labels<'_>, Wording<'_>), (Company, Vec<RuleSite<'_>>)> = BTreeMap::new();
            for site in namesakes {
                let Some(wording) = Wording::of(site) else { continue };
                let (company, others) = seen.entry((labels(site), wording)).or_default();
                if let Some(first) = company.join(site, others.len(), facts).map(|at| others[at]) {
                    let documents = (first.document.span, site.document.span);
                    copies.entry(documents).or_default().push((first, site));
                }
                others.push(site);
            }
        }
        for mut pairs in copies.into_values() {
            // Groups lie one behind the other, and so do the rules of each.
            pairs.sort_by_key(|(_, copy)| (std::ptr::from_ref(copy.group), std::ptr::from_ref(copy.rule)));
            report(&pairs, workspace, out);
        }
    }
}

/// The labels that a rule adds: its own hide those of its group.
fn labels(site: RuleSite<'_>) -> Labels<'_> {
    let of_group = site.group.labels.iter().map(|label| (label.name.value.as_str(), label.value.text()));
    let of_rule = site.rule.labels.iter().map(|label| (label.name.value.as_str(), label.value.text.text()));
    let mut labels: Labels<'_> = of_group.chain(of_rule).rev().collect();
    labels.sort_by_key(|(name, _)| *name);
    labels.dedup_by_key(|(name, _)| *name);
    labels
}

fn report(pairs: &[(RuleSite<'_>, RuleSite<'_>)], workspace: &Workspace, out: &mut Sink<'_>) {
    let many = pairs.len() > MOST_SINGLE;
    let shown = if many { &pairs[..1] } else { pairs };
    for (first, copy) in shown {
        let (Some(name), kind) = (copy.rule.name(), if copy.rule.is_alerting() { "alert" } else { "recording rule" })
        else {
            continue;
        };
        let message = match pairs.len() - shown.len() {
            0 => format!("the {kind} `{}` is defined twice with the same expression", name.value),
            _ if std::ptr::eq(first.document, copy.document) => {
                format!("{} rules of this file stand in it twice", pairs.len())
            }
            _ => format!(
                "{} rules of this file stand in `{}` too, and one server loads both",
                pairs.len(),
                workspace.files.file(first.document.file).name
            ),
        };
        out.report(name.span, message)
            .label(first.rule.anchor(), if many { "the first of them" } else { "first defined here" })
            .help(if many {
                "remove one of the copies"
            } else {
                "remove one of the two, or give them different labels"
            });
    }
}
