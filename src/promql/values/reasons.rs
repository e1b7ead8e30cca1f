//! Why values lie where they lie, step by step, for people.

use crate::text::Span;

use super::{
    super::{
        ast::{AggregationOp, Binary, BinaryOp, Expr},
        flow::Source,
        functions::Function,
    },
    Values, function, share,
};

/// A step of a proof.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reason {
    /// What it is about.
    pub span: Span,
    /// What holds there: "`rate` gives at least 0".
    pub text: String,
}

/// The steps that lead to the limits of an expression's values, the innermost first. Nothing, where there are no
/// limits.
pub fn reasons(expr: &Expr, source: &dyn Source) -> Vec<Reason> {
    let mut reasons = Vec::new();
    collect(expr, source, &mut reasons);
    reasons
}

fn collect(expr: &Expr, source: &dyn Source, out: &mut Vec<Reason>) {
    let values = Values::of(expr, source);
    if values.is_any() {
        return;
    }
    match expr {
        Expr::Paren(paren) => collect(&paren.inner, source, out),
        Expr::Unary(unary) => collect(&unary.operand, source, out),
        Expr::Subquery(subquery) => collect(&subquery.operand, source, out),
        Expr::Selector(_) | Expr::Range(_) => {
            let Some(name) = expr.selection().and_then(|selection| selection.selector.metric_name()) else { return };
            out.push(Reason { span: name.span, text: format!("`{}` is {values}", name.value) });
        }
        Expr::Aggregation(aggregation) => {
            let before = out.len();
            if !computes_anew(aggregation.op.value) {
                collect(&aggregation.operand, source, out);
            }
            if out.len() == before {
                let text = format!("`{}` gives {values}", aggregation.op.value.text());
                out.push(Reason { span: aggregation.op.span, text });
            }
        }
        Expr::Call(call) => {
            let index = call.signature().and_then(Function::series_argument);
            let operand = index.and_then(|index| call.arguments.get(index)).filter(|_| !function::is_fixed(call));
            let before = out.len();
            if let Some(operand) = operand {
                collect(operand, source, out);
            }
            if out.len() == before {
                let text = format!("`{}` gives {values}", call.function.value);
                out.push(Reason { span: call.function.span, text });
            }
        }
        Expr::Binary(binary) => of_binary(binary, values, source, out),
        Expr::Number(_) | Expr::String(_) | Expr::Broken(_) => {}
    }
}

/// Whether the values of an aggregation say nothing of those that it aggregates.
fn computes_anew(op: AggregationOp) -> bool {
    use AggregationOp::{Count, CountValues, Group, Stddev, Stdvar};
    matches!(op, Count | CountValues | Group | Stddev | Stdvar)
}

fn of_binary(binary: &Binary, values: Values, source: &dyn Source, out: &mut Vec<Reason>) {
    let op = binary.op.value;
    if op == BinaryOp::Divide && share::is_share(binary, source) {
        out.push(Reason { span: binary.op.span, text: format!("a part of its whole is {values}") });
        return;
    }
    if op.is_comparison() {
        let text = match binary.modifiers.bool_modifier {
            Some(_) => format!("`{} bool` gives {values}", op.text()),
            None => format!("what comes through here is {values}"),
        };
        out.push(Reason { span: binary.op.span, text });
        return;
    }
    collect(&binary.left, source, out);
    if !matches!(op, BinaryOp::And | BinaryOp::Unless) {
        collect(&binary.right, source, out);
    }
    if !op.is_set() {
        out.push(Reason { span: binary.op.span, text: format!("so this is {values}") });
    }
}
