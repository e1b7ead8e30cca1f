//! The straight line that lies nearest to samples: `deriv` and `predict_linear`.

use crate::{
    engine::{Notes, Point, RangeCall, Value},
    histogram::Compensated,
};

/// `deriv`: the slope of a line through the samples.
pub fn deriv(call: &RangeCall<'_>, notes: &mut Notes) -> Option<Value> {
    let first = call.window.floats.first()?;
    call.note_ignored_histograms(notes);
    // Times near those of the samples keep more digits.
    Line::through(&call.window.floats, first.at).map(|line| Value::Float(line.slope))
}

/// `predict_linear`: where a line through the samples leads, so many seconds after the evaluation.
pub fn predict_linear(call: &RangeCall<'_>, notes: &mut Notes) -> Option<Value> {
    call.window.floats.first()?;
    call.note_ignored_histograms(notes);
    let line = Line::through(&call.window.floats, call.at)?;
    Some(Value::Float(line.slope * call.parameter(0) + line.intercept))
}

/// A straight line.
#[derive(Copy, Clone, PartialEq, Debug)]
struct Line {
    /// How much it rises in a second.
    slope: f64,
    /// Its value at the time it was asked for.
    intercept: f64,
}

impl Line {
    /// The line of least squares through samples, with its intercept at a time (ms); `None` when there are
    /// fewer than two samples.
    fn through(samples: &[Point<f64>], intercept_at: i64) -> Option<Self> {
        let [first, rest @ ..] = samples else { return None };
        if rest.is_empty() {
            return None;
        }
        if rest.iter().all(|sample| sample.value == first.value) {
            let is_infinite = first.value.is_infinite();
            let intercept = if is_infinite { f64::NAN } else { first.value };
            return Some(Self { slope: if is_infinite { f64::NAN } else { 0.0 }, intercept });
        }
        let [mut x, mut y, mut xy, mut xx] = [Compensated::default(); 4];
        for sample in samples {
            let seconds = (sample.at - intercept_at) as f64 / 1e3;
            x.increase(seconds);
            y.increase(sample.value);
            xy.increase(seconds * sample.value);
            xx.increase(seconds * seconds);
        }
        let count = samples.len() as f64;
        let [x, y, xy, xx] = [x, y, xy, xx].map(Compensated::total);
        let covariance = xy - x * y / count;
        let variance = xx - x * x / count;
        let slope = covariance / variance;
        Some(Self { slope, intercept: y / count - slope * x / count })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(values: &[(i64, f64)], at: i64) -> Option<Line> {
        let samples: Vec<_> = values.iter().map(|(at, value)| Point { at: *at, start: 0, value: *value }).collect();
        Line::through(&samples, at)
    }

    #[test]
    fn follows_the_samples() {
        let rising = [(0, 1.0), (10_000, 21.0), (20_000, 41.0)];
        assert_eq!(line(&rising, 0), Some(Line { slope: 2.0, intercept: 1.0 }));
        assert_eq!(line(&rising, 30_000), Some(Line { slope: 2.0, intercept: 61.0 }));
        assert_eq!(line(&[(0, 7.0), (9000, 7.0)], 5000), Some(Line { slope: 0.0, intercept: 7.0 }));
    }

    #[test]
    fn needs_two_finite_samples() {
        assert_eq!(line(&[], 0), None);
        assert_eq!(line(&[(0, 1.0)], 0), None);
        let infinite = line(&[(0, f64::INFINITY), (1000, f64::INFINITY)], 0).expect("a line");
        assert!(infinite.slope.is_nan() && infinite.intercept.is_nan());
        let holed = line(&[(0, f64::NAN), (1000, f64::NAN)], 0).expect("a line");
        assert!(holed.slope.is_nan());
    }
}
