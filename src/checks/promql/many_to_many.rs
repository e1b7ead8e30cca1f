//! Operators whose "one" side has several series for each match.

use crate::{
    check,
    kit::*,
    promql::{
        Expr,
        ast::{Aggregation, Binary, GroupingKind, Labels, Matching, MatchingKind, Side},
        functions::ValueType,
    },
    vocab::listed,
};

check! {
    /// Several series of the side that must be unique have the labels that are compared.
    ///
    /// ## Why it matters
    /// An operator pairs each series with at most one of the other side. As soon as there are two, Prometheus gives up with
    /// "found duplicate series for the match group": the whole rule fails, and its alert is silent. On a test system with
    /// one of everything it works.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: MostlyErrors
    ///   expr: |
    ///     sum by (job, code) (rate(requests_total[5m]))
    ///       / on (job) sum by (job) (rate(requests_total[5m])) > 0.5
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: MostlyErrors
    ///   expr: |
    ///     sum by (job, code) (rate(requests_total[5m]))
    ///       / on (job) group_left () sum by (job) (rate(requests_total[5m])) > 0.5
    /// ```
    pub struct ManyToMany {}
    id: "promql/many-to-many", severity: Warning,
}

/// Labels by which one thing has several series: who aggregates by them counts on it.
const SEVERAL: [&str; 30] = [
    "area",
    "bucket",
    "code",
    "container",
    "cpu",
    "device",
    "endpoint",
    "handler",
    "interface",
    "le",
    "level",
    "method",
    "mode",
    "mountpoint",
    "outcome",
    "partition",
    "path",
    "phase",
    "pod",
    "quantile",
    "queue",
    "reason",
    "result",
    "route",
    "state",
    "status",
    "status_code",
    "table",
    "topic",
    "type",
];

impl Check for ManyToMany {
    type Subject = EachBinary;

    fn check(&self, Part { site, part: binary }: Part<'_, &Binary>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        if binary.op.value.is_set() || !pairs_vectors(binary) || !site.is_literal(binary.span) {
            return;
        }
        match &binary.modifiers.group {
            None => {
                let sides = [(Side::Left, &binary.left), (Side::Right, &binary.right)];
                let mut sides = sides.into_iter().filter_map(|(side, expr)| Some((side, several(binary, expr)?)));
                if let Some((side, several)) = sides.next() {
                    report(binary, side, &several, out);
                }
            }
            Some(group) => {
                let (side, one) = match group.side.value {
                    Side::Left => (Side::Right, &binary.right),
                    Side::Right => (Side::Left, &binary.left),
                };
                match several(binary, one) {
                    Some(several) => report(binary, side, &several, out),
                    None => lost(group.labels.as_ref(), one, site, facts, out),
                }
            }
        }
    }
}

fn pairs_vectors(binary: &Binary) -> bool {
    let is_vector = |expr: &Expr| expr.value_type() == Some(ValueType::InstantVector);
    is_vector(&binary.left) && is_vector(&binary.right)
}

/// An aggregation that keeps labels which are not compared.
struct Several<'e> {
    aggregation: &'e Aggregation,
    labels: Vec<&'e Spanned<Name>>,
}

/// The labels by which a side has several series that look alike to the matching.
fn several<'e>(binary: &Binary, side: &'e Expr) -> Option<Several<'e>> {
    let matching = binary.modifiers.matching.as_ref()?;
    let aggregation = aggregation_of(side)?;
    let grouping = aggregation.grouping.as_ref().filter(|grouping| grouping.kind.value == GroupingKind::By)?;
    let labels: Vec<_> = grouping
        .labels
        .names
        .iter()
        .filter(|label| SEVERAL.contains(&label.value.as_str()))
        .filter(|label| !is_compared(&label.value, matching) && !is_fixed(&label.value, aggregation))
        .collect();
    (!labels.is_empty()).then_some(Several { aggregation, labels })
}

/// The aggregation that decides which series a side has.
fn aggregation_of(expr: &Expr) -> Option<&Aggregation> {
    match expr.unwrap_parens() {
        Expr::Aggregation(aggregation) if !aggregation.op.value.selects() => Some(aggregation),
        Expr::Binary(binary) if binary.right.number().is_some() => {
            // Of several, a comparison with a number may leave one.
            if binary.op.value.is_comparison() { None } else { aggregation_of(&binary.left) }
        }
        Expr::Binary(binary) if binary.left.number().is_some() && !binary.op.value.is_comparison() => {
            aggregation_of(&binary.right)
        }
        _ => None,
    }
}

fn is_compared(label: &str, matching: &Matching) -> bool {
    match matching.kind.value {
        MatchingKind::On => matching.labels.has(label),
        MatchingKind::Ignoring => !matching.labels.has(label),
    }
}

/// Whether a selector below takes one value of the label only.
fn is_fixed(label: &str, aggregation: &Aggregation) -> bool {
    let mut selections = aggregation.operand.selections();
    selections.any(|selection| {
        selection.selector.matchers_of(label).any(|matcher| matcher.values().is_some_and(|values| values.len() == 1))
    })
}

fn report(binary: &Binary, side: Side, several: &Several<'_>, out: &mut Sink<'_>) {
    let (name, other) = match side {
        Side::Left => ("left", "group_left"),
        Side::Right => ("right", "group_right"),
    };
    let labels = listed(several.labels.iter().map(|label| label.value.as_str()), " and ");
    let place = binary.modifiers.matching.as_ref().map_or(binary.op.span, |matching| matching.span);
    let message = format!("the {name} side has a series for each {labels}, which this does not compare");
    let finding = several.labels.iter().fold(out.report(place, message), |finding, label| {
        finding.label(label.span, format!("several of one {}", several.aggregation.op.value.text()))
    });
    match &binary.modifiers.group {
        None => finding.help(format!("add `{other} ()` if that side may have many, or aggregate {labels} away")),
        Some(_) => finding.help(format!("aggregate {labels} away on that side, or compare by it")),
    };
}

/// Labels that `group_left` is to copy and that the other side has lost.
fn lost(labels: Option<&Labels>, one: &Expr, site: QuerySite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let Some(labels) = labels.filter(|labels| !labels.names.is_empty()) else { return };
    let source = site.source(facts);
    let flow = source.flow(one);
    // To copy the name is a habit without effect.
    for label in labels.names.iter().filter(|label| label.value != "__name__") {
        let known = flow.label(&label.value);
        if let Some(cause) = known.cause.as_ref().filter(|_| known.is_absent()) {
            out.report(label.span, format!("there is no `{}` to copy: the other side has lost it", label.value))
                .label(cause.span, cause.drops(&label.value))
                .help(format!("keep `{}` where that side is aggregated", label.value));
        }
    }
}
