//! The labels that exporters give their metrics, where an operator compares two of them.

use std::collections::BTreeSet;

use crate::{
    catalog::{self, Provenance},
    kit::*,
    model::prometheus::RelabelRule,
    promql::ast::{Binary, BinaryOp, Expr, VectorSelector},
    vocab::listed,
};

/// Labels that metrics of an exporter have in one version or with one feature flag, and not in another. The queue of
/// notifications is one for each Alertmanager in newer releases of Prometheus only.
const OF_VERSIONS: [&str; 5] = ["alertmanager", "config", "group_key", "receiver_name", "server"];

/// Catalogues of several programs, which call their labels each in its own way.
const OF_SEVERAL_PROGRAMS: [&str; 1] = ["haproxy"];

/// Reports an operator between two metrics of one exporter, or of the programs' own code, one of which has labels that the
/// other has not. What is aggregated or compared by chosen labels is none of it.
pub fn compare(binary: &Binary, site: QuerySite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
    if binary.modifiers.matching.is_some() {
        return;
    }
    let (Some(left), Some(right)) = (plain(&binary.left), plain(&binary.right)) else { return };
    if [left, right].iter().any(|one| site.is_open(one.span)) {
        return;
    }
    let Some(known) = of_exporter(left, right).or_else(|| of_code(left, right, facts)) else { return };
    let only_left: Vec<&str> = known.left.difference(&known.right).copied().collect();
    let only_right: Vec<&str> = known.right.difference(&known.left).copied().collect();
    let (side, selector, extra) = match (only_left.as_slice(), only_right.as_slice()) {
        ([], []) => return,
        ([], extra) => ("right", right, extra),
        (extra, _) => ("left", left, extra),
    };
    let takes_none = |label: &&str| selector.matchers.iter().any(|one| one.label.value == **label && one.matches(""));
    let Some(first) = extra.iter().find(|label| !takes_none(label)) else { return };
    let (op, consequence) = (binary.op.value.text(), consequence(binary.op.value));
    let place = if side == "left" { known.places.0 } else { known.places.1 };
    out.report(binary.op.span, format!("only the {side} side has `{first}`, so this `{op}` {consequence}"))
        .severity(Severity::Warning)
        .label(selector.span, format!("{} gives it {}", known.giver, listed(extra, ", ")))
        .label_if(place, "made here")
        .help(format!("aggregate it: `sum without ({}) (…)`, or say what is compared with `on (…)`", extra.join(", ")));
}

/// What becomes of an operator whose sides never agree.
pub fn consequence(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Unless => "removes nothing",
        BinaryOp::And => "lets nothing through",
        _ => "has no result",
    }
}

/// The labels that two metrics have of their own.
struct Own<'f> {
    left: BTreeSet<&'f str>,
    right: BTreeSet<&'f str>,
    /// Who gives them: "the postgres exporter".
    giver: String,
    /// Where that is written.
    places: (Option<Span>, Option<Span>),
}

/// The only selector of an expression that keeps its labels.
fn plain(expr: &Expr) -> Option<&VectorSelector> {
    const KEEP: [&str; 14] = [
        "rate",
        "irate",
        "increase",
        "delta",
        "idelta",
        "deriv",
        "abs",
        "ceil",
        "floor",
        "round",
        "clamp",
        "clamp_min",
        "clamp_max",
        "last_over_time",
    ];
    match expr.unwrap_parens() {
        Expr::Selector(selector) => Some(selector),
        Expr::Range(range) => Some(&range.selector),
        Expr::Call(call) if KEEP.contains(&call.function.value.as_str()) => plain(call.arguments.first()?),
        Expr::Binary(binary) => match (binary.left.unwrap_parens(), binary.right.unwrap_parens()) {
            (Expr::Number(_), other) | (other, Expr::Number(_)) => plain(other),
            _ => None,
        },
        _ => None,
    }
}

/// Those of two metrics of one exporter, where it was recorded and no user chooses any of them.
fn of_exporter(left: &VectorSelector, right: &VectorSelector) -> Option<Own<'static>> {
    let (one, two) = (left.metric_name()?, right.metric_name()?);
    if one.value == two.value {
        return None;
    }
    let mut having = catalog::having(&one.value).into_iter();
    let (only, None) = (having.next()?, having.next()) else { return None };
    let own = |name: &str| {
        let family = only.family(name).filter(|family| !family.has_open_labels)?;
        let is_count = name.ends_with("_count") || name.ends_with("_sum");
        let is_taken = |label: &&str| OF_VERSIONS.contains(label) || is_count && ["le", "quantile"].contains(label);
        Some(family.labels.iter().copied().filter(|label| !is_taken(label)).collect())
    };
    let is_recorded =
        only.provenance == Provenance::Recorded && !only.is_library() && !OF_SEVERAL_PROGRAMS.contains(&only.exporter);
    is_recorded.then_some(())?;
    let giver = format!("the {} exporter", only.exporter);
    Some(Own { left: own(&one.value)?, right: own(&two.value)?, giver, places: (None, None) })
}

/// Those of two metrics that the programs' code defines, and nothing else is known to have.
fn of_code<'f>(left: &VectorSelector, right: &VectorSelector, facts: &'f Facts<'_>) -> Option<Own<'f>> {
    let (one, two) = (left.metric_name()?, right.metric_name()?);
    if one.value == two.value || rewrites_labels(facts) {
        return None;
    }
    let own = |name: &str| {
        let is_of_others = !catalog::having(name).is_empty() || !facts.rules.records(name).is_empty();
        facts.instrumented.labels(name).filter(|_| !is_of_others)
    };
    let ((left, made_left), (right, made_right)) = (own(&one.value)?, own(&two.value)?);
    Some(Own { left, right, giver: "the code".to_owned(), places: (Some(made_left), Some(made_right)) })
}

/// Whether some job takes labels off what it scrapes, or puts others there.
fn rewrites_labels(facts: &Facts<'_>) -> bool {
    let configs = facts.servers.all().iter().map(|server| server.config);
    let jobs = configs.flat_map(|config| &config.scrape_configs);
    let keeps_or_drops = |action: &str| matches!(action, "keep" | "drop" | "keepequal" | "dropequal");
    let rewrites = |rule: &RelabelRule| !rule.action.as_ref().is_some_and(|action| keeps_or_drops(&action.value));
    jobs.flat_map(|job| &job.metric_relabel_configs).any(rewrites)
}
