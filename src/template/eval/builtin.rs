//! The functions that every Go template has, besides comparisons.

use std::rc::Rc;

use super::{
    format,
    machine::printed,
    printf, quote,
    value::{List, Reach, Value},
};

/// Why a function fails, as Go puts it.
pub(super) type Outcome = Result<Value, String>;

/// Calls a function that is there in every template; `None` when there is none of this name. The arguments fit its
/// signature. No text becomes longer than `limit`.
pub(super) fn call(name: &str, values: &[Value], limit: usize) -> Option<Outcome> {
    Some(match (name, values) {
        ("not", [value]) => Ok(Value::Boolean(!value.is_true())),
        ("len", [value]) => length(value),
        ("index", [item, indexes @ ..]) => index(item, indexes),
        ("slice", [item, indexes @ ..]) => slice(item, indexes),
        ("print", values) => Ok(Value::text(format::print(values))),
        ("println", values) => Ok(Value::text(format::print_line(values))),
        ("printf", [Value::Text(text, _), values @ ..]) => {
            let text = printf::printf(text, values, limit);
            text.map(Value::text).ok_or_else(|| "the text is too long for promcheck".to_owned())
        }
        ("html", values) => Ok(Value::text(quote::html(&joined(values)))),
        ("js", values) => Ok(Value::text(quote::javascript(&joined(values)))),
        ("urlquery", values) => Ok(Value::text(quote::url_query(&joined(values)))),
        _ => return None,
    })
}

/// What escaping functions escape: a text, or anything as actions print it.
fn joined(values: &[Value]) -> String {
    let shown = |value: &Value| match value {
        Value::Absent | Value::Nil => Value::text("<no value>"),
        Value::Record(record) if record.reach == Reach::Pointer => {
            let mut record = record.as_ref().clone();
            record.reach = Reach::Direct;
            Value::Record(Rc::new(record))
        }
        value => value.clone(),
    };
    match values {
        [Value::Text(text, _)] => text.to_string(),
        _ => format::print(&values.iter().map(shown).collect::<Vec<_>>()),
    }
}

/// Why a value cannot be called; templates hold no functions.
pub(super) fn not_callable(name: &str, value: &Value) -> String {
    match value {
        Value::Absent | Value::Nil => "call of nil".to_owned(),
        _ => format!("non-function {name} of type {}", value.type_name()),
    }
}

/// The type of what a pointer points to.
fn pointed_type(value: &Value) -> String {
    value.type_name().trim_start_matches('*').to_owned()
}

fn length(value: &Value) -> Outcome {
    let length = match value {
        Value::Text(text, _) => text.len(),
        Value::List(list) => list.items.len(),
        Value::Map(map) => map.entries.len(),
        Value::Nil => return Err("len of nil pointer".to_owned()),
        Value::Absent => return Err("reflect: call of reflect.Value.Type on zero Value".to_owned()),
        _ => return Err(format!("len of type {}", pointed_type(value))),
    };
    Ok(Value::int(length as i64))
}

/// A place in something of so many elements, itself included as the place behind the last.
fn place_in(index: &Value, capacity: usize) -> Result<usize, String> {
    let number = match index {
        Value::Integer(number, _) | Value::Duration(number, Reach::Direct) => *number,
        Value::Byte(number) => i64::from(*number),
        Value::Absent | Value::Nil => return Err("cannot index slice/array with nil".to_owned()),
        _ => return Err(format!("cannot index slice/array with type {}", index.type_name())),
    };
    let place = usize::try_from(number).ok().filter(|place| *place <= capacity);
    place.ok_or_else(|| format!("index out of range: {number}"))
}

fn index(item: &Value, indexes: &[Value]) -> Outcome {
    if matches!(item, Value::Absent | Value::Nil) {
        return Err("index of untyped nil".to_owned());
    }
    let mut item = item.clone();
    for index in indexes {
        item = match &item {
            Value::Text(text, _) => {
                let place = place_in(index, text.len())?;
                let byte = text.as_bytes().get(place);
                byte.map(|byte| Value::Byte(*byte)).ok_or("reflect: string index out of range")?
            }
            Value::List(list) => {
                let place = place_in(index, list.items.len())?;
                list.items.get(place).cloned().ok_or("reflect: slice index out of range")?
            }
            Value::Map(map) => match index {
                Value::Text(name, super::value::TextType::Plain) => {
                    map.entries.get(name.as_ref()).unwrap_or(&map.zero).clone()
                }
                Value::Absent | Value::Nil => return Err("value is nil; should be of type string".to_owned()),
                _ => return Err(format!("value has type {}; should be string", index.type_name())),
            },
            Value::Nil | Value::Absent => return Err("index of nil pointer".to_owned()),
            _ => return Err(format!("can't index item of type {}", pointed_type(&item))),
        };
    }
    Ok(item)
}

fn slice(item: &Value, indexes: &[Value]) -> Outcome {
    let (length, is_text) = match item {
        Value::Absent | Value::Nil => return Err("slice of untyped nil".to_owned()),
        _ if indexes.len() > 3 => return Err(format!("too many slice indexes: {}", indexes.len())),
        Value::Text(..) if indexes.len() == 3 => return Err("cannot 3-index slice a string".to_owned()),
        Value::Text(text, _) => (text.len(), true),
        Value::List(list) => (list.items.len(), false),
        _ => return Err(format!("can't slice item of type {}", pointed_type(item))),
    };
    let mut bounds = [0, length, length];
    for (bound, index) in bounds.iter_mut().zip(indexes) {
        *bound = place_in(index, length)?;
    }
    let [start, end, capacity] = bounds;
    if start > end {
        return Err(format!("invalid slice index: {start} > {end}"));
    }
    if end > capacity {
        return Err(format!("invalid slice index: {end} > {capacity}"));
    }
    Ok(match item {
        Value::Text(text, kind) if is_text => {
            // Go cuts between bytes; half a character prints as a replacement either way.
            Value::Text(String::from_utf8_lossy(&text.as_bytes()[start..end]).into(), *kind)
        }
        Value::List(list) => {
            let items = list.items[start..end].to_vec();
            Value::List(Rc::new(List { type_name: list.type_name, items }))
        }
        _ => Value::text(printed(item)),
    })
}
