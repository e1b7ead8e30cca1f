//! How much a native histogram changed between the first and the last sample of a range, resets added up.

use std::sync::Arc;

use crate::{
    engine::{Note, Notes, Point, RangeCall},
    histogram::{FloatHistogram, ResetHint},
};

use super::rate::{Change, pairs};

type Sample = Point<Arc<FloatHistogram>>;

/// The difference, as a gauge; `None` when histograms do not go together. Needs at least two samples.
pub fn between_first_and_last(call: &RangeCall<'_>, change: Change, notes: &mut Notes) -> Option<FloatHistogram> {
    let samples = &*call.window.histograms;
    let [first, second, ..] = samples else { return None };
    let last = samples.last()?;
    let mut found = Notes::default();
    if change.is_of_counter() && [first, last].iter().any(|sample| is_gauge(sample)) {
        found.add(Note::HistogramNotCounter { metric: call.metric() }, call.place(0));
    }
    // What came before a reset does not matter, so its buckets need not go together with the others.
    let zero = (change.is_of_counter() && is_reset(call, first, second))
        .then(|| FloatHistogram::empty(second.value.schema().clone()));
    let base = zero.as_ref().unwrap_or(&first.value);
    let difference = difference(call, change, base, &mut found);
    if difference.is_none() {
        found = Notes::default();
        found.add(Note::MixedExponentialCustomHistograms { metric: call.metric() }, call.place(0));
    }
    notes.merge(found);
    difference
}

fn difference(
    call: &RangeCall<'_>,
    change: Change,
    base: &FloatHistogram,
    notes: &mut Notes,
) -> Option<FloatHistogram> {
    let samples = &*call.window.histograms;
    let last = samples.last()?;
    if last.value.has_custom_buckets() != base.has_custom_buckets() {
        return None;
    }
    let mut difference = FloatHistogram::clone(&last.value);
    let mut coarsest = base.resolution().min(last.value.resolution());
    if change.is_of_counter() {
        for sample in &samples[1..samples.len() - 1] {
            if is_gauge(sample) {
                notes.add(Note::HistogramNotCounter { metric: call.metric() }, call.place(0));
            }
            if sample.value.has_custom_buckets() != base.has_custom_buckets() {
                return None;
            }
            coarsest = coarsest.min(sample.value.resolution());
        }
    }
    if let Some(coarsest) = coarsest {
        difference.reduce(coarsest);
    }
    call.subtract(&mut difference, base, notes)?;
    if change.is_of_counter() {
        call.note_overlaps(samples, notes);
        let mut previous = base;
        for pair in pairs(samples) {
            let current = &pair[1].value;
            if call.began_anew(pair[0], pair[1]) || current.is_reset_after(previous) {
                call.add(&mut difference, previous, notes)?;
            }
            previous = current;
        }
    } else if [samples.first()?, last].iter().any(|sample| !is_gauge(sample)) {
        notes.add(Note::HistogramNotGauge { metric: call.metric() }, call.place(0));
    }
    difference.reset_hint = ResetHint::Gauge;
    difference.compact(0);
    Some(difference)
}

fn is_gauge(sample: &Sample) -> bool {
    sample.value.reset_hint == ResetHint::Gauge
}

/// Whether the counter was reset between two samples.
fn is_reset(call: &RangeCall<'_>, previous: &Sample, current: &Sample) -> bool {
    call.began_anew(previous, current) || current.value.is_reset_after(&previous.value)
}
