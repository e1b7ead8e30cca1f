//! The Ruby client.

use super::{Call, Labels, Reading, Value, kind_of};

/// Adds what a call defines.
pub fn read(call: &Call, reading: &mut Reading) {
    let mut parts = call.callee.rsplit('.');
    let (last, owner) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let kind = match last {
        "new" if call.callee.contains("Prometheus") => kind_of(owner),
        "counter" | "gauge" | "histogram" | "summary" if call.value(9, &["docstring"]).is_some() => kind_of(last),
        _ => None,
    };
    let Some(kind) = kind else { return };
    let labels = match call.value(9, &["labels"]) {
        None => Labels::Known(Vec::new()),
        Some(Value::List(values)) => {
            values.iter().map(symbol).collect::<Option<Vec<_>>>().map_or(Labels::Open, Labels::Known)
        }
        Some(_) => Labels::Open,
    };
    let name = call.arguments.first().and_then(symbol);
    let value = name.map(|name| Value::Text(name, call.range.clone()));
    if let Some(defined) = reading.define(call, value.as_ref(), Some(kind), labels, str::to_owned) {
        defined.with_buckets(call.value(9, &["buckets"]));
    }
}

/// `:name` or `"name"`.
fn symbol(value: &Value) -> Option<String> {
    match value {
        Value::Name(name) | Value::Text(name, _) => Some(name.clone()),
        _ => None,
    }
}
