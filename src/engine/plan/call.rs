//! Calls of functions, from syntax tree to plan.

use crate::{
    engine::{Implementation, LabelMatcher, RangeFunction, Special, functions},
    promql::{
        ast::{self, Expr, Modifiers},
        functions::ValueType,
    },
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
        "histogram_quantile" | "histogram_quantiles" | "histogram_fraction" | "changes" => false,
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
    let over_range = OverRange { name, function, keeps_name, arguments: places(call), range, parameters };
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
    let arguments = places(call);
    let is_invariant = operand.is_invariant && parameters.iter().all(|parameter| parameter.is_invariant);
    Some((is_invariant, kind(Box::new(Call { function, operand, parameters, texts, arguments }))))
}

/// The places of all arguments of a call, where Prometheus has its remarks.
fn places(call: &ast::Call) -> Vec<Span> {
    call.arguments.iter().map(|argument| argument.unwrap_parens().span()).collect()
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
    let mut references = References { lowering, subqueries: Vec::new(), found: Vec::new(), are_all_known: true };
    references.collect(first);
    let references = if references.are_all_known { references.found } else { Vec::new() };
    // Of several references that come to the same time it makes no difference.
    let is_invariant = operand.is_invariant && references.len() == 1;
    Some((is_invariant, VectorKind::Info(Box::new(InfoCall { operand, matchers, references }))))
}

/// Looks for the selectors that give the series of an expression.
struct References<'q> {
    lowering: Lowering<'q>,
    /// The modifiers of the subqueries around, the outermost first.
    subqueries: Vec<&'q Modifiers>,
    /// The shift of each selector and of the subqueries around it, the innermost first.
    found: Vec<Vec<Shift>>,
    /// Whether no series come from elsewhere, such as `vector(1)`.
    are_all_known: bool,
}

impl<'q> References<'q> {
    /// Looks through an expression; whether there was a selector.
    fn collect(&mut self, expr: &'q Expr) -> bool {
        if !matches!(expr.value_type(), Some(ValueType::InstantVector | ValueType::RangeVector)) {
            return false;
        }
        if let Some(selection) = expr.selection() {
            let modifiers = std::iter::once(selection.modifiers).chain(self.subqueries.iter().rev().copied());
            self.found.push(modifiers.map(|modifiers| self.lowering.shift(modifiers)).collect());
            return true;
        }
        let is_info = matches!(expr, Expr::Call(call) if call.function.value == "info");
        // The second argument of `info` looks like a selector, but gives no series.
        let children = expr.children().take(if is_info { 1 } else { usize::MAX });
        let subquery = if let Expr::Subquery(subquery) = expr { Some(&subquery.modifiers) } else { None };
        self.subqueries.extend(subquery);
        let selectors = children.filter(|child| self.collect(child)).count();
        if subquery.is_some() {
            self.subqueries.pop();
        }
        self.are_all_known &= selectors > 0;
        selectors > 0
    }
}
