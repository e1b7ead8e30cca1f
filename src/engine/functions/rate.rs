//! How much a series changed over a range: `rate`, `increase`, `delta`.
//!
//! What happened between the first sample and the border of the range was not seen, and is extrapolated: all
//! the way if the next sample would have been about due there, else by half of the usual distance, and for
//! counters never to a time when they would have been negative.

use std::sync::Arc;

use crate::{
    engine::{Note, Notes, Point, RangeCall, Value},
    histogram::FloatHistogram,
};

use super::{extended, extended_histograms, histogram_change};

/// Which function it is.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// `rate`: of a counter, per second.
    Rate,
    /// `increase`: of a counter.
    Increase,
    /// `delta`: of a gauge.
    Delta,
}

impl Change {
    /// Whether a fall in value means that the counter was reset.
    pub fn is_of_counter(self) -> bool {
        self != Self::Delta
    }
}

/// `rate`.
pub fn rate(call: &RangeCall<'_>, notes: &mut Notes) -> Option<Value> {
    counted(call, changed(call, Change::Rate, notes), notes)
}

/// `increase`.
pub fn increase(call: &RangeCall<'_>, notes: &mut Notes) -> Option<Value> {
    counted(call, changed(call, Change::Increase, notes), notes)
}

/// `delta`.
pub fn delta(call: &RangeCall<'_>, notes: &mut Notes) -> Option<Value> {
    changed(call, Change::Delta, notes)
}

/// Remarks on a result that comes from what does not look like a counter.
fn counted(call: &RangeCall<'_>, result: Option<Value>, notes: &mut Notes) -> Option<Value> {
    let name = call.labels.metric_name();
    if name.is_empty() || !matches!(result, Some(Value::Float(_))) {
        return result;
    }
    if call.features.type_and_unit_labels {
        let type_label = call.labels.value("__type__");
        if !["counter", "histogram"].contains(&type_label) {
            let type_label = type_label.into();
            notes.add(Note::PossibleNonCounterType { metric: call.metric(), type_label }, call.place(0));
        }
    } else if !["_total", "_sum", "_count", "_bucket"].iter().any(|suffix| name.ends_with(suffix)) {
        notes.add(Note::PossibleNonCounter { metric: call.metric() }, call.place(0));
    }
    result
}

fn changed(call: &RangeCall<'_>, change: Change, notes: &mut Notes) -> Option<Value> {
    if call.is_mixed(notes) {
        return None;
    }
    let is_extended = call.window.extension.is_some();
    if !call.window.histograms.is_empty() {
        let of_histograms = if is_extended { extended_histograms::change_of_histograms } else { change_of_histograms };
        return of_histograms(call, change, notes).map(|histogram| Value::Histogram(Arc::new(histogram)));
    }
    let of_floats = if is_extended { extended::change_of_floats } else { change_of_floats };
    of_floats(call, change, notes).map(Value::Float)
}

fn change_of_floats(call: &RangeCall<'_>, change: Change, notes: &mut Notes) -> Option<f64> {
    let samples = &*call.window.floats;
    let (first, last) = (samples.first()?, samples.last()?);
    let mut difference = last.value - first.value;
    if change.is_of_counter() {
        call.note_overlaps(samples, notes);
        for [previous, current] in pairs(samples) {
            if current.value < previous.value || call.began_anew(previous, current) {
                difference += previous.value;
            }
        }
    }
    let mut stretch = Stretch::of(call, samples)?;
    if let Some(start) = call.start_within(first).filter(|_| change.is_of_counter()) {
        stretch.begin_at(start);
        difference += first.value;
    } else {
        let from_zero = (difference > 0.0 && first.value >= 0.0).then(|| first.value / difference);
        stretch.reach_back(from_zero.filter(|_| change.is_of_counter()))?;
    }
    Some(difference * stretch.factor(call, change))
}

fn change_of_histograms(call: &RangeCall<'_>, change: Change, notes: &mut Notes) -> Option<FloatHistogram> {
    let samples = &*call.window.histograms;
    let first = samples.first()?;
    let mut difference = match samples {
        [_] => None,
        _ => Some(histogram_change::between_first_and_last(call, change, notes)?),
    };
    let mut stretch = Stretch::of(call, samples)?;
    if let Some(start) = call.start_within(first).filter(|_| change.is_of_counter()) {
        stretch.begin_at(start);
        match &mut difference {
            Some(difference) => call.add(difference, &first.value, notes)?,
            None => difference = Some(FloatHistogram::clone(&first.value)),
        }
    } else {
        let counts = difference.as_ref().map(|difference| (first.value.count, difference.count));
        let from_zero = counts.filter(|(first, difference)| *difference > 0.0 && *first >= 0.0);
        let from_zero = from_zero.map(|(first, difference)| first / difference);
        stretch.reach_back(from_zero.filter(|_| change.is_of_counter()))?;
    }
    let mut difference = difference?;
    difference.multiply(stretch.factor(call, change));
    Some(difference)
}

/// Samples that stand next to each other.
pub fn pairs<V>(samples: &[Point<V>]) -> impl Iterator<Item = [&Point<V>; 2]> {
    samples.iter().zip(samples.iter().skip(1)).map(|(previous, current)| [previous, current])
}

/// The time that samples cover and how far beyond it they are taken to speak, in seconds.
struct Stretch {
    covered: f64,
    to_start: f64,
    to_end: f64,
    /// The usual distance between two samples; zero when there is but one.
    distance: f64,
    last_at: i64,
    is_single: bool,
}

impl Stretch {
    fn of<V>(call: &RangeCall<'_>, samples: &[Point<V>]) -> Option<Self> {
        let (first, last) = (samples.first()?, samples.last()?);
        let covered = seconds(last.at - first.at);
        let gaps = samples.len() - 1;
        let distance = if gaps > 0 { covered / gaps as f64 } else { 0.0 };
        let mut to_end = seconds(call.window.end - last.at);
        if to_end >= distance * 1.1 {
            to_end = distance / 2.0;
        }
        let to_start = seconds(first.at - call.window.start);
        Some(Self { covered, to_start, to_end, distance, last_at: last.at, is_single: gaps == 0 })
    }

    /// The counter is known to have been zero at this time (ms), within the range.
    fn begin_at(&mut self, start: i64) {
        self.to_start = 0.0;
        self.covered = seconds(self.last_at - start);
    }

    /// Extrapolates to the start of the range, or not so far; `None` when there is but one sample.
    ///
    /// `from_zero` is the first value as a share of the difference: as much longer ago a counter was zero.
    fn reach_back(&mut self, from_zero: Option<f64>) -> Option<()> {
        if self.is_single {
            return None;
        }
        if self.to_start >= self.distance * 1.1 {
            self.to_start = self.distance / 2.0;
        }
        let to_zero = from_zero.map(|share| self.covered * share);
        if let Some(to_zero) = to_zero.filter(|to_zero| *to_zero < self.to_start) {
            self.to_start = to_zero;
        }
        Some(())
    }

    /// By what to multiply the difference that was seen.
    fn factor(&self, call: &RangeCall<'_>, change: Change) -> f64 {
        let factor =
            if self.covered == 0.0 { 1.0 } else { (self.covered + self.to_start + self.to_end) / self.covered };
        if change == Change::Rate { factor / call.range_seconds() } else { factor }
    }
}

fn seconds(milliseconds: i64) -> f64 {
    milliseconds as f64 / 1000.0
}
