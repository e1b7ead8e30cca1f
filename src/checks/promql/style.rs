//! Expressions that are hard to read, or easy to misread.

use crate::{
    check,
    kit::*,
    promql::{
        Expr,
        ast::{BinaryOp, Sign},
    },
};

check! {
    /// An expression is easy to misread: a selector without a name, or operators without parentheses.
    ///
    /// ## Why it matters
    /// `a or b and c` is `a or (b and c)`, and `-2 ^ 2` is `-4`; who reads it in a hurry takes it for something else. A
    /// selector without a metric name reads every series that has its labels.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: Failing
    ///   expr: queue_failing or queue_waiting > 5 and queue_idle == 0
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: Failing
    ///   expr: queue_failing or (queue_waiting > 5 and queue_idle == 0)
    /// ```
    pub struct Style {}
    id: "promql/style", severity: Info, opt_in: true,
}

impl Check for Style {
    type Subject = Query;

    fn check(&self, site: QuerySite<'_>, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(expr) = site.expr() else { return };
        for node in expr.walk().filter(|node| site.is_literal(node.span())) {
            match node {
                Expr::Binary(binary) if binary.op.value.is_set() => {
                    for side in [&binary.left, &binary.right] {
                        mixed(binary.op.value, side, out);
                    }
                }
                Expr::Unary(unary) if unary.op.value == Sign::Minus => {
                    if let Expr::Binary(power) = &unary.operand
                        && power.op.value == BinaryOp::Power
                    {
                        out.report(unary.op.span, "this sign is applied after `^`")
                            .label(power.op.span, "binds more tightly")
                            .help("write parentheses around one of them");
                    }
                }
                _ => {}
            }
            if let Some(selection) = node.selection().filter(|one| one.selector.metric_name().is_none()) {
                out.report(selection.selector.span, "this selects series of any name")
                    .help("name the metric in front of the braces");
            }
        }
    }
}

/// An operand that is another set operator without parentheses.
fn mixed(op: BinaryOp, side: &Expr, out: &mut Sink<'_>) {
    let Expr::Binary(inner) = side else { return };
    let other = inner.op.value;
    if other.is_set() && other != op {
        out.report(inner.op.span, format!("`{}` stands beside `{}` without parentheses", other.text(), op.text()))
            .label(inner.span, "this belongs together")
            .help("write parentheses around what belongs together");
    }
}
