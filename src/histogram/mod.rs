//! Native histograms as PromQL computes with them, and the classic ones they replace: layout, arithmetic, quantiles.
//!
//! A [`FloatHistogram`] has a [`Schema`], which says where the borders of its buckets lie, and two sides of
//! [`Buckets`]. What Prometheus keeps as spans is kept here as one index for each bucket that is written down,
//! so that merging, thinning and comparing are walks over ordered lists. Behaviour is that of Prometheus 3.16.

mod amount;
mod arithmetic;
mod bucket;
mod buckets;
mod classic;
mod parts;
mod quantile;
mod render;
mod reset;
mod running;
mod schema;
mod trim;

use std::sync::Arc;

pub use amount::{Amount, Compensated};
pub use arithmetic::{MixedSchemas, Reconciled};
pub use bucket::Bucket;
pub use buckets::Buckets;
pub use classic::{
    ClassicBucket, ClassicQuantile, ConversionError, Repair, classic_fraction, classic_quantile, custom_from_classic,
    quantile_of,
};
pub use parts::{HistogramError, HistogramParts};
pub use quantile::{Estimate, NanObservations};
pub use running::{HistogramMean, HistogramSum};
pub use schema::{Resolution, Schema};
pub use trim::Keep;

/// The mark, in place of a value, that a series has ended. It is a NaN, told from others by its bits.
pub const STALE_MARKER: f64 = f64::from_bits(0x7ff0_0000_0000_0002);

/// Whether this value is the [`STALE_MARKER`].
pub fn is_stale_marker(value: f64) -> bool {
    value.to_bits() == STALE_MARKER.to_bits()
}

/// What a histogram says about resets of its counter.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum ResetHint {
    /// Nothing.
    #[default]
    Unknown,
    /// It was reset.
    Reset,
    /// It was not.
    NotReset,
    /// It is no counter.
    Gauge,
}

/// A native histogram whose buckets hold absolute numbers of observations, which may be fractions.
///
/// `N` is how exactly it counts: [`f64`] in samples, [`Compensated`] in running sums.
#[derive(Clone, Debug)]
pub struct FloatHistogram<N = f64> {
    /// What is known about a reset between the sample before and this one.
    pub reset_hint: ResetHint,
    /// Number of observations, those of NaN included, which are in no bucket.
    pub count: N,
    /// Sum of observations; the [`STALE_MARKER`] in a sample that says its series has ended.
    pub sum: N,
    schema: Schema,
    zero_threshold: f64,
    zero_count: N,
    positive: Buckets<N>,
    negative: Buckets<N>,
}

impl FloatHistogram {
    /// A histogram of this schema without any observation.
    pub fn empty(schema: Schema) -> Self {
        Self {
            reset_hint: ResetHint::Unknown,
            count: 0.0,
            sum: 0.0,
            schema,
            zero_threshold: 0.0,
            zero_count: 0.0,
            positive: Buckets::default(),
            negative: Buckets::default(),
        }
    }

    /// The sample that says a series of histograms has ended.
    pub fn stale() -> Self {
        Self { sum: STALE_MARKER, ..Self::empty(Schema::Exponential(Resolution::default())) }
    }

    /// Whether this is the sample that says its series has ended.
    pub fn is_stale(&self) -> bool {
        is_stale_marker(self.sum)
    }

    /// The same count, sum and hint, without buckets: all that `histogram_count`, `_sum` and `_avg` look at.
    pub fn without_buckets(&self) -> Self {
        let schema = match &self.schema {
            Schema::Exponential(resolution) => Schema::Exponential(*resolution),
            Schema::Custom(_) => Schema::Custom(Arc::new([])),
        };
        Self { reset_hint: self.reset_hint, count: self.count, sum: self.sum, ..Self::empty(schema) }
    }

    /// Whether a count is negative, which storage takes from nobody, though arithmetic may lead to it.
    ///
    /// # Errors
    ///
    /// Names the first count that is.
    pub fn validate(&self) -> Result<(), HistogramError> {
        let side = |buckets: &Buckets, negative| match buckets.iter().position(|(_, count)| count < 0.0) {
            Some(at) => Err(HistogramError::NegativeBucket { number: at + 1, negative }),
            None => Ok(()),
        };
        side(&self.negative, true)?;
        if self.zero_count < 0.0 {
            return Err(HistogramError::NegativeZeroCount);
        }
        if self.count < 0.0 {
            return Err(HistogramError::NegativeCount);
        }
        side(&self.positive, false)
    }
}

impl<N: Amount> FloatHistogram<N> {
    /// Where the borders of its buckets lie.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// How fine its buckets are; `None` when their bounds were chosen one by one.
    pub fn resolution(&self) -> Option<Resolution> {
        match self.schema {
            Schema::Exponential(resolution) => Some(resolution),
            Schema::Custom(_) => None,
        }
    }

    /// Whether its bounds were chosen one by one (a "native histogram with custom buckets", NHCB).
    pub fn has_custom_buckets(&self) -> bool {
        self.resolution().is_none()
    }

    /// The zero bucket reaches from its negation to this value.
    pub fn zero_threshold(&self) -> f64 {
        self.zero_threshold
    }

    /// Observations in the zero bucket.
    pub fn zero_count(&self) -> N {
        self.zero_count
    }

    /// The written-down buckets above the zero bucket; with custom bounds, all.
    pub fn positive(&self) -> &Buckets<N> {
        &self.positive
    }

    /// The written-down buckets below the zero bucket, mirrored: index 1 of schema 0 is `[-2, -1)`.
    pub fn negative(&self) -> &Buckets<N> {
        &self.negative
    }

    /// Forgets buckets without observations, then writes down again those in gaps of at most `most_empty`.
    pub fn compact(&mut self, most_empty: usize) {
        self.positive.compact(most_empty);
        self.negative.compact(most_empty);
    }

    /// Merges buckets until they are as coarse as this; changes nothing if they are already, or if bounds are custom.
    pub fn reduce(&mut self, to: Resolution) {
        if let Schema::Exponential(from) = self.schema
            && to < from
        {
            self.positive = self.positive.reduced(from, to);
            self.negative = self.negative.reduced(from, to);
            self.schema = Schema::Exponential(to);
        }
    }
}

/// Equal as PromQL's `==` compares them: numbers by their bits, buckets without observations counted if they are
/// written down; hints about resets do not matter.
impl PartialEq for FloatHistogram {
    fn eq(&self, other: &Self) -> bool {
        let alike = |own: f64, others: f64| own.to_bits() == others.to_bits();
        self.schema == other.schema
            && alike(self.count, other.count)
            && alike(self.sum, other.sum)
            && self.zero_threshold == other.zero_threshold
            && alike(self.zero_count, other.zero_count)
            && self.positive.same_bits(&other.positive)
            && self.negative.same_bits(&other.negative)
    }
}

impl Eq for FloatHistogram {}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
