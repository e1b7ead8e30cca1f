//! The labels that exporters give their metrics, where an operator compares two of them.

use std::collections::BTreeSet;

use crate::{
    catalog::{self, Catalogue, Provenance},
    kit::*,
    promql::ast::{Binary, Expr, VectorSelector},
    vocab::listed,
};

/// Labels that metrics of an exporter have in one version or with one feature flag, and not in another. The queue of
/// notifications is one for each Alertmanager in newer releases of Prometheus only.
const OF_VERSIONS: [&str; 5] = ["alertmanager", "config", "group_key", "receiver_name", "server"];

/// Catalogues of several programs, which call their labels each in its own way.
const OF_SEVERAL_PROGRAMS: [&str; 1] = ["haproxy"];

/// Reports an operator between two metrics of one exporter, one of which has labels that the other has not. What is
/// aggregated or compared by chosen labels is none of it.
pub fn compare(binary: &Binary, site: QuerySite<'_>, out: &mut Sink<'_>) {
    if binary.modifiers.matching.is_some() {
        return;
    }
    let (Some(left), Some(right)) = (plain(&binary.left), plain(&binary.right)) else { return };
    if [left, right].iter().any(|one| site.is_open(one.span)) {
        return;
    }
    let Some((exporter, of_left, of_right)) = labels(left, right) else { return };
    let only_left: Vec<&str> = of_left.difference(&of_right).copied().collect();
    let only_right: Vec<&str> = of_right.difference(&of_left).copied().collect();
    let (side, selector, extra) = match (only_left.as_slice(), only_right.as_slice()) {
        ([], []) => return,
        ([], extra) => ("right", right, extra),
        (extra, _) => ("left", left, extra),
    };
    let takes_none = |label: &&str| selector.matchers.iter().any(|one| one.label.value == **label && one.matches(""));
    let Some(first) = extra.iter().find(|label| !takes_none(label)) else { return };
    let op = binary.op.value.text();
    out.report(binary.op.span, format!("only the {side} side has `{first}`, so this `{op}` has no result"))
        .severity(Severity::Warning)
        .label(selector.span, format!("the {} exporter gives it {}", exporter.exporter, listed(extra, ", ")))
        .help(format!("aggregate it: `sum without ({}) (…)`, or say what is compared with `on (…)`", extra.join(", ")));
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

/// The exporter that both metrics are of, and their labels, where it was recorded and no user chooses any of them.
fn labels(
    left: &VectorSelector,
    right: &VectorSelector,
) -> Option<(&'static Catalogue, BTreeSet<&'static str>, BTreeSet<&'static str>)> {
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
    Some((only, own(&one.value)?, own(&two.value)?))
}
