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

    /// The newest sample, which may be a marker.
    pub fn last(&self) -> Option<Point<Value>> {
        newer(self.floats.last(), self.histograms.last())
    }

    /// The newest sample in `after < at <= until`; none when that is a marker.
    pub fn latest(&self, after: i64, until: i64) -> Option<Point<Value>> {
        let last = newer(before(&self.floats, until).last(), before(&self.histograms, until).last())?;
        (last.at > after && !last.value.is_stale()).then_some(last)
    }

    /// The numbers in `after < at <= until`, without markers.
    pub fn floats_in(&self, after: i64, until: i64) -> Cow<'_, [Point<f64>]> {
        let slice = between(&self.floats, after, until);
        if self.has_markers && slice.iter().any(|point| is_stale_marker(point.value)) {
            return slice.iter().filter(|point| !is_stale_marker(point.value)).copied().collect();
        }
        Cow::Borrowed(slice)
    }

    /// The histograms in `after < at <= until`, without markers.
    pub fn histograms_in(&self, after: i64, until: i64) -> Cow<'_, [Point<Arc<FloatHistogram>>]> {
        let slice = between(&self.histograms, after, until);
        if self.has_markers && slice.iter().any(|point| point.value.is_stale()) {
            return slice.iter().filter(|point| !point.value.is_stale()).cloned().collect();
        }
        Cow::Borrowed(slice)
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

/// The samples with `at <= until`.
fn before<V>(points: &[Point<V>], until: i64) -> &[Point<V>] {
    match points.last() {
        Some(last) if last.at <= until => points,
        _ => &points[..points.partition_point(|point| point.at <= until)],
    }
}

/// The samples with `after < at <= until`.
fn between<V>(points: &[Point<V>], after: i64, until: i64) -> &[Point<V>] {
    let points = before(points, until);
    &points[points.partition_point(|point| point.at <= after)..]
}
