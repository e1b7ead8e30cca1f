//! Whether an expression gives anything at all, and what decides it.

use super::{
    super::{
        ast::{AggregationOp, Binary, BinaryOp, Call, Expr},
        flow::Source,
        functions::ValueType,
    },
    Values,
    share::is_same,
};

/// Whether an expression gives something, NaN aside.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Outcome {
    /// Never, whatever the data.
    Never,
    /// It depends on the values.
    Depends,
    /// Whenever the series exist that it selects.
    Whenever,
    /// At every moment.
    Always,
}

/// What decides the outcome of an expression.
#[derive(Copy, Clone, Debug)]
pub enum Culprit<'e> {
    /// A comparison that never holds, or always.
    Comparison(&'e Binary),
    /// Two comparisons of one thing that exclude each other.
    Contradiction(&'e Binary, &'e Binary),
    /// Comparisons of one thing of which one always holds, as in `x > 5 or x <= 5`.
    Exhaustion(&'e Binary, &'e Binary),
    /// `x unless x`.
    UnlessItself(&'e Binary),
    /// `absent` of what is always there.
    NeverAbsent(&'e Call),
    /// A series that is recorded never, or always.
    Recorded(&'e Expr),
}

impl Outcome {
    /// Whether an expression gives something; of one with very many operators, nobody can tell.
    pub fn of(expr: &Expr, source: &dyn Source) -> Self {
        match expr {
            Expr::Number(_) => Outcome::Always,
            Expr::String(_) | Expr::Broken(_) => Outcome::Depends,
            Expr::Selector(_) | Expr::Range(_) => {
                let selector = expr.selection().map(|selection| selection.selector);
                let Some(name) = selector.and_then(|selector| selector.metric_name()) else { return Outcome::Depends };
                match selector.and_then(|selector| source.outcome(selector)) {
                    _ if source.is_open(name.span) || name.value.starts_with("ALERTS") => Outcome::Depends,
                    Some(outcome) => outcome,
                    // Who records this, and when, is not known.
                    None if name.value.contains(':') => Outcome::Depends,
                    None => Outcome::Whenever,
                }
            }
            Expr::Subquery(subquery) => Self::of(&subquery.operand, source),
            Expr::Aggregation(aggregation) => match aggregation.op.value {
                _ if source.is_open(aggregation.op.span) => Outcome::Depends,
                AggregationOp::Topk | AggregationOp::Bottomk | AggregationOp::Limitk | AggregationOp::LimitRatio => {
                    Self::of(&aggregation.operand, source).min(Outcome::Depends)
                }
                _ => Self::of(&aggregation.operand, source),
            },
            Expr::Call(call) => of_call(call, source),
            Expr::Binary(binary) if binary.is_long() || source.is_open(binary.op.span) => Outcome::Depends,
            Expr::Binary(binary) => match Chain::of(binary, source) {
                Some(chain) => chain.outcome(source),
                None => of_binary(binary, source),
            },
            Expr::Unary(unary) => Self::of(&unary.operand, source),
            Expr::Paren(paren) => Self::of(&paren.inner, source),
        }
    }
}

fn of_call(call: &Call, source: &dyn Source) -> Outcome {
    let name = call.function.value.as_str();
    if source.is_open(call.function.span) {
        return Outcome::Depends;
    }
    let is_series = |expr: &&Expr| expr.value_type() != Some(ValueType::String);
    let mut arguments = call.arguments.iter().filter(is_series).map(|argument| Outcome::of(argument, source));
    match name {
        "absent" | "absent_over_time" => match arguments.next() {
            Some(Outcome::Never) => Outcome::Always,
            Some(Outcome::Always) => Outcome::Never,
            _ => Outcome::Depends,
        },
        "scalar" | "vector" => Outcome::Always,
        _ => arguments.min().unwrap_or(Outcome::Always),
    }
}

fn of_binary(binary: &Binary, source: &dyn Source) -> Outcome {
    let op = binary.op.value;
    let (left, right) = (Outcome::of(&binary.left, source), Outcome::of(&binary.right, source));
    let has_fill = binary.modifiers.fill.left.is_some() || binary.modifiers.fill.right.is_some();
    let both = if has_fill { left.max(right).min(Outcome::Depends) } else { left.min(right) };
    match op {
        BinaryOp::And if both == Outcome::Never => Outcome::Never,
        BinaryOp::And if right == Outcome::Always => left.min(Outcome::Depends),
        BinaryOp::And => Outcome::Depends,
        BinaryOp::Or => left.max(right),
        BinaryOp::Unless if left == Outcome::Never || is_unless_itself(binary) => Outcome::Never,
        BinaryOp::Unless if right == Outcome::Never => left,
        BinaryOp::Unless => Outcome::Depends,
        _ if op.is_comparison() && binary.modifiers.bool_modifier.is_none() => match judged(binary, source) {
            Some(false) if !has_fill => Outcome::Never,
            // NaN meets no condition.
            Some(true) if !has_fill && may_be_nan(binary, source) => both.min(Outcome::Whenever),
            Some(true) if !has_fill => both,
            _ => both.min(Outcome::Depends),
        },
        _ => both,
    }
}

/// Whether a comparison holds for all values, or for none.
fn judged(binary: &Binary, source: &dyn Source) -> Option<bool> {
    let op = binary.op.value;
    let (left, right) = (Values::of(&binary.left, source), Values::of(&binary.right, source));
    let is_finite = |expr: &Expr| expr.number().is_none_or(f64::is_finite);
    if left.is_none() || right.is_none() {
        return None;
    }
    if left.never(op, right) && is_finite(&binary.left) && is_finite(&binary.right) {
        Some(false)
    } else {
        left.always(op, right).then_some(true)
    }
}

fn may_be_nan(binary: &Binary, source: &dyn Source) -> bool {
    Values::of(&binary.left, source).nan || Values::of(&binary.right, source).nan
}

fn is_unless_itself(binary: &Binary) -> bool {
    binary.modifiers.matching.is_none()
        && is_same(&binary.left, &binary.right)
        && binary.left.selections().next().is_some()
}

/// A comparison of an expression with a number, `x > 5`, turned so that the number stands on the right.
#[derive(Copy, Clone)]
struct Limit<'e> {
    binary: &'e Binary,
    what: &'e Expr,
    op: BinaryOp,
    number: f64,
}

impl<'e> Limit<'e> {
    fn of(expr: &'e Expr) -> Option<Self> {
        let Expr::Binary(binary) = expr.unwrap_parens() else { return None };
        let op = binary.op.value;
        if !op.is_comparison() || binary.modifiers.bool_modifier.is_some() {
            return None;
        }
        match (binary.left.number(), binary.right.number()) {
            (None, Some(number)) => Some(Self { binary, what: &binary.left, op, number }),
            (Some(number), None) => Some(Self { binary, what: &binary.right, op: op.mirrored(), number }),
            _ => None,
        }
    }

    fn range(self) -> Values {
        Values::ANY.narrowed(self.op, Values::exactly(self.number))
    }
}

/// The values that a comparison with a number lets through.
pub fn limits(expr: &Expr) -> Option<Values> {
    Limit::of(expr).map(Limit::range)
}

/// Operands that are joined by `and`, or by `or`, without any matching of its own.
struct Chain<'e> {
    op: BinaryOp,
    operands: Vec<&'e Expr>,
}

impl<'e> Chain<'e> {
    /// The chain that ends with an operator; none where the operator is another.
    fn of(last: &'e Binary, source: &dyn Source) -> Option<Self> {
        let op = last.op.value;
        if !matches!(op, BinaryOp::And | BinaryOp::Or) || last.modifiers.matching.is_some() {
            return None;
        }
        let mut chain = Self { op, operands: Vec::new() };
        chain.gather(&last.left, source);
        chain.gather(&last.right, source);
        Some(chain)
    }

    fn gather(&mut self, expr: &'e Expr, source: &dyn Source) {
        match expr.unwrap_parens() {
            Expr::Binary(inner)
                if inner.op.value == self.op
                    && inner.modifiers.matching.is_none()
                    && !source.is_open(inner.op.span) =>
            {
                self.gather(&inner.left, source);
                self.gather(&inner.right, source);
            }
            operand => self.operands.push(operand),
        }
    }

    fn outcome(&self, source: &dyn Source) -> Outcome {
        let mut outcomes = self.operands.iter().map(|operand| Outcome::of(operand, source));
        match self.op {
            BinaryOp::Or => {
                let most = outcomes.max().unwrap_or(Outcome::Depends);
                if self.exhaustion(source).is_some() { most.max(Outcome::Whenever) } else { most }
            }
            _ if outcomes.any(|outcome| outcome == Outcome::Never) => Outcome::Never,
            _ if self.contradiction().is_some() => Outcome::Never,
            _ => Outcome::Depends,
        }
    }

    /// The comparisons of one thing with numbers among the operands, pair by pair.
    fn pairs(&self) -> impl Iterator<Item = (Limit<'e>, Limit<'e>)> {
        let named = |limit: Limit<'e>| (limit, limit.what.unwrap_parens().to_string());
        let limits: Vec<(Limit<'e>, String)> =
            self.operands.iter().filter_map(|operand| Limit::of(operand)).map(named).collect();
        let pairs = (1..limits.len()).flat_map(|second| (0..second).map(move |first| (first, second)));
        pairs
            .filter(|(first, second)| limits[*first].1 == limits[*second].1)
            .map(|(first, second)| (limits[first].0, limits[second].0))
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// Two operands of `and` that exclude each other.
    fn contradiction(&self) -> Option<(&'e Binary, &'e Binary)> {
        self.pairs()
            .find(|(first, second)| first.range().never(second.op, Values::exactly(second.number)))
            .map(|(first, second)| (first.binary, second.binary))
    }

    /// Two operands of `or` of which one always holds.
    fn exhaustion(&self, source: &dyn Source) -> Option<(&'e Binary, &'e Binary)> {
        let covers = |first: &Limit<'e>, second: &Limit<'e>| {
            let all = Values { nan: false, ..Values::of(first.what, source) };
            let refused = match first.op {
                BinaryOp::Greater => all.narrowed(BinaryOp::LessEqual, Values::exactly(first.number)),
                BinaryOp::GreaterEqual => all.narrowed(BinaryOp::Less, Values::exactly(first.number)),
                BinaryOp::Less => all.narrowed(BinaryOp::GreaterEqual, Values::exactly(first.number)),
                BinaryOp::LessEqual => all.narrowed(BinaryOp::Greater, Values::exactly(first.number)),
                BinaryOp::NotEqual => all.narrowed(BinaryOp::Equal, Values::exactly(first.number)),
                _ => all.narrowed(BinaryOp::NotEqual, Values::exactly(first.number)),
            };
            !refused.is_none() && refused.always(second.op, Values::exactly(second.number))
        };
        self.pairs()
            .find(|(first, second)| covers(first, second) || covers(second, first))
            .map(|(first, second)| (first.binary, second.binary))
    }

    /// What makes the whole give nothing ever, or something always.
    fn culprit(&self, outcome: Outcome, source: &dyn Source) -> Option<Culprit<'e>> {
        let pair = match self.op {
            BinaryOp::And => self.contradiction().map(|(first, second)| Culprit::Contradiction(first, second)),
            _ => self.exhaustion(source).map(|(first, second)| Culprit::Exhaustion(first, second)),
        };
        pair.or_else(|| deciding_among(self.operands.iter().copied(), outcome, source))
    }
}

/// What makes an expression give nothing ever, or something always, whatever the values.
pub fn culprit<'e>(expr: &'e Expr, source: &dyn Source) -> Option<Culprit<'e>> {
    let outcome = Outcome::of(expr, source);
    if outcome == Outcome::Depends { None } else { deciding(expr, outcome, source) }
}

/// What decides the outcome of an expression, which is known.
fn deciding<'e>(expr: &'e Expr, outcome: Outcome, source: &dyn Source) -> Option<Culprit<'e>> {
    match expr {
        Expr::Binary(binary) => {
            if let Some(chain) = Chain::of(binary, source) {
                return chain.culprit(outcome, source);
            }
            if binary.op.value == BinaryOp::Unless && is_unless_itself(binary) {
                return Some(Culprit::UnlessItself(binary));
            }
            let compares = binary.op.value.is_comparison() && binary.modifiers.bool_modifier.is_none();
            if compares && judged(binary, source) == Some(outcome != Outcome::Never) {
                return Some(Culprit::Comparison(binary));
            }
        }
        Expr::Call(call) if outcome == Outcome::Never && call.function.value.starts_with("absent") => {
            return Some(Culprit::NeverAbsent(call));
        }
        Expr::Selector(_) | Expr::Range(_) => {
            let recorded = expr.selection().and_then(|selection| source.outcome(selection.selector));
            return recorded.map(|_| Culprit::Recorded(expr));
        }
        _ => {}
    }
    deciding_among(expr.children(), outcome, source)
}

/// The same of the first part that has the outcome of the whole.
fn deciding_among<'e>(
    parts: impl Iterator<Item = &'e Expr>,
    outcome: Outcome,
    source: &dyn Source,
) -> Option<Culprit<'e>> {
    parts.filter(|part| Outcome::of(part, source) == outcome).find_map(|part| deciding(part, outcome, source))
}
