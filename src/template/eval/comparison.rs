//! `eq`, `ne`, `lt`, `le`, `gt`, `ge`, with Go's rules on which types compare.

use std::{cmp::Ordering, rc::Rc};

use super::{
    format::by_verb,
    value::{Reach, Value},
};

/// The groups of types that compare with each other.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Kind {
    Boolean,
    /// Signed and unsigned integers, which compare by what they are worth.
    Integer,
    Float,
    Text,
    /// What has no order.
    Other,
}

fn kind(value: &Value) -> Kind {
    match value {
        Value::Boolean(_) => Kind::Boolean,
        Value::Integer(..) | Value::Byte(_) | Value::Duration(_, Reach::Direct) => Kind::Integer,
        Value::Float(_) => Kind::Float,
        Value::Text(..) => Kind::Text,
        _ => Kind::Other,
    }
}

fn integer(value: &Value) -> i64 {
    match value {
        Value::Integer(number, _) | Value::Duration(number, _) => *number,
        Value::Byte(number) => i64::from(*number),
        _ => 0,
    }
}

/// What a comparison says of at least one value; why it cannot say it otherwise.
pub(super) fn compare(name: &str, values: &[Value]) -> Result<bool, String> {
    let [first, others @ ..] = values else { return Ok(false) };
    let Some(second) = others.first() else {
        return Err("missing argument for comparison".to_owned());
    };
    let less = |left, right| order(left, right).map(|order| order == Some(Ordering::Less));
    Ok(match name {
        "eq" => {
            for other in others {
                if equal(first, other)? {
                    return Ok(true);
                }
            }
            false
        }
        "ne" => !equal(first, second)?,
        "lt" => less(first, second)?,
        "le" => less(first, second)? || equal(first, second)?,
        "gt" => !(less(first, second)? || equal(first, second)?),
        _ => !less(first, second)?,
    })
}

fn incompatible(left: &Value, right: &Value) -> String {
    format!("incompatible types for comparison: {} and {}", left.type_name(), right.type_name())
}

fn is_nil(value: &Value) -> bool {
    matches!(value, Value::Absent | Value::Nil)
}

fn equal(left: &Value, right: &Value) -> Result<bool, String> {
    match (left, right) {
        (Value::Boolean(left), Value::Boolean(right)) => return Ok(left == right),
        (Value::Float(left), Value::Float(right)) => return Ok(left == right),
        (Value::Text(left, _), Value::Text(right, _)) => return Ok(left == right),
        _ => {}
    }
    match (kind(left), kind(right)) {
        (Kind::Integer, Kind::Integer) => Ok(integer(left) == integer(right)),
        (Kind::Other, Kind::Other) => identical(left, right),
        _ if is_nil(left) || is_nil(right) => Ok(false),
        _ => Err(incompatible(left, right)),
    }
}

/// Whether two values without order are the same one.
fn identical(left: &Value, right: &Value) -> Result<bool, String> {
    match (left, right) {
        _ if is_nil(left) || is_nil(right) => Ok(is_nil(left) == is_nil(right)),
        (Value::Record(left), Value::Record(right)) if left.reach == right.reach && left.reach == Reach::Pointer => {
            Ok(Rc::ptr_eq(left, right))
        }
        (Value::Time(left, _), Value::Time(right, _)) => Ok(left == right),
        (Value::Duration(left, _), Value::Duration(right, _)) => Ok(left == right),
        (Value::Histogram(left), Value::Histogram(right)) => Ok(Rc::ptr_eq(left, right)),
        _ if left.type_name() == right.type_name() => {
            Err(format!("non-comparable type {}: {}", by_verb(right, 's'), right.type_name()))
        }
        _ => Err(format!(
            "non-comparable types {}: {}, {}: {}",
            by_verb(left, 's'),
            left.type_name(),
            right.type_name(),
            by_verb(right, 'v')
        )),
    }
}

/// How two values are ordered; `None` where NaN takes part.
fn order(left: &Value, right: &Value) -> Result<Option<Ordering>, String> {
    if kind(left) == Kind::Other || kind(right) == Kind::Other {
        return Err("invalid type for comparison".to_owned());
    }
    match (left, right) {
        (Value::Float(left), Value::Float(right)) => Ok(left.partial_cmp(right)),
        (Value::Text(left, _), Value::Text(right, _)) => Ok(Some(left.as_bytes().cmp(right.as_bytes()))),
        (Value::Boolean(_), Value::Boolean(_)) => Err("invalid type for comparison".to_owned()),
        _ if kind(left) == Kind::Integer && kind(right) == Kind::Integer => {
            Ok(Some(integer(left).cmp(&integer(right))))
        }
        _ => Err(incompatible(left, right)),
    }
}
