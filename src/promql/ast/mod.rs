//! The syntax tree of an expression: what each check looks at, every part with its place in the file.
//!
//! Spans are spans of the *file*, whatever the expression was read through. Only brackets, commas and
//! spaces have no node of their own. Where the parser had to skip something there is an
//! [`Expr::Broken`], so that the rest of a broken expression can still be looked at.

mod duration;
mod seldom;
mod selector;

use crate::text::{Name, Span, Spanned};

use super::{
    functions::{self, Function, ValueType},
    typing,
};

pub use super::operators::{AggregationOp, BinaryOp};
pub use duration::{DurationBinary, DurationExpr, DurationExtreme, DurationParen, DurationUnary, Extreme, duration_of};
pub use seldom::{Absent, Seldom};
pub use selector::{At, AtTime, Extension, MatchOp, Matcher, Modifiers, Offset, Shift, VectorSelector};

/// An expression.
#[derive(Clone, PartialEq, Debug)]
pub enum Expr {
    /// `0.5`, `-1`, `5m`.
    Number(NumberLiteral),
    /// `"text"`.
    String(Box<Spanned<Name>>),
    /// `up{job="api"}`.
    Selector(Box<VectorSelector>),
    /// `up[5m]`.
    Range(Box<RangeSelector>),
    /// `expr[1h:5m]`.
    Subquery(Box<Subquery>),
    /// `sum by (job) (expr)`.
    Aggregation(Box<Aggregation>),
    /// `rate(expr)`.
    Call(Box<Call>),
    /// `expr + expr`.
    Binary(Box<Binary>),
    /// `-expr`.
    Unary(Box<Unary>),
    /// `(expr)`.
    Paren(Box<Paren>),
    /// What could not be read; an error says why.
    Broken(Span),
}

/// A number, or a duration standing for its seconds.
#[derive(Copy, Clone, PartialEq, Debug)]
pub struct NumberLiteral {
    /// Where, with its sign.
    pub span: Span,
    /// Its value; of a duration, in seconds.
    pub value: f64,
    /// How it was written.
    pub form: NumberForm,
}

/// How a number was written.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum NumberForm {
    /// `300`.
    Number,
    /// `5m`.
    Duration,
}

/// `up{job="api"}[5m] offset 1h`.
#[derive(Clone, PartialEq, Debug)]
pub struct RangeSelector {
    /// From the selector to the last modifier.
    pub span: Span,
    /// What is selected; its modifiers stand behind the brackets and are `self.modifiers`.
    pub selector: VectorSelector,
    /// The brackets with all between them.
    pub brackets: Span,
    /// How far back the range reaches.
    pub range: DurationExpr,
    /// `offset`, `@`, `anchored`, `smoothed`.
    pub modifiers: Modifiers,
}

/// `expr[1h:5m]`.
#[derive(Clone, PartialEq, Debug)]
pub struct Subquery {
    /// From the expression to the last modifier.
    pub span: Span,
    /// What is evaluated again and again.
    pub operand: Expr,
    /// The brackets with all between them.
    pub brackets: Span,
    /// How far back the range reaches.
    pub range: DurationExpr,
    /// How often; without it, the default evaluation interval.
    pub step: Option<DurationExpr>,
    /// `offset` and `@`.
    pub modifiers: Modifiers,
}

/// `sum by (job) (expr)`.
#[derive(Clone, PartialEq, Debug)]
pub struct Aggregation {
    /// All of it.
    pub span: Span,
    /// Which aggregation.
    pub op: Spanned<AggregationOp>,
    /// `by (…)` or `without (…)`, before or after the operand.
    pub grouping: Option<Grouping>,
    /// `k` of `topk`, the quantile of `quantile`, the label of `count_values`.
    pub parameter: Option<Box<Expr>>,
    /// What is aggregated.
    pub operand: Expr,
}

/// `by (job, instance)`.
#[derive(Clone, PartialEq, Debug)]
pub struct Grouping {
    /// From the word to the closing parenthesis.
    pub span: Span,
    /// Whether the labels are kept or dropped.
    pub kind: Spanned<GroupingKind>,
    /// The labels.
    pub labels: Labels,
}

/// Whether grouping labels are kept or dropped.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum GroupingKind {
    /// `by`: they are kept.
    By,
    /// `without`: they are dropped.
    Without,
}

/// A list of labels in parentheses.
#[derive(Clone, PartialEq, Debug)]
pub struct Labels {
    /// With the parentheses; when they are missing, the empty place where the list would stand.
    pub span: Span,
    /// The names, decoded, in the written order.
    pub names: Box<[Spanned<Name>]>,
}

/// `rate(up[5m])`.
#[derive(Clone, PartialEq, Debug)]
pub struct Call {
    /// All of it.
    pub span: Span,
    /// The function's name as written.
    pub function: Spanned<Name>,
    /// The arguments.
    pub arguments: Box<[Expr]>,
    /// The parentheses with all between them.
    pub parens: Span,
}

/// An expression of more operators than this is not followed by what looks at each of its operators: nobody wrote it by
/// hand, and to look from each operator down to the first one takes ever longer.
const LONG: u32 = 250;

/// `expr / on (job) group_left (team) expr`.
#[derive(Clone, PartialEq, Debug)]
pub struct Binary {
    /// All of it.
    pub span: Span,
    /// Left operand.
    pub left: Expr,
    /// The operator.
    pub op: Spanned<BinaryOp>,
    /// What stands between it and the right operand.
    pub modifiers: BinaryModifiers,
    /// Right operand.
    pub right: Expr,
    /// As [`Expr::value_type`].
    value_type: Option<ValueType>,
    /// As [`Expr::operators`], of which no expression has more.
    operators: u16,
}

/// What may stand between an operator and its right operand.
pub type BinaryModifiers = Seldom<Pairing>;

/// How an operator pairs what stands on its sides.
#[derive(Clone, PartialEq, Debug)]
pub struct Pairing {
    /// The word `bool`.
    pub bool_modifier: Option<Span>,
    /// `on (…)` or `ignoring (…)`.
    pub matching: Option<Box<Matching>>,
    /// `group_left (…)` or `group_right (…)`.
    pub group: Option<Box<Group>>,
    /// `fill (…)` and its one-sided forms.
    pub fill: Fill,
}

impl Absent for Pairing {
    const ABSENT: &'static Self =
        &Self { bool_modifier: None, matching: None, group: None, fill: Fill { left: None, right: None } };
}

/// `on (job)`.
#[derive(Clone, PartialEq, Debug)]
pub struct Matching {
    /// From the word to the closing parenthesis.
    pub span: Span,
    /// Whether the labels are compared or left out.
    pub kind: Spanned<MatchingKind>,
    /// The labels.
    pub labels: Labels,
}

/// Whether matching labels are compared or left out.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum MatchingKind {
    /// `on`: only they are compared.
    On,
    /// `ignoring`: all others are compared.
    Ignoring,
}

/// `group_left (team)`.
#[derive(Clone, PartialEq, Debug)]
pub struct Group {
    /// From the word to the closing parenthesis, if there is one.
    pub span: Span,
    /// Which side has many series per group.
    pub side: Spanned<Side>,
    /// Labels taken over from the other side; `None` without parentheses.
    pub labels: Option<Labels>,
}

/// A side of an operator.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Side {
    /// Before it.
    Left,
    /// Behind it.
    Right,
}

impl Side {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Side::Left => "left",
            Side::Right => "right",
        }
    }
}

/// The values that stand in for missing series; `fill (v)` sets both.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Fill {
    /// For series missing on the left.
    pub left: Option<Box<Spanned<f64>>>,
    /// For series missing on the right.
    pub right: Option<Box<Spanned<f64>>>,
}

impl Fill {
    /// Where the value for the left stands, else that for the right.
    pub fn span(&self) -> Option<Span> {
        self.left.as_ref().or(self.right.as_ref()).map(|value| value.span)
    }
}

/// `-expr` or `+expr`.
#[derive(Clone, PartialEq, Debug)]
pub struct Unary {
    /// All of it.
    pub span: Span,
    /// The sign.
    pub op: Spanned<Sign>,
    /// What is signed.
    pub operand: Expr,
}

/// A sign.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Sign {
    /// `+`.
    Plus,
    /// `-`.
    Minus,
}

/// `(expr)`.
#[derive(Clone, PartialEq, Debug)]
pub struct Paren {
    /// With the parentheses.
    pub span: Span,
    /// What they hold.
    pub inner: Expr,
}

impl Expr {
    /// Its place.
    pub fn span(&self) -> Span {
        match self {
            Expr::Number(number) => number.span,
            Expr::String(string) => string.span,
            Expr::Selector(selector) => selector.span,
            Expr::Range(range) => range.span,
            Expr::Subquery(subquery) => subquery.span,
            Expr::Aggregation(aggregation) => aggregation.span,
            Expr::Call(call) => call.span,
            Expr::Binary(binary) => binary.span,
            Expr::Unary(unary) => unary.span,
            Expr::Paren(paren) => paren.span,
            Expr::Broken(span) => *span,
        }
    }

    /// The expression inside any number of parentheses.
    pub fn unwrap_parens(&self) -> &Expr {
        let mut inner = self;
        while let Expr::Paren(paren) = inner {
            inner = &paren.inner;
        }
        inner
    }

    /// The value of a literal number, parentheses aside.
    pub fn number(&self) -> Option<f64> {
        match self.unwrap_parens() {
            Expr::Number(number) => Some(number.value),
            _ => None,
        }
    }

    /// The literal string, parentheses aside.
    pub fn string(&self) -> Option<&Spanned<Name>> {
        match self.unwrap_parens() {
            Expr::String(string) => Some(string),
            _ => None,
        }
    }

    /// The call, parentheses aside, if it is one of a function of that name.
    pub fn call_of(&self, function: &str) -> Option<&Call> {
        match self.unwrap_parens() {
            Expr::Call(call) if call.function.value == function => Some(call),
            _ => None,
        }
    }
}

impl Expr {
    /// How many operators it has, at any depth.
    pub fn operators(&self) -> u32 {
        match self {
            Expr::Binary(binary) => binary.operators.into(),
            _ => self.children().map(Expr::operators).sum(),
        }
    }

    /// Whether it has more operators than are followed one by one.
    pub fn is_long(&self) -> bool {
        self.operators() > LONG
    }
}

impl Binary {
    /// An operator with its operands. What is known of the operands is found out here, once and for all: whoever goes
    /// along a chain would otherwise ask each operator anew.
    pub fn of(left: Expr, op: Spanned<BinaryOp>, modifiers: BinaryModifiers, right: Expr) -> Self {
        let value_type = typing::combined(left.value_type(), right.value_type());
        let operators = u16::try_from(left.operators() + right.operators() + 1).unwrap_or(u16::MAX);
        let span = left.span().to(right.span());
        Self { span, left, op, modifiers, right, value_type, operators }
    }

    /// As [`Expr::value_type`].
    pub fn value_type(&self) -> Option<ValueType> {
        self.value_type
    }

    /// As [`Expr::is_long`].
    pub fn is_long(&self) -> bool {
        u32::from(self.operators) > LONG
    }
}

impl Call {
    /// What the function takes and gives; `None` when Prometheus has no such function.
    pub fn signature(&self) -> Option<&'static Function> {
        functions::function(&self.function.value)
    }
}

impl Grouping {
    /// Whether the result has this label, as far as the grouping decides it.
    pub fn keeps(&self, label: &str) -> bool {
        let named = self.labels.has(label);
        match self.kind.value {
            GroupingKind::By => named,
            GroupingKind::Without => !named && label != "__name__",
        }
    }
}

impl Labels {
    /// The names without their places.
    pub fn texts(&self) -> Vec<&str> {
        self.names.iter().map(|name| name.value.as_str()).collect()
    }

    /// Whether a label is in the list.
    pub fn has(&self, label: &str) -> bool {
        self.names.iter().any(|name| name.value == label)
    }
}

impl Sign {
    /// As it is written.
    pub fn text(self) -> &'static str {
        match self {
            Sign::Plus => "+",
            Sign::Minus => "-",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A large rule file has hundreds of thousands of nodes. Allocators hand out blocks of these sizes.
    #[test]
    fn nodes_are_small() {
        for (node, size, block) in [
            ("expression", size_of::<Expr>(), 24),
            ("selector", size_of::<VectorSelector>(), 96),
            ("matcher", size_of::<Matcher>(), 112),
            ("range", size_of::<RangeSelector>(), 160),
            ("aggregation", size_of::<Aggregation>(), 128),
            ("call", size_of::<Call>(), 80),
            ("operator", size_of::<Binary>(), 128),
        ] {
            assert!(size <= block, "{node}: {size} bytes");
        }
    }
}
