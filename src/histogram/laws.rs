//! What holds for all histograms, whatever they count.

use proptest::{collection::vec, prelude::*};

use super::*;

/// Counts are whole, so that sums are exact.
fn counts() -> impl Strategy<Value = Vec<f64>> {
    vec((0u16..50).prop_map(f64::from), 0..6)
}

fn hint() -> impl Strategy<Value = ResetHint> {
    prop_oneof![Just(ResetHint::Unknown), Just(ResetHint::Reset), Just(ResetHint::NotReset), Just(ResetHint::Gauge)]
}

fn total(parts: HistogramParts) -> HistogramParts {
    let count = parts.zero_count + parts.buckets.iter().chain(&parts.negative_buckets).sum::<f64>();
    HistogramParts { count, sum: count * 1.5, ..parts }
}

fn exponential() -> impl Strategy<Value = FloatHistogram> {
    let threshold = prop_oneof![Just(0.0), Just(0.5), Just(1.0), Just(1.5), Just(4.0)];
    let zero = (0u8..9).prop_map(f64::from);
    // Nothing lies in the zero bucket that is not counted there.
    let outside = |offset: i64, schema: i64, threshold: f64| {
        let resolution = Resolution::of(schema).expect("a schema");
        (offset..).find(|index| resolution.bound(*index as i32 - 1) >= threshold).unwrap_or(offset)
    };
    (-4i64..=8, threshold, zero, -8i64..8, counts(), -8i64..8, counts(), hint()).prop_map(
        move |(schema, zero_threshold, zero_count, offset, buckets, negative_offset, negative_buckets, reset_hint)| {
            let parts = HistogramParts {
                schema,
                zero_threshold,
                zero_count,
                offset: outside(offset, schema, zero_threshold),
                buckets,
                negative_offset: outside(negative_offset, schema, zero_threshold),
                negative_buckets,
                reset_hint,
                ..HistogramParts::default()
            };
            FloatHistogram::from_parts(&total(parts)).expect("an exponential histogram")
        },
    )
}

fn custom() -> impl Strategy<Value = FloatHistogram> {
    (vec(-3i8..9, 0..6), counts(), hint()).prop_map(|(mut bounds, mut buckets, reset_hint)| {
        bounds.sort_unstable();
        bounds.dedup();
        buckets.truncate(bounds.len() + 1);
        let custom_values = bounds.into_iter().map(f64::from).collect();
        let parts = HistogramParts { schema: -53, custom_values, buckets, reset_hint, ..HistogramParts::default() };
        FloatHistogram::from_parts(&total(parts)).expect("a custom histogram")
    })
}

fn any_histogram() -> impl Strategy<Value = FloatHistogram> {
    prop_oneof![2 => exponential(), 1 => custom()]
}

fn pair() -> impl Strategy<Value = (FloatHistogram, FloatHistogram)> {
    prop_oneof![2 => (exponential(), exponential()), 1 => (custom(), custom())]
}

/// All observations that are in buckets.
fn in_buckets(histogram: &FloatHistogram) -> f64 {
    let listed = histogram.positive.iter().chain(histogram.negative.iter());
    histogram.zero_count + listed.map(|(_, count)| count).sum::<f64>()
}

fn is_ordered(histogram: &FloatHistogram) -> bool {
    let side = |side: &Buckets| side.iter().zip(side.iter().skip(1)).all(|((one, _), (next, _))| one < next);
    let within = |(index, _)| usize::try_from(index).is_ok_and(|at| at <= histogram.schema.custom_bounds().len());
    side(&histogram.positive)
        && side(&histogram.negative)
        && (!histogram.has_custom_buckets() || histogram.positive.iter().all(within))
}

fn compacted(histogram: &FloatHistogram) -> FloatHistogram {
    let mut compacted = histogram.clone();
    compacted.compact(0);
    compacted
}

proptest! {
    /// Of different resolutions, count and sum only: where the other's widened zero bucket ends inside of one of the
    /// common coarse buckets, Prometheus counts it there, too, but does not do so with its own.
    #[test]
    fn addition_is_commutative((one, two) in pair()) {
        let (mut ours, mut theirs) = (one.clone(), two.clone());
        prop_assert_eq!(ours.add(&two), theirs.add(&one));
        prop_assert_eq!((ours.count, ours.sum, ours.reset_hint), (theirs.count, theirs.sum, theirs.reset_hint));
        prop_assert_eq!(ours.zero_threshold, theirs.zero_threshold);
        prop_assert!(is_ordered(&ours));
        if one.resolution() == two.resolution() {
            prop_assert_eq!(compacted(&ours), compacted(&theirs));
        }
    }

    /// Where no border was moved, nothing is counted twice or lost.
    #[test]
    fn addition_counts_all(one in any_histogram(), factor in 0u8..4) {
        let mut sum = one.clone();
        let mut other = one.clone();
        other.multiply(f64::from(factor));
        sum.add(&other).expect("alike");
        prop_assert_eq!(in_buckets(&sum), in_buckets(&one) * (1.0 + f64::from(factor)));
    }

    #[test]
    fn subtraction_undoes_addition((one, two) in pair()) {
        let mut back = one.clone();
        back.add(&two).expect("alike");
        back.subtract(&two).expect("alike");
        prop_assert_eq!((back.count, back.sum), (one.count, one.sum));
        prop_assert!(is_ordered(&back));
        let mut again = back.clone();
        again.add(&two).expect("alike");
        again.subtract(&two).expect("alike");
        prop_assert_eq!(compacted(&again), compacted(&back), "once on one layout, all comes back");
    }

    #[test]
    fn running_sums_agree_with_sums((one, two) in pair()) {
        let mut sum = one.clone();
        let mut running = HistogramSum::of(&one);
        let mut mean = HistogramMean::of(&one);
        prop_assert_eq!(sum.add(&two), running.add(&two));
        mean.add(&two).expect("alike");
        prop_assert_eq!(compacted(&running.value()), compacted(&sum));
        sum.divide(2.0);
        prop_assert_eq!(compacted(&mean.value()), compacted(&sum));
    }

    #[test]
    fn coarser_buckets_count_the_same(histogram in exponential(), to in -4i64..=8) {
        let mut coarse = histogram.clone();
        coarse.reduce(Resolution::of(to).expect("a schema"));
        prop_assert!(is_ordered(&coarse));
        prop_assert_eq!(in_buckets(&coarse), in_buckets(&histogram));
        prop_assert_eq!(i64::from(coarse.schema().number()), to.min(histogram.schema().number().into()));
    }

    #[test]
    fn compacting_twice_is_compacting_once(histogram in any_histogram(), most_empty in 0usize..4) {
        let mut once = histogram.clone();
        once.compact(most_empty);
        let mut twice = once.clone();
        twice.compact(most_empty);
        prop_assert_eq!(&twice, &once);
        prop_assert_eq!(compacted(&once), compacted(&histogram));
        prop_assert_eq!(once.test_form(), histogram.test_form());
    }

    #[test]
    fn is_read_back_as_written(histogram in any_histogram()) {
        let text = histogram.test_form();
        let back = super::tests::read(&text);
        prop_assert_eq!(back.reset_hint, histogram.reset_hint);
        prop_assert_eq!(compacted(&back), compacted(&histogram));
    }

    #[test]
    fn a_larger_part_reaches_higher(histogram in any_histogram(), one in 0.0..=1.0f64, two in 0.0..=1.0f64) {
        let (low, high) = (histogram.quantile(one.min(two)).value, histogram.quantile(one.max(two)).value);
        let slack = low.abs() * 1e-9;
        prop_assert!(low <= high + slack || histogram.count == 0.0, "{} {}", low, high);
    }

    #[test]
    fn all_is_between_the_infinities(histogram in any_histogram(), at in -10.0..10.0f64) {
        let infinity = f64::INFINITY;
        let whole = histogram.fraction(-infinity, infinity);
        prop_assert!(whole.value == 1.0 || histogram.count == 0.0);
        prop_assert_eq!(whole.note, None);
        let below = histogram.fraction(-infinity, at).value;
        let above = histogram.fraction(at, infinity).value;
        prop_assert!((below + above - 1.0).abs() < 1e-9 || histogram.count == 0.0, "{} {}", below, above);
    }

    #[test]
    fn what_is_cut_off_is_gone(histogram in any_histogram(), at in -10.0..10.0f64) {
        for keep in [Keep::Below, Keep::Above] {
            let mut left = histogram.clone();
            left.trim(keep, at);
            prop_assert!(left.count <= histogram.count && is_ordered(&left));
            prop_assert!((in_buckets(&left) - left.count).abs() < 1e-9);
            let mut populated = left.all_buckets().filter(|bucket| bucket.count != 0.0);
            let beyond = match keep {
                Keep::Below => populated.all(|bucket| bucket.lower < at),
                Keep::Above => populated.all(|bucket| bucket.upper > at),
            };
            prop_assert!(beyond);
        }
    }

    #[test]
    fn nothing_is_a_reset_of_itself(histogram in any_histogram(), more in 1u8..5) {
        let before = FloatHistogram { reset_hint: ResetHint::Unknown, ..histogram };
        prop_assert!(!before.is_reset_after(&before));
        let mut after = before.clone();
        after.multiply(f64::from(more));
        prop_assert!(!after.is_reset_after(&before));
    }

    #[test]
    fn classic_quantiles_rise(steps in vec(0u8..20, 2..8), one in 0.0..=1.0f64, two in 0.0..=1.0f64) {
        let mut count = 0.0;
        let mut buckets: Vec<ClassicBucket> = (0..).zip(&steps).map(|(bound, step)| {
            count += f64::from(*step);
            ClassicBucket { upper_bound: f64::from(bound), count }
        }).collect();
        buckets.push(ClassicBucket { upper_bound: f64::INFINITY, count });
        let of = |q| classic_quantile(q, buckets.clone());
        let (low, high) = (of(one.min(two)), of(one.max(two)));
        prop_assert!(low.repair.is_none());
        prop_assert!(low.value <= high.value + 1e-9 || low.value.is_nan() && (count == 0.0 || one.min(two) == 0.0));
    }
}
