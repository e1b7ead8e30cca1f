//! Sums with the values of their parts put in: `5.1 / 100 = 0.051`.

use crate::{
    engine::{Labels, METRIC_NAME, Value},
    promql::Expr,
    vocab::{FloatFormat, format_float},
};

use super::{
    super::dump,
    asker::{Asker, Given},
};

/// The longest sum that is told.
const LONGEST: usize = 70;
/// Digits of its parts.
const DIGITS: usize = 6;

/// The sum by which an expression gave a sample; `None` when it is none, or a part of it cannot be told.
pub(super) fn filled(asker: &Asker<'_>, expr: &Expr, labels: &Labels, value: &Value) -> Option<String> {
    let expr = expr.unwrap_parens();
    if !matches!(expr, Expr::Binary(binary) if binary.op.value.is_arithmetic() && !binary.is_long())
        || expr.number().is_some()
    {
        return None;
    }
    let sum = part(asker, expr, labels)?;
    (sum.len() <= LONGEST).then(|| format!("{sum} = {}", dump::shown(value)))
}

/// A part of a sum: operators and numbers as they are written, anything else by its value.
fn part(asker: &Asker<'_>, expr: &Expr, labels: &Labels) -> Option<String> {
    match expr {
        Expr::Number(_) => Some(asker.written(expr).to_owned()),
        Expr::Paren(paren) => Some(format!("({})", part(asker, &paren.inner, labels)?)),
        Expr::Unary(unary) if unary.operand.number().is_some() => Some(asker.written(expr).to_owned()),
        Expr::Binary(binary) if binary.op.value.is_arithmetic() => {
            let (left, right) = (part(asker, &binary.left, labels)?, part(asker, &binary.right, labels)?);
            Some(format!("{left} {} {right}", binary.op.value.text()))
        }
        _ => match asker.ask(expr)? {
            Given::Scalar(value) => Some(short(value)),
            Given::Vector(samples) => {
                let mut agreeing = samples.iter().filter(|(own, _)| agree(own, labels));
                match (agreeing.next(), agreeing.next()) {
                    (Some((_, Value::Float(value))), None) => Some(short(*value)),
                    _ => None,
                }
            }
            Given::Matrix { .. } | Given::Failure(_) => None,
        },
    }
}

/// A value with as many digits as a reader needs to follow.
fn short(value: f64) -> String {
    format_float(value, FloatFormat::G, Some(DIGITS))
}

/// Whether no label that both have tells a part from the result.
fn agree(part: &Labels, result: &Labels) -> bool {
    part.iter().all(|label| {
        let there = result.get(&label.name);
        &*label.name == METRIC_NAME || there.is_none_or(|value| **value == *label.value)
    })
}
