//! Micrometer, whose names are written with dots, and client_java.

use crate::exposition::MetricKind;

use super::{Call, Labels, Reading, Value, kind_of, with_total};

/// Adds what a call defines.
pub fn read(call: &Call, text: &str, reading: &mut Reading) {
    let mut parts = call.callee.rsplit('.');
    let (last, owner) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let is_micrometer = text.contains("io.micrometer");
    match last {
        "builder" if is_micrometer => builder(call, owner, reading),
        "counter" | "timer" | "summary" | "gauge" if is_micrometer && owner.to_lowercase().ends_with("registry") => {
            meter(call, last, reading);
        }
        "Timed" | "Counted" if is_micrometer => {
            let kind = if last == "Timed" { "timer" } else { "counter" };
            let name = call.value(0, &["value"]).filter(|name| name.text().is_some());
            if name.is_some() {
                reading.define(call, name, type_of(kind), Labels::Open, |name| micrometer(name, kind));
            }
        }
        "build" if !is_micrometer && kind_of(owner).is_some() && call.arguments.len() == 2 => {
            let kind = kind_of(owner);
            reading.define(call, call.arguments.first(), kind, Labels::Open, |name| with_total(name, kind));
        }
        // `Counter.build().name("x")`: the callee holds the whole chain.
        "name" if !is_micrometer => {
            let kind = call.callee.split('.').find_map(kind_of);
            if kind.is_some() && call.arguments.len() == 1 {
                reading.define(call, call.arguments.first(), kind, Labels::Open, |name| with_total(name, kind));
            }
        }
        _ => {}
    }
}

fn builder(call: &Call, owner: &str, reading: &mut Reading) {
    let kind = match owner {
        "Counter" | "FunctionCounter" => "counter",
        "Timer" | "FunctionTimer" | "LongTaskTimer" => "timer",
        "Gauge" | "TimeGauge" | "MultiGauge" => "gauge",
        "DistributionSummary" => "summary",
        _ => return,
    };
    meter(call, kind, reading);
}

fn meter(call: &Call, kind: &str, reading: &mut Reading) {
    let name = call.arguments.first();
    if matches!(name, Some(Value::List(_) | Value::Map(_)) | None) {
        return;
    }
    reading.define(call, name, type_of(kind), Labels::Open, |name| micrometer(name, kind));
}

/// A timer may be stored with buckets or without: which is configured elsewhere.
fn type_of(kind: &str) -> Option<MetricKind> {
    match kind {
        "counter" => Some(MetricKind::Counter),
        "gauge" => Some(MetricKind::Gauge),
        _ => Some(MetricKind::Histogram),
    }
}

/// The name that Micrometer's Prometheus registry gives a meter.
fn micrometer(name: &str, kind: &str) -> String {
    let name: String = name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect();
    match kind {
        "counter" => with_total(&name, Some(MetricKind::Counter)),
        "timer" if !name.ends_with("_seconds") => format!("{name}_seconds"),
        _ => name,
    }
}
