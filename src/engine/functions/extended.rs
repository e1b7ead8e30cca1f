//! `rate`, `increase` and `delta` over `anchored` and `smoothed` ranges, which see samples beyond their borders.
//!
//! Nothing is extrapolated. An `anchored` range takes, for the value at its start, the last sample before it; a
//! `smoothed` one draws a line between the samples on both sides of each border.

use crate::{
    engine::{Notes, Point, RangeCall},
    promql::ast::Extension,
};

use super::rate::Change;

/// The samples that decide: from the one at or before the start to the one at or after the end.
pub struct Reach<'a, V> {
    samples: &'a [Point<V>],
    start: i64,
    end: i64,
    is_smoothed: bool,
    first: &'a Point<V>,
    last: &'a Point<V>,
}

impl<'a, V> Reach<'a, V> {
    /// Those among the samples of a window; `None` when all are before its range.
    pub fn of(call: &RangeCall<'_>, samples: &'a [Point<V>]) -> Option<Self> {
        let (start, end) = (call.window.start, call.window.end);
        let is_smoothed = call.window.extension == Some(Extension::Smoothed);
        let newest = samples.len().checked_sub(1)?;
        let first = samples[..newest].partition_point(|sample| sample.at <= start).saturating_sub(1);
        let behind = || samples[..newest].partition_point(|sample| sample.at < end);
        let last = if is_smoothed { behind() } else { newest };
        let samples = samples.get(first..=last)?;
        let (first, last) = (samples.first()?, samples.last()?);
        (last.at > start).then_some(Self { samples, start, end, is_smoothed, first, last })
    }

    /// Whether all are behind the range.
    pub fn begins_behind(&self) -> bool {
        self.first.at > self.end
    }

    /// All of them, by time; at least one.
    pub fn samples(&self) -> &'a [Point<V>] {
        self.samples
    }

    /// The oldest.
    pub fn first(&self) -> &'a Point<V> {
        self.first
    }

    /// The newest.
    pub fn last(&self) -> &'a Point<V> {
        self.last
    }

    /// The two samples around the start, if the value there lies on the line between them.
    pub fn across_start(&self) -> Option<[&'a Point<V>; 2]> {
        match self.samples {
            [before, after, ..] if self.is_smoothed && before.at < self.start => Some([before, after]),
            _ => None,
        }
    }

    /// The two samples around the end, if the value there lies on the line between them.
    pub fn across_end(&self) -> Option<[&'a Point<V>; 2]> {
        match self.samples {
            [.., before, after] if self.is_smoothed && after.at > self.end => Some([before, after]),
            _ => None,
        }
    }
}

/// The change of a series of floats; `None` when nothing was seen within the range.
pub fn change_of_floats(call: &RangeCall<'_>, change: Change, _: &mut Notes) -> Option<f64> {
    let reach = Reach::of(call, &call.window.floats)?;
    let (start, end) = (call.window.start, call.window.end);
    let is_counter = change.is_of_counter();
    if reach.begins_behind() {
        let first = reach.first();
        let begins_before = call.began_after(call.window.after, first) && first.start <= end;
        if !is_counter || !begins_before {
            return None;
        }
    }
    let (left, right) = (at_start(call, &reach, is_counter), at_end(call, &reach, is_counter));
    let mut difference = right.value - left.value;
    if is_counter {
        let inside = reach.samples().iter().filter(|sample| start < sample.at && sample.at < end);
        difference += lost_by_resets(call, left, inside.copied().chain([right]));
    }
    Some(if change == Change::Rate { difference / call.range_seconds() } else { difference })
}

/// What is taken to be at the start of the range.
fn at_start(call: &RangeCall<'_>, reach: &Reach<'_, f64>, is_counter: bool) -> Point<f64> {
    let border = call.window.start;
    let mut first = *reach.first();
    if first.at == border {
        return first;
    }
    let mut start = if first.start > border { 0 } else { first.start };
    let value = match reach.samples() {
        [_, next, ..] if first.at < border => {
            let mut next = *next;
            if is_counter && call.began_after(border, &next) {
                next = zero_at(next.start);
            } else if is_counter && call.began_anew(&first, &next) {
                start = next.start;
                first = zero_at(start);
            }
            if reach.is_smoothed { interpolated([&first, &next], border, is_counter) } else { first.value }
        }
        _ => beyond(call, reach, &first, border, is_counter),
    };
    Point { at: border, start, value }
}

/// What is taken to be at the end of the range.
fn at_end(call: &RangeCall<'_>, reach: &Reach<'_, f64>, is_counter: bool) -> Point<f64> {
    let border = call.window.end;
    let mut last = *reach.last();
    let mut start = if last.start > border { 0 } else { last.start };
    let value = match reach.samples() {
        _ if last.at <= border => last.value,
        [.., previous, _] => {
            let mut previous = *previous;
            if is_counter && call.began_after(border, &last) {
                start = previous.start;
                last = zero_at(last.start);
            } else if is_counter && call.began_anew(&previous, &last) {
                previous = zero_at(last.start);
            }
            if reach.is_smoothed { interpolated([&previous, &last], border, is_counter) } else { previous.value }
        }
        _ => beyond(call, reach, &last, border, is_counter),
    };
    Point { at: border, start, value }
}

/// The value at a border behind which the first sample of all is: the same, unless the counter is known to have begun
/// at zero.
fn beyond(call: &RangeCall<'_>, reach: &Reach<'_, f64>, sample: &Point<f64>, border: i64, is_counter: bool) -> f64 {
    if !is_counter || !call.began_after(call.window.after, sample) {
        sample.value
    } else if reach.is_smoothed && !call.began_after(border, sample) {
        interpolated([&zero_at(sample.start), sample], border, true)
    } else {
        0.0
    }
}

fn zero_at(at: i64) -> Point<f64> {
    Point::new(at, 0.0)
}

/// The value at a time on the line between two samples. When a counter was reset between them, it is taken to
/// have risen from zero.
pub fn interpolated([before, after]: [&Point<f64>; 2], at: i64, is_counter: bool) -> f64 {
    let from = if is_counter && after.value < before.value { 0.0 } else { before.value };
    from + (after.value - from) * (at - before.at) as f64 / (after.at - before.at) as f64
}

/// What a counter had counted when it was reset, for all resets on the way.
fn lost_by_resets(call: &RangeCall<'_>, left: Point<f64>, onwards: impl Iterator<Item = Point<f64>>) -> f64 {
    let mut previous = left;
    let mut lost = 0.0;
    for current in onwards {
        if current.value < previous.value || call.began_anew(&previous, &current) {
            lost += previous.value;
        }
        previous = current;
    }
    lost
}
