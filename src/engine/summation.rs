//! Sums and means that keep the digits plain addition loses, step by step as Prometheus computes them.

use crate::histogram::Compensated;

/// The sum of values, with what plain addition loses beside it.
pub fn sum(values: impl IntoIterator<Item = f64>) -> Compensated {
    let mut sum = Compensated::default();
    values.into_iter().for_each(|value| sum.increase(value));
    sum
}

/// An average: the sum divided by the count, or, once the sum would exceed what a float holds, a mean that
/// moves with each value.
#[derive(Copy, Clone, PartialEq, Debug)]
pub struct Mean {
    count: f64,
    sum: Compensated,
    is_moving: bool,
}

impl Mean {
    /// The mean of one value.
    pub fn of(value: f64) -> Self {
        Self { count: 1.0, sum: Compensated { sum: value, lost: 0.0 }, is_moving: false }
    }

    /// Takes a further value in.
    pub fn add(&mut self, value: f64) {
        self.count += 1.0;
        if !self.is_moving {
            let mut sum = self.sum;
            sum.increase(value);
            if !sum.sum.is_infinite() {
                self.sum = sum;
                return;
            }
            self.is_moving = true;
            self.sum.sum /= self.count - 1.0;
            self.sum.lost /= self.count - 1.0;
        }
        let share = (self.count - 1.0) / self.count;
        self.sum.sum *= share;
        self.sum.lost *= share;
        self.sum.increase(value / self.count);
    }

    /// The mean of the values so far.
    pub fn value(self) -> f64 {
        if self.is_moving { self.sum.total() } else { self.sum.sum / self.count + self.sum.lost / self.count }
    }
}

/// A variance of all values there are (not of a sample), by Welford's algorithm on compensated sums.
#[derive(Copy, Clone, PartialEq, Debug, Default)]
pub struct Variance {
    count: f64,
    mean: Compensated,
    squares: Compensated,
}

impl Variance {
    /// Takes a further value in.
    pub fn add(&mut self, value: f64) {
        self.count += 1.0;
        let distance = value - self.mean.total();
        self.mean.increase(distance / self.count);
        self.squares.increase(distance * (value - self.mean.total()));
    }

    /// The variance of the values so far; NaN when there are none.
    pub fn value(self) -> f64 {
        self.squares.total() / self.count
    }
}

impl FromIterator<f64> for Variance {
    fn from_iter<T: IntoIterator<Item = f64>>(values: T) -> Self {
        let mut variance = Self::default();
        values.into_iter().for_each(|value| variance.add(value));
        variance
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(values: &[f64]) -> f64 {
        let mut mean = Mean::of(values[0]);
        values[1..].iter().for_each(|value| mean.add(*value));
        mean.value()
    }

    #[test]
    fn sums_keep_small_values_beside_large_ones() {
        for (values, expected) in [
            (&[1.0, 1e100, 1.0, -1e100][..], 2.0),
            (&[0.1; 10][..], 1.0),
            (&[5.0, f64::INFINITY, 3.0][..], f64::INFINITY),
            (&[][..], 0.0),
        ] {
            assert_eq!(sum(values.iter().copied()).total(), expected, "{values:?}");
        }
    }

    #[test]
    fn means_do_not_overflow() {
        assert_eq!(mean(&[1.0, 2.0, 6.0]), 3.0);
        assert_eq!(mean(&[1e308, 1e308, 1e308]), 1e308);
        assert_eq!(mean(&[f64::MAX, -f64::MAX]), 0.0);
        assert_eq!(mean(&[f64::INFINITY, 1.0]), f64::INFINITY);
        assert!(mean(&[f64::INFINITY, f64::NEG_INFINITY]).is_nan());
    }

    #[test]
    fn variances_are_those_of_all_values() {
        let variance: Variance = [0.0, 10.0, 20.0, 5.0, 15.0].into_iter().collect();
        // The mean is 10; the squares of the distances add up to 250.
        assert_eq!(variance.value(), 50.0);
        assert_eq!([4.0].into_iter().collect::<Variance>().value(), 0.0);
        assert!(Variance::default().value().is_nan());
    }
}
