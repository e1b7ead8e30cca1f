//! prometheus-net.

use super::{Call, Labels, Reading, Value, kind_of};

/// Adds what a call defines.
pub fn read(call: &Call, reading: &mut Reading) {
    let Some(kind) = call.last().strip_prefix("Create").and_then(kind_of) else { return };
    let is_client = call.callee.contains("Metrics") || call.callee.to_lowercase().contains("factory");
    if !is_client || call.arguments.len() + call.named.len() < 2 {
        return;
    }
    let labels = match call.arguments.get(2) {
        None => Labels::Known(Vec::new()),
        Some(Value::Map(options)) => match options.iter().find(|(name, _)| name == "LabelNames") {
            Some((_, labels)) => Labels::of(Some(labels)),
            None => Labels::Known(Vec::new()),
        },
        Some(_) => {
            let texts = call.arguments.iter().skip(2).map(|one| one.text().map(|(text, _)| text.to_owned()));
            texts.collect::<Option<Vec<_>>>().map_or(Labels::Open, Labels::Known)
        }
    };
    let are_plain = call.arguments.iter().skip(2).all(|one| matches!(one, Value::Map(_) | Value::Text(..)));
    let buckets = call.arguments.get(2).and_then(|options| options.get("Buckets"));
    let defined = reading.define(call, call.value(0, &["name"]), Some(kind), labels, str::to_owned);
    if let Some(defined) = defined.filter(|_| are_plain && call.named.is_empty()) {
        defined.with_buckets(buckets);
    }
}
