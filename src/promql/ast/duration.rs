//! Durations in brackets and behind `offset`.

use crate::{
    text::{Span, Spanned},
    vocab::Duration,
};

use super::{BinaryOp, NumberLiteral, Sign};

/// A duration, or arithmetic over durations.
#[derive(Clone, PartialEq, Debug)]
pub enum DurationExpr {
    /// `5m` or `300`, in seconds.
    Literal(NumberLiteral),
    /// `step()`.
    Step(Span),
    /// `range()`.
    Range(Span),
    /// `-d`.
    Unary(Box<DurationUnary>),
    /// `d + d`.
    Binary(Box<DurationBinary>),
    /// `min_of(d, d)`.
    Extreme(Box<DurationExtreme>),
    /// `(d)`.
    Paren(Box<DurationParen>),
    /// What could not be read; an error says why.
    Broken(Span),
}

/// `-d` or `+d`.
#[derive(Clone, PartialEq, Debug)]
pub struct DurationUnary {
    /// All of it.
    pub span: Span,
    /// The sign.
    pub op: Spanned<Sign>,
    /// What is signed.
    pub operand: DurationExpr,
}

/// `d * d`.
#[derive(Clone, PartialEq, Debug)]
pub struct DurationBinary {
    /// All of it.
    pub span: Span,
    /// Left operand.
    pub left: DurationExpr,
    /// One of `+ - * / % ^`.
    pub op: Spanned<BinaryOp>,
    /// Right operand.
    pub right: DurationExpr,
}

/// `min_of(d, d)` or `max_of(d, d)`.
#[derive(Clone, PartialEq, Debug)]
pub struct DurationExtreme {
    /// All of it.
    pub span: Span,
    /// Which of the two.
    pub which: Spanned<Extreme>,
    /// First operand.
    pub left: DurationExpr,
    /// Second operand.
    pub right: DurationExpr,
}

/// Which of two durations.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Extreme {
    /// The shorter.
    Min,
    /// The longer.
    Max,
}

/// `(d)`.
#[derive(Clone, PartialEq, Debug)]
pub struct DurationParen {
    /// With the parentheses.
    pub span: Span,
    /// What they hold.
    pub inner: DurationExpr,
}

impl DurationExpr {
    /// Its place.
    pub fn span(&self) -> Span {
        match self {
            DurationExpr::Literal(number) => number.span,
            DurationExpr::Step(span) | DurationExpr::Range(span) | DurationExpr::Broken(span) => *span,
            DurationExpr::Unary(unary) => unary.span,
            DurationExpr::Binary(binary) => binary.span,
            DurationExpr::Extreme(extreme) => extreme.span,
            DurationExpr::Paren(paren) => paren.span,
        }
    }

    /// Its seconds, when they do not depend on the query's range and step.
    pub fn seconds(&self) -> Option<f64> {
        match self {
            DurationExpr::Literal(number) => Some(number.value),
            DurationExpr::Step(_) | DurationExpr::Range(_) | DurationExpr::Broken(_) => None,
            DurationExpr::Unary(unary) => {
                let operand = unary.operand.seconds()?;
                Some(if unary.op.value == Sign::Minus { -operand } else { operand })
            }
            DurationExpr::Binary(binary) => binary.op.value.arithmetic(binary.left.seconds()?, binary.right.seconds()?),
            DurationExpr::Extreme(extreme) => {
                let (left, right) = (extreme.left.seconds()?, extreme.right.seconds()?);
                Some(if extreme.which.value == Extreme::Min { left.min(right) } else { left.max(right) })
            }
            DurationExpr::Paren(paren) => paren.inner.seconds(),
        }
    }

    /// Its length, when it does not depend on the query's range and step: rounded to nanoseconds, then
    /// cut to milliseconds, as Prometheus does.
    pub fn duration(&self) -> Option<Duration> {
        self.seconds().map(duration_of)
    }
}

/// Seconds as Prometheus keeps them: rounded to nanoseconds, then cut to milliseconds.
pub fn duration_of(seconds: f64) -> Duration {
    Duration::milliseconds(((seconds * 1e9).round() / 1e6) as i64)
}
