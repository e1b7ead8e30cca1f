//! What aggregations do to labels.

use super::{
    super::ast::{Aggregation, AggregationOp, Grouping, GroupingKind},
    Cause, Flow, Known, Origin, Source,
};

pub(super) fn flow(aggregation: &Aggregation, source: &dyn Source) -> Flow {
    let operand = Flow::of(&aggregation.operand, source);
    if aggregation.op.value.selects() {
        return operand;
    }
    let cause = cause(aggregation);
    let grouped = match &aggregation.grouping {
        Some(grouping) => grouped(operand, grouping, &cause, source),
        None => Flow::none(cause.clone()),
    };
    match aggregation.parameter.as_ref().and_then(|parameter| parameter.string()) {
        Some(label) if aggregation.op.value == AggregationOp::CountValues => {
            grouped.with(&label.value, Known::certain(None, cause))
        }
        _ => grouped,
    }
}

/// The words that decide which labels stay: `sum by (job)`, or the part of it that stands in one piece.
fn cause(aggregation: &Aggregation) -> Cause {
    let span = match &aggregation.grouping {
        Some(grouping) if grouping.span.start < aggregation.operand.span().start => {
            aggregation.op.span.to(grouping.span)
        }
        Some(grouping) => grouping.span,
        None => aggregation.op.span,
    };
    Cause::new(span, Origin::Aggregation(aggregation.op.value))
}

fn grouped(operand: Flow, grouping: &Grouping, cause: &Cause, source: &dyn Source) -> Flow {
    let labels = &grouping.labels.names;
    let is_open = labels.iter().any(|label| source.is_open(label.span));
    let named = labels.iter().filter(|label| !source.is_open(label.span));
    match grouping.kind.value {
        GroupingKind::By => {
            let others = if is_open { operand.clone().map(Known::weakened) } else { Flow::none(cause.clone()) };
            named.fold(others, |flow, label| {
                let cause = Cause::new(label.span, Origin::Grouping);
                flow.with(&label.value, operand.label(&label.value).clone().expected(cause))
            })
        }
        GroupingKind::Without => {
            let others = if is_open { operand.map(Known::weakened) } else { operand };
            let dropped = named.map(|label| label.value.as_str()).chain(["__name__"]);
            dropped.fold(others, |flow, label| flow.with(label, Known::absent(cause.clone())))
        }
    }
}
