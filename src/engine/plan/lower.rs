//! From syntax tree to plan.

use crate::{
    engine::{Implementation, LabelMatcher, Labels, METADATA, Projection, Special, functions},
    promql::{
        Query,
        ast::{self, AggregationOp, Expr, GroupingKind, MatchingKind, Modifiers, Side, Sign},
        functions::ValueType,
    },
    text::Span,
};

use super::{
    Aggregation, AggregationKind, Join, Length, Range, RangeSource, Root, Scalar, ScalarKind, Selector, Shift,
    Subquery, Vector, VectorKind, WithScalar, call, length::LengthSign,
};

/// The plan of a query; `None` when Prometheus would not accept it.
pub fn root(query: &Query) -> Option<Root> {
    Lowering { query, reads_counts_only: false }.root(query.valid()?)
}

/// What is known on the way down.
#[derive(Copy, Clone)]
pub struct Lowering<'q> {
    pub query: &'q Query,
    /// Whether only counts and sums of histograms matter above.
    pub reads_counts_only: bool,
}

impl<'q> Lowering<'q> {
    fn root(self, expr: &'q Expr) -> Option<Root> {
        Some(match expr {
            Expr::Paren(paren) => self.root(&paren.inner)?,
            Expr::String(text) => Root::Text(text.value.to_string()),
            Expr::Range(_) | Expr::Subquery(_) => Root::Range(self.range(expr)?),
            _ if is_scalar(expr) => Root::Scalar(self.scalar(expr)?, expr.span()),
            _ => Root::Vector(self.vector(expr)?),
        })
    }

    /// An expression that is a number at each moment.
    pub fn scalar(self, expr: &'q Expr) -> Option<Scalar> {
        match expr {
            Expr::Number(number) => Some(Scalar { is_invariant: true, kind: ScalarKind::Number(number.value) }),
            Expr::Paren(paren) => self.scalar(&paren.inner),
            Expr::Unary(unary) => {
                let operand = self.scalar(&unary.operand)?;
                if unary.op.value == Sign::Plus {
                    return Some(operand);
                }
                Some(Scalar { is_invariant: operand.is_invariant, kind: ScalarKind::Negation(Box::new(operand)) })
            }
            Expr::Binary(binary) => {
                let operands = Box::new([self.scalar(&binary.left)?, self.scalar(&binary.right)?]);
                let is_invariant = operands.iter().all(|operand| operand.is_invariant);
                Some(Scalar {
                    is_invariant,
                    kind: ScalarKind::Binary { span: binary.span, op: binary.op.value, operands },
                })
            }
            Expr::Call(call) => self.scalar_call(call),
            _ => None,
        }
    }

    fn scalar_call(self, call: &'q ast::Call) -> Option<Scalar> {
        match functions::implementation(&call.function.value)? {
            Implementation::Scalar(function) => {
                let arguments: Vec<Scalar> =
                    call.arguments.iter().map(|argument| self.scalar(argument)).collect::<Option<_>>()?;
                let is_invariant =
                    &*call.function.value != "time" && arguments.iter().all(|argument| argument.is_invariant);
                Some(Scalar { is_invariant, kind: ScalarKind::Call { function, arguments } })
            }
            Implementation::Evaluator(Special::Scalar) => {
                let vector = self.vector(call.arguments.first()?)?;
                Some(Scalar { is_invariant: vector.is_invariant, kind: ScalarKind::OfVector(Box::new(vector)) })
            }
            _ => None,
        }
    }

    /// An expression that is one sample of each series at each moment.
    pub fn vector(self, expr: &'q Expr) -> Option<Vector> {
        let (is_invariant, kind) = match expr {
            Expr::Paren(paren) => return self.vector(&paren.inner),
            Expr::Selector(selector) => {
                let selector = self.selector(selector, &selector.modifiers, selector.span)?;
                (selector.shift.at.is_some(), VectorKind::Selector(selector))
            }
            Expr::Unary(unary) => {
                let operand = self.vector(&unary.operand)?;
                if unary.op.value == Sign::Plus {
                    return Some(operand);
                }
                (operand.is_invariant, VectorKind::Negation(Box::new(operand)))
            }
            Expr::Aggregation(aggregation) => self.aggregation(aggregation)?,
            Expr::Binary(binary) => self.binary(binary)?,
            Expr::Call(call) => call::lower(self, call)?,
            Expr::Number(_) | Expr::String(_) | Expr::Range(_) | Expr::Subquery(_) | Expr::Broken(_) => return None,
        };
        Some(Vector { span: expr.span(), is_invariant, kind })
    }

    /// A selector with the modifiers that apply to it.
    pub fn selector(self, selector: &ast::VectorSelector, modifiers: &Modifiers, span: Span) -> Option<Selector> {
        Some(Selector {
            span,
            matchers: LabelMatcher::all_of(selector)?,
            shift: self.shift(modifiers),
            extension: modifiers.extension.as_ref().map(|extension| extension.value),
            reads_counts_only: self.reads_counts_only,
        })
    }

    /// The shift in time that modifiers say.
    pub fn shift(self, modifiers: &Modifiers) -> Shift {
        let offset = modifiers.offset.as_ref();
        Shift {
            at: modifiers.at.as_ref().map(|at| at.time),
            offset: offset.map(|offset| Length::of(&offset.duration, LengthSign::Any, self.query)),
        }
    }

    /// An expression that is several samples of each series.
    pub fn range(self, expr: &'q Expr) -> Option<Range> {
        match expr {
            Expr::Paren(paren) => self.range(&paren.inner),
            Expr::Range(range) => {
                let selector = self.selector(&range.selector, &range.modifiers, range.span)?;
                Some(Range {
                    span: range.span,
                    is_invariant: selector.shift.at.is_some(),
                    length: Length::of(&range.range, LengthSign::Positive, self.query),
                    source: RangeSource::Selector(selector),
                })
            }
            Expr::Subquery(subquery) => {
                let step = subquery.step.as_ref();
                let shift = self.shift(&subquery.modifiers);
                // The buckets are needed to see resets between samples that lie far apart.
                let inside = Self { reads_counts_only: false, ..self };
                Some(Range {
                    span: subquery.span,
                    is_invariant: shift.at.is_some(),
                    length: Length::of(&subquery.range, LengthSign::Positive, self.query),
                    source: RangeSource::Subquery(Box::new(Subquery {
                        operand: inside.vector(&subquery.operand)?,
                        step: step.map(|step| Length::of(step, LengthSign::Positive, self.query)),
                        shift,
                    })),
                })
            }
            _ => None,
        }
    }

    fn aggregation(self, aggregation: &'q ast::Aggregation) -> Option<(bool, VectorKind)> {
        // `count_values` tells histograms apart by their buckets too.
        let counts_values = aggregation.op.value == AggregationOp::CountValues;
        let inside = Self { reads_counts_only: self.reads_counts_only && !counts_values, ..self };
        let operand = inside.vector(&aggregation.operand)?;
        let mut grouping = match &aggregation.grouping {
            None => Projection::Only(Vec::new()),
            Some(grouping) => {
                let names = names(&grouping.labels);
                match grouping.kind.value {
                    GroupingKind::By => Projection::Only(names),
                    GroupingKind::Without => Projection::AllBut(names),
                }
            }
        };
        let op = aggregation.op.value;
        let parameter = aggregation.parameter.as_deref();
        let kind = match op {
            AggregationOp::CountValues => {
                let label = parameter?.string()?;
                if let Projection::Only(names) = &mut grouping {
                    names.push(label.value.to_string());
                }
                AggregationKind::CountValues { label: label.value.to_string() }
            }
            AggregationOp::Quantile => {
                AggregationKind::Quantile(self.scalar(parameter?)?, parameter?.unwrap_parens().span())
            }
            op if op.selects() => {
                AggregationKind::Select(op, self.scalar(parameter?)?, parameter?.unwrap_parens().span())
            }
            op => AggregationKind::Reduce(op),
        };
        // The parameter does not count: as in Prometheus, it is looked at but once when the operand never changes.
        let is_invariant = operand.is_invariant;
        Some((is_invariant, VectorKind::Aggregation(Box::new(Aggregation { kind, grouping, operand }))))
    }

    fn binary(self, binary: &'q ast::Binary) -> Option<(bool, VectorKind)> {
        let op = binary.op.value;
        use ast::BinaryOp::{Equal, NotEqual, TrimLower, TrimUpper};
        let looks_at_buckets = matches!(op, TrimUpper | TrimLower | Equal | NotEqual);
        let inside = Self { reads_counts_only: self.reads_counts_only && !looks_at_buckets, ..self };
        let gives_bool = binary.modifiers.bool_modifier.is_some();
        let scalar_side = match (is_scalar(&binary.left), is_scalar(&binary.right)) {
            (true, _) => Some(Side::Left),
            (_, true) => Some(Side::Right),
            _ => None,
        };
        if let Some(scalar_side) = scalar_side {
            let (scalar, vector) = match scalar_side {
                Side::Left => (&binary.left, &binary.right),
                Side::Right => (&binary.right, &binary.left),
            };
            let (scalar, vector) = (inside.scalar(scalar)?, inside.vector(vector)?);
            let is_invariant = scalar.is_invariant && vector.is_invariant;
            let with = WithScalar { op, gives_bool, scalar_side, vector, scalar };
            return Some((is_invariant, VectorKind::WithScalar(Box::new(with))));
        }
        let (left, right) = (inside.vector(&binary.left)?, inside.vector(&binary.right)?);
        let is_invariant = left.is_invariant && right.is_invariant;
        let matching = match &binary.modifiers.matching {
            None => Projection::AllBut(Vec::new()),
            Some(matching) if matching.kind.value == MatchingKind::On => Projection::Only(names(&matching.labels)),
            Some(matching) => Projection::AllBut(names(&matching.labels)),
        };
        let group = binary.modifiers.group.as_ref();
        let join = Join {
            op,
            gives_bool,
            left,
            right,
            matching,
            many: group.map(|group| group.side.value),
            include: group.and_then(|group| group.labels.as_ref()).map(names).unwrap_or_default(),
            fill_left: binary.modifiers.fill.left.as_ref().map(|fill| fill.value),
            fill_right: binary.modifiers.fill.right.as_ref().map(|fill| fill.value),
        };
        Some((is_invariant, VectorKind::Join(Box::new(join))))
    }
}

/// Whether an expression is a number at each moment.
fn is_scalar(expr: &Expr) -> bool {
    expr.value_type() == Some(ValueType::Scalar)
}

fn names(labels: &ast::Labels) -> Vec<String> {
    labels.names.iter().map(|name| name.value.to_string()).collect()
}

/// The labels that a sample of `absent` has: those that a selector asks for by one `=` and nothing else.
pub fn labels_of_absent(expr: &Expr) -> Labels {
    let Some(selection) = expr.unwrap_parens().selection() else { return Labels::empty() };
    let matchers = &selection.selector.matchers;
    let mut builder = Labels::empty().builder();
    for (index, matcher) in matchers.iter().enumerate() {
        let label = &matcher.label.value;
        if METADATA.contains(&label.as_str()) {
            continue;
        }
        let is_repeated = matchers[..index]
            .iter()
            .any(|earlier| earlier.label.value == *label && earlier.op.value == ast::MatchOp::Equal);
        if matcher.op.value == ast::MatchOp::Equal && !is_repeated {
            builder.set(label.as_str(), matcher.value.value.as_str());
        } else {
            builder.remove(label);
        }
    }
    builder.build()
}
