//! The quantile of a list of values: `quantile`, `quantile_over_time`, medians.

use std::cmp::Ordering;

/// The value that a share of `share` of the values lies below, on the line between its two neighbours.
///
/// NaN when there are no values or `share` is NaN, and an infinity when `share` lies outside of 0 to 1. The
/// values are put in order on the way, NaN first.
pub fn quantile(share: f64, values: &mut [f64]) -> f64 {
    if values.is_empty() || share.is_nan() {
        return f64::NAN;
    }
    if share < 0.0 {
        return f64::NEG_INFINITY;
    }
    if share > 1.0 {
        return f64::INFINITY;
    }
    values.sort_unstable_by(|left, right| ascending(*left, *right));
    let last = values.len() - 1;
    let rank = share * last as f64;
    let below = rank.floor();
    let weight = rank - below;
    let (lower, upper) = (below as usize, (below as usize + 1).min(last));
    values[lower] * (1.0 - weight) + values[upper] * weight
}

/// The order of floats with NaN before all others.
pub fn ascending(left: f64, right: f64) -> Ordering {
    left.partial_cmp(&right).unwrap_or_else(|| right.is_nan().cmp(&left.is_nan()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lie_between_neighbours() {
        for (share, values, expected) in [
            (0.5, vec![3.0, 1.0, 2.0], 2.0),
            (0.5, vec![4.0, 1.0, 2.0, 3.0], 2.5),
            (0.75, vec![0.0, 10.0], 7.5),
            (0.0, vec![5.0, 4.0], 4.0),
            (1.0, vec![5.0, 4.0], 5.0),
            (-0.1, vec![1.0], f64::NEG_INFINITY),
            (2.0, vec![1.0], f64::INFINITY),
        ] {
            assert_eq!(quantile(share, &mut values.clone()), expected, "{share} of {values:?}");
        }
    }

    #[test]
    fn may_not_be_known() {
        assert!(quantile(0.5, &mut []).is_nan());
        assert!(quantile(f64::NAN, &mut [1.0]).is_nan());
        // NaN comes first: half way between NaN and 3.
        assert!(quantile(0.5, &mut [3.0, f64::NAN]).is_nan());
        assert_eq!(quantile(1.0, &mut [3.0, f64::NAN]), 3.0);
    }

    proptest! {
        #[test]
        fn stay_within_the_values(share in 0.0..=1.0, mut values in prop::collection::vec(-1e9..1e9, 1..50)) {
            let found = quantile(share, &mut values);
            let (least, most) = (values[0], values[values.len() - 1]);
            prop_assert!(least - 1e-6 <= found && found <= most + 1e-6);
        }
    }
}
