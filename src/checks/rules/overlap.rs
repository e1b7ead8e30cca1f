//! Rules that give the same series by different expressions.

use crate::{
    check,
    kit::*,
    promql::{
        Expr,
        ast::{Aggregation, Binary, Grouping, VectorSelector},
        values::{Values, limits},
    },
    workspace::Workspace,
};

use super::{
    namesakes::{Wording, namesakes},
    together::are_loaded_together,
};

check! {
    /// Two rules of one name and the same labels select series that both of them take.
    ///
    /// ## Why it matters
    /// Alertmanager knows an alert by its labels. When two rules fire with the same ones, it is one alert whose text
    /// changes from evaluation to evaluation and which resolves when one of the two does. Of two recorded samples with
    /// the same labels, one is lost.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: QueueLong
    ///   expr: queue_length{job="shop"} > 100
    ///   labels: {severity: warning}
    /// - alert: QueueLong
    ///   expr: queue_length > 500
    ///   labels: {severity: warning}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: QueueLong
    ///   expr: queue_length{job="shop"} > 100
    ///   labels: {severity: warning}
    /// - alert: QueueLong
    ///   expr: queue_length > 500
    ///   labels: {severity: critical}
    /// ```
    pub struct Overlap {}
    id: "rules/overlap", severity: Warning,
}

/// Of one name, no more different rules are compared with one another.
const MOST_COMPARED: usize = 50;

impl Check for Overlap {
    type Subject = Whole;

    fn check(&self, _: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        for namesakes in namesakes(facts) {
            let mut others: Vec<Candidate<'_>> = Vec::new();
            for site in namesakes {
                if others.len() >= MOST_COMPARED {
                    break;
                }
                let Some(candidate) = candidate(site) else { continue };
                // The same expression once more is a duplicate, and no overlap.
                if others.iter().any(|other| other.wording == candidate.wording) {
                    continue;
                }
                let earlier = others
                    .iter()
                    .find(|other| overlaps(other, &candidate) && are_loaded_together(other.site, site, facts));
                if let (Some(other), Some(name)) = (earlier, site.rule.name()) {
                    report(other.site, site, name, out);
                }
                others.push(candidate);
            }
        }
    }
}

/// A rule that is compared with others of its name.
struct Candidate<'w> {
    site: RuleSite<'w>,
    expr: &'w Expr,
    wording: Wording<'w>,
}

fn candidate(site: RuleSite<'_>) -> Option<Candidate<'_>> {
    let wording = Wording::of(site)?;
    Some(Candidate { site, expr: wording.expr?, wording })
}

fn overlaps(one: &Candidate<'_>, other: &Candidate<'_>) -> bool {
    labels_of(one.site) == labels_of(other.site) && are_alike(one.expr, other.expr) && !exclude(one.expr, other.expr)
}

fn labels_of<'w>(site: RuleSite<'w>) -> Vec<(&'w str, &'w str)> {
    let of_group = site.group.labels.iter().map(|label| (label.name.value.as_str(), label.value.text()));
    let of_rule = site.rule.labels.iter().map(|label| (label.name.value.as_str(), label.value.text.text()));
    let mut labels: Vec<_> = of_group.chain(of_rule).collect();
    labels.sort_unstable();
    labels
}

/// Whether two expressions are the same but for numbers and matchers, and their matchers can all be met at once.
fn are_alike(one: &Expr, other: &Expr) -> bool {
    match (one.unwrap_parens(), other.unwrap_parens()) {
        (Expr::Number(_), Expr::Number(_)) => true,
        (Expr::String(one), Expr::String(other)) => one.value == other.value,
        (Expr::Selector(one), Expr::Selector(other)) => {
            one.metric_name().is_some() && one.modifiers == other.modifiers && surely_meet(one, other)
        }
        (Expr::Range(one), Expr::Range(other)) => {
            one.selector.metric_name().is_some()
                && one.modifiers.is_empty()
                && other.modifiers.is_empty()
                && surely_meet(&one.selector, &other.selector)
        }
        (Expr::Aggregation(one), Expr::Aggregation(other)) => are_alike_aggregations(one, other),
        (Expr::Call(one), Expr::Call(other)) => {
            one.function.value == other.function.value
                && one.arguments.len() == other.arguments.len()
                && one.arguments.iter().zip(&other.arguments).all(|(one, other)| are_alike(one, other))
        }
        (Expr::Binary(one), Expr::Binary(other)) => are_alike_operators(one, other),
        (Expr::Unary(one), Expr::Unary(other)) => {
            one.op.value == other.op.value && are_alike(&one.operand, &other.operand)
        }
        _ => false,
    }
}

/// Whether two selectors pick some series both. Where each of them asks for a label that the other does not ask for,
/// the series of one may well be without that of the other.
fn surely_meet(one: &VectorSelector, other: &VectorSelector) -> bool {
    let asks_for_all = |one: &VectorSelector, other: &VectorSelector| {
        other.matchers.iter().all(|matcher| one.matchers_of(&matcher.label.value).next().is_some())
    };
    one.surely_meets(other) && (asks_for_all(one, other) || asks_for_all(other, one))
}

fn are_alike_aggregations(one: &Aggregation, other: &Aggregation) -> bool {
    let list = |grouping: &Option<Grouping>| {
        grouping.as_ref().map(|grouping| {
            let mut names: Vec<Name> = grouping.labels.names.iter().map(|name| name.value.clone()).collect();
            names.sort_unstable();
            (grouping.kind.value, names)
        })
    };
    one.op.value == other.op.value
        && list(&one.grouping) == list(&other.grouping)
        && one.parameter.is_some() == other.parameter.is_some()
        && are_alike(&one.operand, &other.operand)
}

fn are_alike_operators(one: &Binary, other: &Binary) -> bool {
    let matching = |binary: &Binary| binary.modifiers.matching.as_ref().map(|matching| matching.kind.value);
    one.op.value == other.op.value
        && one.modifiers.bool_modifier.is_some() == other.modifiers.bool_modifier.is_some()
        && matching(one) == matching(other)
        && are_alike(&one.left, &other.left)
        && are_alike(&one.right, &other.right)
}

/// Whether no value meets the thresholds of both.
fn exclude(one: &Expr, other: &Expr) -> bool {
    match (limits(one), limits(other)) {
        (Some(one), Some(other)) => {
            let both = Values { least: one.least.max(other.least), most: one.most.min(other.most), ..one };
            both.is_none()
        }
        _ => false,
    }
}

fn report(first: RuleSite<'_>, second: RuleSite<'_>, name: &Spanned<String>, out: &mut Sink<'_>) {
    let (what, remedy) = if second.rule.is_alerting() {
        (
            "both can fire for one series, and look the same to Alertmanager",
            "give them different labels, such as `severity`, or different names",
        )
    } else {
        ("both can record the same series", "give them different labels, or let their matchers exclude each other")
    };
    // Who waits less for a higher threshold may well mean it.
    let is_escalation =
        first.rule.hold_duration.map(|hold| hold.value) != second.rule.hold_duration.map(|hold| hold.value);
    out.report(name.span, format!("there is another rule `{}` with the same labels: {what}", name.value))
        .severity(if is_escalation { Severity::Info } else { Severity::Warning })
        .label(first.rule.anchor(), "the other one")
        .label_if(
            second.rule.expr.as_ref().and_then(|query| query.valid()).map(Expr::span),
            "takes some of the same series",
        )
        .help(remedy);
}
