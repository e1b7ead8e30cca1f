//! `rate`, `increase` and `delta` of native histograms over `anchored` and `smoothed` ranges.

use std::sync::Arc;

use crate::{
    engine::{Note, Notes, Point, RangeCall},
    histogram::{FloatHistogram, ResetHint},
};

use super::{extended::Reach, rate::Change};

type Sample = Point<Arc<FloatHistogram>>;

/// The change of a series of histograms; `None` when nothing was seen within the range, or when the histograms
/// do not go together.
pub fn change_of_histograms(call: &RangeCall<'_>, change: Change, notes: &mut Notes) -> Option<FloatHistogram> {
    let reach = Reach::of(call, &call.window.histograms).filter(|reach| !reach.begins_behind())?;
    if !go_together(call, change, reach.samples(), notes) {
        return None;
    }
    let (start, end) = (call.window.start, call.window.end);
    let left = match reach.across_start() {
        Some(around) => interpolated(call, change, around, start, notes)?,
        None => FloatHistogram::clone(&reach.first().value),
    };
    let right = match reach.across_end() {
        Some(around) => interpolated(call, change, around, end, notes)?,
        None => FloatHistogram::clone(&reach.last().value),
    };
    if !change.is_of_counter() && [&left, &right].iter().any(|border| border.reset_hint != ResetHint::Gauge) {
        notes.add(Note::HistogramNotGauge { metric: call.metric() }, call.place(0));
    }
    let mut difference = right.clone();
    call.subtract(&mut difference, &left, notes)?;
    if change.is_of_counter()
        && let Some(lost) = lost_by_resets(call, &reach, &left, &right, notes)?
    {
        call.add(&mut difference, &lost, notes)?;
    }
    if change == Change::Rate {
        difference.divide(call.range_seconds());
    }
    difference.reset_hint = ResetHint::Gauge;
    difference.compact(0);
    Some(difference)
}

/// Whether all have buckets of one kind; remarks on gauges among what should be a counter.
fn go_together(call: &RangeCall<'_>, change: Change, samples: &[Sample], notes: &mut Notes) -> bool {
    let Some(first) = samples.first() else { return false };
    for sample in samples {
        if sample.value.has_custom_buckets() != first.value.has_custom_buckets() {
            notes.add(Note::MixedExponentialCustomHistograms { metric: call.metric() }, call.place(0));
            return false;
        }
        if change.is_of_counter() && sample.value.reset_hint == ResetHint::Gauge {
            notes.add(Note::HistogramNotCounter { metric: call.metric() }, call.place(0));
        }
    }
    true
}

/// The histogram at a time on the line between two. When a counter was reset between them, it is taken to have
/// risen from zero.
fn interpolated(
    call: &RangeCall<'_>,
    change: Change,
    [before, after]: [&Sample; 2],
    at: i64,
    notes: &mut Notes,
) -> Option<FloatHistogram> {
    if at == before.at {
        return Some(FloatHistogram::clone(&before.value));
    }
    let mut result = FloatHistogram::clone(&after.value);
    if at == after.at {
        return Some(result);
    }
    let share = (at - before.at) as f64 / (after.at - before.at) as f64;
    if change.is_of_counter() && after.value.is_reset_after(&before.value) {
        result.multiply(share);
        return Some(result);
    }
    call.subtract(&mut result, &before.value, notes)?;
    result.multiply(share);
    call.add(&mut result, &before.value, notes)?;
    Some(result)
}

/// What a counter had counted when it was reset, for all resets on the way; the outer `None` when the
/// histograms cannot be added up.
fn lost_by_resets(
    call: &RangeCall<'_>,
    reach: &Reach<'_, Arc<FloatHistogram>>,
    left: &FloatHistogram,
    right: &FloatHistogram,
    notes: &mut Notes,
) -> Option<Option<FloatHistogram>> {
    // The first and the last sample are `left` and `right`.
    let inside = |from: usize| reach.samples().get(from..reach.samples().len() - 1);
    let mut previous = left;
    let mut between = inside(1);
    if let Some([before, after]) = reach.across_start()
        && after.value.is_reset_after(&before.value)
    {
        // `left` lies behind this reset already.
        previous = &after.value;
        between = inside(2);
    }
    let Some(between) = between else { return Some(None) };
    let mut lost: Option<FloatHistogram> = None;
    for current in between.iter().map(|sample| &*sample.value).chain([right]) {
        if current.is_reset_after(previous) {
            match &mut lost {
                Some(lost) => call.add(lost, previous, notes)?,
                None => lost = Some(previous.clone()),
            }
        }
        previous = current;
    }
    Some(lost)
}
