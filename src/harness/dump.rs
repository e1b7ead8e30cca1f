//! All series of a test, for whoever wants to see what the rules saw.

use crate::{
    engine::{Storage, Value},
    vocab::{FloatFormat, format_float},
};

/// The series by labels, each with its samples after `start` and up to `end`, value and time in seconds since
/// 1970: `up{job="api"} =>` and then a line `1 @[60]` for each.
pub fn all(storage: &Storage, start: i64, end: i64) -> String {
    let mut series: Vec<_> = storage.all().collect();
    series.sort_by(|one, other| one.labels.cmp(&other.labels));
    let mut out = String::new();
    for series in series {
        let floats = series.floats_in(start, end);
        let histograms = series.histograms_in(start, end);
        let floats = floats.iter().map(|point| (point.at, Value::Float(point.value)));
        let histograms = histograms.iter().map(|point| (point.at, Value::Histogram(point.value.clone())));
        let mut samples: Vec<(i64, Value)> = floats.chain(histograms).collect();
        samples.sort_by_key(|(at, _)| *at);
        if samples.is_empty() {
            continue;
        }
        let lines: Vec<String> =
            samples.iter().map(|(at, value)| format!("{} @[{}]", shown(value), seconds(*at))).collect();
        out.push_str(&format!("{} =>\n{}\n", series.labels, lines.join("\n")));
    }
    out
}

/// A value as Prometheus prints it.
pub fn shown(value: &Value) -> String {
    match value {
        Value::Float(value) => format_float(*value, FloatFormat::F, None),
        Value::Histogram(histogram) => histogram.to_string(),
    }
}

fn seconds(at: i64) -> String {
    format_float(at as f64 / 1000.0, FloatFormat::F, None)
}
