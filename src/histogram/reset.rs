//! Whether a counter was reset between two histograms.

use super::{
    Compensated, FloatHistogram, ResetHint, Schema,
    arithmetic::{common_bounds, roll_up},
};

impl FloatHistogram {
    /// Whether the counter was reset between the `previous` histogram and this one: the hint says so, or else something
    /// that can only grow has shrunk (a count, the resolution, the zero bucket). The sum is not looked at.
    pub fn is_reset_after(&self, previous: &Self) -> bool {
        match self.reset_hint {
            ResetHint::Reset => return true,
            ResetHint::NotReset => return false,
            // A gauge that is treated as a counter is told as much as one can know.
            ResetHint::Unknown | ResetHint::Gauge => {}
        }
        if self.count < previous.count {
            return true;
        }
        match (&self.schema, &previous.schema) {
            (Schema::Custom(ours), Schema::Custom(theirs)) if ours == theirs => self.has_lost_buckets(previous),
            (Schema::Custom(ours), Schema::Custom(theirs)) => {
                let common = common_bounds(ours, theirs);
                let rolled = |histogram: &Self, bounds: &[f64]| {
                    let mut targets = vec![Compensated::default(); common.len() + 1];
                    roll_up(&histogram.positive, bounds, &common, &mut targets);
                    targets
                };
                rolled(self, ours).iter().zip(rolled(previous, theirs)).any(|(now, before)| now.sum < before.sum)
            }
            (Schema::Exponential(now), Schema::Exponential(before)) => {
                now > before || self.zero_threshold < previous.zero_threshold || self.has_lost_counts(previous)
            }
            _ => true,
        }
    }

    /// What storage and statistics know of a sample after the one before it: its hint, or what comparing them says.
    pub fn hint_after(&self, previous: Option<&Self>) -> ResetHint {
        match (self.reset_hint, previous) {
            (ResetHint::Unknown, Some(previous)) if self.is_reset_after(previous) => ResetHint::Reset,
            (ResetHint::Unknown, Some(_)) => ResetHint::NotReset,
            (hint, _) => hint,
        }
    }

    /// For exponential buckets that are no finer than the previous ones.
    fn has_lost_counts(&self, previous: &Self) -> bool {
        let (zero_count, threshold) = previous.widened_zero_bucket(self.zero_threshold);
        if threshold != self.zero_threshold || self.zero_count < zero_count {
            return true;
        }
        let mut previous = previous.clone();
        if let Some(resolution) = self.resolution() {
            previous.reduce(resolution);
            for side in [&mut previous.positive, &mut previous.negative] {
                side.retain(|index, _| resolution.bound(index) > threshold);
            }
        }
        self.has_lost_buckets(&previous)
    }

    fn has_lost_buckets(&self, previous: &Self) -> bool {
        [(&self.positive, &previous.positive), (&self.negative, &previous.negative)].into_iter().any(|(now, before)| {
            before.iter().any(|(index, before)| match now.get(index) {
                Some(now) => now < before,
                None => before != 0.0,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::read, *};

    #[test]
    fn sees_what_has_shrunk() {
        let custom = "{{schema:-53 count:7 custom_values:[1 2 5] buckets:[1 2 4]}}";
        for (previous, now, reset) in [
            ("{{count:3 buckets:[1 2]}}", "{{count:3 buckets:[1 2]}}", false),
            ("{{count:3 sum:5 buckets:[1 2]}}", "{{count:4 sum:1 buckets:[2 2]}}", false),
            ("{{count:3 buckets:[1 2]}}", "{{count:2 buckets:[1 2]}}", true),
            ("{{count:3 buckets:[1 2]}}", "{{count:9 buckets:[9 1]}}", true),
            ("{{count:3 buckets:[1 2]}}", "{{count:9 buckets:[9]}}", true),
            ("{{count:3 buckets:[3 0]}}", "{{count:9 buckets:[9]}}", false),
            ("{{count:3 n_buckets:[3]}}", "{{count:9 n_buckets:[2]}}", true),
            ("{{count:3 buckets:[1 2]}}", "{{schema:1 count:9 offset:-1 buckets:[1 1 2 2]}}", true),
            // (1, 1.41] and (1.41, 2] make (1, 2].
            ("{{schema:1 count:3 offset:1 buckets:[1 2]}}", "{{count:3 offset:1 buckets:[3]}}", false),
            ("{{schema:1 count:3 offset:1 buckets:[1 2]}}", "{{count:9 offset:1 buckets:[2]}}", true),
            ("{{count:3 z_bucket:3 z_bucket_w:1}}", "{{count:9 z_bucket:9}}", true),
            ("{{count:3 z_bucket:1 buckets:[2]}}", "{{count:3 z_bucket:3 z_bucket_w:1}}", false),
            ("{{count:3 z_bucket:1 buckets:[2]}}", "{{count:9 z_bucket:2 z_bucket_w:1}}", true),
            ("{{count:3 z_bucket:1 buckets:[2]}}", "{{count:9 z_bucket:9 z_bucket_w:0.75}}", true),
            (custom, custom, false),
            (custom, "{{schema:-53 count:9 custom_values:[1 2 5] buckets:[2 1 6]}}", true),
            (custom, "{{schema:-53 count:7 custom_values:[2 5] buckets:[3 4]}}", false),
            (custom, "{{schema:-53 count:9 custom_values:[2 5] buckets:[2 7]}}", true),
            (custom, "{{count:9 buckets:[9]}}", true),
            ("{{count:3 buckets:[1 2]}}", custom, true),
            ("{{count:3}}", "{{count:4 counter_reset_hint:reset}}", true),
            ("{{count:3}}", "{{count:2 counter_reset_hint:not_reset}}", false),
            ("{{count:3}}", "{{count:2 counter_reset_hint:gauge}}", true),
        ] {
            assert_eq!(read(now).is_reset_after(&read(previous)), reset, "{previous} {now}");
        }
    }

    #[test]
    fn finds_the_hint_that_is_missing() {
        let (low, high) = (read("{{count:3}}"), read("{{count:4}}"));
        assert_eq!(low.hint_after(None), ResetHint::Unknown);
        assert_eq!(low.hint_after(Some(&high)), ResetHint::Reset);
        assert_eq!(high.hint_after(Some(&low)), ResetHint::NotReset);
        assert_eq!(read("{{counter_reset_hint:gauge}}").hint_after(Some(&low)), ResetHint::Gauge);
    }
}
