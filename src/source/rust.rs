//! The crates `prometheus`, `metrics` and `prometheus-client`.

use crate::exposition::MetricKind;

use super::{Call, Labels, Reading, Value, kind_of};

/// Adds what a call defines.
pub fn read(call: &Call, reading: &mut Reading) {
    let mut parts = call.callee.rsplit('.');
    let (last, owner) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let is_vec = last.ends_with("_vec") || owner.ends_with("Vec");
    let labels = |call: &Call| if is_vec { Labels::of(call.arguments.last()) } else { Labels::Known(Vec::new()) };
    if let Some(word) = last.strip_prefix("register_") {
        let word = word.trim_end_matches("_with_registry").trim_end_matches("_vec");
        if let Some(kind) = kind_of(word).filter(|_| is_name(call.arguments.first())) {
            // Buckets may stand behind the labels.
            let labels = call.arguments.get(2).filter(|_| is_vec);
            let defined = reading.define(call, call.arguments.first(), Some(kind), Labels::of(labels), str::to_owned);
            if let Some(defined) = defined.filter(|_| !last.ends_with("_with_registry")) {
                defined.with_buckets(call.arguments.get(if is_vec { 3 } else { 2 }));
            }
        }
        return;
    }
    match (owner, last) {
        ("Opts" | "HistogramOpts", "new") if call.arguments.len() == 2 => {
            let kind = (owner == "HistogramOpts").then_some(MetricKind::Histogram);
            reading.define(call, call.arguments.first(), kind, Labels::Open, str::to_owned);
        }
        (owner, "new") if kind_of(owner).is_some() && is_name(call.arguments.first()) => {
            reading.define(call, call.arguments.first(), kind_of(owner), labels(call), str::to_owned);
        }
        (_, "counter" | "gauge" | "histogram" | "describe_counter" | "describe_gauge" | "describe_histogram")
            if is_name(call.arguments.first()) =>
        {
            let kind = kind_of(last.trim_start_matches("describe_"));
            reading.define(call, call.arguments.first(), kind, Labels::Open, str::to_owned);
        }
        // prometheus-client: of what type it is, the third argument says elsewhere.
        ("registry" | "sub_registry", "register") if call.arguments.len() == 3 => {
            reading.define(call, call.arguments.first(), None, Labels::Open, str::to_owned);
        }
        _ => {}
    }
}

/// Whether a value may be the name of a metric: a text, or a constant that another file gives one.
fn is_name(value: Option<&Value>) -> bool {
    let is_constant = |name: &String| name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    match value {
        Some(Value::Text(..)) => true,
        Some(Value::Name(name)) => is_constant(name),
        _ => false,
    }
}
