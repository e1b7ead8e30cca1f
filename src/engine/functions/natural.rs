//! The order in which people sort: `disk9` before `disk10`.

use std::cmp::Ordering;

/// Compares two texts run by run: digits by their value, all else by its bytes; what ends first comes first.
///
/// Texts of equal value (`01` and `1`), which Prometheus leaves in any order, are compared by their bytes.
pub fn natural_order(left: &str, right: &str) -> Ordering {
    let runs = runs(left).zip(runs(right)).map(|(left, right)| compare_runs(left, right));
    let counts = || self::runs(left).count().cmp(&self::runs(right).count());
    runs.fold(Ordering::Equal, Ordering::then).then_with(counts).then_with(|| left.cmp(right))
}

/// A text cut wherever digits begin or end.
fn runs(text: &str) -> impl Iterator<Item = &[u8]> {
    text.as_bytes().chunk_by(|left, right| left.is_ascii_digit() == right.is_ascii_digit())
}

fn compare_runs(left: &[u8], right: &[u8]) -> Ordering {
    let is_number = |run: &[u8]| run.first().is_some_and(u8::is_ascii_digit);
    if is_number(left) && is_number(right) {
        let (left, right) = (without_zeros(left), without_zeros(right));
        left.len().cmp(&right.len()).then_with(|| left.cmp(right))
    } else {
        left.cmp(right)
    }
}

fn without_zeros(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    &digits[zeros..]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_count_by_value() {
        let sorted = ["", "1", "2", "10", "a", "a1", "a2b", "a2b3", "a10", "b", "disk9", "disk10", "disk10a"];
        for (at, left) in sorted.iter().enumerate() {
            for (other, right) in sorted.iter().enumerate() {
                assert_eq!(natural_order(left, right), at.cmp(&other), "{left} {right}");
            }
        }
        assert_eq!(natural_order("v1.09", "v1.9"), Ordering::Less);
        assert_eq!(natural_order("99999999999999999999", "100000000000000000000"), Ordering::Less);
    }

    proptest! {
        #[test]
        fn is_an_order(a in "[0-2a]{0,6}", b in "[0-2a]{0,6}", c in "[0-2a]{0,6}") {
            prop_assert_eq!(natural_order(&a, &b), natural_order(&b, &a).reverse());
            prop_assert_eq!(natural_order(&a, &b) == Ordering::Equal, a == b);
            if natural_order(&a, &b).is_le() && natural_order(&b, &c).is_le() {
                prop_assert!(natural_order(&a, &c).is_le());
            }
        }
    }
}
