//! What the samples of a range say together: `sum_over_time`, `max_over_time`, `quantile_over_time` and their kin.

use std::sync::Arc;

use crate::{
    engine::{
        Note, Notes, Point, RangeCall, Value,
        summation::{Mean, Variance, sum},
    },
    histogram::{FloatHistogram, quantile_of},
};

use super::histogram_total;

/// `sum_over_time`.
pub fn sum_over_time(call: &RangeCall<'_>, notes: &mut Notes) -> Option<Value> {
    if call.is_mixed(notes) {
        return None;
    }
    if call.window.floats.is_empty() {
        return histogram_total::sum(call, notes);
    }
    let sum = sum(values(call));
    Some(Value::Float(if sum.sum.is_infinite() { sum.sum } else { sum.total() }))
}

/// `avg_over_time`.
pub fn avg_over_time(call: &RangeCall<'_>, notes: &mut Notes) -> Option<Value> {
    if call.is_mixed(notes) {
        return None;
    }
    let mut values = values(call);
    let Some(first) = values.next() else {
        return histogram_total::mean(call, notes);
    };
    let mut mean = Mean::of(first);
    values.for_each(|value| mean.add(value));
    Some(Value::Float(mean.value()))
}

/// `first_over_time`: of two samples at the same time, the histogram.
pub fn first_over_time(call: &RangeCall<'_>) -> Option<Value> {
    match (call.window.floats.first(), call.window.histograms.first()) {
        (Some(float), Some(histogram)) if histogram.at <= float.at => Some(held(histogram)),
        (Some(float), _) => Some(Value::Float(float.value)),
        (None, histogram) => histogram.map(held),
    }
}

/// `last_over_time`: of two samples at the same time, the histogram.
pub fn last_over_time(call: &RangeCall<'_>) -> Option<Value> {
    match (call.window.floats.last(), call.window.histograms.last()) {
        (Some(float), Some(histogram)) if histogram.at >= float.at => Some(held(histogram)),
        (Some(float), _) => Some(Value::Float(float.value)),
        (None, histogram) => histogram.map(held),
    }
}

/// `ts_of_first_over_time`, in seconds.
pub fn ts_of_first_over_time(call: &RangeCall<'_>) -> Option<Value> {
    let float = call.window.floats.first().map(|sample| sample.at);
    let histogram = call.window.histograms.first().map(|sample| sample.at);
    float.into_iter().chain(histogram).min().map(seconds)
}

/// `ts_of_last_over_time`, in seconds.
pub fn ts_of_last_over_time(call: &RangeCall<'_>) -> Option<Value> {
    let float = call.window.floats.last().map(|sample| sample.at);
    let histogram = call.window.histograms.last().map(|sample| sample.at);
    float.into_iter().chain(histogram).max().map(seconds)
}

/// `max_over_time`.
pub fn max_over_time(call: &RangeCall<'_>, notes: &mut Notes) -> Option<Value> {
    foremost(call, notes, |value, most| value > most).map(|sample| Value::Float(sample.value))
}

/// `min_over_time`.
pub fn min_over_time(call: &RangeCall<'_>, notes: &mut Notes) -> Option<Value> {
    foremost(call, notes, |value, least| value < least).map(|sample| Value::Float(sample.value))
}

/// `ts_of_max_over_time`: the time of the greatest value, of several of them the latest, in seconds.
pub fn ts_of_max_over_time(call: &RangeCall<'_>, notes: &mut Notes) -> Option<Value> {
    foremost(call, notes, |value, most| value >= most).map(|sample| seconds(sample.at))
}

/// `ts_of_min_over_time`: the time of the least value, of several of them the latest, in seconds.
pub fn ts_of_min_over_time(call: &RangeCall<'_>, notes: &mut Notes) -> Option<Value> {
    foremost(call, notes, |value, least| value <= least).map(|sample| seconds(sample.at))
}

/// `stddev_over_time`.
pub fn stddev_over_time(call: &RangeCall<'_>, notes: &mut Notes) -> Option<Value> {
    variance(call, notes).map(|variance| Value::Float(variance.sqrt()))
}

/// `stdvar_over_time`.
pub fn stdvar_over_time(call: &RangeCall<'_>, notes: &mut Notes) -> Option<Value> {
    variance(call, notes).map(Value::Float)
}

/// `quantile_over_time`.
pub fn quantile_over_time(call: &RangeCall<'_>, notes: &mut Notes) -> Option<Value> {
    let share = call.parameter(0);
    if call.window.floats.is_empty() {
        return None;
    }
    if !(0.0..=1.0).contains(&share) {
        notes.add(Note::InvalidQuantile(share), call.place(0));
    }
    call.note_ignored_histograms(notes);
    Some(Value::Float(quantile_of(share, values(call).collect())))
}

/// `mad_over_time`: the median of the distances from the median; NaN if any sample is.
pub fn mad_over_time(call: &RangeCall<'_>, notes: &mut Notes) -> Option<Value> {
    if call.window.floats.is_empty() {
        return None;
    }
    call.note_ignored_histograms(notes);
    if values(call).any(f64::is_nan) {
        return Some(Value::Float(f64::NAN));
    }
    let median = quantile_of(0.5, values(call).collect());
    let distances = values(call).map(|value| (value - median).abs());
    Some(Value::Float(quantile_of(0.5, distances.collect())))
}

fn values(call: &RangeCall<'_>) -> impl Iterator<Item = f64> {
    call.window.floats.iter().map(|sample| sample.value)
}

fn held(sample: &Point<Arc<FloatHistogram>>) -> Value {
    Value::Histogram(Arc::clone(&sample.value))
}

fn seconds(milliseconds: i64) -> Value {
    Value::Float(milliseconds as f64 / 1000.0)
}

/// The sample that is before all others by a comparison of values; NaN is behind all.
fn foremost<'c>(call: &'c RangeCall<'_>, notes: &mut Notes, is_before: fn(f64, f64) -> bool) -> Option<&'c Point<f64>> {
    let mut foremost = call.window.floats.first()?;
    call.note_ignored_histograms(notes);
    for sample in call.window.floats.iter() {
        if is_before(sample.value, foremost.value) || foremost.value.is_nan() {
            foremost = sample;
        }
    }
    Some(foremost)
}

fn variance(call: &RangeCall<'_>, notes: &mut Notes) -> Option<f64> {
    if call.window.floats.is_empty() {
        return None;
    }
    call.note_ignored_histograms(notes);
    Some(values(call).collect::<Variance>().value())
}
