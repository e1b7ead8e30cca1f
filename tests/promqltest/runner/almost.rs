//! When two numbers are as good as equal.

use promcheck::histogram::is_stale_marker as is_stale;

/// How far numbers may be off, of their sum.
const TOLERANCE: f64 = 1e-6;

/// Whether two numbers differ by less than a millionth of their sum, or are both NaN, or both markers of
/// staleness. Nothing but zero is close to zero.
pub fn almost(left: f64, right: f64) -> bool {
    if is_stale(left) || is_stale(right) {
        return is_stale(left) && is_stale(right);
    }
    if left == right || left.is_nan() && right.is_nan() {
        return true;
    }
    let sum = left.abs() + right.abs();
    let difference = (left - right).abs();
    if left == 0.0 || right == 0.0 || sum < f64::MIN_POSITIVE {
        return difference < TOLERANCE * f64::MIN_POSITIVE;
    }
    difference / sum.min(f64::MAX) < TOLERANCE
}

/// Whether two lists are as long, and all their numbers as good as equal.
pub fn all_almost(left: &[f64], right: &[f64]) -> bool {
    left.len() == right.len() && left.iter().zip(right).all(|(left, right)| almost(*left, *right))
}

#[test]
fn nearness_is_relative() {
    for (left, right, expected) in [
        (1.0, 1.0 + 1e-6, true),
        (1.0, 1.0 + 3e-6, false),
        (0.0, 1e-300, false),
        (0.0, -0.0, true),
        (f64::NAN, f64::NAN, true),
        (f64::NAN, 1.0, false),
        (f64::INFINITY, f64::INFINITY, true),
        (f64::INFINITY, f64::NEG_INFINITY, false),
        (f64::INFINITY, 1.0, false),
        (f64::MAX, f64::MAX * (1.0 - 1e-7), true),
    ] {
        assert_eq!(almost(left, right), expected, "{left} and {right}");
    }
}
