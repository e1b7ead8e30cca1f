//! Calls of functions, from syntax tree to plan.

use crate::{
    engine::{Implementation, LabelMatcher, RangeFunction, Special, functions},
    promql::ast::{self, Expr},
    text::Span,
};

use super::{
    Call, InfoCall, OverRange, Scalar, Shift, Vector, VectorKind,
    lower::{Lowering, labels_of_absent},
};

/// A call of a function whose result is a vector, and whether it is the same at all moments of a query.
pub fn lower<'q>(lowering: Lowering<'q>, call: &'q ast::Call) -> Option<(bool, VectorKind)> {
    let inside = Lowering { reads_counts_only: reads_counts_only(lowering.reads_counts_only, call), ..lowering };
    let first = call.arguments.first();
    Some(match functions::implementation(&call.function.value)? {
        Implementation::Range(function) => over_range(inside, call, function)?,
        Implementation::Float(function) => with_operand(inside, call, function, VectorKind::Float)?,
        Implementation::Histogram(function) => with_operand(inside, call, function, VectorKind::Histogram)?,
        Implementation::Vector(function) => with_operand(inside, call, function, VectorKind::Whole)?,
        Implementation::Labels(function) => with_operand(inside, call, function, VectorKind::Labels)?,
        Implementation::Calendar(function) if first.is_none() => (false, VectorKind::CalendarNow(function)),
        // Prometheus computes it anew at each moment, although it need not.
        Implementation::Calendar(function) => (false, with_operand(inside, call, function, VectorKind::Calendar)?.1),
        Implementation::Scalar(_) => return None,
        Implementation::Evaluator(special) => match special {
            Special::Vector => {
                let scalar = inside.scalar(first?)?;
                (scalar.is_invariant, VectorKind::OfScalar(Box::new(scalar)))
            }
            Special::Scalar => return None,
            Special::Absent => {
                let operand = inside.vector(first?)?;
                (operand.is_invariant, VectorKind::Absent(Box::new(operand), labels_of_absent(first?)))
            }
            Special::AbsentOverTime => {
                let range = inside.range(first?)?;
                (range.is_invariant, VectorKind::AbsentOverTime(Box::new(range), labels_of_absent(first?)))
            }
            Special::Timestamp => match inside.vector(first?)? {
                Vector { kind: VectorKind::Selector(selector), is_invariant, .. } => {
                    (is_invariant, VectorKind::SampleTime(selector))
                }
                other => (false, VectorKind::EvaluationTime(Box::new(other))),
            },
            Special::StartTimestamp => match inside.vector(first?)? {
                Vector { kind: VectorKind::Selector(selector), is_invariant, .. } => {
                    (is_invariant, VectorKind::SampleStart(selector))
                }
                other => (other.is_invariant, VectorKind::NoStart(Box::new(other))),
            },
            Special::Info => info(inside, call)?,
        },
    })
}

/// Whether selectors below a call are read without buckets, as Prometheus does where nobody looks at them.
fn reads_counts_only(above: bool, call: &ast::Call) -> bool {
    match &*call.function.value {
        "histogram_quantile" | "histogram_quantiles" | "histogram_fraction" => false,
        "histogram_count" | "histogram_sum" | "histogram_avg" => true,
        _ => above,
    }
}

fn over_range<'q>(lowering: Lowering<'q>, call: &'q ast::Call, function: RangeFunction) -> Option<(bool, VectorKind)> {
    let signature = call.signature()?;
    let at = signature.series_argument()?;
    let range = lowering.range(call.arguments.get(at)?)?;
    let parameters = scalars(lowering, call, at)?;
    let is_invariant = signature.name != "predict_linear"
        && range.is_invariant
        && parameters.iter().all(|parameter| parameter.is_invariant);
    let (name, keeps_name) = (signature.name, signature.keeps_name);
    let first = call.arguments.first()?.unwrap_parens().span();
    let over_range = OverRange { name, function, keeps_name, first, range, parameters };
    Some((is_invariant, VectorKind::OverRange(Box::new(over_range))))
}

fn with_operand<'q, F>(
    lowering: Lowering<'q>,
    call: &'q ast::Call,
    function: F,
    kind: fn(Box<Call<F>>) -> VectorKind,
) -> Option<(bool, VectorKind)> {
    let at = call.signature()?.series_argument()?;
    let operand = lowering.vector(call.arguments.get(at)?)?;
    let parameters = scalars(lowering, call, at)?;
    let texts = call.arguments.iter().filter_map(|argument| Some(argument.string()?.value.to_string())).collect();
    let arguments: Vec<Span> = call.arguments.iter().map(|argument| argument.unwrap_parens().span()).collect();
    let is_invariant = operand.is_invariant && parameters.iter().all(|parameter| parameter.is_invariant);
    Some((is_invariant, kind(Box::new(Call { function, operand, parameters, texts, arguments }))))
}

/// The scalar arguments of a call; the series are at `series`.
fn scalars<'q>(lowering: Lowering<'q>, call: &'q ast::Call, series: usize) -> Option<Vec<Scalar>> {
    let others =
        call.arguments.iter().enumerate().filter(|(index, argument)| *index != series && argument.string().is_none());
    others.map(|(_, argument)| lowering.scalar(argument)).collect()
}

fn info<'q>(lowering: Lowering<'q>, call: &'q ast::Call) -> Option<(bool, VectorKind)> {
    let first = call.arguments.first()?;
    let operand = lowering.vector(first)?;
    let selector = call.arguments.get(1).and_then(|argument| argument.unwrap_parens().selection());
    let matchers = match selector {
        Some(selection) => LabelMatcher::all_of(selection.selector)?,
        None => Vec::new(),
    };
    let is_invariant = operand.is_invariant && selector.is_none_or(|selection| selection.modifiers.at.is_some());
    let shifts = shifts_of_first_selector(lowering, first);
    Some((is_invariant, VectorKind::Info(Box::new(InfoCall { operand, matchers, shifts }))))
}

/// The shifts of the first selector in an expression and of the subqueries around it, the innermost first.
fn shifts_of_first_selector(lowering: Lowering<'_>, expr: &Expr) -> Vec<Shift> {
    let mut found = None;
    expr.visit(|visited| {
        if let Some(selection) = visited.expr.selection().filter(|_| found.is_none()) {
            found = Some((selection, visited.ancestors.to_vec()));
        }
    });
    let Some((selection, ancestors)) = found else { return Vec::new() };
    let subqueries = ancestors.into_iter().rev().filter_map(|ancestor| match ancestor {
        Expr::Subquery(subquery) => Some(&subquery.modifiers),
        _ => None,
    });
    std::iter::once(selection.modifiers).chain(subqueries).map(|modifiers| lowering.shift(modifiers)).collect()
}
