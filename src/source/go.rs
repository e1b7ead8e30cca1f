//! client_golang and its promauto.

use crate::exposition::MetricKind;

use super::{Call, Labels, Reading, Value, kind_of};

/// Adds what a call defines.
pub fn read(call: &Call, reading: &mut Reading) {
    let last = call.last();
    let is_client = ["prometheus", "promauto", "factory", "With"].iter().any(|part| call.callee.contains(part));
    if last == "NewDesc" && call.callee.contains("prometheus") {
        let labels = Labels::of(call.arguments.get(2).filter(|labels| **labels != Value::Name("nil".to_owned())));
        match call.arguments.first() {
            Some(Value::Call(name)) if name.last() == "BuildFQName" => match full_name(&name.arguments) {
                Some((full, value)) => reading.define(call, Some(value), None, labels, |_| full.clone()),
                None => reading.define(call, None, None, labels, str::to_owned),
            },
            name => reading.define(call, name, None, labels, str::to_owned),
        };
        return;
    }
    if last == "WrapRegistererWith" || last == "WrapRegistererWithPrefix" {
        reading.found.adds_labels = true;
        if last.ends_with("Prefix") {
            let span = reading.span(call);
            reading.found.open.push(span);
        }
        return;
    }
    let Some(kind) = last.strip_prefix("New").and_then(kind_of).filter(|_| is_client) else { return };
    let Some(options @ Value::Map(_)) = call.arguments.first() else {
        if matches!(call.arguments.first(), Some(Value::Name(_) | Value::Call(_) | Value::Open)) {
            reading.define(call, None, Some(kind), Labels::Open, str::to_owned);
        }
        return;
    };
    let labels = if last.ends_with("Vec") { Labels::of(call.arguments.get(1)) } else { Labels::Known(Vec::new()) };
    define(call, options, kind, labels, reading);
}

fn define(call: &Call, options: &Value, kind: MetricKind, labels: Labels, reading: &mut Reading) {
    let part = |key: &str| match options.get(key) {
        None => Some(String::new()),
        Some(Value::Text(text, _)) => Some(text.clone()),
        Some(_) => None,
    };
    let (Some(namespace), Some(subsystem)) = (part("Namespace"), part("Subsystem")) else {
        reading.define(call, None, Some(kind), labels, str::to_owned);
        return;
    };
    let labels = if options.get("ConstLabels").is_some() { Labels::Open } else { labels };
    let full_name = |name: &str| joined(&[&namespace, &subsystem, name]);
    let defined = reading.define(call, options.get("Name"), Some(kind), labels, full_name);
    // A native histogram has buckets wherever values are.
    if let Some(defined) = defined.filter(|_| options.get("NativeHistogramBucketFactor").is_none()) {
        defined.with_buckets(options.get("Buckets"));
    }
}

/// The name that `BuildFQName` makes, and the value of its last part.
fn full_name(arguments: &[Value]) -> Option<(String, &Value)> {
    let parts: Vec<&str> = arguments.iter().map(|one| one.text().map(|(text, _)| text)).collect::<Option<_>>()?;
    Some((joined(&parts), arguments.last()?))
}

fn joined(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("_")
}
