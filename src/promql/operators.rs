//! The operators and aggregations of PromQL, with their spelling and how tightly they bind.

use crate::vocab::go_math;

/// A binary operator.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum BinaryOp {
    Or,
    And,
    Unless,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    /// `</`, which cuts the upper buckets off a native histogram.
    TrimUpper,
    /// `>/`, which cuts the lower buckets off a native histogram.
    TrimLower,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Atan2,
    Power,
}

impl BinaryOp {
    /// As it is written.
    pub fn text(self) -> &'static str {
        match self {
            BinaryOp::Or => "or",
            BinaryOp::And => "and",
            BinaryOp::Unless => "unless",
            BinaryOp::Equal => "==",
            BinaryOp::NotEqual => "!=",
            BinaryOp::Less => "<",
            BinaryOp::LessEqual => "<=",
            BinaryOp::Greater => ">",
            BinaryOp::GreaterEqual => ">=",
            BinaryOp::TrimUpper => "</",
            BinaryOp::TrimLower => ">/",
            BinaryOp::Add => "+",
            BinaryOp::Subtract => "-",
            BinaryOp::Multiply => "*",
            BinaryOp::Divide => "/",
            BinaryOp::Modulo => "%",
            BinaryOp::Atan2 => "atan2",
            BinaryOp::Power => "^",
        }
    }

    /// How tightly it binds, 1 (`or`) to 6 (`^`).
    pub fn precedence(self) -> u8 {
        match self {
            BinaryOp::Or => 1,
            BinaryOp::And | BinaryOp::Unless => 2,
            BinaryOp::Equal
            | BinaryOp::NotEqual
            | BinaryOp::Less
            | BinaryOp::LessEqual
            | BinaryOp::Greater
            | BinaryOp::GreaterEqual
            | BinaryOp::TrimUpper
            | BinaryOp::TrimLower => 3,
            BinaryOp::Add | BinaryOp::Subtract => 4,
            BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo | BinaryOp::Atan2 => SIGN_PRECEDENCE,
            BinaryOp::Power => 6,
        }
    }

    /// Whether it groups to the right; all but `^` group to the left.
    pub fn is_right_associative(self) -> bool {
        self == BinaryOp::Power
    }

    /// Whether it is one of `== != < <= > >=`; the trim operators are not.
    pub fn is_comparison(self) -> bool {
        matches!(
            self,
            BinaryOp::Equal
                | BinaryOp::NotEqual
                | BinaryOp::Less
                | BinaryOp::LessEqual
                | BinaryOp::Greater
                | BinaryOp::GreaterEqual
        )
    }

    /// The comparison with its sides exchanged; other operators as they are.
    #[must_use]
    pub fn mirrored(self) -> Self {
        match self {
            BinaryOp::Less => BinaryOp::Greater,
            BinaryOp::LessEqual => BinaryOp::GreaterEqual,
            BinaryOp::Greater => BinaryOp::Less,
            BinaryOp::GreaterEqual => BinaryOp::LessEqual,
            other => other,
        }
    }

    /// Whether it is one of `and or unless`.
    pub fn is_set(self) -> bool {
        matches!(self, BinaryOp::Or | BinaryOp::And | BinaryOp::Unless)
    }

    /// Whether it is one of `+ - * / % ^ atan2`.
    pub fn is_arithmetic(self) -> bool {
        self.precedence() >= 4
    }

    /// The result of an arithmetic operator, to the last bit that of Prometheus; `None` for the others.
    pub fn arithmetic(self, left: f64, right: f64) -> Option<f64> {
        Some(match self {
            BinaryOp::Add => left + right,
            BinaryOp::Subtract => left - right,
            BinaryOp::Multiply => left * right,
            BinaryOp::Divide => left / right,
            BinaryOp::Modulo => left % right,
            BinaryOp::Atan2 => go_math::atan2(left, right),
            BinaryOp::Power => go_math::pow(left, right),
            _ => return None,
        })
    }

    /// Whether a comparison holds; `None` for the others.
    pub fn compare(self, left: f64, right: f64) -> Option<bool> {
        Some(match self {
            BinaryOp::Equal => left == right,
            BinaryOp::NotEqual => left != right,
            BinaryOp::Less => left < right,
            BinaryOp::LessEqual => left <= right,
            BinaryOp::Greater => left > right,
            BinaryOp::GreaterEqual => left >= right,
            _ => return None,
        })
    }
}

/// How tightly a sign binds: as `*`, so that `-x^2` is `-(x^2)`.
pub const SIGN_PRECEDENCE: u8 = 5;

/// An aggregation.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum AggregationOp {
    Sum,
    Avg,
    Count,
    Min,
    Max,
    Group,
    Stddev,
    Stdvar,
    Topk,
    Bottomk,
    CountValues,
    Quantile,
    Limitk,
    LimitRatio,
}

impl AggregationOp {
    /// All of them.
    pub const ALL: [AggregationOp; 14] = [
        AggregationOp::Sum,
        AggregationOp::Avg,
        AggregationOp::Count,
        AggregationOp::Min,
        AggregationOp::Max,
        AggregationOp::Group,
        AggregationOp::Stddev,
        AggregationOp::Stdvar,
        AggregationOp::Topk,
        AggregationOp::Bottomk,
        AggregationOp::CountValues,
        AggregationOp::Quantile,
        AggregationOp::Limitk,
        AggregationOp::LimitRatio,
    ];

    /// As it is written.
    pub fn text(self) -> &'static str {
        match self {
            AggregationOp::Sum => "sum",
            AggregationOp::Avg => "avg",
            AggregationOp::Count => "count",
            AggregationOp::Min => "min",
            AggregationOp::Max => "max",
            AggregationOp::Group => "group",
            AggregationOp::Stddev => "stddev",
            AggregationOp::Stdvar => "stdvar",
            AggregationOp::Topk => "topk",
            AggregationOp::Bottomk => "bottomk",
            AggregationOp::CountValues => "count_values",
            AggregationOp::Quantile => "quantile",
            AggregationOp::Limitk => "limitk",
            AggregationOp::LimitRatio => "limit_ratio",
        }
    }

    /// Whether it takes a parameter before its operand.
    pub fn takes_parameter(self) -> bool {
        self.selects() || matches!(self, AggregationOp::CountValues | AggregationOp::Quantile)
    }

    /// Whether its result is some of its operand's series, with all their labels.
    pub fn selects(self) -> bool {
        matches!(self, AggregationOp::Topk | AggregationOp::Bottomk | AggregationOp::Limitk | AggregationOp::LimitRatio)
    }

    /// Whether Prometheus has it behind a feature flag.
    pub fn is_experimental(self) -> bool {
        matches!(self, AggregationOp::Limitk | AggregationOp::LimitRatio)
    }
}
