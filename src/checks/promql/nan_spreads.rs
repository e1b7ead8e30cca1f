//! Divisions whose NaN or infinity spoils an aggregation.

use crate::{
    check,
    kit::*,
    promql::{
        Expr,
        ast::{Aggregation, AggregationOp, BinaryOp},
        values::Values,
    },
};

check! {
    /// An aggregation adds up ratios of which one may be NaN or infinite, and then all of it is.
    ///
    /// ## Why it matters
    /// Where nothing happened, 0 / 0 is NaN, and one NaN makes NaN of the sum or average of all the others: one idle instance
    /// hides what the busy ones do, and the alert on it is silent. Adding up first and dividing afterwards avoids it, and
    /// weighs every instance by its traffic.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: HighErrorRate
    ///   expr: avg by (job) (rate(errors_total[5m]) / rate(requests_total[5m])) > 0.05
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: HighErrorRate
    ///   expr: |
    ///     sum by (job) (rate(errors_total[5m]))
    ///       / sum by (job) (rate(requests_total[5m])) > 0.05
    /// ```
    pub struct NanSpreads {}
    id: "promql/nan-spreads", severity: Info,
}

impl Check for NanSpreads {
    type Subject = EachAggregation;

    fn check(&self, Part { site, part: aggregation }: Part<'_, &Aggregation>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let spreads = matches!(
            aggregation.op.value,
            AggregationOp::Sum | AggregationOp::Avg | AggregationOp::Stddev | AggregationOp::Stdvar
        );
        if !spreads || site.rule().is_none() {
            return;
        }
        let Expr::Binary(division) = through_factors(&aggregation.operand) else { return };
        if !matches!(division.op.value, BinaryOp::Divide | BinaryOp::Modulo) {
            return;
        }
        let divisor = &division.right;
        let values = Values::of(divisor, &site.values(facts));
        // Of a gauge nothing is known, so that every division would do; a rate is 0 whenever nothing happens.
        let may_be_idle = values.least == 0.0 && values.most > 0.0;
        if may_be_idle && divisor.number().is_none() {
            out.report(division.op.span, format!("0 / 0 here makes all of this `{}` NaN", aggregation.op.value.text()))
                .label(divisor.span(), format!("{values}"))
                .label(aggregation.op.span, "one NaN spoils the others")
                .help("aggregate both sides before dividing, or divide by `(… > 0)`");
        }
    }
}

/// The expression below factors and signs that are numbers.
fn through_factors(expr: &Expr) -> &Expr {
    match expr.unwrap_parens() {
        Expr::Binary(binary) if binary.op.value.is_arithmetic() && binary.right.number().is_some() => {
            through_factors(&binary.left)
        }
        Expr::Binary(binary) if binary.op.value.is_arithmetic() && binary.left.number().is_some() => {
            through_factors(&binary.right)
        }
        other => other,
    }
}
