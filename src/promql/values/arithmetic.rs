//! Arithmetic with ranges of values.

use super::{super::operators::BinaryOp, Values, lesser};

impl Values {
    /// The same with the other sign.
    #[must_use]
    pub(super) fn negated(self) -> Self {
        Self { least: -self.most, most: -self.least, ..self }
    }

    /// What an arithmetic operator makes of them.
    #[must_use]
    pub(super) fn combined(self, op: BinaryOp, other: Self) -> Self {
        if let (Some(left), Some(right)) = (self.constant(), other.constant())
            && let Some(value) = op.arithmetic(left, right)
        {
            return Self::exactly(value);
        }
        let nan = self.nan || other.nan;
        if self.is_none() || other.is_none() {
            return Self { nan, ..Self::ANY };
        }
        let result = match op {
            BinaryOp::Add => self.plus(other),
            BinaryOp::Subtract => self.plus(other.negated()),
            BinaryOp::Multiply => self.times(other),
            BinaryOp::Divide => self.over(other),
            BinaryOp::Modulo => self.modulo(other),
            BinaryOp::Power => self.power(other),
            BinaryOp::Atan2 => Self::between(-std::f64::consts::PI, std::f64::consts::PI),
            _ => Self::ANY,
        };
        Self { nan: nan || result.nan, ..result }
    }

    fn is_infinite(self) -> (bool, bool) {
        (self.least == f64::NEG_INFINITY, self.most == f64::INFINITY)
    }

    fn has_zero(self) -> bool {
        self.least <= 0.0 && self.most >= 0.0
    }

    fn plus(self, other: Self) -> Self {
        let ((low, high), (other_low, other_high)) = (self.is_infinite(), other.is_infinite());
        let cancels = low && other_high || high && other_low;
        Self {
            nan: cancels,
            whole: self.whole && other.whole,
            ..Self::of_ends(&[self.least + other.least, self.most + other.most])
        }
    }

    fn times(self, other: Self) -> Self {
        let is_unbounded = |values: Self| values.is_infinite().0 || values.is_infinite().1;
        let vanishes = self.has_zero() && is_unbounded(other) || other.has_zero() && is_unbounded(self);
        // Nothing times infinity is NaN; as the end of a range of numbers it is nothing. Of something negative it is -0.
        let nothing = if self.least.is_sign_negative() || other.least.is_sign_negative() { -0.0 } else { 0.0 };
        let product = |left: f64, right: f64| if left == 0.0 || right == 0.0 { nothing } else { left * right };
        let ends = [
            product(self.least, other.least),
            product(self.least, other.most),
            product(self.most, other.least),
            product(self.most, other.most),
        ];
        Self { nan: vanishes, whole: self.whole && other.whole, ..Self::of_ends(&ends) }
    }

    fn over(self, other: Self) -> Self {
        let is_unbounded = |values: Self| values.is_infinite().0 || values.is_infinite().1;
        let nan = self.has_zero() && other.has_zero() || is_unbounded(self) && is_unbounded(other);
        if !other.has_zero() {
            let nothing = if self.least.is_sign_negative() || other.least.is_sign_negative() { -0.0 } else { 0.0 };
            let quotient = |left: f64, right: f64| if left == 0.0 { nothing } else { left / right };
            let ends = [
                quotient(self.least, other.least),
                quotient(self.least, other.most),
                quotient(self.most, other.least),
                quotient(self.most, other.most),
            ];
            return Self { nan, ..Self::of_ends(&ends) };
        }
        // Something over -0 is the other infinity.
        let is_positive = self.is_not_negative() && other.is_not_negative();
        Self { nan, ..if is_positive { Self::NOT_NEGATIVE } else { Self::ANY } }
    }

    fn modulo(self, other: Self) -> Self {
        let nan = other.has_zero() || self.is_infinite().0 || self.is_infinite().1;
        let reach = other.least.abs().max(other.most.abs());
        let (low, high) = (lesser(self.least.max(-reach), 0.0), self.most.min(reach).max(0.0));
        Self { nan, whole: self.whole && other.whole, ..Self::between(low, high) }
    }

    fn power(self, other: Self) -> Self {
        let is_even = other.constant().is_some_and(|exponent| exponent % 2.0 == 0.0);
        if self.is_not_negative() || is_even { Self::NOT_NEGATIVE } else { Self::ANY }
    }

    /// From the least of some numbers to the greatest; all when one of them is NaN.
    fn of_ends(ends: &[f64]) -> Self {
        if ends.iter().any(|end| end.is_nan()) {
            return Self::ANY;
        }
        let least = ends.iter().copied().fold(f64::INFINITY, lesser);
        let most = ends.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Self::between(least, most)
    }
}
