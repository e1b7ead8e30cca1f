//! Rules that one server evaluates twice.

use std::collections::BTreeMap;

use crate::{
    check,
    kit::*,
    model::rules::{Language, RuleKind},
    workspace::Workspace,
};

use super::together::are_loaded_together;

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

/// What makes two rules the same: what they are, their name, their labels, and what they evaluate.
type Sameness = (bool, String, BTreeMap<String, String>, String);

impl Check for Duplicate {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let mut seen: BTreeMap<Sameness, Vec<RuleSite<'_>>> = BTreeMap::new();
        let mut copies: BTreeMap<_, Vec<(RuleSite<'_>, RuleSite<'_>)>> = BTreeMap::new();
        for site in facts.rules.all() {
            // Nearly every name is taken once; only the others are worth a closer look.
            let Some(sameness) =
                site.rule.name().filter(|name| is_taken_twice(name, facts)).and_then(|_| sameness(*site))
            else {
                continue;
            };
            let others = seen.entry(sameness).or_default();
            if let Some(first) = others.iter().find(|other| are_loaded_together(**other, *site, facts)) {
                let documents = (first.document.span, site.document.span);
                copies.entry(documents).or_default().push((*first, *site));
            }
            others.push(*site);
        }
        for pairs in copies.into_values() {
            report(&pairs, workspace, out);
        }
    }
}

fn is_taken_twice(name: &str, facts: &Facts<'_>) -> bool {
    facts.rules.alerts(name).len() + facts.rules.records(name).len() > 1
}

fn sameness(site: RuleSite<'_>) -> Option<Sameness> {
    let is_alert = match site.rule.kind() {
        RuleKind::Alerting => true,
        RuleKind::Recording => false,
        RuleKind::Both | RuleKind::Neither => return None,
    };
    let query = site.rule.expr.as_ref()?;
    let is_promql = site.document.rule_file().is_some_and(|file| file.language(site.group) == Language::PromQl);
    let expr = match query.valid().filter(|_| is_promql) {
        Some(expr) => expr.unwrap_parens().to_string(),
        None => query.text.text().split_whitespace().collect::<Vec<_>>().join(" "),
    };
    let of_group = site.group.labels.iter().map(|label| (&label.name, label.value.text()));
    let of_rule = site.rule.labels.iter().map(|label| (&label.name, label.value.text.text()));
    let labels = of_group.chain(of_rule).map(|(name, value)| (name.value.to_string(), value.to_owned())).collect();
    Some((is_alert, site.rule.name()?.value.clone(), labels, expr))
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
