//! How far a plan looks: whether its value at a moment can be told before that moment comes.

use crate::promql::ast::Extension;

use super::{
    AggregationKind, Length, Range, RangeSource, Root, Scalar, ScalarKind, Selector, Shift, Vector, VectorKind,
};

/// What the value of a plan at a moment depends on, beside the samples up to that moment.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Outlook {
    /// On nothing: a query over many moments gives at each of them what a query at that moment alone gives.
    Steady,
    /// On what is asked for at once, as by `step()`, or in an order that only a query at one moment has, as by `topk`.
    Momentary,
    /// It may depend on samples behind the moment, as by `offset -5m` or `@`.
    Ahead,
}

/// What a whole expression depends on.
pub fn of_root(root: &Root) -> Outlook {
    match root {
        Root::Scalar(scalar, _) => of_scalar(scalar),
        Root::Vector(vector) => of_vector(vector),
        Root::Text(_) => Outlook::Momentary,
        Root::Range(range) => of_range(range).max(Outlook::Momentary),
    }
}

fn of_vector(vector: &Vector) -> Outlook {
    match &vector.kind {
        VectorKind::Selector(selector) | VectorKind::SampleTime(selector) | VectorKind::SampleStart(selector) => {
            of_selector(selector)
        }
        VectorKind::OfScalar(scalar) => of_scalar(scalar),
        VectorKind::Negation(operand)
        | VectorKind::Absent(operand, _)
        | VectorKind::EvaluationTime(operand)
        | VectorKind::NoStart(operand) => of_vector(operand),
        VectorKind::WithScalar(with) => of_vector(&with.vector).max(of_scalar(&with.scalar)),
        VectorKind::Join(join) => of_vector(&join.left).max(of_vector(&join.right)),
        VectorKind::Aggregation(aggregation) => of_vector(&aggregation.operand).max(of_kind(&aggregation.kind)),
        VectorKind::OverRange(over) => of_range(&over.range).max(of_scalars(&over.parameters)),
        VectorKind::AbsentOverTime(range, _) => of_range(range),
        VectorKind::Float(call) => of_vector(&call.operand).max(of_scalars(&call.parameters)),
        VectorKind::Calendar(call) => of_vector(&call.operand).max(of_scalars(&call.parameters)),
        VectorKind::Histogram(call) => of_vector(&call.operand).max(of_scalars(&call.parameters)),
        VectorKind::Labels(call) => of_vector(&call.operand).max(of_scalars(&call.parameters)),
        VectorKind::CalendarNow(_) => Outlook::Steady,
        VectorKind::Whole(call) => of_vector(&call.operand).max(of_scalars(&call.parameters)).max(Outlook::Momentary),
        VectorKind::Info(info) => {
            let shifts = info.references.iter().flatten().map(of_shift).max();
            of_vector(&info.operand).max(shifts.unwrap_or(Outlook::Steady))
        }
    }
}

fn of_kind(kind: &AggregationKind) -> Outlook {
    match kind {
        AggregationKind::Reduce(_) | AggregationKind::CountValues { .. } => Outlook::Steady,
        AggregationKind::Quantile(parameter, _) => of_scalar(parameter),
        AggregationKind::Select(_, parameter, _) => of_scalar(parameter).max(Outlook::Momentary),
    }
}

fn of_scalars(scalars: &[Scalar]) -> Outlook {
    scalars.iter().map(of_scalar).max().unwrap_or(Outlook::Steady)
}

fn of_scalar(scalar: &Scalar) -> Outlook {
    match &scalar.kind {
        ScalarKind::Number(_) => Outlook::Steady,
        ScalarKind::Negation(operand) => of_scalar(operand),
        ScalarKind::Binary { operands, .. } => of_scalars(&operands[..]),
        ScalarKind::Call { arguments, .. } => of_scalars(arguments),
        ScalarKind::OfVector(vector) => of_vector(vector),
    }
}

fn of_range(range: &Range) -> Outlook {
    let source = match &range.source {
        RangeSource::Selector(selector) => of_selector(selector),
        RangeSource::Subquery(subquery) => {
            let step = subquery.step.as_ref().map_or(Outlook::Steady, of_length);
            of_vector(&subquery.operand).max(of_shift(&subquery.shift)).max(step)
        }
    };
    source.max(of_length(&range.length))
}

fn of_selector(selector: &Selector) -> Outlook {
    match selector.extension {
        Some(Extension::Smoothed) => Outlook::Ahead,
        _ => of_shift(&selector.shift),
    }
}

fn of_shift(shift: &Shift) -> Outlook {
    match (&shift.at, &shift.offset) {
        (None, None) => Outlook::Steady,
        (None, Some(Length::Fixed(back))) if *back >= 0 => Outlook::Steady,
        _ => Outlook::Ahead,
    }
}

fn of_length(length: &Length) -> Outlook {
    match length {
        Length::Fixed(_) => Outlook::Steady,
        Length::Computed(_) => Outlook::Momentary,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::Plan,
        promql::Query,
        text::{Excerpt, FileId},
    };

    #[test]
    fn what_can_be_told_beforehand() {
        for (text, outlook) in [
            ("sum by (job) (rate(a_total[5m])) / on (job) up > 0.5", Outlook::Steady),
            ("a offset 5m or time() - timestamp(b) > vector(3)", Outlook::Steady),
            ("max_over_time(rate(a_total[5m])[1h:1m]) unless absent(b)", Outlook::Steady),
            ("1 + time()", Outlook::Steady),
            ("topk(3, a)", Outlook::Momentary),
            ("sort(a)", Outlook::Momentary),
            ("rate(a_total[step() + 5m])", Outlook::Momentary),
            ("a[5m]", Outlook::Momentary),
            ("sum(a offset -5m)", Outlook::Ahead),
            ("topk(3, a @ 60)", Outlook::Ahead),
            ("rate(a_total[5m] smoothed)", Outlook::Ahead),
            ("max_over_time(a[1h:1m] @ end())", Outlook::Ahead),
            ("quantile(scalar(a offset -1m), b)", Outlook::Ahead),
        ] {
            let plan = Plan::of(&Query::parse(Excerpt::whole(FileId(0), text)));
            assert_eq!(plan.map(|plan| plan.outlook()), Some(outlook), "{text}");
        }
    }
}
