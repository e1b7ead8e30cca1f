//! Comparisons that do not depend on the data, or on chance alone.

use crate::{
    check,
    kit::*,
    promql::ast::{AggregationOp, Binary, BinaryOp, Expr},
};

check! {
    /// A comparison has the same outcome whatever the data.
    ///
    /// ## Why it matters
    /// Two numbers always compare the same way. And `rate`, `increase` and the like compute fractions, which are
    /// hardly ever equal to a given number: `increase(x[5m]) == 1` misses most of what it looks for, because the
    /// increase is extrapolated, as in 1.02.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: Restarted
    ///   expr: increase(process_restarts_total[5m]) == 1
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: Restarted
    ///   expr: increase(process_restarts_total[5m]) > 0
    /// ```
    pub struct ConstantCompare {}
    id: "promql/constant-compare", severity: Warning,
}

/// Functions that compute fractions out of whole numbers.
const FRACTIONS: [&str; 5] = ["rate", "increase", "deriv", "predict_linear", "delta"];

impl Check for ConstantCompare {
    type Subject = EachBinary;

    fn check(&self, Part { site, part: binary }: Part<'_, &Binary>, _: &Facts<'_>, out: &mut Sink<'_>) {
        if binary.op.value.is_comparison() && site.is_literal(binary.span) {
            compare(binary, out);
        }
    }
}

fn compare(binary: &Binary, out: &mut Sink<'_>) {
    let op = binary.op.value;
    let (expr, number) = match (binary.left.number(), binary.right.number()) {
        (Some(left), Some(right)) => {
            let outcome = if op.compare(left, right) == Some(true) { "true" } else { "false" };
            out.report(binary.span, format!("two numbers are compared, which is always {outcome}"))
                .help("compare with what an expression gives, or leave it out");
            return;
        }
        (None, Some(number)) => (&binary.left, number),
        (Some(number), None) => (&binary.right, number),
        (None, None) => return,
    };
    let is_exact = matches!(op, BinaryOp::Equal | BinaryOp::NotEqual);
    if let Some(function) = fraction(expr).filter(|_| is_exact && number != 0.0) {
        let outcome = if op == BinaryOp::Equal { "hardly ever" } else { "nearly always" };
        out.report(binary.op.span, format!("`{}` computes fractions, so this is {outcome} true", function.value))
            .label(function.span, "estimated from the samples in the range")
            .help("compare with `>`, `<`, or a range of values");
    }
}

/// The function that made a fraction of it.
fn fraction(expr: &Expr) -> Option<&Spanned<Name>> {
    match expr.unwrap_parens() {
        Expr::Call(call) if FRACTIONS.contains(&call.function.value.as_str()) => Some(&call.function),
        Expr::Aggregation(aggregation) => match aggregation.op.value {
            AggregationOp::Sum | AggregationOp::Avg | AggregationOp::Min | AggregationOp::Max => {
                fraction(&aggregation.operand)
            }
            _ => None,
        },
        _ => None,
    }
}
