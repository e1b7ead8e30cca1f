//! Lengths of time in a query: ranges, steps and offsets, some of which depend on the query's own.

use std::ops::Range;

use crate::{
    engine::{Failure, Moments},
    promql::{
        Query,
        ast::{BinaryOp, DurationExpr, Extreme, Sign, duration_of},
    },
    text::Span,
};

/// A length of time.
#[derive(Clone, Debug)]
pub enum Length {
    /// In milliseconds.
    Fixed(i64),
    /// To be computed once the moments of the query are known.
    Computed(Box<Computed>),
}

/// A duration expression with its place in the query.
#[derive(Clone, Debug)]
pub struct Computed {
    expr: DurationExpr,
    /// Whether it may be zero or less.
    sign: LengthSign,
    /// Where its parts stand in the query's text, which is how Prometheus names them.
    places: Vec<(Span, Range<usize>)>,
}

/// Which lengths are allowed.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum LengthSign {
    /// Only those above zero: ranges and steps.
    Positive,
    /// All: offsets.
    Any,
}

impl Length {
    /// Reads a duration expression of a query.
    pub fn of(expr: &DurationExpr, sign: LengthSign, query: &Query) -> Self {
        match literal(expr) {
            Some(seconds) => Length::Fixed(duration_of(seconds).as_milliseconds()),
            None => {
                let mut places = Vec::new();
                gather(expr, &mut |part| places.push((part, query.range_of(part))));
                Length::Computed(Box::new(Computed { expr: expr.clone(), sign, places }))
            }
        }
    }

    /// Its milliseconds in a query at these moments.
    ///
    /// # Errors
    ///
    /// When it divides by zero, is no finite number or not above zero.
    pub fn resolve(&self, query: Moments) -> Result<i64, Failure> {
        match self {
            Length::Fixed(milliseconds) => Ok(*milliseconds),
            Length::Computed(computed) => computed.resolve(query),
        }
    }
}

/// The seconds of a number that stands alone.
fn literal(expr: &DurationExpr) -> Option<f64> {
    match expr {
        DurationExpr::Literal(number) => Some(number.value),
        DurationExpr::Unary(unary) => match (&unary.operand, unary.op.value) {
            (DurationExpr::Literal(number), Sign::Minus) => Some(-number.value),
            (DurationExpr::Literal(number), Sign::Plus) => Some(number.value),
            _ => None,
        },
        _ => None,
    }
}

/// Hands out the place of each part.
fn gather(expr: &DurationExpr, found: &mut impl FnMut(Span)) {
    found(expr.span());
    match expr {
        DurationExpr::Literal(_) | DurationExpr::Step(_) | DurationExpr::Range(_) | DurationExpr::Broken(_) => {}
        DurationExpr::Unary(unary) => gather(&unary.operand, found),
        DurationExpr::Binary(binary) => {
            gather(&binary.left, found);
            gather(&binary.right, found);
        }
        DurationExpr::Extreme(extreme) => {
            gather(&extreme.left, found);
            gather(&extreme.right, found);
        }
        DurationExpr::Paren(paren) => gather(&paren.inner, found),
    }
}

impl Computed {
    fn resolve(&self, query: Moments) -> Result<i64, Failure> {
        /// The most that Go's durations hold, in seconds.
        const MOST_SECONDS: f64 = (1_u64 << 63) as f64 / 1e9;
        let seconds = self.seconds(&self.expr, query)?;
        if !seconds.is_finite() {
            return Err(self.failure(&self.expr, "duration is NaN or infinite"));
        }
        if seconds <= 0.0 && self.sign == LengthSign::Positive {
            return Err(self.failure(&self.expr, "duration must be greater than 0"));
        }
        if seconds.abs() > MOST_SECONDS {
            return Err(self.failure(&self.expr, "duration is out of range"));
        }
        Ok((seconds * 1000.0) as i64)
    }

    fn seconds(&self, expr: &DurationExpr, query: Moments) -> Result<f64, Failure> {
        Ok(match expr {
            DurationExpr::Literal(number) => number.value,
            DurationExpr::Step(_) => query.step as f64 / 1000.0,
            DurationExpr::Range(_) => (query.end - query.start) as f64 / 1000.0,
            DurationExpr::Unary(unary) => {
                let operand = self.seconds(&unary.operand, query)?;
                if unary.op.value == Sign::Minus { -operand } else { operand }
            }
            DurationExpr::Binary(binary) => {
                let (left, right) = (self.seconds(&binary.left, query)?, self.seconds(&binary.right, query)?);
                match binary.op.value {
                    BinaryOp::Divide if right == 0.0 => return Err(self.failure(expr, "division by zero")),
                    BinaryOp::Modulo if right == 0.0 => return Err(self.failure(expr, "modulo by zero")),
                    op => op.arithmetic(left, right).unwrap_or(f64::NAN),
                }
            }
            DurationExpr::Extreme(extreme) => {
                let (left, right) = (self.seconds(&extreme.left, query)?, self.seconds(&extreme.right, query)?);
                match extreme.which.value {
                    _ if left.is_nan() || right.is_nan() => f64::NAN,
                    Extreme::Min => left.min(right),
                    Extreme::Max => left.max(right),
                }
            }
            DurationExpr::Paren(paren) => self.seconds(&paren.inner, query)?,
            DurationExpr::Broken(_) => f64::NAN,
        })
    }

    fn failure(&self, expr: &DurationExpr, message: &str) -> Failure {
        let span = expr.span();
        let place = self.places.iter().find(|(part, _)| *part == span).map(|(_, place)| place.clone());
        let place = place.unwrap_or_default();
        Failure::new(span, format!("{}:{}: {message}", place.start, place.end))
    }
}
