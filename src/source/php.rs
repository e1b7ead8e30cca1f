//! The PHP client: `getOrRegisterCounter('namespace', 'name', 'help', ['label'])`.

use super::{Call, Labels, Reading, Value, kind_of};

/// Adds what a call defines.
pub fn read(call: &Call, reading: &mut Reading) {
    let last = call.last();
    let word = last.strip_prefix("getOrRegister").or_else(|| last.strip_prefix("register"));
    let Some(kind) = word.and_then(kind_of).filter(|_| call.arguments.len() >= 3) else { return };
    let labels = Labels::of(call.arguments.get(3));
    let Some((namespace, _)) = call.arguments.first().and_then(Value::text) else {
        reading.define(call, None, Some(kind), labels, str::to_owned);
        return;
    };
    let defined = reading.define(call, call.arguments.get(1), Some(kind), labels, |name| {
        if namespace.is_empty() { name.to_owned() } else { format!("{namespace}_{name}") }
    });
    if let Some(defined) = defined {
        defined.with_buckets(call.arguments.get(4));
    }
}
