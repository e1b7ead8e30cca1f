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
    /// Those among the samples of a window; `None` when none of them was in its range.
    pub fn of(call: &RangeCall<'_>, samples: &'a [Point<V>]) -> Option<Self> {
        let (start, end) = (call.window.start, call.window.end);
        let is_smoothed = call.window.extension == Some(Extension::Smoothed);
        let newest = samples.len().checked_sub(1)?;
        let first = samples[..newest].partition_point(|sample| sample.at <= start).saturating_sub(1);
        let behind = || samples[..newest].partition_point(|sample| sample.at < end);
        let last = if is_smoothed { behind() } else { newest };
        let samples = samples.get(first..=last)?;
        let (first, last) = (samples.first()?, samples.last()?);
        let is_outside = last.at <= start || is_smoothed && first.at > end;
        (!is_outside).then_some(Self { samples, start, end, is_smoothed, first, last })
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
    let line = |around, at| interpolated(around, at, change.is_of_counter());
    let left = reach.across_start().map_or(reach.first().value, |around| line(around, start));
    let right = reach.across_end().map_or(reach.last().value, |around| line(around, end));
    let mut difference = right - left;
    if change.is_of_counter() {
        let inside = reach.samples().iter().filter(|sample| start < sample.at && sample.at < end);
        difference += lost_by_resets(left, inside.map(|sample| sample.value), right);
    }
    Some(if change == Change::Rate { difference / call.range_seconds() } else { difference })
}

/// The value at a time on the line between two samples. When a counter was reset between them, it is taken to
/// have risen from zero.
pub fn interpolated([before, after]: [&Point<f64>; 2], at: i64, is_counter: bool) -> f64 {
    let from = if is_counter && after.value < before.value { 0.0 } else { before.value };
    from + (after.value - from) * (at - before.at) as f64 / (after.at - before.at) as f64
}

/// What a counter had counted when it was reset, for all resets on the way.
fn lost_by_resets(left: f64, inside: impl Iterator<Item = f64>, right: f64) -> f64 {
    let mut previous = left;
    let mut lost = 0.0;
    for value in inside.chain([right]) {
        if value < previous {
            lost += previous;
        }
        previous = value;
    }
    lost
}
