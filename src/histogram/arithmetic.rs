//! Adding, subtracting and scaling histograms, after bringing both to one layout.

use thiserror::Error;

use super::{Amount, Buckets, Compensated, FloatHistogram, ResetHint, Schema};

/// What had to be overlooked to combine two histograms.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub struct Reconciled {
    /// One said that its counter was reset, the other that it was not.
    pub hints_collide: bool,
    /// Their custom bounds differ, so that only the common ones are left.
    pub bounds_differ: bool,
}

/// One histogram has exponential buckets and the other has custom ones: nothing makes them comparable.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Error)]
#[error("exponential buckets cannot be combined with custom ones")]
pub struct MixedSchemas;

impl ResetHint {
    /// What the sum of two histograms says; `None` if they contradict each other.
    fn joined(self, other: Self) -> Option<Self> {
        match (self, other) {
            (one, two) if one == two => Some(one),
            (Self::Gauge, _) | (_, Self::Gauge) => Some(Self::Gauge),
            (Self::Unknown, _) | (_, Self::Unknown) => Some(Self::Unknown),
            _ => None,
        }
    }
}

impl FloatHistogram {
    /// Takes another histogram away. The hint is joined as in a sum: PromQL's `-` makes it a gauge afterwards.
    ///
    /// # Errors
    ///
    /// When only one of the two has custom buckets; nothing is changed then.
    pub fn subtract(&mut self, other: &Self) -> Result<Reconciled, MixedSchemas> {
        self.combine(other.map(|count| -count))
    }
}

impl<N: Amount> FloatHistogram<N> {
    /// Adds another histogram. Both are brought to the larger zero bucket and the coarser schema, or to the custom
    /// bounds that both have; buckets that end up empty stay listed.
    ///
    /// # Errors
    ///
    /// When only one of the two has custom buckets; nothing is changed then.
    pub fn add(&mut self, other: &FloatHistogram) -> Result<Reconciled, MixedSchemas> {
        self.combine(other.map(N::of))
    }

    /// Multiplies all counts and the sum. A negative factor leaves a gauge.
    pub fn multiply(&mut self, factor: f64) {
        self.change(|count| count.multiply(factor));
        if factor < 0.0 {
            self.reset_hint = ResetHint::Gauge;
        }
    }

    /// Divides all counts and the sum. A negative divisor leaves a gauge, zero leaves no buckets.
    pub fn divide(&mut self, divisor: f64) {
        self.change(|count| count.divide(divisor));
        if divisor == 0.0 {
            self.positive = Buckets::default();
            self.negative = Buckets::default();
        } else if divisor < 0.0 {
            self.reset_hint = ResetHint::Gauge;
        }
    }

    fn change(&mut self, change: impl Fn(&mut N)) {
        change(&mut self.count);
        change(&mut self.sum);
        change(&mut self.zero_count);
        self.positive.counts_mut().chain(self.negative.counts_mut()).for_each(change);
    }

    /// The same layout, counted differently.
    pub(super) fn map<M: Amount>(&self, change: impl Fn(N) -> M) -> FloatHistogram<M> {
        FloatHistogram {
            reset_hint: self.reset_hint,
            count: change(self.count),
            sum: change(self.sum),
            schema: self.schema.clone(),
            zero_threshold: self.zero_threshold,
            zero_count: change(self.zero_count),
            positive: self.positive.map(&change),
            negative: self.negative.map(&change),
        }
    }

    fn combine(&mut self, other: Self) -> Result<Reconciled, MixedSchemas> {
        if self.has_custom_buckets() != other.has_custom_buckets() {
            return Err(MixedSchemas);
        }
        let hint = self.reset_hint.joined(other.reset_hint);
        self.reset_hint = hint.unwrap_or_default();
        self.count.add(other.count);
        self.sum.add(other.sum);
        let bounds_differ = self.schema.custom_bounds() != other.schema.custom_bounds();
        match (&self.schema, &other.schema) {
            (Schema::Custom(ours), Schema::Custom(theirs)) if bounds_differ => {
                let common = common_bounds(ours, theirs);
                let mut targets = vec![Compensated::default(); common.len() + 1];
                roll_up(&self.positive, ours, &common, &mut targets);
                roll_up(&other.positive, theirs, &common, &mut targets);
                let cells = (0..).zip(targets).filter(|(_, count)| !count.is_zero());
                self.positive = Buckets::of(cells.map(|(index, count)| (index, N::rounded(count))));
                self.schema = Schema::Custom(common.into());
            }
            _ => self.combine_buckets(other),
        }
        Ok(Reconciled { hints_collide: hint.is_none(), bounds_differ })
    }

    /// Adds buckets whose bounds are alike or can be made so without choosing among them.
    fn combine_buckets(&mut self, mut other: Self) {
        let (Some(ours), Some(theirs)) = (self.resolution(), other.resolution()) else {
            self.positive.add(&other.positive);
            return;
        };
        let zero_count = self.widen_zero_buckets(&other);
        self.zero_count.add(zero_count);
        // The other's buckets that its widened zero bucket took in are left out only after they were made coarser, as
        // in Prometheus: a coarse bucket across the border keeps them all.
        let common = ours.min(theirs);
        self.reduce(common);
        other.reduce(common);
        let threshold = self.zero_threshold;
        for (side, more) in [(&mut self.positive, other.positive), (&mut self.negative, other.negative)] {
            let mut more = more;
            more.retain(|index, _| common.bound(index) > threshold);
            side.add(&more);
        }
    }

    /// Widens the zero bucket until it holds the other's and ends at no populated bucket's inside in either. Returns
    /// what is in the other's, widened alike.
    fn widen_zero_buckets(&mut self, other: &Self) -> N {
        let (mut zero_count, mut threshold) = (other.zero_count, other.zero_threshold);
        while threshold != self.zero_threshold {
            if threshold < self.zero_threshold {
                (zero_count, threshold) = other.widened_zero_bucket(self.zero_threshold);
            }
            if threshold > self.zero_threshold {
                (self.zero_count, self.zero_threshold) = self.widened_zero_bucket(threshold);
                self.take_out_below_threshold();
            }
        }
        zero_count
    }

    /// The count and the threshold of a zero bucket that reaches at least to this threshold, and to the outer end of a
    /// populated bucket that the threshold falls into.
    pub(super) fn widened_zero_bucket(&self, mut threshold: f64) -> (N, f64) {
        if threshold == self.zero_threshold {
            return (self.zero_count, threshold);
        }
        loop {
            let mut zero_count = self.zero_count;
            let positive_end = self.swallow(&self.positive, threshold, &mut zero_count);
            threshold = positive_end.unwrap_or(threshold);
            match self.swallow(&self.negative, threshold, &mut zero_count) {
                // Now more may lie below the threshold on the positive side.
                Some(negative_end) => threshold = negative_end,
                None => return (zero_count, threshold),
            }
        }
    }

    /// Adds all buckets that begin below the threshold; returns the end of a populated one that reaches beyond it.
    fn swallow(&self, side: &Buckets<N>, threshold: f64, zero_count: &mut N) -> Option<f64> {
        for (index, count) in side.iter() {
            let (inner, outer) = self.schema.interval(index);
            if inner >= threshold {
                break;
            }
            zero_count.add(count);
            if outer > threshold {
                return (!count.is_zero()).then_some(outer);
            }
        }
        None
    }

    fn take_out_below_threshold(&mut self) {
        let (schema, threshold) = (&self.schema, self.zero_threshold);
        for side in [&mut self.positive, &mut self.negative] {
            side.retain(|index, count| schema.interval(index).0 >= threshold && !count.is_zero());
        }
    }
}

/// The bounds that both lists have; both increase.
pub(super) fn common_bounds(ours: &[f64], theirs: &[f64]) -> Vec<f64> {
    let found = |bound: &f64| theirs.get(theirs.partition_point(|other| other < bound)) == Some(bound);
    ours.iter().copied().filter(found).collect()
}

/// Adds each bucket to the one that holds it among fewer bounds.
pub(super) fn roll_up<N: Amount>(buckets: &Buckets<N>, bounds: &[f64], common: &[f64], targets: &mut [Compensated]) {
    for (index, count) in buckets.iter() {
        let bound = usize::try_from(index).ok().and_then(|index| bounds.get(index));
        let target = bound.map_or(common.len(), |bound| common.partition_point(|other| other < bound));
        if let Some(target) = targets.get_mut(target) {
            target.add(count.compensated());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::read, *};

    const NEITHER: Reconciled = Reconciled { hints_collide: false, bounds_differ: false };

    #[test]
    fn adds() {
        for (one, two, sum) in [
            ("{{count:3 sum:1 buckets:[1 2]}}", "{{count:1 sum:2 offset:3 buckets:[1]}}", {
                "{{count:4 sum:3 buckets:[1 2 0 1]}}"
            }),
            // Schema 1 has (1, 1.41], (1.41, 2], (2, 2.83]: the first two make schema 0's (1, 2].
            ("{{schema:1 count:7 offset:1 buckets:[1 2 4]}}", "{{count:1 n_offset:1 n_buckets:[1]}}", {
                "{{count:8 offset:1 buckets:[3 4] n_offset:1 n_buckets:[1]}}"
            }),
            ("{{count:1 n_offset:1 n_buckets:[1]}}", "{{schema:1 count:7 offset:1 buckets:[1 2 4]}}", {
                "{{count:8 offset:1 buckets:[3 4] n_offset:1 n_buckets:[1]}}"
            }),
            // A threshold of 1 takes in all up to 1.
            ("{{count:3 buckets:[1 2]}}", "{{count:1 z_bucket:1 z_bucket_w:1}}", {
                "{{count:4 z_bucket:2 z_bucket_w:1 offset:1 buckets:[2]}}"
            }),
            // A threshold of 1.5 falls into the populated (1, 2], and so becomes 2, on both sides.
            ("{{count:7 offset:1 buckets:[3] n_buckets:[0 0 4]}}", "{{count:1 z_bucket:1 z_bucket_w:1.5}}", {
                "{{count:8 z_bucket:4 z_bucket_w:2 n_offset:2 n_buckets:[4]}}"
            }),
            // Which takes in more of the other side: 1.5 becomes 2 there, and 2 takes in (1, 2] here.
            ("{{count:7 offset:1 buckets:[3] n_offset:1 n_buckets:[4]}}", "{{count:1 z_bucket:1 z_bucket_w:1.5}}", {
                "{{count:8 z_bucket:8 z_bucket_w:2}}"
            }),
            // An empty bucket may be cut.
            ("{{count:3 offset:1 buckets:[0 3]}}", "{{count:1 z_bucket:1 z_bucket_w:1.5}}", {
                "{{count:4 z_bucket:1 z_bucket_w:1.5 offset:2 buckets:[3]}}"
            }),
            (
                "{{schema:-53 count:3 custom_values:[1 2] buckets:[1 2]}}",
                { "{{schema:-53 count:4 custom_values:[1 2] offset:2 buckets:[4]}}" },
                "{{schema:-53 count:7 custom_values:[1 2] buckets:[1 2 4]}}",
            ),
        ] {
            let mut added = read(one);
            assert_eq!(added.add(&read(two)), Ok(NEITHER), "{one} {two}");
            assert_eq!(added.test_form(), read(sum).test_form(), "{one} {two}");
        }
    }

    #[test]
    fn keeps_common_bounds() {
        let mut one = read("{{schema:-53 count:15 custom_values:[1 2 5] buckets:[1 2 4 8]}}");
        let two = read("{{schema:-53 count:30 custom_values:[2 3 5 9] buckets:[1 2 4 8 16]}}");
        assert_eq!(one.add(&two), Ok(Reconciled { hints_collide: false, bounds_differ: true }));
        // Up to 2: 1 + 2 and 1; up to 5: 4 and 2 + 4; above: 8 and 8 + 16.
        assert_eq!(one.test_form(), "{{schema:-53 count:45 custom_values:[2 5] buckets:[4 10 32]}}");
        let mut apart = read("{{schema:-53 count:3 custom_values:[1] buckets:[1 2]}}");
        apart.subtract(&read("{{schema:-53 count:1 custom_values:[2] buckets:[1]}}")).expect("both are custom");
        assert_eq!(apart.test_form(), "{{schema:-53 count:2 custom_values:[] buckets:[2]}}");
    }

    #[test]
    fn adds_no_exponential_buckets_to_custom_ones() {
        let mut one = read("{{count:3 buckets:[3]}}");
        assert_eq!(one.add(&read("{{schema:-53 count:1 buckets:[1]}}")), Err(MixedSchemas));
        assert_eq!(one, read("{{count:3 buckets:[3]}}"));
    }

    #[test]
    fn joins_hints() {
        use ResetHint::{Gauge, NotReset, Reset, Unknown};
        for (one, two, joined) in [
            (Unknown, Reset, Some(Unknown)),
            (NotReset, Unknown, Some(Unknown)),
            (Gauge, Reset, Some(Gauge)),
            (Unknown, Gauge, Some(Gauge)),
            (Reset, Reset, Some(Reset)),
            (Reset, NotReset, None),
        ] {
            assert_eq!((one.joined(two), two.joined(one)), (joined, joined));
        }
        let mut one = read("{{count:1 counter_reset_hint:reset}}");
        let outcome = one.add(&read("{{count:1 counter_reset_hint:not_reset}}"));
        assert_eq!(outcome, Ok(Reconciled { hints_collide: true, bounds_differ: false }));
        assert_eq!(one.reset_hint, Unknown);
    }

    #[test]
    fn scales() {
        let counter = "{{count:4 sum:6 z_bucket:1 counter_reset_hint:reset buckets:[1 2]}}";
        for (factor, product) in [
            (2.0, "{{count:8 sum:12 z_bucket:2 counter_reset_hint:reset buckets:[2 4]}}"),
            (-1.0, "{{count:-4 sum:-6 z_bucket:-1 counter_reset_hint:gauge buckets:[-1 -2]}}"),
            (0.0, "{{counter_reset_hint:reset}}"),
        ] {
            let mut scaled = read(counter);
            scaled.multiply(factor);
            assert_eq!(scaled.test_form(), product);
        }
        for (divisor, quotient) in [
            (2.0, "{{count:2 sum:3 z_bucket:0.5 counter_reset_hint:reset buckets:[0.5 1]}}"),
            (-2.0, "{{count:-2 sum:-3 z_bucket:-0.5 counter_reset_hint:gauge buckets:[-0.5 -1]}}"),
            (0.0, "{{count:+Inf sum:+Inf z_bucket:+Inf counter_reset_hint:reset}}"),
        ] {
            let mut scaled = read(counter);
            scaled.divide(divisor);
            assert_eq!(scaled.test_form(), quotient);
        }
    }
}
