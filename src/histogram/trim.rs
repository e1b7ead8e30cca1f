//! Cutting a histogram off at a value: PromQL's `</` and `>/`.

use super::{Bucket, Buckets, FloatHistogram};

/// Which observations stay.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Keep {
    /// Those below the value: `</`.
    Below,
    /// Those above the value: `>/`.
    Above,
}

/// What is left of a bucket: how many observations, and where they are taken to be.
#[derive(Copy, Clone)]
struct Left {
    count: f64,
    middle: f64,
}

impl Left {
    const NOTHING: Self = Self { count: 0.0, middle: 0.0 };
}

/// A place to cut at.
#[derive(Copy, Clone)]
struct Cut {
    at: f64,
    keep: Keep,
    /// Whether observations are taken to be spread evenly over values, not over their logarithms.
    linear: bool,
}

impl FloatHistogram {
    /// Keeps the observations on one side of a value; of the bucket around the value, the share that lies there.
    /// If anything is cut off, count and sum are estimated anew from what is left.
    pub fn trim(&mut self, keep: Keep, at: f64) {
        let cut = Cut { at, keep, linear: self.has_custom_buckets() };
        let positive: Vec<Left> = self.positive_buckets().map(|bucket| cut.left(&bucket, 1.0)).collect();
        let negative: Vec<Left> = self.negative_buckets().map(|bucket| cut.left(&bucket, -1.0)).collect();
        let zero = self.zero_bucket().filter(|zero| zero.count > 0.0).map(|zero| cut.left_of_zero(self.between(zero)));

        let (mut count, mut sum, mut is_cut) = (0.0, 0.0, false);
        let mut take = |own: &mut f64, left: Left| {
            count += left.count;
            sum += left.middle * left.count;
            is_cut |= *own != left.count;
            *own = left.count;
        };
        let sides = [(&mut self.positive, positive), (&mut self.negative, negative)];
        for (side, left) in sides {
            side.counts_mut().zip(left).filter(|(own, _)| **own != 0.0).for_each(|(own, left)| take(own, left));
        }
        if let Some(zero) = zero {
            take(&mut self.zero_count, zero);
        }
        if is_cut {
            self.count = count;
            self.sum = sum;
            self.compact(0);
        }
    }

    /// The zero bucket, cut off at zero if observations outside of it are all on one side.
    fn between(&self, mut zero: Bucket) -> Bucket {
        let populated = |side: &Buckets| side.iter().any(|(_, count)| count != 0.0);
        match (populated(&self.negative), populated(&self.positive)) {
            (true, false) => zero.upper = 0.0,
            (false, true) => zero.lower = 0.0,
            _ => {}
        }
        zero
    }
}

impl Cut {
    /// What is left of a bucket on the side of this sign.
    fn left(self, bucket: &Bucket, sign: f64) -> Left {
        let Bucket { lower, upper, count, .. } = *bucket;
        let (all, some) = match self.keep {
            Keep::Below => (upper <= self.at, lower < self.at),
            Keep::Above => (lower >= self.at, upper > self.at),
        };
        if all {
            Left { count, middle: self.middle(lower, upper, sign) }
        } else if !some {
            Left::NOTHING
        } else if lower == f64::NEG_INFINITY {
            self.left_of_lowest(upper, count)
        } else if upper == f64::INFINITY {
            match self.keep {
                // Nobody knows how far up they are.
                Keep::Below => Left::NOTHING,
                Keep::Above if self.at >= lower => Left { count, middle: self.at },
                Keep::Above => Left::NOTHING,
            }
        } else {
            let below = if self.at <= lower { 0.0 } else { count * bucket.fraction_below(self.at, self.linear) };
            match self.keep {
                Keep::Below => Left { count: below, middle: self.middle(lower, self.at, sign) },
                Keep::Above => Left { count: count - below, middle: self.middle(self.at, upper, sign) },
            }
        }
    }

    /// What is left of a bucket that begins at minus infinity; it is taken to begin at zero if it ends above that.
    fn left_of_lowest(self, upper: f64, count: f64) -> Left {
        let at = self.at;
        match self.keep {
            Keep::Below if at > 0.0 && upper > 0.0 && upper.is_finite() => {
                Left { count: count * at / upper, middle: at / 2.0 }
            }
            Keep::Below if upper <= 0.0 => Left { count, middle: at },
            Keep::Above if at >= 0.0 && upper.is_finite() => {
                Left { count: count * (1.0 - at / upper), middle: (at + upper) / 2.0 }
            }
            _ => Left::NOTHING,
        }
    }

    fn left_of_zero(self, zero: Bucket) -> Left {
        let Bucket { lower, upper, count, .. } = zero;
        let all = Left { count, middle: (lower + upper) / 2.0 };
        let width = upper - lower;
        match self.keep {
            Keep::Below if self.at <= lower => Left::NOTHING,
            Keep::Below if self.at >= upper => all,
            Keep::Below => Left { count: count * ((self.at - lower) / width), middle: (lower + self.at) / 2.0 },
            Keep::Above if self.at <= lower => all,
            Keep::Above if self.at >= upper => Left::NOTHING,
            Keep::Above => Left { count: count * ((upper - self.at) / width), middle: (self.at + upper) / 2.0 },
        }
    }

    fn middle(self, lower: f64, upper: f64, sign: f64) -> f64 {
        match (lower.is_infinite(), upper.is_infinite()) {
            (true, true) => 0.0,
            (true, false) if upper > 0.0 => upper / 2.0,
            (true, false) => upper,
            (false, true) => lower,
            (false, false) if self.linear => (lower + upper) / 2.0,
            (false, false) => sign * (lower * upper).abs().sqrt(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::read, *};

    #[test]
    fn cuts_off() {
        let custom = "{{schema:-53 count:10 sum:99 custom_values:[10 20] buckets:[4 4 2]}}";
        for (histogram, keep, at, left) in [
            // (1, 4] and (4, 16], whose geometric means are 2 and 8; 2 and 8 are also their middles by logarithm.
            (
                "{{schema:-1 count:6 sum:99 offset:1 buckets:[2 4]}}",
                Keep::Below,
                4.0,
                "{{schema:-1 count:2 sum:4 offset:1 buckets:[2]}}",
            ),
            (
                "{{schema:-1 count:6 sum:99 offset:1 buckets:[2 4]}}",
                Keep::Above,
                4.0,
                "{{schema:-1 count:4 sum:32 offset:2 buckets:[4]}}",
            ),
            // Half of (4, 16], (4, 8] in effect, with mean sqrt(32).
            (
                "{{schema:-1 count:4 sum:99 offset:2 buckets:[4]}}",
                Keep::Below,
                8.0,
                "{{schema:-1 count:2 sum:11.313708498984761 offset:2 buckets:[2]}}",
            ),
            (
                "{{schema:-1 count:4 sum:99 n_offset:2 n_buckets:[4]}}",
                Keep::Below,
                -4.0,
                "{{schema:-1 count:4 sum:99 n_offset:2 n_buckets:[4]}}",
            ),
            (
                "{{schema:-1 count:4 sum:99 n_offset:2 n_buckets:[4]}}",
                Keep::Above,
                -8.0,
                "{{schema:-1 count:2 sum:-11.313708498984761 n_offset:2 n_buckets:[2]}}",
            ),
            ("{{count:4 sum:99 offset:1 buckets:[4]}}", Keep::Below, 2.0, "{{count:4 sum:99 offset:1 buckets:[4]}}"),
            ("{{count:4 sum:99 offset:1 buckets:[4]}}", Keep::Below, f64::NAN, "{{}}"),
            // The zero bucket around zero, then above it only: half of [0, 2], with mean 0.5, and (2, 4] with 2 sqrt(2).
            (
                "{{count:4 sum:99 z_bucket:4 z_bucket_w:2}}",
                Keep::Below,
                1.0,
                "{{count:3 sum:-1.5 z_bucket:3 z_bucket_w:2}}",
            ),
            (
                "{{count:8 sum:99 z_bucket:4 z_bucket_w:2 offset:2 buckets:[4]}}",
                Keep::Below,
                1.0,
                "{{count:2 sum:1 z_bucket:2 z_bucket_w:2}}",
            ),
            (
                "{{count:8 sum:99 z_bucket:4 z_bucket_w:2 n_offset:2 n_buckets:[4]}}",
                Keep::Above,
                -1.0,
                "{{count:2 sum:-1 z_bucket:2 z_bucket_w:2}}",
            ),
            // Up to 10 from zero; nobody knows where those above 20 are.
            (custom, Keep::Below, 5.0, "{{schema:-53 count:2 sum:5 custom_values:[10 20] buckets:[2]}}"),
            (custom, Keep::Below, 15.0, "{{schema:-53 count:6 sum:45 custom_values:[10 20] buckets:[4 2]}}"),
            (custom, Keep::Below, 25.0, "{{schema:-53 count:8 sum:80 custom_values:[10 20] buckets:[4 4]}}"),
            (custom, Keep::Above, 5.0, "{{schema:-53 count:8 sum:115 custom_values:[10 20] buckets:[2 4 2]}}"),
            (custom, Keep::Above, 25.0, "{{schema:-53 count:2 sum:50 custom_values:[10 20] offset:2 buckets:[2]}}"),
            (custom, Keep::Above, -1.0, "{{schema:-53 count:6 sum:100 custom_values:[10 20] offset:1 buckets:[4 2]}}"),
            (
                "{{schema:-53 count:4 sum:9 custom_values:[-2] buckets:[4]}}",
                Keep::Below,
                -3.0,
                "{{schema:-53 count:4 sum:9 custom_values:[-2] buckets:[4]}}",
            ),
        ] {
            let mut trimmed = read(histogram);
            trimmed.trim(keep, at);
            assert_eq!(trimmed.test_form(), left, "{histogram} {keep:?} {at}");
        }
    }
}
