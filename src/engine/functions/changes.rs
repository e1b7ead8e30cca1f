//! How often a value changed, and how often a counter was reset: `changes` and `resets`.

use crate::engine::{Point, RangeCall, Value};

/// `changes`: neighbours that differ. NaN is like NaN, and a histogram unlike any float.
pub fn changes(call: &RangeCall<'_>) -> Option<Value> {
    count_pairs(call, |previous, current| match (&previous.value, &current.value) {
        (Value::Float(previous), Value::Float(current)) => {
            previous != current && !(previous.is_nan() && current.is_nan())
        }
        (previous, current) => previous != current,
    })
}

/// `resets`: falls of the value, starts known from start timestamps, and turns from floats to histograms or back.
pub fn resets(call: &RangeCall<'_>) -> Option<Value> {
    count_pairs(call, |previous, current| match (&previous.value, &current.value) {
        (Value::Float(from), Value::Float(to)) => to < from || call.began_anew(previous, current),
        (Value::Histogram(from), Value::Histogram(to)) => call.began_anew(previous, current) || to.is_reset_after(from),
        _ => true,
    })
}

/// How many pairs of neighbours a predicate takes. With `anchored` only the last of the samples before the range
/// counts; `None` when there is none within it.
fn count_pairs(call: &RangeCall<'_>, takes: impl Fn(&Point<Value>, &Point<Value>) -> bool) -> Option<Value> {
    let mut count = 0_u32;
    let mut previous: Option<Point<Value>> = None;
    for current in call.window.points() {
        let is_base = call.window.extension.is_some() && current.at <= call.window.start;
        if !is_base && previous.as_ref().is_some_and(|previous| takes(previous, &current)) {
            count += 1;
        }
        previous = Some(current);
    }
    let newest = previous?;
    let is_seen = call.window.extension.is_none() || newest.at > call.window.start;
    is_seen.then(|| Value::Float(f64::from(count)))
}
