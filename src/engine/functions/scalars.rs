//! Functions of scalars and of the moments of a query: `time`, `pi`, `min_of`, `start` and their kin.

use crate::engine::ScalarCall;

use super::elementwise::{greater, lesser};

/// `time`: the moment of the evaluation.
pub fn time(call: &ScalarCall<'_>) -> f64 {
    seconds(call.at)
}

/// `start`: the first moment of the query.
pub fn start(call: &ScalarCall<'_>) -> f64 {
    seconds(call.query.start)
}

/// `end`: the last moment of the query.
pub fn end(call: &ScalarCall<'_>) -> f64 {
    seconds(call.query.end)
}

/// `range`: from the first moment of the query to the last.
pub fn range(call: &ScalarCall<'_>) -> f64 {
    seconds(call.query.end - call.query.start)
}

/// `step`: from one moment of the query to the next; zero where there is but one.
pub fn step(call: &ScalarCall<'_>) -> f64 {
    if call.query.start == call.query.end { 0.0 } else { seconds(call.query.step) }
}

/// `max_of`.
pub fn max_of(call: &ScalarCall<'_>) -> f64 {
    call.parameters.iter().copied().reduce(greater).unwrap_or(f64::NAN)
}

/// `min_of`.
pub fn min_of(call: &ScalarCall<'_>) -> f64 {
    call.parameters.iter().copied().reduce(lesser).unwrap_or(f64::NAN)
}

fn seconds(milliseconds: i64) -> f64 {
    milliseconds as f64 / 1000.0
}
