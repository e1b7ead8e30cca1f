//! Value analysis: between which numbers the values of an expression lie, and whether they may be NaN.
//!
//! What is said here is a promise about every float sample that an expression can ever give, whatever the data,
//! up to the rounding of the last digits. Taken for granted is only what everybody relies on: that Prometheus and
//! well-known exporters set what they call a state to 0 or 1, that counters hold finite numbers, and that a
//! recorded metric is recorded by the rules that record it.

mod aggregation;
mod arithmetic;
mod binary;
mod function;
mod known;
mod outcome;
mod reasons;
mod share;
#[cfg(test)]
mod tests;

use std::fmt;

use super::{
    ast::{BinaryOp, Expr, Sign},
    flow::Source,
};

pub use outcome::{Culprit, Outcome, culprit, limits};
pub use reasons::{Reason, reasons};
pub use share::is_same;

/// What is known of the values of a result: the least and the greatest that there can be.
#[derive(Copy, Clone, PartialEq, Debug)]
pub struct Values {
    /// The least.
    pub least: f64,
    /// The greatest; below the least when there is no value but NaN.
    pub most: f64,
    /// Whether there are only whole numbers (or infinities) among them.
    pub whole: bool,
    /// Whether a value may be NaN.
    pub nan: bool,
}

/// The lesser of two numbers; -0 is less than 0. Neither may be NaN.
fn lesser(one: f64, other: f64) -> f64 {
    if one.total_cmp(&other).is_le() { one } else { other }
}

impl Values {
    /// Any number, and NaN.
    pub const ANY: Values = Values { least: f64::NEG_INFINITY, most: f64::INFINITY, whole: false, nan: true };
    /// Any number that is not negative.
    pub const NOT_NEGATIVE: Values = Values::between(0.0, f64::INFINITY);
    /// A number of things of which there is at least one. It is finite.
    pub const COUNT: Values = Values::between(1.0, f64::MAX).whole();
    /// 0 or 1.
    pub const STATE: Values = Values::between(0.0, 1.0).whole();
    /// A part of a whole; NaN when the whole is 0.
    pub const SHARE: Values = Values::between(0.0, 1.0).or_nan();

    /// What the values of an expression can be, as far as it can be known; of one with very many operators, nothing is.
    pub fn of(expr: &Expr, source: &dyn Source) -> Self {
        match expr {
            Expr::Number(number) => Self::exactly(number.value),
            Expr::Selector(selector) => known::of_selector(selector, source),
            Expr::Range(range) => known::of_selector(&range.selector, source),
            Expr::Subquery(subquery) => Self::of(&subquery.operand, source),
            Expr::Aggregation(aggregation) if !source.is_open(aggregation.op.span) => {
                aggregation::values(aggregation, source)
            }
            Expr::Call(call) if !source.is_open(call.function.span) => function::values(call, source),
            Expr::Binary(binary) if !binary.is_long() && !source.is_open(binary.op.span) => {
                binary::values(binary, source)
            }
            Expr::Unary(unary) => match unary.op.value {
                Sign::Minus => Self::of(&unary.operand, source).negated(),
                Sign::Plus => Self::of(&unary.operand, source),
            },
            Expr::Paren(paren) => Self::of(&paren.inner, source),
            Expr::Aggregation(_) | Expr::Call(_) | Expr::Binary(_) | Expr::String(_) | Expr::Broken(_) => Self::ANY,
        }
    }

    /// This number only.
    pub const fn exactly(value: f64) -> Self {
        if value.is_nan() {
            return Self { least: f64::INFINITY, most: f64::NEG_INFINITY, whole: true, nan: true };
        }
        Self { least: value, most: value, whole: value.is_infinite() || value % 1.0 == 0.0, nan: false }
    }

    /// All numbers from one to another, and no NaN. Neither may be NaN.
    pub const fn between(least: f64, most: f64) -> Self {
        Self { least, most, whole: false, nan: false }
    }

    /// The whole numbers among them.
    #[must_use]
    pub const fn whole(self) -> Self {
        Self { whole: true, ..self }
    }

    /// The same, and perhaps NaN.
    #[must_use]
    pub const fn or_nan(self) -> Self {
        Self { nan: true, ..self }
    }

    /// Whether nothing is known but that they are numbers.
    pub fn is_any(self) -> bool {
        self.least == f64::NEG_INFINITY && self.most == f64::INFINITY
    }

    /// Whether there is no value, NaN aside.
    pub fn is_none(self) -> bool {
        self.least > self.most
    }

    /// Whether none of them is negative, nor -0.
    pub fn is_not_negative(self) -> bool {
        self.least >= 0.0 && self.least.is_sign_positive()
    }

    /// The number, if there is only one and no NaN; 0 only where its sign is known, too.
    pub fn constant(self) -> Option<f64> {
        (self.least.to_bits() == self.most.to_bits() && !self.nan).then_some(self.least)
    }

    /// What is known of a value that is one of these or one of those.
    #[must_use]
    pub fn either(self, other: Self) -> Self {
        Self {
            least: lesser(self.least, other.least),
            most: self.most.max(other.most),
            whole: self.whole && other.whole,
            nan: self.nan || other.nan,
        }
    }

    /// Those that a comparison with one of the others lets through.
    #[must_use]
    pub fn narrowed(self, op: BinaryOp, others: Self) -> Self {
        let (least, most) = match op {
            BinaryOp::Greater => (others.least.next_up(), f64::INFINITY),
            BinaryOp::GreaterEqual => (others.least, f64::INFINITY),
            BinaryOp::Less => (f64::NEG_INFINITY, others.most.next_down()),
            BinaryOp::LessEqual => (f64::NEG_INFINITY, others.most),
            BinaryOp::Equal => (others.least, others.most),
            BinaryOp::NotEqual => return self.without(others.constant()),
            _ => return self,
        };
        // The neighbour of an infinity is no number that could be met.
        let cannot = match op {
            BinaryOp::Greater => others.least == f64::INFINITY,
            BinaryOp::Less => others.most == f64::NEG_INFINITY,
            _ => false,
        };
        let least = self.least.max(least);
        // What is equal to 0 may be -0.
        let least = if least == 0.0 && self.least.is_sign_negative() { -0.0 } else { least };
        let narrowed = Self { least, most: self.most.min(most), nan: false, ..self };
        if cannot || others.is_none() { Self { least: 1.0, most: 0.0, ..narrowed } } else { narrowed.rounded() }
    }

    /// All but a number, where it lies at an end.
    fn without(self, number: Option<f64>) -> Self {
        match number {
            Some(number) if self.least == number && self.most == number => Self { least: 1.0, most: 0.0, ..self },
            Some(number) if self.least == number && number.is_finite() => {
                Self { least: number.next_up(), ..self }.rounded()
            }
            Some(number) if self.most == number && number.is_finite() => {
                Self { most: number.next_down(), ..self }.rounded()
            }
            _ => self,
        }
    }

    /// The same between whole numbers, where there are no others.
    fn rounded(self) -> Self {
        if self.whole { Self { least: self.least.ceil(), most: self.most.floor(), ..self } } else { self }
    }

    /// Whether no value meets a comparison with any of the others.
    pub fn never(self, op: BinaryOp, others: Self) -> bool {
        let may_differ = op == BinaryOp::NotEqual && (self.nan || others.nan);
        op.is_comparison() && !may_differ && self.narrowed(op, others).is_none()
    }

    /// Whether every value meets a comparison with each of the others, NaN aside.
    pub fn always(self, op: BinaryOp, others: Self) -> bool {
        if self.is_none() || others.is_none() {
            return false;
        }
        match op {
            BinaryOp::Greater => self.least > others.most,
            BinaryOp::GreaterEqual => self.least >= others.most,
            BinaryOp::Less => self.most < others.least,
            BinaryOp::LessEqual => self.most <= others.least,
            BinaryOp::Equal => self.least == self.most && others.least == others.most && self.least == others.least,
            BinaryOp::NotEqual => self.never(BinaryOp::Equal, others),
            _ => false,
        }
    }
}

/// In words: "at least 0", "between 0 and 100", "0 or 1", "always 1", "any number".
impl fmt::Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_bounded = |limit: f64| limit.abs() < f64::MAX;
        match (is_bounded(self.least), is_bounded(self.most)) {
            _ if self.is_none() => write!(f, "no number"),
            (true, true) if self.least == self.most => write!(f, "always {}", self.least + 0.0),
            (true, true) if self.whole && self.most - self.least == 1.0 => {
                write!(f, "{} or {}", self.least + 0.0, self.most + 0.0)
            }
            (true, true) => match (edge(self.least, f64::next_down), edge(self.most, f64::next_up)) {
                ((least, false), (most, false)) => write!(f, "between {least} and {most}"),
                ((least, _), (most, false)) => write!(f, "more than {least} and at most {most}"),
                ((least, false), (most, _)) => write!(f, "at least {least} and less than {most}"),
                ((least, _), (most, _)) => write!(f, "more than {least} and less than {most}"),
            },
            (true, false) => match edge(self.least, f64::next_down) {
                (least, false) => write!(f, "at least {least}"),
                (least, _) => write!(f, "more than {least}"),
            },
            (false, true) => match edge(self.most, f64::next_up) {
                (most, false) => write!(f, "at most {most}"),
                (most, _) => write!(f, "less than {most}"),
            },
            (false, false) => write!(f, "any number"),
        }
    }
}

/// The number to name for a limit, and whether it lies just beyond: the neighbour of 5 is named 5.
fn edge(limit: f64, beyond: fn(f64) -> f64) -> (f64, bool) {
    let neighbour = beyond(limit);
    let is_shorter = neighbour.to_string().len() + 6 < limit.to_string().len();
    if is_shorter { (neighbour, true) } else { (limit, false) }
}
