//! `double_exponential_smoothing`: a value and its trend, both smoothed.

use crate::{
    engine::{Failure, Notes, RangeCall, Value},
    vocab::{FloatFormat, format_float},
};

/// The smoothed value after the last sample; the less the first factor is, the more old samples matter, and the
/// less the second is, the more old trends do.
///
/// # Errors
///
/// A factor that is not between 0 and 1.
pub fn double_exponential_smoothing(call: &RangeCall<'_>, notes: &mut Notes) -> Result<Option<Value>, Failure> {
    let smoothing = factor(call, 0, "smoothing factor. Expected: 0 < sf < 1")?;
    let trending = factor(call, 1, "trend factor. Expected: 0 < tf < 1")?;
    let [first, second, ..] = &*call.window.floats else {
        if !call.window.floats.is_empty() {
            call.note_ignored_histograms(notes);
        }
        return Ok(None);
    };
    call.note_ignored_histograms(notes);
    let mut smoothed = first.value;
    let mut trend = second.value - first.value;
    for sample in &call.window.floats[1..] {
        let before = smoothed;
        smoothed = smoothing * sample.value + (1.0 - smoothing) * (smoothed + trend);
        trend = trending * (smoothed - before) + (1.0 - trending) * trend;
    }
    Ok(Some(Value::Float(smoothed)))
}

fn factor(call: &RangeCall<'_>, index: usize, which: &str) -> Result<f64, Failure> {
    let factor = call.parameter(index);
    if factor <= 0.0 || factor >= 1.0 {
        let got = format_float(factor, FloatFormat::F, Some(6));
        return Err(Failure::new(call.call, format!("invalid {which}, got: {got}")));
    }
    Ok(factor)
}
