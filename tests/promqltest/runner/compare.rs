//! Whether a result is the expected one.

use std::collections::{BTreeMap, BTreeSet};

use promcheck::{
    engine::{Answered, Labels, MatrixSeries, Value},
    histogram::{FloatHistogram, Schema},
    input::{Run, SeriesLine, WrittenSample, labels_of, runs},
    tree::Complaints,
};

use super::{
    almost::{all_almost, almost},
    script::{Eval, Times, Wanted},
};

/// Compares; the error says what differs.
pub fn compare(eval: &Eval, got: &Answered) -> Result<(), String> {
    match (got, &eval.expected.wanted) {
        (Answered::Scalar(got), Wanted::Scalar(wanted)) if almost(*got, *wanted) => Ok(()),
        (Answered::Scalar(got), Wanted::Scalar(wanted)) => Err(format!("expected {wanted}, got {got}")),
        (Answered::String(got), Wanted::Text(wanted)) if got == wanted => Ok(()),
        (Answered::String(got), Wanted::Text(wanted)) => Err(format!("expected {wanted:?}, got {got:?}")),
        (Answered::Vector(got), Wanted::Series(wanted)) => vector(got, &spelled_out(wanted)?, eval.expected.ordered)
            .map_err(|why| format!("{why}\n        got {}", shown(got))),
        (Answered::Matrix(got), Wanted::Series(wanted)) if !eval.expected.ordered => {
            matrix(got, &spelled_out(wanted)?, eval.expected.window.unwrap_or(eval.times))
        }
        (got, wanted) => Err(format!("expected {}, got {got:?}", kind(wanted))),
    }
}

fn kind(wanted: &Wanted) -> String {
    match wanted {
        Wanted::Scalar(wanted) => format!("the scalar {wanted}"),
        Wanted::Text(wanted) => format!("the string {wanted:?}"),
        Wanted::Series(wanted) => format!("{} series", wanted.len()),
    }
}

fn shown(vector: &[(Labels, Value)]) -> String {
    let samples: Vec<String> =
        vector.iter().map(|(labels, value)| format!("{labels} {}", value_shown(value))).collect();
    samples.join(", ")
}

fn value_shown(value: &Value) -> String {
    match value {
        Value::Float(value) => value.to_string(),
        Value::Histogram(histogram) => format!("{histogram:?}"),
    }
}

/// An expected series: its place among the others, and its samples, moment by moment.
struct Expected {
    position: usize,
    samples: Vec<Option<WrittenSample>>,
}

fn spelled_out(wanted: &[SeriesLine]) -> Result<BTreeMap<Labels, Expected>, String> {
    let mut all = BTreeMap::new();
    for (position, line) in wanted.iter().enumerate() {
        let mut complaints = Complaints::new();
        let samples = runs(&line.values, &mut complaints).iter().flat_map(Run::samples).collect();
        if let Some(complaint) = complaints.into_iter().next() {
            return Err(format!("an expected value cannot be read: {}", complaint.message));
        }
        all.insert(labels_of(&line.series), Expected { position, samples });
    }
    Ok(all)
}

fn vector(got: &[(Labels, Value)], wanted: &BTreeMap<Labels, Expected>, ordered: bool) -> Result<(), String> {
    for (position, (labels, value)) in got.iter().enumerate() {
        let expected = wanted.get(labels).ok_or_else(|| format!("unexpected series {labels}"))?;
        if ordered && expected.position != position {
            return Err(format!("{labels} is expected at place {}, not {}", expected.position + 1, position + 1));
        }
        let wanted = expected.samples.first().cloned().flatten();
        // Prometheus takes an omitted value for zero.
        let wanted = wanted.unwrap_or(WrittenSample { value: Value::Float(0.0), says_hint: false });
        if !same(value, &wanted) {
            let (wanted, value) = (value_shown(&wanted.value), value_shown(value));
            return Err(format!("{labels}: expected {wanted}, got {value}"));
        }
    }
    nothing_is_missing(wanted, got.iter().map(|(labels, _)| labels))
}

fn nothing_is_missing<'a>(
    wanted: &BTreeMap<Labels, Expected>,
    got: impl Iterator<Item = &'a Labels>,
) -> Result<(), String> {
    let got: BTreeSet<&Labels> = got.collect();
    match wanted.keys().find(|labels| !got.contains(labels)) {
        Some(missing) => Err(format!("{missing} is expected, but not there")),
        None => Ok(()),
    }
}

fn matrix(got: &[MatrixSeries], wanted: &BTreeMap<Labels, Expected>, times: Times) -> Result<(), String> {
    let (start, end, step) = match times {
        Times::Instant(at) => (at, at, 0),
        Times::Range { start, end, step } => (start, end, step),
    };
    if !got.is_sorted_by(|one, other| one.labels <= other.labels) {
        return Err("the series are not sorted by their labels".to_owned());
    }
    for series in got {
        let labels = &series.labels;
        let expected = wanted.get(labels).ok_or_else(|| format!("unexpected series {labels}"))?;
        let at = |slot: usize| start + slot as i64 * step;
        if expected.samples.len() > 1 && at(expected.samples.len() - 1) > end {
            return Err(format!(
                "{} values of {labels} are expected, more than there are times",
                expected.samples.len()
            ));
        }
        let written = expected.samples.iter().enumerate();
        let wanted: Vec<(i64, &WrittenSample)> =
            written.filter_map(|(slot, sample)| Some((at(slot), sample.as_ref()?))).collect();
        let floats = series.floats.iter().map(|point| (point.at, Value::Float(point.value)));
        let histograms = series.histograms.iter().map(|point| (point.at, Value::Histogram(point.value.clone())));
        let mut got: Vec<(i64, Value)> = floats.chain(histograms).collect();
        got.sort_by_key(|point| point.0);
        let agree = got.len() == wanted.len()
            && got.iter().zip(&wanted).all(|(got, wanted)| got.0 == wanted.0 && same(&got.1, wanted.1));
        if !agree {
            let list = |at: i64, value: &Value| format!("{}@{at}", value_shown(value));
            let wanted: Vec<String> = wanted.iter().map(|(at, sample)| list(*at, &sample.value)).collect();
            let got: Vec<String> = got.iter().map(|(at, value)| list(*at, value)).collect();
            return Err(format!("{labels}: expected {}\n        got {}", wanted.join(" "), got.join(" ")));
        }
    }
    nothing_is_missing(wanted, got.iter().map(|series| &series.labels))
}

fn same(got: &Value, wanted: &WrittenSample) -> bool {
    match (got, &wanted.value) {
        (Value::Float(got), Value::Float(wanted)) => almost(*got, *wanted),
        (Value::Histogram(got), Value::Histogram(expected)) => {
            same_histogram(got, expected) && (!wanted.says_hint || got.reset_hint == expected.reset_hint)
        }
        _ => false,
    }
}

/// Whether two histograms have the same layout, and counts as good as equal; buckets without observations do not
/// count.
fn same_histogram(got: &FloatHistogram, wanted: &FloatHistogram) -> bool {
    let (mut got, mut wanted) = (got.clone(), wanted.clone());
    got.compact(0);
    wanted.compact(0);
    let indices = |histogram: &FloatHistogram| -> Vec<(bool, i32)> {
        let positive = histogram.positive().iter().map(|(index, _)| (false, index));
        positive.chain(histogram.negative().iter().map(|(index, _)| (true, index))).collect()
    };
    let counts = |histogram: &FloatHistogram| -> Vec<f64> {
        let buckets = histogram.positive().iter().chain(histogram.negative().iter()).map(|(_, count)| count);
        [histogram.count, histogram.sum, histogram.zero_count()].into_iter().chain(buckets).collect()
    };
    same_schema(got.schema(), wanted.schema())
        && got.zero_threshold() == wanted.zero_threshold()
        && indices(&got) == indices(&wanted)
        && all_almost(&counts(&got), &counts(&wanted))
}

fn same_schema(got: &Schema, wanted: &Schema) -> bool {
    match (got, wanted) {
        (Schema::Custom(got), Schema::Custom(wanted)) => got == wanted,
        (Schema::Exponential(got), Schema::Exponential(wanted)) => got == wanted,
        _ => false,
    }
}
