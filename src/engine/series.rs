//! A stored series: its samples by time, and the slices of them that an evaluation looks at.

use std::{borrow::Cow, sync::Arc};

use crate::histogram::{FloatHistogram, is_stale_marker};

use super::{Labels, Point, Value};

/// A series with its samples by time, the markers that say it ended among them.
#[derive(Clone, Debug)]
pub struct Series {
    /// What tells it from the others.
    pub labels: Labels,
    floats: Vec<Point<f64>>,
    histograms: Vec<Point<Arc<FloatHistogram>>>,
    has_markers: bool,
}

impl Series {
    /// A series without samples.
    pub fn new(labels: Labels) -> Self {
        Self { labels, floats: Vec::new(), histograms: Vec::new(), has_markers: false }
    }

    /// Its numbers.
    pub fn floats(&self) -> &[Point<f64>] {
        &self.floats
    }

    /// Its native histograms.
    pub fn histograms(&self) -> &[Point<Arc<FloatHistogram>>] {
        &self.histograms
    }

    /// Appends a number behind all samples.
    pub(super) fn push_float(&mut self, point: Point<f64>) {
        self.has_markers |= is_stale_marker(point.value);
        self.floats.push(point);
    }

    /// Appends a histogram behind all samples.
    pub(super) fn push_histogram(&mut self, point: Point<Arc<FloatHistogram>>) {
        self.has_markers |= point.value.is_stale();
        self.histograms.push(point);
    }

    /// When its first sample was taken; `None` while it has none.
    pub fn begins(&self) -> Option<i64> {
        let (float, histogram) =
            (self.floats.first().map(|point| point.at), self.histograms.first().map(|point| point.at));
        float.into_iter().chain(histogram).min()
    }

    /// The newest sample, which may be a marker.
    pub fn last(&self) -> Option<Point<Value>> {
        newer(self.floats.last(), self.histograms.last())
    }

    /// The newest sample in `after < at <= until`; none when that is a marker.
    pub fn latest(&self, after: i64, until: i64) -> Option<Point<Value>> {
        self.reader().latest(after, until)
    }

    /// The numbers in `after < at <= until`, without markers.
    pub fn floats_in(&self, after: i64, until: i64) -> Cow<'_, [Point<f64>]> {
        self.reader().floats_in(after, until)
    }

    /// The histograms in `after < at <= until`, without markers.
    pub fn histograms_in(&self, after: i64, until: i64) -> Cow<'_, [Point<Arc<FloatHistogram>>]> {
        self.reader().histograms_in(after, until)
    }

    /// A reader that stands at the end, where an evaluation as time goes on looks first.
    pub fn reader(&self) -> Reader<'_> {
        let end_of_floats = Stretch { start: self.floats.len(), end: self.floats.len() };
        let end_of_histograms = Stretch { start: self.histograms.len(), end: self.histograms.len() };
        Reader { series: self, floats: end_of_floats, histograms: end_of_histograms }
    }
}

/// Reads a series at one moment after the other. It remembers where it stands, so that the way to the next moment is
/// short, however long the series is.
#[derive(Copy, Clone, Debug)]
pub struct Reader<'a> {
    series: &'a Series,
    floats: Stretch,
    histograms: Stretch,
}

/// The samples that a reader looked at last, by their positions.
#[derive(Copy, Clone, Debug)]
struct Stretch {
    start: usize,
    end: usize,
}

impl<'a> Reader<'a> {
    /// What is read.
    pub fn series(&self) -> &'a Series {
        self.series
    }

    /// The newest sample in `after < at <= until`; none when that is a marker.
    pub fn latest(&mut self, after: i64, until: i64) -> Option<Point<Value>> {
        let float = self.floats.before(&self.series.floats, until).last();
        let histogram = self.histograms.before(&self.series.histograms, until).last();
        let last = newer(float, histogram)?;
        (last.at > after && !last.value.is_stale()).then_some(last)
    }

    /// The numbers in `after < at <= until`, without markers.
    pub fn floats_in(&mut self, after: i64, until: i64) -> Cow<'a, [Point<f64>]> {
        let slice = self.floats.between(&self.series.floats, after, until);
        if self.series.has_markers && slice.iter().any(|point| is_stale_marker(point.value)) {
            return slice.iter().filter(|point| !is_stale_marker(point.value)).copied().collect();
        }
        Cow::Borrowed(slice)
    }

    /// The histograms in `after < at <= until`, without markers.
    pub fn histograms_in(&mut self, after: i64, until: i64) -> Cow<'a, [Point<Arc<FloatHistogram>>]> {
        let slice = self.histograms.between(&self.series.histograms, after, until);
        if self.series.has_markers && slice.iter().any(|point| point.value.is_stale()) {
            return slice.iter().filter(|point| !point.value.is_stale()).cloned().collect();
        }
        Cow::Borrowed(slice)
    }
}

impl Stretch {
    /// Moves its end; the samples with `at <= until`.
    fn before<'p, V>(&mut self, points: &'p [Point<V>], until: i64) -> &'p [Point<V>] {
        self.end = behind(points, self.end, until);
        &points[..self.end]
    }

    /// Moves; the samples with `after < at <= until`.
    fn between<'p, V>(&mut self, points: &'p [Point<V>], after: i64, until: i64) -> &'p [Point<V>] {
        let known = self.before(points, until);
        self.start = behind(known, self.start.min(known.len()), after);
        &known[self.start..]
    }
}

/// The later of two samples; at the same time, the histogram.
fn newer(float: Option<&Point<f64>>, histogram: Option<&Point<Arc<FloatHistogram>>>) -> Option<Point<Value>> {
    match (float, histogram) {
        (Some(float), Some(histogram)) if histogram.at < float.at => Some(float.into()),
        (_, Some(histogram)) => Some(histogram.into()),
        (float, None) => float.map(Point::from),
    }
}

impl From<&Point<f64>> for Point<Value> {
    fn from(point: &Point<f64>) -> Self {
        Point { at: point.at, start: point.start, value: Value::Float(point.value) }
    }
}

impl From<&Point<Arc<FloatHistogram>>> for Point<Value> {
    fn from(point: &Point<Arc<FloatHistogram>>) -> Self {
        Point { at: point.at, start: point.start, value: Value::Histogram(point.value.clone()) }
    }
}

/// The position behind the last sample with `at <= time`, searched from another position in steps that double.
fn behind<V>(points: &[Point<V>], from: usize, time: i64) -> usize {
    let is_past = |position: usize| points[position].at <= time;
    let (mut low, mut high) = (from, from);
    let mut step = 1;
    if from > 0 && !is_past(from - 1) {
        low = from - 1;
        while low > 0 && !is_past(low - 1) {
            high = low;
            low = low.saturating_sub(step);
            step *= 2;
        }
    } else {
        while high < points.len() && is_past(high) {
            low = high + 1;
            high = (low + step).min(points.len());
            step *= 2;
        }
    }
    low + points[low..high].partition_point(|point| point.at <= time)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn wherever_a_reader_stands_it_finds_the_same(
            gaps in prop::collection::vec(1..9_i64, 0..60),
            looks in prop::collection::vec((-9..300_i64, 0..40_i64), 1..20),
        ) {
            let mut series = Series::new(Labels::empty());
            let mut at = 0;
            for gap in gaps {
                at += gap;
                series.push_float(Point::new(at, at as f64));
            }
            let mut reader = series.reader();
            for (until, length) in looks {
                let after = until - length;
                let wanted: Vec<i64> =
                    series.floats().iter().map(|point| point.at).filter(|at| after < *at && *at <= until).collect();
                let found: Vec<i64> = reader.floats_in(after, until).iter().map(|point| point.at).collect();
                prop_assert_eq!(&found, &wanted);
                prop_assert_eq!(reader.latest(after, until).map(|point| point.at), wanted.last().copied());
            }
        }
    }
}
