//! What values aggregations give.

use super::{
    super::{
        ast::{Aggregation, AggregationOp},
        flow::Source,
    },
    Values,
};

pub(super) fn values(aggregation: &Aggregation, source: &dyn Source) -> Values {
    let operand = || Values::of(&aggregation.operand, source);
    match aggregation.op.value {
        AggregationOp::Count | AggregationOp::CountValues => Values::COUNT,
        AggregationOp::Group => Values::exactly(1.0),
        AggregationOp::Stddev | AggregationOp::Stdvar => Values::NOT_NEGATIVE.or_nan(),
        AggregationOp::Sum => sum(operand()),
        AggregationOp::Avg => Values { whole: false, ..operand() },
        AggregationOp::Quantile => {
            let parameter = aggregation.parameter.as_deref();
            quantile(parameter.map_or(Values::ANY, |parameter| Values::of(parameter, source)), operand())
        }
        AggregationOp::Min
        | AggregationOp::Max
        | AggregationOp::Topk
        | AggregationOp::Bottomk
        | AggregationOp::Limitk
        | AggregationOp::LimitRatio => operand(),
    }
}

/// The sum of one or more values.
pub(super) fn sum(operand: Values) -> Values {
    let least = if operand.is_not_negative() { operand.least } else { f64::NEG_INFINITY };
    let most = if operand.most <= 0.0 { operand.most } else { f64::INFINITY };
    // Infinities of both signs add up to NaN.
    let cancels = operand.least == f64::NEG_INFINITY && operand.most == f64::INFINITY;
    Values { least, most, nan: operand.nan || cancels, ..operand }
}

/// The quantile of values: one of them, or between two; beyond 0 and 1 infinite.
pub(super) fn quantile(parameter: Values, operand: Values) -> Values {
    match parameter.constant() {
        Some(quantile) if (0.0..=1.0).contains(&quantile) => Values { whole: false, nan: true, ..operand },
        Some(quantile) if quantile > 1.0 => Values::exactly(f64::INFINITY),
        Some(quantile) if quantile < 0.0 => Values::exactly(f64::NEG_INFINITY),
        _ => Values::ANY,
    }
}
