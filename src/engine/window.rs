//! What a range function sees of one series at one step.

use std::{borrow::Cow, sync::Arc};

use crate::{histogram::FloatHistogram, promql::ast::Extension};

use super::{Point, Value};

/// The samples of a series in a range, without the markers that say it ended.
///
/// The range is open on the left: it holds `start < at <= end`. With an extension there are samples beyond it, too:
/// back to `start` less the lookback, and for `smoothed` as far behind `end`.
#[derive(Clone, Debug)]
pub struct Window<'a> {
    /// Numbers, by time.
    pub floats: Cow<'a, [Point<f64>]>,
    /// Native histograms, by time.
    pub histograms: Cow<'a, [Point<Arc<FloatHistogram>>]>,
    /// Where the range begins, exclusive, in milliseconds since 1970.
    pub start: i64,
    /// Where the range ends, inclusive, in milliseconds since 1970.
    pub end: i64,
    /// Since when samples are looked for, exclusive, in milliseconds since 1970: `start`, or the lookback before.
    pub after: i64,
    /// `anchored` or `smoothed`.
    pub extension: Option<Extension>,
}

impl Window<'_> {
    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.floats.is_empty() && self.histograms.is_empty()
    }

    /// How many samples there are.
    pub fn len(&self) -> usize {
        self.floats.len() + self.histograms.len()
    }

    /// Numbers and histograms together, by time; of two at the same time the number comes first.
    pub fn points(&self) -> impl Iterator<Item = Point<Value>> {
        let (mut floats, mut histograms) = (self.floats.iter().peekable(), self.histograms.iter().peekable());
        std::iter::from_fn(move || {
            let float_is_next = match (floats.peek(), histograms.peek()) {
                (Some(float), Some(histogram)) => float.at <= histogram.at,
                (float, _) => float.is_some(),
            };
            if float_is_next {
                let float = floats.next()?;
                return Some(Point { at: float.at, start: float.start, value: Value::Float(float.value) });
            }
            let histogram = histograms.next()?;
            Some(Point { at: histogram.at, start: histogram.start, value: Value::Histogram(histogram.value.clone()) })
        })
    }
}
