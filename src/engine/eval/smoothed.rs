//! `smoothed` selectors: values on the line between the samples around a moment.

use std::sync::Arc;

use crate::{
    engine::{Failure, HistogramOperation, Labels, Moments, Note, Notes, Point, Reader, Value, Window, plan::Selector},
    histogram::{FloatHistogram, MixedSchemas, Reconciled, ResetHint},
    promql::ast::Extension,
    text::Span,
};

use super::{Grid, Row, Run};

type HistogramPoint = Point<Arc<FloatHistogram>>;

impl Run<'_> {
    /// The value of each series at each moment, between the samples before and after it; where there is none after
    /// it, the newest.
    pub(super) fn select_smoothed(&mut self, selector: &Selector, moments: Moments) -> Result<Grid, Failure> {
        let reference = self.reference(&selector.shift)?;
        let lookback = self.options.lookback_delta;
        let mut grid = Grid::new(moments.count());
        for series in self.storage.select(&selector.matchers) {
            let row = Row { labels: series.labels.clone(), drop_name: false };
            let notes = &mut self.notes;
            let mut reader = series.reader();
            let values =
                moments.iter().map(|at| smoothed(&mut reader, reference.seen_from(at), lookback, selector.span, notes));
            grid.add_filled(row, values);
            self.check_size(&grid, selector.span)?;
        }
        Ok(grid)
    }
}

fn smoothed(reader: &mut Reader<'_>, at: i64, lookback: i64, span: Span, notes: &mut Notes) -> Option<Value> {
    let (after, until) = (at.saturating_sub(lookback), at.saturating_add(lookback));
    let (floats, histograms) = (reader.floats_in(after, until), reader.histograms_in(after, until));
    let labels = &reader.series().labels;
    if !floats.is_empty() && !histograms.is_empty() {
        notes.add(Note::MixedFloatsHistograms { metric: metric(labels) }, span);
        return None;
    }
    if histograms.is_empty() {
        let next = floats.partition_point(|point| point.at < at);
        return float_between(next.checked_sub(1).map(|previous| &floats[previous]), floats.get(next), at);
    }
    let next = histograms.partition_point(|point| point.at < at);
    let previous = next.checked_sub(1).map(|previous| &histograms[previous]);
    let place = Place { labels, span };
    histogram_between(previous, histograms.get(next), at, place, notes).map(Value::Histogram)
}

fn float_between(previous: Option<&Point<f64>>, next: Option<&Point<f64>>, at: i64) -> Option<Value> {
    let value = match (previous, next) {
        (_, Some(next)) if next.at == at => next.value,
        (Some(previous), Some(next)) => line(previous, next, at),
        (Some(previous), None) => previous.value,
        (None, _) => return None,
    };
    Some(Value::Float(value))
}

/// What a note is about.
#[derive(Copy, Clone)]
struct Place<'a> {
    labels: &'a Labels,
    span: Span,
}

fn histogram_between(
    previous: Option<&HistogramPoint>,
    next: Option<&HistogramPoint>,
    at: i64,
    place: Place<'_>,
    notes: &mut Notes,
) -> Option<Arc<FloatHistogram>> {
    match (previous, next) {
        (_, Some(next)) if next.at == at => Some(next.value.clone()),
        (Some(previous), Some(next)) => match on_the_line(previous, next, at, place.span, notes) {
            Ok(histogram) => Some(Arc::new(histogram)),
            Err(MixedSchemas) => {
                notes.add(Note::MixedExponentialCustomHistograms { metric: metric(place.labels) }, place.span);
                None
            }
        },
        // What it says of resets is about the sample before it, which is not looked at here.
        (Some(previous), None) => {
            let mut newest = previous.value.clone();
            Arc::make_mut(&mut newest).reset_hint = ResetHint::Unknown;
            Some(newest)
        }
        (None, _) => None,
    }
}

fn on_the_line(
    previous: &HistogramPoint,
    next: &HistogramPoint,
    at: i64,
    span: Span,
    notes: &mut Notes,
) -> Result<FloatHistogram, MixedSchemas> {
    let share = (at - previous.at) as f64 / (next.at - previous.at) as f64;
    let is_gauge = [previous, next].iter().all(|point| point.value.reset_hint == ResetHint::Gauge);
    let mut result = FloatHistogram::clone(&next.value);
    if !is_gauge
        && previous.value.has_custom_buckets() == next.value.has_custom_buckets()
        && next.value.is_reset_after(&previous.value)
    {
        result.multiply(share);
        return Ok(result);
    }
    let mut remark = |reconciled: Reconciled, operation| {
        if reconciled.bounds_differ {
            notes.add(Note::MismatchedCustomBuckets(operation), span);
        }
    };
    remark(result.subtract(&previous.value)?, HistogramOperation::Subtraction);
    result.multiply(share);
    remark(result.add(&previous.value)?, HistogramOperation::Addition);
    Ok(result)
}

fn metric(labels: &Labels) -> Arc<str> {
    labels.metric_name().into()
}

/// The numbers of an extended range, with one at each of its borders; none when nothing lies within it.
pub(super) fn bounded(window: &Window<'_>, extension: Extension) -> Vec<Point<f64>> {
    let (start, end, floats) = (window.start, window.end, &*window.floats);
    let Some(newest) = floats.len().checked_sub(1) else { return Vec::new() };
    let first = floats[..newest].partition_point(|point| point.at <= start).saturating_sub(1);
    let last = match extension {
        Extension::Anchored => newest,
        Extension::Smoothed => floats[..newest].partition_point(|point| point.at < end),
    };
    if floats[last].at <= start {
        return Vec::new();
    }
    let is_smoothed = extension == Extension::Smoothed;
    let value = |at: usize, border: i64, around: Option<[usize; 2]>| match around {
        Some([one, other]) => line(&floats[one], &floats[other], border),
        None => floats[at].value,
    };
    let left = value(first, start, (is_smoothed && floats[first].at < start).then_some([first, first + 1]));
    let right = value(last, end, (is_smoothed && last > 0 && floats[last].at > end).then(|| [last - 1, last]));
    let inner = floats[first..=last].iter().filter(|point| start < point.at && point.at < end);
    let inner = inner.copied();
    std::iter::once(Point::new(start, left)).chain(inner).chain([Point::new(end, right)]).collect()
}

/// The value at a time on the line through two samples.
fn line(one: &Point<f64>, other: &Point<f64>, at: i64) -> f64 {
    one.value + (other.value - one.value) * (at - one.at) as f64 / (other.at - one.at) as f64
}
