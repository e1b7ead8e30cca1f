//! Where the buckets of a histogram end, as far as its definition says.

use std::ops::Range;

use crate::{
    exposition::MetricKind,
    text::{Span, Spanned},
};

use super::{Call, Defined, Value};

/// Where the buckets end that the clients of Go, Python, JavaScript, Rust, C#, Ruby and PHP make unless they are told others.
const DEFAULT_END: f64 = 10.0;

impl Defined {
    /// Learns the buckets of a histogram; without a list they are those of its library.
    pub fn with_buckets(&mut self, buckets: Option<&Value>) {
        let span = self.name.span;
        let at = |range: &Range<usize>| Span::new(span.file, range.start as u32, range.end as u32);
        let is_histogram = self.kind == Some(MetricKind::Histogram);
        self.highest = match buckets.filter(|_| is_histogram) {
            None => is_histogram.then(|| Spanned::new(span, DEFAULT_END)),
            Some(Value::List(ends)) => {
                let finite = || ends.iter().filter(|end| !is_infinite(end));
                let known = finite().filter_map(|end| match end {
                    Value::Number(end, range) => Some(Spanned::new(at(range), *end)),
                    _ => None,
                });
                let are_known = known.clone().count() == finite().count();
                known.filter(|_| are_known).max_by(|one, other| one.value.total_cmp(&other.value))
            }
            Some(Value::Call(call)) => end_of_series(call).map(|end| Spanned::new(at(&call.range), end)),
            Some(Value::Name(name)) if name == "DefBuckets" => Some(Spanned::new(span, DEFAULT_END)),
            Some(_) => None,
        };
    }
}

/// Whether a value is the end of the bucket that has none: `float("inf")`, `math.Inf(1)`, `INF`.
fn is_infinite(value: &Value) -> bool {
    let name = match value {
        Value::Name(name) => name,
        Value::Call(call) => call.last(),
        _ => return false,
    };
    ["inf", "float", "infinity", "positive_infinity"].contains(&name.to_ascii_lowercase().as_str())
}

/// Where buckets end that a call makes: `LinearBuckets(start, width, count)`, `ExponentialBuckets(start, factor, count)`,
/// `ExponentialBucketsRange(least, most, count)`.
fn end_of_series(call: &Call) -> Option<f64> {
    let number = |index: usize| match call.arguments.get(index) {
        Some(Value::Number(number, _)) => Some(*number),
        _ => None,
    };
    let (first, second, count) = (number(0)?, number(1)?, number(2)?);
    match call.last().to_ascii_lowercase().replace('_', "").as_str() {
        "linearbuckets" => Some(first + second * (count - 1.0)),
        "exponentialbuckets" => Some(first * second.powf(count - 1.0)),
        "exponentialbucketsrange" => Some(second),
        _ => None,
    }
}
