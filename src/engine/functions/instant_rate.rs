//! What happened between the last two samples: `irate` and `idelta`.

use std::sync::Arc;

use crate::{
    engine::{Note, Notes, Point, RangeCall, Value},
    histogram::{FloatHistogram, ResetHint},
};

/// `irate`: the increase of a counter, per second.
pub fn irate(call: &RangeCall<'_>, notes: &mut Notes) -> Option<Value> {
    let [previous, last] = last_two(call)?;
    let seconds = (last.at - previous.at) as f64 / 1000.0;
    let began_anew = call.began_anew(&previous, &last);
    match (previous.value, last.value) {
        (Value::Float(from), Value::Float(to)) => {
            let increase = if to < from || began_anew { to } else { to - from };
            Some(Value::Float(increase / seconds))
        }
        (Value::Histogram(from), Value::Histogram(to)) => {
            if [&from, &to].iter().any(|histogram| histogram.reset_hint == ResetHint::Gauge) {
                notes.add(Note::HistogramNotCounter { metric: call.metric() }, call.place(0));
            }
            let is_reset = began_anew || to.is_reset_after(&from);
            let mut increase = difference(call, (!is_reset).then_some(&from), &to, notes)?;
            increase.divide(seconds);
            Some(Value::Histogram(Arc::new(increase)))
        }
        _ => mixed(call, notes),
    }
}

/// `idelta`: the difference.
pub fn idelta(call: &RangeCall<'_>, notes: &mut Notes) -> Option<Value> {
    let [previous, last] = last_two(call)?;
    match (previous.value, last.value) {
        (Value::Float(from), Value::Float(to)) => Some(Value::Float(to - from)),
        (Value::Histogram(from), Value::Histogram(to)) => {
            if [&from, &to].iter().any(|histogram| histogram.reset_hint != ResetHint::Gauge) {
                notes.add(Note::HistogramNotGauge { metric: call.metric() }, call.place(0));
            }
            difference(call, Some(&from), &to, notes).map(|difference| Value::Histogram(Arc::new(difference)))
        }
        _ => mixed(call, notes),
    }
}

/// The last two samples, of whatever type, if they are not of the same time.
fn last_two(call: &RangeCall<'_>) -> Option<[Point<Value>; 2]> {
    let floats = call.window.floats.iter().rev().take(2);
    let floats = floats.map(|sample| Point { at: sample.at, start: sample.start, value: Value::Float(sample.value) });
    let histograms = call.window.histograms.iter().rev().take(2).map(|sample| Point {
        at: sample.at,
        start: sample.start,
        value: Value::Histogram(Arc::clone(&sample.value)),
    });
    let mut newest: Vec<_> = floats.chain(histograms).collect();
    newest.sort_by_key(|sample| sample.at);
    let last = newest.pop()?;
    let previous = newest.pop()?;
    (previous.at < last.at).then_some([previous, last])
}

/// What was added to a histogram, as a gauge; without an older one, all of it.
fn difference(
    call: &RangeCall<'_>,
    from: Option<&Arc<FloatHistogram>>,
    to: &FloatHistogram,
    notes: &mut Notes,
) -> Option<FloatHistogram> {
    let mut difference = to.clone();
    if let Some(from) = from {
        call.subtract(&mut difference, from, notes)?;
    }
    difference.reset_hint = ResetHint::Gauge;
    difference.compact(0);
    Some(difference)
}

fn mixed(call: &RangeCall<'_>, notes: &mut Notes) -> Option<Value> {
    notes.add(Note::MixedFloatsHistograms { metric: call.metric() }, call.place(0));
    None
}
