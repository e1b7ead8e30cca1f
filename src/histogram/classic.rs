//! Classic histograms, whose buckets are series with a label `le`: quantiles, fractions, and their conversion to native ones.

use thiserror::Error;

use super::{FloatHistogram, HistogramError, HistogramParts};

/// A bucket of a classic histogram.
#[derive(Copy, Clone, PartialEq, Debug)]
pub struct ClassicBucket {
    /// The value of its label `le`.
    pub upper_bound: f64,
    /// Observations up to the bound, those of all lower buckets included.
    pub count: f64,
}

/// What a classic quantile comes to.
#[derive(Copy, Clone, PartialEq, Debug)]
pub struct ClassicQuantile {
    /// The estimated value.
    pub value: f64,
    /// What was wrong with the buckets and had to be put right first.
    pub repair: Option<Repair>,
}

/// Buckets that count less than lower ones do, which cannot be, were taken to count as much.
#[derive(Copy, Clone, PartialEq, Debug)]
pub struct Repair {
    /// The lowest upper bound among them.
    pub lowest: f64,
    /// The highest.
    pub highest: f64,
    /// How much at most one counted less.
    pub largest_difference: f64,
}

/// Relative differences below this are taken for rounding.
const TOLERANCE: f64 = 1e-12;

/// The value below which the fraction `q` of the observations lies, observations being spread evenly inside buckets.
///
/// The lowest bucket is taken to begin at zero if it ends above, the highest must be `+Inf` and answers with its lower
/// bound. Infinite for a `q` outside of 0 to 1; NaN for fewer than two buckets or without observations.
pub fn classic_quantile(q: f64, buckets: Vec<ClassicBucket>) -> ClassicQuantile {
    let unrepaired = |value| ClassicQuantile { value, repair: None };
    if q.is_nan() {
        return unrepaired(f64::NAN);
    }
    if q < 0.0 {
        return unrepaired(f64::NEG_INFINITY);
    }
    if q > 1.0 {
        return unrepaired(f64::INFINITY);
    }
    let Some(mut buckets) = in_order(buckets) else { return unrepaired(f64::NAN) };
    let repair = repaired(&mut buckets);
    ClassicQuantile { value: interpolated_quantile(q, &buckets), repair }
}

/// For buckets in order, which count no less than lower ones.
fn interpolated_quantile(q: f64, buckets: &[ClassicBucket]) -> f64 {
    let [lower @ .., last] = buckets else { return f64::NAN };
    let Some(second_last) = lower.last() else { return f64::NAN };
    if last.count == 0.0 {
        return f64::NAN;
    }
    let mut rank = q * last.count;
    let at = lower.partition_point(|bucket| bucket.count.is_nan() || rank.is_nan() || bucket.count < rank);
    let Some(bucket) = lower.get(at) else { return second_last.upper_bound };
    let (mut start, mut count) = (0.0, bucket.count);
    match at.checked_sub(1).and_then(|before| lower.get(before)) {
        Some(before) => {
            start = before.upper_bound;
            count -= before.count;
            rank -= before.count;
        }
        None if bucket.upper_bound <= 0.0 => return bucket.upper_bound,
        None => {}
    }
    start + (bucket.upper_bound - start) * (rank / count)
}

/// The fraction of the observations between two values. NaN when there are none, when a value is NaN, or without a bucket
/// `+Inf`.
pub fn classic_fraction(lower: f64, upper: f64, buckets: Vec<ClassicBucket>) -> f64 {
    let Some(buckets) = in_order(buckets) else { return f64::NAN };
    let total = buckets.last().map_or(0.0, |last| last.count);
    if total == 0.0 || lower.is_nan() || upper.is_nan() {
        return f64::NAN;
    }
    if lower >= upper {
        return 0.0;
    }
    let rank = |value| rank(&buckets, value).map_or(total, |rank| if rank > total { total } else { rank });
    (rank(upper) - rank(lower)) / total
}

/// How many observations are below a value; `None` when it is above all buckets.
fn rank(buckets: &[ClassicBucket], value: f64) -> Option<f64> {
    let first_ends_above_zero = buckets.first().is_some_and(|first| first.upper_bound > 0.0);
    let mut start = if first_ends_above_zero { 0.0 } else { f64::NEG_INFINITY };
    let mut below = 0.0;
    for bucket in buckets {
        if start >= value {
            return Some(below);
        }
        if bucket.upper_bound > value {
            if start == f64::NEG_INFINITY {
                return Some(bucket.count);
            }
            return Some(below + (bucket.count - below) * (value - start) / (bucket.upper_bound - start));
        }
        below = bucket.count;
        start = bucket.upper_bound;
    }
    None
}

/// Sorted, with one bucket for each bound; `None` if the highest is not `+Inf`.
fn in_order(mut buckets: Vec<ClassicBucket>) -> Option<Vec<ClassicBucket>> {
    buckets.sort_by(|one, two| one.upper_bound.total_cmp(&two.upper_bound));
    buckets.dedup_by(|bucket, kept| {
        let alike = bucket.upper_bound == kept.upper_bound;
        if alike {
            kept.count += bucket.count;
        }
        alike
    });
    buckets.last().is_some_and(|last| last.upper_bound == f64::INFINITY).then_some(buckets)
}

/// Makes each bucket count no less than the one below; says nothing of differences that rounding can explain.
fn repaired(buckets: &mut [ClassicBucket]) -> Option<Repair> {
    let mut repair: Option<Repair> = None;
    let mut below = buckets.first()?.count;
    for bucket in buckets {
        if nearly_equal(below, bucket.count) {
            bucket.count = below;
        } else if bucket.count < below {
            let bound = bucket.upper_bound;
            let repair = repair.get_or_insert(Repair { lowest: bound, highest: bound, largest_difference: 0.0 });
            repair.highest = bound;
            repair.largest_difference = repair.largest_difference.max(below - bucket.count);
            bucket.count = below;
        } else {
            below = bucket.count;
        }
    }
    repair
}

fn nearly_equal(one: f64, two: f64) -> bool {
    if one == two || (one.is_nan() && two.is_nan()) {
        return true;
    }
    let (sum, difference) = (one.abs() + two.abs(), (one - two).abs());
    if one == 0.0 || two == 0.0 || sum < f64::MIN_POSITIVE {
        return difference < TOLERANCE * f64::MIN_POSITIVE;
    }
    difference / sum.min(f64::MAX) < TOLERANCE
}

/// The value below which the fraction `q` of these values lies, between neighbours in proportion. NaN sorts first.
///
/// Infinite for a `q` outside of 0 to 1; NaN for a `q` that is NaN and for no values.
pub fn quantile_of(q: f64, mut values: Vec<f64>) -> f64 {
    if values.is_empty() || q.is_nan() {
        return f64::NAN;
    }
    if q < 0.0 {
        return f64::NEG_INFINITY;
    }
    if q > 1.0 {
        return f64::INFINITY;
    }
    values.sort_by(|one, two| two.is_nan().cmp(&one.is_nan()).then(one.total_cmp(two)));
    let last = values.len() - 1;
    let rank = q * last as f64;
    let below = (rank.floor() as usize).min(last);
    let above = (below + 1).min(last);
    let weight = rank - rank.floor();
    if weight == 0.0 {
        // Else an infinite neighbour would make it NaN.
        return values[below];
    }
    values[below] * (1.0 - weight) + values[above] * weight
}

/// Why a classic histogram has no native counterpart.
#[derive(Copy, Clone, PartialEq, Debug, Error)]
pub enum ConversionError {
    /// A bucket's bound is no number.
    #[error("the bound of a bucket is NaN")]
    NanBound,
    /// A count is negative.
    #[error("a count is negative: {0}")]
    NegativeCount(f64),
    /// A bucket counts less than a lower one.
    #[error("the bucket up to {upper_bound} counts {count}, less than a lower one, {lower}")]
    NotCumulative {
        /// The bucket's bound.
        upper_bound: f64,
        /// Its count.
        count: f64,
        /// The count of the bucket below.
        lower: f64,
    },
    /// The number of observations and the highest bucket disagree.
    #[error("the count is {count}, but the bucket `+Inf` counts {highest}")]
    CountMismatch {
        /// The number of observations.
        count: f64,
        /// What the highest bucket counts.
        highest: f64,
    },
    /// The buckets make no histogram.
    #[error(transparent)]
    Histogram(#[from] HistogramError),
}

/// The histogram with custom buckets that counts what these classic series count at one moment; what is missing
/// among `+Inf` and the count is taken from the other. Of two buckets with one bound, the first counts.
///
/// # Errors
///
/// When the numbers contradict each other.
pub fn custom_from_classic(
    mut buckets: Vec<ClassicBucket>,
    count: Option<f64>,
    sum: f64,
) -> Result<FloatHistogram, ConversionError> {
    let negative = buckets.iter().map(|bucket| bucket.count).chain(count).find(|count| *count < 0.0);
    if let Some(negative) = negative {
        return Err(ConversionError::NegativeCount(negative));
    }
    if buckets.iter().any(|bucket| bucket.upper_bound.is_nan()) {
        return Err(ConversionError::NanBound);
    }
    buckets.sort_by(|one, two| one.upper_bound.total_cmp(&two.upper_bound));
    buckets.dedup_by(|bucket, kept| bucket.upper_bound == kept.upper_bound);
    if let Some((lower, next)) =
        buckets.iter().zip(buckets.iter().skip(1)).find(|(lower, next)| next.count < lower.count)
    {
        let ClassicBucket { upper_bound, count } = *next;
        return Err(ConversionError::NotCumulative { upper_bound, count, lower: lower.count });
    }
    let highest = buckets.last().map_or(0.0, |last| last.count);
    let count = count.unwrap_or(highest);
    if buckets.last().is_none_or(|last| last.upper_bound != f64::INFINITY) {
        buckets.push(ClassicBucket { upper_bound: f64::INFINITY, count });
    }
    native(&buckets, count, sum)
}

/// For buckets in order, the last of which is `+Inf`.
fn native(buckets: &[ClassicBucket], count: f64, sum: f64) -> Result<FloatHistogram, ConversionError> {
    let highest = buckets.last().map_or(0.0, |last| last.count);
    if count != highest {
        return Err(ConversionError::CountMismatch { count, highest });
    }
    let lower = std::iter::once(0.0).chain(buckets.iter().map(|bucket| bucket.count));
    let mut histogram = FloatHistogram::from_parts(&HistogramParts {
        schema: -53,
        count,
        sum,
        buckets: buckets.iter().zip(lower).map(|(bucket, lower)| bucket.count - lower).collect(),
        custom_values: buckets.iter().rev().skip(1).rev().map(|bucket| bucket.upper_bound).collect(),
        ..HistogramParts::default()
    })?;
    histogram.validate()?;
    // Prometheus keeps short gaps when it can count in whole numbers.
    let whole = |count: f64| count.fract() == 0.0;
    histogram.compact(if buckets.iter().all(|bucket| whole(bucket.count)) { 2 } else { 0 });
    Ok(histogram)
}

#[cfg(test)]
mod tests {
    use super::*;

    const INFINITY: f64 = f64::INFINITY;

    fn buckets(of: &[(f64, f64)]) -> Vec<ClassicBucket> {
        of.iter().map(|(upper_bound, count)| ClassicBucket { upper_bound: *upper_bound, count: *count }).collect()
    }

    fn assert_alike(one: f64, two: f64, what: &str) {
        assert!((one - two).abs() < 1e-9 || one == two || one.is_nan() && two.is_nan(), "{what}: {one} is not {two}");
    }

    #[test]
    fn quantiles() {
        let latency: &[(f64, f64)] = &[(0.1, 20.0), (1.0, 60.0), (INFINITY, 80.0)];
        let below_zero: &[(f64, f64)] = &[(-1.0, 4.0), (1.0, 8.0), (INFINITY, 8.0)];
        for (given, q, value) in [
            (latency, 0.125, 0.05),
            (latency, 0.5, 0.55),
            (latency, 0.9, 1.0),
            (latency, -1.0, -INFINITY),
            (latency, 2.0, INFINITY),
            (latency, f64::NAN, f64::NAN),
            (below_zero, 0.25, -1.0),
            (below_zero, 0.75, 0.0),
            // Out of order, and one bound twice.
            (&[(INFINITY, 10.0), (1.0, 3.0), (2.0, 8.0), (1.0, 1.0)], 0.6, 1.5),
            (&[(1.0, 0.0), (2.0, 4.0), (INFINITY, 4.0)], 0.0, f64::NAN),
            (&[(1.0, 3.0), (2.0, 8.0)], 0.5, f64::NAN),
            (&[(INFINITY, 8.0)], 0.5, f64::NAN),
            (&[(1.0, 0.0), (INFINITY, 0.0)], 0.5, f64::NAN),
            (&[], 0.5, f64::NAN),
        ] {
            let quantile = classic_quantile(q, buckets(given));
            assert_alike(quantile.value, value, &format!("{given:?} {q}"));
            assert_eq!(quantile.repair, None);
        }
    }

    #[test]
    fn repairs_what_decreases() {
        let wrong = buckets(&[(1.0, 10.0), (2.0, 7.0), (3.0, 9.0), (4.0, 20.0), (INFINITY, 20.0)]);
        let quantile = classic_quantile(0.75, wrong);
        assert_alike(quantile.value, 3.5, "a half between 10 at 3 and 20 at 4");
        assert_eq!(quantile.repair, Some(Repair { lowest: 2.0, highest: 3.0, largest_difference: 3.0 }));
        let rounded = buckets(&[(1.0, 10.0), (2.0, 10.0 - 1e-12), (INFINITY, 10.0)]);
        assert_eq!(classic_quantile(0.5, rounded).repair, None);
    }

    #[test]
    fn fractions() {
        let latency: &[(f64, f64)] = &[(0.1, 20.0), (1.0, 60.0), (INFINITY, 80.0)];
        for (given, lower, upper, fraction) in [
            (latency, 0.0, 0.1, 0.25),
            (latency, 0.05, 0.55, 0.375),
            (latency, -INFINITY, INFINITY, 1.0),
            (latency, 1.0, INFINITY, 0.25),
            (latency, 2.0, 3.0, 0.0),
            (latency, 1.0, 0.1, 0.0),
            (latency, f64::NAN, 1.0, f64::NAN),
            (&[(-1.0, 4.0), (INFINITY, 8.0)], -INFINITY, -2.0, 0.5),
            (&[(1.0, 4.0)], 0.0, 1.0, f64::NAN),
            (&[(1.0, 0.0), (INFINITY, 0.0)], 0.0, 1.0, f64::NAN),
            (&[], 0.0, 1.0, f64::NAN),
        ] {
            let what = format!("{given:?} {lower} {upper}");
            assert_alike(classic_fraction(lower, upper, buckets(given)), fraction, &what);
        }
    }

    #[test]
    fn quantiles_of_lists() {
        for (values, q, value) in [
            (&[3.0, 1.0, 2.0][..], 0.5, 2.0),
            (&[1.0, 2.0, 3.0, 4.0], 0.5, 2.5),
            (&[1.0, 2.0], 1.0, 2.0),
            (&[1.0, f64::NAN, 2.0], 0.5, 1.0),
            (&[-INFINITY, 1.0, INFINITY], 0.5, 1.0),
            (&[1.0, INFINITY], 1.0, INFINITY),
            (&[1.0, INFINITY], 0.5, INFINITY),
            (&[1.0], -0.1, -INFINITY),
            (&[1.0], 1.1, INFINITY),
            (&[1.0], f64::NAN, f64::NAN),
            (&[], 0.5, f64::NAN),
        ] {
            assert_alike(quantile_of(q, values.to_vec()), value, &format!("{values:?} {q}"));
        }
    }

    #[test]
    fn becomes_native() {
        for (given, count, native) in [
            (&[(1.0, 3.0), (2.0, 5.0), (INFINITY, 9.0)][..], Some(9.0), {
                "{{schema:-53 count:9 sum:4 custom_values:[1 2] buckets:[3 2 4]}}"
            }),
            (&[(2.0, 5.0), (1.0, 3.0)], Some(9.0), "{{schema:-53 count:9 sum:4 custom_values:[1 2] buckets:[3 2 4]}}"),
            (&[(1.0, 3.0), (2.0, 5.0)], None, "{{schema:-53 count:5 sum:4 custom_values:[1 2] buckets:[3 2]}}"),
            (&[(1.0, 0.5), (1.0, 0.25), (INFINITY, 1.0)], None, {
                "{{schema:-53 count:1 sum:4 custom_values:[1] buckets:[0.5 0.5]}}"
            }),
            (&[], Some(2.0), "{{schema:-53 count:2 sum:4 custom_values:[] buckets:[2]}}"),
        ] {
            let converted = custom_from_classic(buckets(given), count, 4.0).expect("no contradiction");
            assert_eq!(converted.test_form(), native);
        }
    }

    #[test]
    fn contradictions_do_not_become_native() {
        for (given, count, message) in [
            (&[(1.0, 3.0), (2.0, 2.0)][..], None, "the bucket up to 2 counts 2, less than a lower one, 3"),
            (&[(1.0, -3.0)], None, "a count is negative: -3"),
            (&[(1.0, 3.0)], Some(-1.0), "a count is negative: -1"),
            (&[(f64::NAN, 3.0)], None, "the bound of a bucket is NaN"),
            (&[(INFINITY, 3.0)], Some(4.0), "the count is 4, but the bucket `+Inf` counts 3"),
            (&[(1.0, 5.0)], Some(4.0), "bucket 2 has a negative number of observations"),
        ] {
            let refused = custom_from_classic(buckets(given), count, 0.0).expect_err(message);
            assert_eq!(refused.to_string(), message);
        }
    }
}
