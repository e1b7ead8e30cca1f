//! Quantiles, fractions, mean and variance, estimated from the buckets of a native histogram.

use crate::vocab::go_math::{exp2, log2};

use super::{Bucket, Compensated, FloatHistogram};

/// What PromQL answers, and what it tells of observations of NaN, which are counted but lie in no bucket.
#[derive(Copy, Clone, PartialEq, Debug)]
pub struct Estimate {
    /// The answer.
    pub value: f64,
    /// What is to be told beside it.
    pub note: Option<NanObservations>,
}

/// What observations of NaN did to an answer.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum NanObservations {
    /// The quantile falls among them, so that it is NaN.
    ResultIsNan,
    /// They count as above all others, which makes the quantile larger.
    Skewed,
    /// They are in no range, so that fractions add up to less than 1.
    Excluded,
}

impl Estimate {
    fn plain(value: f64) -> Self {
        Self { value, note: None }
    }
}

impl Bucket {
    /// The part of its width, 0 to 1, that lies below a value strictly inside: linear, or on a logarithmic scale.
    pub(super) fn fraction_below(&self, value: f64, linear: bool) -> f64 {
        if linear {
            return (value - self.lower) / (self.upper - self.lower);
        }
        let [lower, upper, at] = [self.lower, self.upper, value].map(|bound| log2(bound.abs()));
        if value > 0.0 { (at - lower) / (upper - lower) } else { 1.0 - ((at - upper) / (lower - upper)) }
    }
}

impl FloatHistogram {
    /// The mean of the observations.
    pub fn mean(&self) -> f64 {
        self.sum / self.count
    }

    /// How far, squared, observations are from their mean, each taken to be in the middle of its bucket: the
    /// geometric mean of exponential bounds, the arithmetic mean of custom ones, zero in the zero bucket.
    pub fn variance(&self) -> f64 {
        let mean = self.mean();
        let mut sum = Compensated::default();
        for bucket in self.all_buckets().filter(|bucket| bucket.count != 0.0) {
            let middle = if self.has_custom_buckets() {
                (bucket.upper + bucket.lower) / 2.0
            } else if bucket.holds_zero() {
                0.0
            } else {
                (bucket.upper * bucket.lower).sqrt().copysign(bucket.upper)
            };
            let distance = middle - mean;
            sum.increase(bucket.count * distance * distance);
        }
        sum.total() / self.count
    }

    /// The value below which the fraction `q` of the observations lies.
    ///
    /// Inside a bucket, observations are taken to be spread evenly: over the logarithms of exponential buckets, over
    /// the values of custom ones and of the zero bucket. Infinite for a `q` outside of 0 to 1, NaN for a `q` that is
    /// NaN and when there are no observations.
    pub fn quantile(&self, q: f64) -> Estimate {
        if q < 0.0 {
            return Estimate::plain(f64::NEG_INFINITY);
        }
        if q > 1.0 {
            return Estimate::plain(f64::INFINITY);
        }
        if self.count == 0.0 || q.is_nan() {
            return Estimate::plain(f64::NAN);
        }
        // From the nearer end, for the sake of precision; but observations of NaN are beyond the upper one.
        if self.sum.is_nan() || q < 0.5 {
            self.quantile_from(self.all_buckets(), q * self.count, false)
        } else {
            self.quantile_from(self.all_buckets().rev(), (1.0 - q) * self.count, true)
        }
    }

    fn quantile_from(&self, mut buckets: impl Iterator<Item = Bucket>, rank: f64, downwards: bool) -> Estimate {
        let mut bucket = Bucket::default();
        let mut seen = 0.0;
        for next in buckets.by_ref() {
            bucket = next;
            seen += bucket.count;
            if bucket.count != 0.0 && seen >= rank {
                break;
            }
        }
        if self.has_custom_buckets() {
            if bucket.lower == f64::NEG_INFINITY {
                if bucket.upper <= 0.0 {
                    return Estimate::plain(bucket.upper);
                }
                bucket.lower = 0.0;
            } else if bucket.upper == f64::INFINITY {
                return Estimate::plain(bucket.lower);
            }
        } else if bucket.lower < 0.0 && bucket.upper > 0.0 {
            bucket = self.one_sided(bucket);
        }
        // Rounding may have led beyond.
        let mut seen = if seen > self.count { self.count } else { seen };
        if seen < rank {
            let note = self.sum.is_nan().then_some(NanObservations::ResultIsNan);
            return Estimate { value: if note.is_some() { f64::NAN } else { bucket.upper }, note };
        }
        let rank = if downwards { seen - rank } else { rank - (seen - bucket.count) };
        let mut note = None;
        if self.sum.is_nan() {
            buckets.for_each(|beyond| seen += beyond.count);
            note = (seen < self.count).then_some(NanObservations::Skewed);
        }
        Estimate { value: self.interpolated(&bucket, rank / bucket.count), note }
    }

    /// The value at this part, 0 to 1, of a bucket's width.
    fn interpolated(&self, bucket: &Bucket, fraction: f64) -> f64 {
        if self.has_custom_buckets() || bucket.holds_zero() {
            return bucket.lower + (bucket.upper - bucket.lower) * fraction;
        }
        let [lower, upper] = [bucket.lower, bucket.upper].map(|bound| log2(bound.abs()));
        if bucket.lower > 0.0 {
            exp2(lower + (upper - lower) * fraction)
        } else {
            -exp2(upper + (lower - upper) * (1.0 - fraction))
        }
    }

    /// A bucket around zero, cut off at zero if all others are on one side.
    fn one_sided(&self, mut bucket: Bucket) -> Bucket {
        match (self.negative.is_empty(), self.positive.is_empty()) {
            (true, false) => bucket.lower = 0.0,
            (false, true) => bucket.upper = 0.0,
            _ => {}
        }
        bucket
    }

    /// The fraction of the observations between two values. NaN when there are none or a value is NaN.
    pub fn fraction(&self, lower: f64, upper: f64) -> Estimate {
        if self.count == 0.0 || lower.is_nan() || upper.is_nan() {
            return Estimate::plain(f64::NAN);
        }
        if lower >= upper {
            return Estimate::plain(0.0);
        }
        let mut counted = self.count;
        let mut note = None;
        if self.sum.is_nan() {
            counted = self.all_buckets().fold(0.0, |sum, bucket| sum + bucket.count);
            note = (counted < self.count).then_some(NanObservations::Excluded);
        }
        let rank = |value| self.rank(value).map_or(counted, |rank| if rank > counted { counted } else { rank });
        Estimate { value: (rank(upper) - rank(lower)) / self.count, note }
    }

    /// How many observations are below a value; `None` when it is above all buckets.
    fn rank(&self, value: f64) -> Option<f64> {
        let mut below = 0.0;
        for mut bucket in self.all_buckets() {
            let around_zero = !self.has_custom_buckets() && bucket.holds_zero();
            if around_zero {
                bucket = self.one_sided(bucket);
            } else if bucket.lower == f64::NEG_INFINITY && bucket.upper > 0.0 {
                // The lowest of custom buckets; those of exponential ones are bounded.
                bucket.lower = 0.0;
            }
            if bucket.lower >= value {
                return Some(below);
            }
            if bucket.upper > value {
                if bucket.lower == f64::NEG_INFINITY && (self.has_custom_buckets() || around_zero) {
                    return Some(bucket.count);
                }
                let linear = self.has_custom_buckets() || around_zero;
                return Some(below + bucket.count * bucket.fraction_below(value, linear));
            }
            below += bucket.count;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::SQRT_2;

    use super::{super::tests::read, NanObservations::*, *};

    const INFINITY: f64 = f64::INFINITY;

    #[test]
    fn quantiles() {
        let octaves = "{{count:4 sum:9 offset:1 buckets:[2 0 2]}}";
        let mirrored = "{{count:4 sum:-9 n_offset:1 n_buckets:[2 0 2]}}";
        let custom = "{{schema:-53 count:10 sum:70 custom_values:[5 10] buckets:[2 4 4]}}";
        let zero = "{{count:4 sum:1 z_bucket:4 z_bucket_w:2}}";
        for (histogram, q, value) in [
            (octaves, -0.1, -INFINITY),
            (octaves, 1.1, INFINITY),
            (octaves, f64::NAN, f64::NAN),
            ("{{sum:1}}", 0.5, f64::NAN),
            // (1, 2] and (4, 8]; a half of (1, 2] by logarithm is its geometric middle, as Go computes it.
            (octaves, 0.0, 1.0),
            (octaves, 0.25, SQRT_2.next_down()),
            (octaves, 0.5, 4.0),
            (octaves, 0.75, 4.0 * SQRT_2.next_down()),
            (octaves, 1.0, 8.0),
            (mirrored, 0.0, -8.0),
            (mirrored, 0.49, -4.0 * 1.013_959_479_790_029),
            (mirrored, 1.0, -1.0),
            // [-2, 2] around zero; [0, 2] below (2, 4]; [-2, 0] above [-4, -2).
            (zero, 0.25, -1.0),
            (zero, 0.75, 1.0),
            ("{{count:8 sum:1 z_bucket:4 z_bucket_w:2 offset:2 buckets:[4]}}", 0.25, 1.0),
            ("{{count:8 sum:1 z_bucket:4 z_bucket_w:2 n_offset:2 n_buckets:[4]}}", 0.75, -1.0),
            // From 0 to 5, to 10, and to nobody knows where.
            (custom, 0.1, 2.5),
            (custom, 0.4, 7.5),
            (custom, 0.9, 10.0),
            ("{{schema:-53 count:4 sum:1 custom_values:[-5 5] buckets:[2 2]}}", 0.25, -5.0),
            ("{{schema:-53 count:4 sum:1 custom_values:[-5 5] buckets:[2 2]}}", 0.75, 0.0),
            // More observations than buckets hold, though none is NaN.
            ("{{count:9 sum:1 offset:1 buckets:[2]}}", 0.4, 2.0),
        ] {
            let estimate = read(histogram).quantile(q);
            let alike = estimate.value == value || estimate.value.is_nan() && value.is_nan();
            let near = (estimate.value - value).abs() < 1e-9;
            assert!(alike || near, "{histogram} {q}: {} is not {value}", estimate.value);
            assert_eq!(estimate.note, None, "{histogram} {q}");
        }
    }

    #[test]
    fn observations_of_nan_lie_above_all() {
        let histogram = read("{{count:10 sum:NaN offset:1 buckets:[4 4]}}");
        assert_eq!(histogram.quantile(0.2), Estimate { value: SQRT_2.next_down(), note: Some(Skewed) });
        let beyond = histogram.quantile(0.9);
        assert!(beyond.value.is_nan() && beyond.note == Some(ResultIsNan));
        assert_eq!(histogram.fraction(-INFINITY, INFINITY), Estimate { value: 0.8, note: Some(Excluded) });
        // Observations of both infinities make the sum NaN as well, but are counted.
        let infinite = read("{{count:8 sum:NaN offset:1 buckets:[4 4]}}");
        assert_eq!(infinite.fraction(1.0, 2.0), Estimate { value: 0.5, note: None });
        assert_eq!(infinite.quantile(0.75).note, None);
    }

    #[test]
    fn fractions() {
        let octaves = "{{count:4 sum:9 offset:1 buckets:[2 0 2]}}";
        let custom = "{{schema:-53 count:10 sum:70 custom_values:[5 10] buckets:[2 4 4]}}";
        for (histogram, lower, upper, fraction) in [
            (octaves, 0.0, 2.0, 0.5),
            (octaves, 1.0, 3.0, 0.5),
            (octaves, -INFINITY, 32f64.sqrt(), 0.75),
            (octaves, 8.0, INFINITY, 0.0),
            (octaves, 2.0, 2.0, 0.0),
            (octaves, 2.0, 1.0, 0.0),
            (octaves, f64::NAN, 1.0, f64::NAN),
            ("{{sum:1}}", 0.0, 1.0, f64::NAN),
            ("{{count:4 sum:9 n_offset:1 n_buckets:[2 0 2]}}", -4.0, -(2f64.sqrt()), 0.25),
            ("{{count:4 sum:1 z_bucket:4 z_bucket_w:2}}", -1.0, 2.0, 0.75),
            ("{{count:8 sum:1 z_bucket:4 z_bucket_w:2 offset:2 buckets:[4]}}", -1.0, 1.0, 0.25),
            (custom, 0.0, 7.5, 0.4),
            (custom, -INFINITY, 2.5, 0.1),
            // Custom buckets are not cut off at zero, be they around it or up to it.
            ("{{schema:-53 count:4 sum:1 custom_values:[-5 1] buckets:[1 2 1]}}", -INFINITY, 0.0, 2.0 / 3.0),
            ("{{schema:-53 count:10 sum:1 custom_values:[0 1] buckets:[4 3 3]}}", 0.0, INFINITY, 0.6),
            // Nothing is known of how they are spread above 10.
            (custom, 10.0, 1e9, 0.0),
            (custom, 10.0, INFINITY, 0.4),
        ] {
            let estimate = read(histogram).fraction(lower, upper).value;
            let alike = (estimate - fraction).abs() < 1e-9 || estimate.is_nan() && fraction.is_nan();
            assert!(alike, "{histogram} {lower} {upper}: {estimate} is not {fraction}");
        }
    }

    #[test]
    fn mean_and_variance() {
        for (histogram, mean, variance) in [
            // Twice in (4, 16], and so at 8, which is 3 from the mean of 5.
            ("{{schema:-1 count:2 sum:10 offset:1 buckets:[0 2]}}", 5.0, 9.0),
            ("{{schema:-1 count:2 sum:4 offset:1 buckets:[2]}}", 2.0, 0.0),
            ("{{schema:-1 count:2 sum:-4 n_offset:1 n_buckets:[2]}}", -2.0, 0.0),
            ("{{count:4 sum:4 z_bucket:4 z_bucket_w:2}}", 1.0, 1.0),
            ("{{schema:-53 count:2 sum:20 custom_values:[0 10] offset:1 buckets:[2]}}", 10.0, 25.0),
        ] {
            let histogram = read(histogram);
            assert_eq!((histogram.mean(), histogram.variance()), (mean, variance), "{histogram}");
        }
        assert!(read("{{}}").mean().is_nan() && read("{{}}").variance().is_nan());
    }
}
