//! What a histogram counts with: plain numbers in samples, numbers that remember their rounding in running sums.

use std::fmt::Debug;

/// A number that can be added up.
pub trait Amount: Copy + Default + Debug {
    /// This number.
    fn of(number: f64) -> Self;
    /// As a number that remembers its rounding.
    fn compensated(self) -> Compensated;
    /// Back from [`Amount::compensated`], forgetting what this type cannot hold.
    fn rounded(amount: Compensated) -> Self;
    /// Adds another.
    fn add(&mut self, other: Self);
    /// Multiplies by a factor.
    fn multiply(&mut self, factor: f64);
    /// Divides by a divisor.
    fn divide(&mut self, divisor: f64);
    /// Whether there is nothing, not even a rounding to remember.
    fn is_zero(self) -> bool;
}

impl Amount for f64 {
    fn of(number: f64) -> Self {
        number
    }

    fn compensated(self) -> Compensated {
        Compensated::of(self)
    }

    fn rounded(amount: Compensated) -> Self {
        amount.sum
    }

    fn add(&mut self, other: Self) {
        *self += other;
    }

    fn multiply(&mut self, factor: f64) {
        *self *= factor;
    }

    fn divide(&mut self, divisor: f64) {
        *self /= divisor;
    }

    fn is_zero(self) -> bool {
        self == 0.0
    }
}

/// A running sum that remembers what was lost in rounding (Kahan's summation, as improved by Neumaier).
#[derive(Copy, Clone, PartialEq, Debug, Default)]
pub struct Compensated {
    /// The rounded sum.
    pub sum: f64,
    /// What the sum lacks.
    pub lost: f64,
}

impl Compensated {
    /// Adds a number.
    pub fn increase(&mut self, by: f64) {
        let sum = self.sum + by;
        if sum.is_infinite() {
            self.lost = 0.0;
        } else if self.sum.abs() >= by.abs() {
            self.lost += (self.sum - sum) + by;
        } else {
            self.lost += (by - sum) + self.sum;
        }
        self.sum = sum;
    }

    /// The sum with what it lacked.
    pub fn total(self) -> f64 {
        self.sum + self.lost
    }
}

impl Amount for Compensated {
    fn of(number: f64) -> Self {
        Self { sum: number, lost: 0.0 }
    }

    fn compensated(self) -> Compensated {
        self
    }

    fn rounded(amount: Compensated) -> Self {
        amount
    }

    fn add(&mut self, other: Self) {
        self.increase(other.sum);
        if other.lost != 0.0 {
            self.increase(other.lost);
        }
    }

    fn multiply(&mut self, factor: f64) {
        self.sum *= factor;
        self.lost *= factor;
    }

    fn divide(&mut self, divisor: f64) {
        self.sum /= divisor;
        self.lost /= divisor;
    }

    fn is_zero(self) -> bool {
        self.sum == 0.0 && self.lost == 0.0
    }
}
