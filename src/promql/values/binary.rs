//! What values binary operators give.

use super::{
    super::{
        ast::{Binary, BinaryOp},
        flow::Source,
    },
    Values, share,
};

pub(super) fn values(binary: &Binary, source: &dyn Source) -> Values {
    let op = binary.op.value;
    let (mut left, mut right) = (Values::of(&binary.left, source), Values::of(&binary.right, source));
    if let Some(fill) = &binary.modifiers.fill.left {
        left = left.either(Values::exactly(fill.value));
    }
    if let Some(fill) = &binary.modifiers.fill.right {
        right = right.either(Values::exactly(fill.value));
    }
    match op {
        BinaryOp::Or => left.either(right),
        BinaryOp::And | BinaryOp::Unless => left,
        _ if op.is_comparison() && binary.modifiers.bool_modifier.is_some() => of_bool(left, op, right),
        // A number is compared with series: what comes through is the series.
        _ if op.is_comparison() && binary.left.number().is_some() && binary.right.number().is_none() => {
            right.narrowed(op.mirrored(), left)
        }
        _ if op.is_comparison() => left.narrowed(op, right),
        BinaryOp::Divide if share::is_share(binary, source) => Values::SHARE,
        _ => left.combined(op, right),
    }
}

fn of_bool(left: Values, op: BinaryOp, right: Values) -> Values {
    let may_be_nan = left.nan || right.nan;
    if left.never(op, right) {
        Values::exactly(0.0)
    } else if !may_be_nan && left.always(op, right) {
        Values::exactly(1.0)
    } else {
        Values::STATE
    }
}
