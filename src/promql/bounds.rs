//! Between which numbers the values of an expression lie, whatever the data; NaN aside.

use crate::text::Span;

use super::ast::{Aggregation, AggregationOp, Binary, BinaryOp, Call, Expr, Sign, VectorSelector};

/// The least and the greatest value that an expression can have.
#[derive(Copy, Clone, PartialEq, Debug)]
pub struct Bounds {
    /// The least.
    pub least: f64,
    /// The greatest.
    pub most: f64,
}

/// Series that are 1 for yes and 0 for no, by Prometheus itself and by the blackbox exporter.
const YES_OR_NO: [&str; 2] = ["up", "probe_success"];

impl Bounds {
    /// Any number.
    pub const ALL: Bounds = Bounds { least: f64::NEG_INFINITY, most: f64::INFINITY };
    /// Any number that is not negative.
    const NOT_NEGATIVE: Bounds = Bounds { least: 0.0, most: f64::INFINITY };
    /// At least 1, as numbers of things that are there.
    const COUNT: Bounds = Bounds { least: 1.0, most: f64::INFINITY };
    /// 0 or 1, or between.
    const UNIT: Bounds = Bounds { least: 0.0, most: 1.0 };

    /// The bounds of an expression. Of what `is_open` says depends on a variable, nothing is known.
    pub fn of(expr: &Expr, is_open: &dyn Fn(Span) -> bool) -> Self {
        match expr {
            Expr::Number(number) => Self::exactly(number.value),
            Expr::Selector(selector) => of_selector(selector),
            Expr::Range(range) => of_selector(&range.selector),
            Expr::Subquery(subquery) => Self::of(&subquery.operand, is_open),
            Expr::Aggregation(aggregation) if !is_open(aggregation.op.span) => of_aggregation(aggregation, is_open),
            Expr::Call(call) if !is_open(call.function.span) => of_call(call, is_open),
            Expr::Binary(binary) if !is_open(binary.op.span) => of_binary(binary, is_open),
            Expr::Unary(unary) => match unary.op.value {
                Sign::Minus => Self::of(&unary.operand, is_open).times(-1.0),
                Sign::Plus => Self::of(&unary.operand, is_open),
            },
            Expr::Paren(paren) => Self::of(&paren.inner, is_open),
            Expr::Aggregation(_) | Expr::Call(_) | Expr::Binary(_) | Expr::String(_) | Expr::Broken(_) => Self::ALL,
        }
    }

    /// Whether no value within the bounds meets a comparison with a number.
    pub fn never(self, op: BinaryOp, number: f64) -> bool {
        match op {
            BinaryOp::Greater => self.most <= number,
            BinaryOp::GreaterEqual => self.most < number,
            BinaryOp::Less => self.least >= number,
            BinaryOp::LessEqual => self.least > number,
            BinaryOp::Equal => number < self.least || number > self.most,
            BinaryOp::NotEqual => self.least == number && self.most == number,
            _ => false,
        }
    }

    fn exactly(value: f64) -> Self {
        Self { least: value, most: value }
    }

    fn between(least: f64, most: f64) -> Self {
        if least.is_nan() || most.is_nan() { Self::ALL } else { Self { least, most } }
    }

    fn is_not_negative(self) -> bool {
        self.least >= 0.0
    }

    fn times(self, factor: f64) -> Self {
        let (one, other) = (self.least * factor, self.most * factor);
        if one.is_nan() || other.is_nan() { Self::ALL } else { Self::between(one.min(other), one.max(other)) }
    }

    fn either(self, other: Self) -> Self {
        Self { least: self.least.min(other.least), most: self.most.max(other.most) }
    }
}

fn of_selector(selector: &VectorSelector) -> Bounds {
    match selector.metric_name() {
        Some(name) if YES_OR_NO.contains(&name.value.as_str()) => Bounds::UNIT,
        _ => Bounds::ALL,
    }
}

fn of_aggregation(aggregation: &Aggregation, is_open: &dyn Fn(Span) -> bool) -> Bounds {
    let operand = || Bounds::of(&aggregation.operand, is_open);
    match aggregation.op.value {
        AggregationOp::Count | AggregationOp::CountValues => Bounds::COUNT,
        AggregationOp::Group => Bounds::exactly(1.0),
        AggregationOp::Stddev | AggregationOp::Stdvar => Bounds::NOT_NEGATIVE,
        AggregationOp::Sum => {
            let operand = operand();
            match (operand.is_not_negative(), operand.most <= 0.0) {
                (true, _) => Bounds { most: f64::INFINITY, ..operand },
                (_, true) => Bounds { least: f64::NEG_INFINITY, ..operand },
                _ => Bounds::ALL,
            }
        }
        AggregationOp::Quantile => Bounds::ALL,
        AggregationOp::Avg
        | AggregationOp::Min
        | AggregationOp::Max
        | AggregationOp::Topk
        | AggregationOp::Bottomk
        | AggregationOp::Limitk
        | AggregationOp::LimitRatio => operand(),
    }
}

fn of_call(call: &Call, is_open: &dyn Fn(Span) -> bool) -> Bounds {
    let series = || {
        let index = call.signature().and_then(super::functions::Function::series_argument);
        let argument = call.arguments.get(index.unwrap_or(0));
        argument.map_or(Bounds::ALL, |argument| Bounds::of(argument, is_open))
    };
    match call.function.value.as_str() {
        "rate" | "irate" | "increase" | "changes" | "resets" | "abs" | "sqrt" | "exp" | "stddev_over_time"
        | "stdvar_over_time" | "mad_over_time" => Bounds::NOT_NEGATIVE,
        "absent" | "absent_over_time" | "present_over_time" => Bounds::exactly(1.0),
        "count_over_time" => Bounds::COUNT,
        "sgn" => Bounds::between(-1.0, 1.0),
        "minute" => Bounds::between(0.0, 59.0),
        "hour" => Bounds::between(0.0, 23.0),
        "day_of_week" => Bounds::between(0.0, 6.0),
        "day_of_month" => Bounds::between(1.0, 31.0),
        "days_in_month" => Bounds::between(28.0, 31.0),
        "day_of_year" => Bounds::between(1.0, 366.0),
        "month" => Bounds::between(1.0, 12.0),
        "max_over_time" | "min_over_time" | "avg_over_time" | "last_over_time" | "vector" | "scalar" | "sort"
        | "sort_desc" | "label_replace" | "label_join" => series(),
        _ => Bounds::ALL,
    }
}

fn of_binary(binary: &Binary, is_open: &dyn Fn(Span) -> bool) -> Bounds {
    let (left, right) = (Bounds::of(&binary.left, is_open), Bounds::of(&binary.right, is_open));
    if binary.fill.left.is_some() || binary.fill.right.is_some() {
        return Bounds::ALL;
    }
    let not_negative = || {
        let both = left.is_not_negative() && right.is_not_negative();
        if both { Bounds::NOT_NEGATIVE } else { Bounds::ALL }
    };
    match (binary.op.value, binary.left.number(), binary.right.number()) {
        (BinaryOp::Or, ..) => left.either(right),
        (BinaryOp::And | BinaryOp::Unless, ..) => left,
        (op, ..) if op.is_comparison() && binary.bool_modifier.is_some() => Bounds::UNIT,
        (op, Some(_), _) if op.is_comparison() => right,
        (op, ..) if op.is_comparison() => left,
        (BinaryOp::Add, ..) => Bounds::between(left.least + right.least, left.most + right.most),
        (BinaryOp::Subtract, ..) => Bounds::between(left.least - right.most, left.most - right.least),
        (BinaryOp::Multiply, Some(factor), _) => right.times(factor),
        (BinaryOp::Multiply, _, Some(factor)) => left.times(factor),
        (BinaryOp::Divide, _, Some(divisor)) if divisor != 0.0 => left.times(1.0 / divisor),
        (BinaryOp::Multiply | BinaryOp::Divide, ..) => not_negative(),
        _ => Bounds::ALL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        promql::Query,
        text::{Excerpt, FileId},
    };

    #[test]
    fn knows_what_values_can_be() {
        for (text, least, most) in [
            ("rate(x[5m])", 0.0, f64::INFINITY),
            ("-rate(x[5m])", f64::NEG_INFINITY, 0.0),
            ("count(x) - 1", 0.0, f64::INFINITY),
            ("avg by (job) (up) * 100", 0.0, 100.0),
            ("100 - avg(up) * 100", 0.0, 100.0),
            ("sum(up)", 0.0, f64::INFINITY),
            ("sum(x)", f64::NEG_INFINITY, f64::INFINITY),
            ("absent(x)", 1.0, 1.0),
            ("absent(x) or up", 0.0, 1.0),
            ("up == 1", 0.0, 1.0),
            ("x > bool 3", 0.0, 1.0),
            ("2 < up", 0.0, 1.0),
            ("hour()", 0.0, 23.0),
            ("rate(x[5m]) / rate(y[5m])", 0.0, f64::INFINITY),
            ("x / 0", f64::NEG_INFINITY, f64::INFINITY),
            ("1 / 0 - 1 / 0", f64::NEG_INFINITY, f64::INFINITY),
            ("rate(x[5m]) * 0", f64::NEG_INFINITY, f64::INFINITY),
            ("avg_over_time(up[1h])", 0.0, 1.0),
            ("time()", f64::NEG_INFINITY, f64::INFINITY),
        ] {
            let query = Query::parse(Excerpt::whole(FileId(0), text));
            let bounds = Bounds::of(query.valid().unwrap(), &|_| false);
            assert_eq!((bounds.least, bounds.most), (least, most), "{text}");
        }
    }
}
