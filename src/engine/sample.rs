//! Samples: values at a time, of one series or of a whole vector.

use std::sync::Arc;

use crate::histogram::{FloatHistogram, is_stale_marker};

use super::Labels;

/// What a sample holds.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// A number.
    Float(f64),
    /// A native histogram.
    Histogram(Arc<FloatHistogram>),
}

impl Value {
    /// The number, if it is one.
    pub fn float(&self) -> Option<f64> {
        match self {
            Value::Float(value) => Some(*value),
            Value::Histogram(_) => None,
        }
    }

    /// The histogram, if it is one.
    pub fn histogram(&self) -> Option<&Arc<FloatHistogram>> {
        match self {
            Value::Float(_) => None,
            Value::Histogram(histogram) => Some(histogram),
        }
    }

    /// Whether it is the marker that says a series ended; of a histogram, its sum is.
    pub fn is_stale(&self) -> bool {
        match self {
            Value::Float(value) => is_stale_marker(*value),
            Value::Histogram(histogram) => histogram.is_stale(),
        }
    }
}

/// A sample of a series.
#[derive(Copy, Clone, PartialEq, Debug)]
pub struct Point<V> {
    /// Milliseconds since 1970.
    pub at: i64,
    /// Since when a counter counts, in milliseconds since 1970; 0 when nobody said.
    pub start: i64,
    /// The value.
    pub value: V,
}

impl<V> Point<V> {
    /// A sample of a series that does not say since when it counts.
    pub fn new(at: i64, value: V) -> Self {
        Self { at, start: 0, value }
    }
}

/// A sample of an instant vector.
#[derive(Clone, PartialEq, Debug)]
pub struct Sample {
    /// Its series.
    pub labels: Labels,
    /// Its value.
    pub value: Value,
    /// Whether its metadata labels go at the end of the query; only with delayed removal of names.
    pub drop_name: bool,
}
