//! A histogram as its notation spells it, and what can be wrong with that.

use thiserror::Error;

use super::{Buckets, FloatHistogram, ResetHint, Resolution, Schema};

/// What the notation `{{schema:1 sum:3 count:4 buckets:[1 2 1]}}` can say; what it leaves out is zero or empty.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct HistogramParts {
    /// Number of the schema: -4 to 8, or -53 for custom buckets.
    pub schema: i64,
    /// Number of observations.
    pub count: f64,
    /// Sum of observations.
    pub sum: f64,
    /// Observations in the zero bucket.
    pub zero_count: f64,
    /// Half the width of the zero bucket.
    pub zero_threshold: f64,
    /// Index of the first positive bucket.
    pub offset: i64,
    /// Observations in the positive buckets.
    pub buckets: Vec<f64>,
    /// Index of the first negative bucket.
    pub negative_offset: i64,
    /// Observations in the negative buckets.
    pub negative_buckets: Vec<f64>,
    /// Upper bounds of custom buckets.
    pub custom_values: Vec<f64>,
    /// What it says about resets.
    pub reset_hint: ResetHint,
}

/// Why something is no histogram that Prometheus would store.
#[derive(Copy, Clone, PartialEq, Debug, Error)]
pub enum HistogramError {
    /// The schema's number means nothing.
    #[error("schema {0} is neither between -4 and 8 nor -53")]
    UnknownSchema(i64),
    /// No finite number lies in such a bucket.
    #[error("bucket {0} is beyond all numbers")]
    FarIndex(i64),
    /// Custom buckets begin at index 0.
    #[error("custom buckets begin at index 0, not at {0}")]
    NegativeIndex(i64),
    /// More buckets than bounds allow.
    #[error("{bounds} custom bounds make {} buckets, but there is one with index {last}", bounds + 1)]
    FewBounds {
        /// How many bounds there are.
        bounds: usize,
        /// Index of the last bucket.
        last: i64,
    },
    /// Custom bounds that do not increase.
    #[error("custom bound {next} is not above the one before it, {previous}")]
    UnorderedBounds {
        /// The one before.
        previous: f64,
        /// The one that is not above it.
        next: f64,
    },
    /// A custom bound that is no number.
    #[error("a custom bound is NaN")]
    NanBound,
    /// The bucket up to infinity is always there.
    #[error("the custom bound +Inf is implied")]
    InfiniteBound,
    /// Custom bounds with an exponential schema.
    #[error("exponential buckets have no custom bounds")]
    BoundsWithoutUse,
    /// A zero bucket beside custom buckets.
    #[error("custom buckets have no zero bucket")]
    CustomZeroBucket,
    /// Negative buckets beside custom buckets.
    #[error("custom buckets have no negative side")]
    CustomNegativeBuckets,
    /// A width that is none.
    #[error("the zero bucket has width {0}")]
    ZeroThreshold(f64),
    /// The number of observations is negative.
    #[error("the number of observations is negative")]
    NegativeCount,
    /// The number of observations in the zero bucket is negative.
    #[error("the number of observations in the zero bucket is negative")]
    NegativeZeroCount,
    /// The number of observations in a bucket is negative.
    #[error("{}bucket {number} has a negative number of observations", if *negative { "negative " } else { "" })]
    NegativeBucket {
        /// The how manieth, from 1.
        number: usize,
        /// Whether it is on the negative side.
        negative: bool,
    },
}

/// Beyond the last index that holds a finite number, in the finest schema, on either end.
const FAR: i64 = 1 << 20;

impl FloatHistogram {
    /// Builds a histogram from what a notation says. Counts may be negative, as they may in results: storage asks
    /// [`FloatHistogram::validate`].
    ///
    /// # Errors
    ///
    /// Names the first contradiction.
    pub fn from_parts(parts: &HistogramParts) -> Result<Self, HistogramError> {
        let schema = schema(parts)?;
        let zero_threshold = parts.zero_threshold;
        if zero_threshold.is_nan() || zero_threshold < 0.0 {
            return Err(HistogramError::ZeroThreshold(zero_threshold));
        }
        Ok(Self {
            reset_hint: parts.reset_hint,
            count: parts.count,
            sum: parts.sum,
            schema,
            zero_threshold,
            zero_count: parts.zero_count,
            positive: run(parts.offset, &parts.buckets)?,
            negative: run(parts.negative_offset, &parts.negative_buckets)?,
        })
    }
}

fn schema(parts: &HistogramParts) -> Result<Schema, HistogramError> {
    if let Some(resolution) = Resolution::of(parts.schema) {
        if !parts.custom_values.is_empty() {
            return Err(HistogramError::BoundsWithoutUse);
        }
        return Ok(Schema::Exponential(resolution));
    }
    if parts.schema != -53 {
        return Err(HistogramError::UnknownSchema(parts.schema));
    }
    if parts.zero_count != 0.0 || parts.zero_threshold != 0.0 {
        return Err(HistogramError::CustomZeroBucket);
    }
    if !parts.negative_buckets.is_empty() {
        return Err(HistogramError::CustomNegativeBuckets);
    }
    custom(&parts.custom_values, parts.offset, parts.buckets.len())
}

/// The schema of custom bounds, once these and the place of its buckets are found to be in order.
fn custom(bounds: &[f64], offset: i64, buckets: usize) -> Result<Schema, HistogramError> {
    if bounds.iter().any(|bound| bound.is_nan()) {
        return Err(HistogramError::NanBound);
    }
    if let Some((&previous, &next)) = bounds.iter().zip(bounds.iter().skip(1)).find(|(previous, next)| next <= previous)
    {
        return Err(HistogramError::UnorderedBounds { previous, next });
    }
    if bounds.last() == Some(&f64::INFINITY) {
        return Err(HistogramError::InfiniteBound);
    }
    if buckets > 0 {
        let last = i64::try_from(buckets).unwrap_or(i64::MAX).saturating_add(offset) - 1;
        if offset < 0 {
            return Err(HistogramError::NegativeIndex(offset));
        }
        if usize::try_from(last).is_ok_and(|last| last > bounds.len()) {
            return Err(HistogramError::FewBounds { bounds: bounds.len(), last });
        }
    }
    Ok(Schema::Custom(bounds.into()))
}

fn run(offset: i64, counts: &[f64]) -> Result<Buckets, HistogramError> {
    let last = i64::try_from(counts.len()).unwrap_or(i64::MAX).saturating_add(offset);
    match i32::try_from(offset) {
        Ok(first) if offset > -FAR && last < FAR => Ok(Buckets::run(first, counts)),
        _ if counts.is_empty() => Ok(Buckets::default()),
        _ => Err(HistogramError::FarIndex(offset)),
    }
}
