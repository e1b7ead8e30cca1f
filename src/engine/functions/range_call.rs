//! What functions of ranges ask of a call, and the remarks they share.

use std::sync::Arc;

use crate::{
    engine::{HistogramOperation, METRIC_NAME, Note, Notes, Point, RangeCall},
    histogram::{FloatHistogram, MixedSchemas, Reconciled},
    text::Span,
};

use super::{rate::pairs, start_time};

impl RangeCall<'_> {
    /// The scalar argument of that number; NaN when it was not given, which reading a query prevents.
    pub(super) fn parameter(&self, index: usize) -> f64 {
        self.parameters.get(index).copied().unwrap_or(f64::NAN)
    }

    /// The place of the argument of that number; Prometheus has most of its remarks at the first.
    pub(super) fn place(&self, argument: usize) -> Span {
        self.arguments.get(argument).copied().unwrap_or(self.call)
    }

    /// How long the range is, in seconds.
    pub(super) fn range_seconds(&self) -> f64 {
        // Go adds whole seconds and the rest of them up.
        (self.range / 1000) as f64 + (self.range % 1000 * 1_000_000) as f64 / 1e9
    }

    /// Since when a counter counts, if that is known from its first sample and lies within the range.
    pub(super) fn start_within<V>(&self, first: &Point<V>) -> Option<i64> {
        let is_within = first.start != 0 && self.window.start < first.start && first.start < first.at;
        (self.features.start_timestamps && is_within).then_some(first.start)
    }

    /// Whether start timestamps say that a counter began anew.
    pub(super) fn began_anew<V>(&self, previous: &Point<V>, current: &Point<V>) -> bool {
        self.features.start_timestamps && start_time::began_anew(previous, current)
    }

    /// Whether the start timestamp of a sample says that its counter began after a time (ms).
    pub(super) fn began_after<V>(&self, time: i64, sample: &Point<V>) -> bool {
        self.features.start_timestamps && start_time::began_after(time, sample)
    }

    /// The name of the metric, or the empty text.
    pub(super) fn metric(&self) -> Arc<str> {
        self.labels.get(METRIC_NAME).cloned().unwrap_or_default()
    }

    /// Whether there are floats and histograms, which is remarked on.
    pub(super) fn is_mixed(&self, notes: &mut Notes) -> bool {
        let is_mixed = !self.window.floats.is_empty() && !self.window.histograms.is_empty();
        if is_mixed {
            notes.add(Note::MixedFloatsHistograms { metric: self.metric() }, self.place(0));
        }
        is_mixed
    }

    /// Remarks on histograms that stand beside floats and are not looked at.
    pub(super) fn note_ignored_histograms(&self, notes: &mut Notes) {
        if !self.window.histograms.is_empty() {
            notes.add(Note::HistogramIgnoredInMixedRange { metric: self.metric() }, self.place(0));
        }
    }

    /// Remarks on samples whose start timestamps contradict each other.
    pub(super) fn note_overlaps<V>(&self, samples: &[Point<V>], notes: &mut Notes) {
        let overlaps = || pairs(samples).any(|[previous, current]| start_time::overlaps(previous, current));
        if self.features.start_timestamps && overlaps() {
            notes.add(Note::StartTimeOverlap { metric: self.metric() }, self.place(0));
        }
    }

    /// Adds a histogram to another; `None` when they do not go together, which is remarked on.
    pub(super) fn add(&self, sum: &mut FloatHistogram, other: &FloatHistogram, notes: &mut Notes) -> Option<()> {
        let operation = HistogramOperation::Addition;
        self.noted(sum.add(other), operation, notes)
    }

    /// Subtracts a histogram from another; `None` when they do not go together, which is remarked on.
    pub(super) fn subtract(&self, from: &mut FloatHistogram, other: &FloatHistogram, notes: &mut Notes) -> Option<()> {
        let operation = HistogramOperation::Subtraction;
        self.noted(from.subtract(other), operation, notes)
    }

    fn noted(
        &self,
        combined: Result<Reconciled, MixedSchemas>,
        operation: HistogramOperation,
        notes: &mut Notes,
    ) -> Option<()> {
        let Ok(reconciled) = combined else {
            notes.add(Note::MixedExponentialCustomHistograms { metric: self.metric() }, self.place(0));
            return None;
        };
        if reconciled.bounds_differ {
            notes.add(Note::MismatchedCustomBuckets(operation), self.place(0));
        }
        Some(())
    }
}
