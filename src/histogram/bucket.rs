//! One bucket with its bounds, and the walks over all buckets of a histogram.

use super::{FloatHistogram, Schema};

/// A bucket with its bounds.
#[derive(Copy, Clone, PartialEq, Debug, Default)]
pub struct Bucket {
    /// Its lower bound.
    pub lower: f64,
    /// Its upper bound.
    pub upper: f64,
    /// Whether an observation at the lower bound falls into it.
    pub includes_lower: bool,
    /// Whether an observation at the upper bound falls into it.
    pub includes_upper: bool,
    /// Observations in it.
    pub count: f64,
}

impl Bucket {
    /// Whether zero lies in it or at its border.
    pub fn holds_zero(&self) -> bool {
        self.lower <= 0.0 && self.upper >= 0.0
    }
}

impl FloatHistogram {
    /// The positive side, from zero upwards.
    pub fn positive_buckets(&self) -> impl DoubleEndedIterator<Item = Bucket> {
        self.positive.iter().map(|(index, count)| {
            let (lower, upper) = self.schema.interval(index);
            let (includes_lower, includes_upper) = match &self.schema {
                Schema::Exponential(_) => (lower < 0.0, upper > 0.0),
                Schema::Custom(_) => (index == 0, true),
            };
            Bucket { lower, upper, includes_lower, includes_upper, count }
        })
    }

    /// The negative side, from zero downwards.
    pub fn negative_buckets(&self) -> impl DoubleEndedIterator<Item = Bucket> {
        self.negative.iter().map(|(index, count)| {
            let (inner, outer) = self.schema.interval(index);
            let (lower, upper) = (-outer, -inner);
            Bucket { lower, upper, includes_lower: lower < 0.0, includes_upper: upper > 0.0, count }
        })
    }

    /// The zero bucket; none if bounds are custom.
    pub fn zero_bucket(&self) -> Option<Bucket> {
        let threshold = self.zero_threshold;
        self.resolution().map(|_| Bucket {
            lower: -threshold,
            upper: threshold,
            includes_lower: true,
            includes_upper: true,
            count: self.zero_count,
        })
    }

    /// All buckets from the lowest to the highest. The zero bucket is there if it has observations; what reaches into
    /// it is cut off at its border.
    pub fn all_buckets(&self) -> impl DoubleEndedIterator<Item = Bucket> {
        let threshold = self.zero_threshold;
        let cut = move |mut bucket: Bucket| {
            if bucket.upper < 0.0 && bucket.upper > -threshold {
                bucket.upper = -threshold;
            } else if bucket.lower > 0.0 && bucket.lower < threshold {
                bucket.lower = threshold;
            }
            bucket
        };
        let zero = self.zero_bucket().filter(|zero| zero.count > 0.0);
        self.negative_buckets().rev().map(cut).chain(zero).chain(self.positive_buckets().map(cut))
    }
}
