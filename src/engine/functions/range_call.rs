//! What functions of ranges ask of a call, and the remarks they share.

use std::sync::Arc;

use crate::engine::{METRIC_NAME, Note, Notes, RangeCall};

impl RangeCall<'_> {
    /// The scalar argument of that number; NaN when it was not given, which reading a query prevents.
    pub(super) fn parameter(&self, index: usize) -> f64 {
        self.parameters.get(index).copied().unwrap_or(f64::NAN)
    }

    /// The name of the metric, or the empty text.
    pub(super) fn metric(&self) -> Arc<str> {
        self.labels.get(METRIC_NAME).cloned().unwrap_or_default()
    }

    /// Whether there are floats and histograms, which is remarked on.
    pub(super) fn is_mixed(&self, notes: &mut Notes) -> bool {
        let is_mixed = !self.window.floats.is_empty() && !self.window.histograms.is_empty();
        if is_mixed {
            notes.add(Note::MixedFloatsHistograms { metric: self.metric() }, self.argument);
        }
        is_mixed
    }

    /// Remarks on histograms that stand beside floats and are not looked at.
    pub(super) fn note_ignored_histograms(&self, notes: &mut Notes) {
        if !self.window.histograms.is_empty() {
            notes.add(Note::HistogramIgnoredInMixedRange { metric: self.metric() }, self.argument);
        }
    }
}
