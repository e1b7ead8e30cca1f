//! `sum_over_time` and `avg_over_time` of native histograms.

use std::sync::Arc;

use crate::{
    engine::{HistogramOperation, Note, Notes, RangeCall, Value},
    histogram::{FloatHistogram, HistogramMean, HistogramSum, MixedSchemas, Reconciled, ResetHint},
};

/// The sum of the histograms in a window; `None` when they do not go together.
pub fn sum(call: &RangeCall<'_>, notes: &mut Notes) -> Option<Value> {
    let total = gather(call, notes, HistogramSum::of, HistogramSum::add)?;
    Some(Value::Histogram(Arc::new(total.value())))
}

/// The mean of the histograms in a window; `None` when they do not go together.
pub fn mean(call: &RangeCall<'_>, notes: &mut Notes) -> Option<Value> {
    let total = gather(call, notes, HistogramMean::of, HistogramMean::add)?;
    Some(Value::Histogram(Arc::new(total.value())))
}

/// Takes in one histogram after the other, and remarks on what had to be overlooked.
fn gather<T>(
    call: &RangeCall<'_>,
    notes: &mut Notes,
    begin: fn(&FloatHistogram) -> T,
    add: fn(&mut T, &FloatHistogram) -> Result<Reconciled, MixedSchemas>,
) -> Option<T> {
    let [first, rest @ ..] = &*call.window.histograms else { return None };
    let mut total = begin(&first.value);
    let mut bounds_differ = false;
    for sample in rest {
        let Ok(reconciled) = add(&mut total, &sample.value) else {
            notes.add(Note::MixedExponentialCustomHistograms { metric: call.metric() }, call.place(0));
            return None;
        };
        bounds_differ |= reconciled.bounds_differ;
    }
    let says = |hint| call.window.histograms.iter().any(|sample| sample.value.reset_hint == hint);
    if says(ResetHint::Reset) && says(ResetHint::NotReset) {
        notes.add(Note::CounterResetCollision(HistogramOperation::Aggregation), call.place(0));
    }
    if bounds_differ {
        notes.add(Note::MismatchedCustomBuckets(HistogramOperation::Aggregation), call.place(0));
    }
    Some(total)
}
