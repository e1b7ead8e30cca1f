//! Operators between two samples.

use std::sync::Arc;

use crate::{
    engine::{HistogramOperation, Note, Operand, Value},
    histogram::{FloatHistogram, Keep, MixedSchemas, Reconciled},
    promql::ast::BinaryOp,
};

/// What an operator makes of two samples.
#[derive(Clone, Debug)]
pub(super) struct Element {
    /// The result; of a comparison the left operand.
    pub value: Value,
    /// Whether a comparison holds.
    pub holds: bool,
    /// What there is to say about it.
    pub note: Option<Note>,
}

/// Applies an operator to two samples; `Err` with what there is to say when they have no result.
pub(super) fn combine(op: BinaryOp, left: &Value, right: &Value) -> Result<Element, Note> {
    let found = match (left, right) {
        (Value::Float(left), Value::Float(right)) => return of_floats(op, *left, *right),
        (Value::Float(factor), Value::Histogram(histogram)) if op == BinaryOp::Multiply => {
            changed(histogram, |histogram| histogram.multiply(*factor))
        }
        (Value::Histogram(histogram), Value::Float(number)) => match op {
            BinaryOp::Multiply => changed(histogram, |histogram| histogram.multiply(*number)),
            BinaryOp::Divide => changed(histogram, |histogram| histogram.divide(*number)),
            BinaryOp::TrimUpper => trimmed(histogram, Keep::Below, *number),
            BinaryOp::TrimLower => trimmed(histogram, Keep::Above, *number),
            _ => return Err(incompatible(op, left, right)),
        },
        (Value::Histogram(one), Value::Histogram(other)) => return of_histograms(op, one, other),
        _ => return Err(incompatible(op, left, right)),
    };
    Ok(Element { value: found, holds: true, note: None })
}

fn of_floats(op: BinaryOp, left: f64, right: f64) -> Result<Element, Note> {
    let element = |value, holds| Element { value: Value::Float(value), holds, note: None };
    match (op.arithmetic(left, right), op.compare(left, right)) {
        (Some(value), _) => Ok(element(value, true)),
        (None, Some(holds)) => Ok(element(left, holds)),
        (None, None) => Err(Note::IncompatibleTypes { left: Operand::Float, op, right: Operand::Float }),
    }
}

fn of_histograms(op: BinaryOp, one: &Arc<FloatHistogram>, other: &Arc<FloatHistogram>) -> Result<Element, Note> {
    let kept = |holds| Ok(Element { value: Value::Histogram(one.clone()), holds, note: None });
    let mut result = FloatHistogram::clone(one);
    let (reconciled, operation) = match op {
        BinaryOp::Equal => return kept(one == other),
        BinaryOp::NotEqual => return kept(one != other),
        BinaryOp::Add => (result.add(other), HistogramOperation::Addition),
        BinaryOp::Subtract => (result.subtract(other), HistogramOperation::Subtraction),
        _ => return Err(Note::IncompatibleTypes { left: Operand::Histogram, op, right: Operand::Histogram }),
    };
    if operation == HistogramOperation::Subtraction {
        result.reset_hint = crate::histogram::ResetHint::Gauge;
    }
    result.compact(0);
    match reconciled {
        Err(MixedSchemas) => Err(Note::IncompatibleBucketLayout(op)),
        Ok(Reconciled { hints_collide: true, .. }) => Err(Note::CounterResetCollision(operation)),
        Ok(Reconciled { bounds_differ, .. }) => Ok(Element {
            value: Value::Histogram(Arc::new(result)),
            holds: true,
            note: bounds_differ.then_some(Note::MismatchedCustomBuckets(operation)),
        }),
    }
}

fn changed(histogram: &FloatHistogram, change: impl FnOnce(&mut FloatHistogram)) -> Value {
    let mut result = histogram.clone();
    change(&mut result);
    result.compact(0);
    Value::Histogram(Arc::new(result))
}

fn trimmed(histogram: &FloatHistogram, keep: Keep, at: f64) -> Value {
    let mut result = histogram.clone();
    result.trim(keep, at);
    Value::Histogram(Arc::new(result))
}

fn incompatible(op: BinaryOp, left: &Value, right: &Value) -> Note {
    Note::IncompatibleTypes { left: kind(left), op, right: kind(right) }
}

fn kind(value: &Value) -> Operand {
    match value {
        Value::Float(_) => Operand::Float,
        Value::Histogram(_) => Operand::Histogram,
    }
}
