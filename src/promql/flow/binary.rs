//! What binary operators do to labels.

use crate::text::{Name, Spanned};

use super::{
    super::ast::{Binary, BinaryOp, Matching, MatchingKind, Side},
    Cause, Flow, Known, Origin, Source, is_scalar,
};

pub(super) fn flow(binary: &Binary, source: &dyn Source) -> Flow {
    let left = Flow::of(&binary.left, source);
    let right = Flow::of(&binary.right, source);
    let result = match (is_scalar(&binary.left), is_scalar(&binary.right)) {
        (true, false) => right,
        (_, true) => left,
        (false, false) => return of_vectors(binary, &left, &right, source),
    };
    if keeps_name(binary) { result } else { result.without_name(binary.op.span) }
}

fn keeps_name(binary: &Binary) -> bool {
    let op = binary.op.value;
    binary.modifiers.bool_modifier.is_none() && !op.is_arithmetic()
}

fn of_vectors(binary: &Binary, left: &Flow, right: &Flow, source: &dyn Source) -> Flow {
    let is_open = |label: &Spanned<Name>| source.is_open(label.span);
    let matching_is_open =
        binary.modifiers.matching.as_ref().is_some_and(|matching| matching.labels.names.iter().any(is_open));
    match binary.op.value {
        BinaryOp::Or => return left.either(right),
        BinaryOp::Unless => return left.clone(),
        BinaryOp::And if matching_is_open => return left.clone(),
        BinaryOp::And => return agreed(left, right, binary.modifiers.matching.as_deref()),
        _ => {}
    }
    if matching_is_open || binary.modifiers.fill.left.is_some() || binary.modifiers.fill.right.is_some() {
        return Flow::unknown();
    }
    let (many, one) = match &binary.modifiers.group {
        Some(group) if group.side.value == Side::Right => (right, left),
        _ => (left, right),
    };
    let mut result = agreed(many, one, binary.modifiers.matching.as_deref());
    if !keeps_name(binary) {
        result = result.without_name(binary.op.span);
    }
    let Some(group) = &binary.modifiers.group else { return reduced(result, binary.modifiers.matching.as_deref()) };
    let included = group.labels.iter().flat_map(|labels| &labels.names);
    let opened = included.clone().any(is_open);
    let result = included
        .filter(|label| !is_open(label))
        .fold(result, |result, label| result.with(&label.value, one.label(&label.value).clone()));
    if opened { result.map(Known::weakened).open() } else { result }
}

/// The labels of `many`, with what `one` knows of those that both must agree on.
fn agreed(many: &Flow, one: &Flow, matching: Option<&Matching>) -> Flow {
    match matching {
        Some(matching) if matching.kind.value == MatchingKind::On => {
            matching.labels.names.iter().fold(many.clone(), |result, label| {
                let agreed = many.label(&label.value).agreed(one.label(&label.value));
                result.with(&label.value, agreed)
            })
        }
        _ => {
            let ignored = matching.iter().flat_map(|matching| &matching.labels.names);
            let ignored = ignored.map(|label| label.value.as_str()).chain(["__name__"]);
            ignored
                .fold(many.combined(one, Known::agreed), |result, label| result.with(label, many.label(label).clone()))
        }
    }
}

/// What one-to-one matching leaves: the labels of `on`, or all but those of `ignoring`.
fn reduced(result: Flow, matching: Option<&Matching>) -> Flow {
    let Some(matching) = matching else { return result };
    let cause = Cause::new(matching.span, Origin::Matching);
    let labels = matching.labels.names.iter().map(|label| label.value.as_str());
    match matching.kind.value {
        MatchingKind::On => labels.fold(Flow::none(cause), |kept, label| kept.with(label, result.label(label).clone())),
        MatchingKind::Ignoring => labels.fold(result, |kept, label| kept.with(label, Known::absent(cause.clone()))),
    }
}
