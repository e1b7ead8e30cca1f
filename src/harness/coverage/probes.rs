//! Operands of a rule's expression, evaluated by themselves to see which of them decided.

use std::collections::BTreeSet;

use crate::{
    engine::{Answered, Labels, Moments, Options, Plan, Storage, Value},
    promql::{
        Expr, Query,
        ast::{Binary, BinaryOp},
    },
    text::Excerpt,
};

use super::super::signature::Signature;

/// What operands are evaluated over.
#[derive(Copy, Clone)]
pub struct Moment<'a> {
    /// All series.
    pub storage: &'a Storage,
    /// How the engine is set up.
    pub options: &'a Options,
    /// The time that the rule reads at, in milliseconds.
    pub at: i64,
}

impl Moment<'_> {
    /// What a part of an expression gives; `None` when it cannot be evaluated.
    pub fn ask(&self, plan: &Plan) -> Option<Answered> {
        let answer = plan.evaluate(self.storage, Moments::instant(self.at), self.options);
        answer.ok().map(|answer| answer.value)
    }

    /// Whether a part of an expression gives anything.
    pub fn has_data(&self, plan: &Plan) -> bool {
        match self.ask(plan) {
            Some(Answered::Vector(samples)) => !samples.is_empty(),
            Some(Answered::Matrix(series)) => !series.is_empty(),
            Some(Answered::Scalar(_) | Answered::String(_)) => true,
            None => false,
        }
    }
}

/// The plan of a part of a query.
pub fn plan(query: &Query, expr: &Expr) -> Option<Plan> {
    Plan::of(&query.part(expr))
}

/// The operands of `and`, `or` or `unless`.
#[derive(Debug)]
pub struct SetProbe {
    op: BinaryOp,
    left: Plan,
    right: Plan,
    signature: Signature,
}

impl SetProbe {
    /// The operands of an operator on sets.
    pub fn of(query: &Query, binary: &Binary) -> Option<Self> {
        Some(Self {
            op: binary.op.value,
            left: plan(query, &binary.left)?,
            right: plan(query, &binary.right)?,
            signature: Signature::of(binary),
        })
    }

    /// Whether the left and the right operand decided something at a moment.
    pub fn decided(&self, moment: Moment<'_>) -> [bool; 2] {
        let (Some(left), Some(right)) = (self.signatures(&self.left, moment), self.signatures(&self.right, moment))
        else {
            return [false; 2];
        };
        let only_left = !left.is_subset(&right);
        let only_right = !right.is_subset(&left);
        match self.op {
            BinaryOp::And => [only_right, only_left],
            BinaryOp::Unless => [only_left, !left.is_disjoint(&right)],
            _ => [only_left, only_right],
        }
    }

    /// What tells apart the samples of an operand, for the operator.
    fn signatures(&self, operand: &Plan, moment: Moment<'_>) -> Option<BTreeSet<Labels>> {
        let Answered::Vector(samples) = moment.ask(operand)? else { return None };
        Some(self.signature.of_samples(&samples))
    }
}

/// The operands of a comparison.
#[derive(Debug)]
pub struct ComparisonProbe {
    op: BinaryOp,
    left: Plan,
    right: Plan,
    /// The left operand less the right one, matched as the comparison matches them.
    difference: Option<Plan>,
}

impl ComparisonProbe {
    /// The operands of a comparison.
    pub fn of(query: &Query, binary: &Binary) -> Option<Self> {
        let whole = query.range_of(binary.span);
        let op = query.range_of(binary.op.span);
        let after = binary.modifiers.bool_modifier.map_or(op.end, |modifier| query.range_of(modifier).end);
        let text = query.text.text();
        let difference = format!("{} - {}", text.get(whole.start..op.start)?, text.get(after..whole.end)?);
        Some(Self {
            op: binary.op.value,
            left: plan(query, &binary.left)?,
            right: plan(query, &binary.right)?,
            difference: Plan::of(&Query::parse(Excerpt::whole(binary.span.file, difference))),
        })
    }

    /// For each pair of samples that is compared at a moment, whether the comparison holds, and the left one less
    /// the right one.
    pub fn pairs(&self, moment: Moment<'_>) -> Vec<(bool, f64)> {
        let (Some(left), Some(right)) = (moment.ask(&self.left), moment.ask(&self.right)) else { return Vec::new() };
        let pairs: Vec<(f64, f64)> = match (left, right) {
            (Answered::Scalar(left), Answered::Scalar(right)) => vec![(left, right)],
            (Answered::Vector(left), Answered::Scalar(right)) => floats(&left).map(|left| (left, right)).collect(),
            (Answered::Scalar(left), Answered::Vector(right)) => floats(&right).map(|right| (left, right)).collect(),
            (Answered::Vector(_), Answered::Vector(_)) => {
                match self.difference.as_ref().and_then(|difference| moment.ask(difference)) {
                    Some(Answered::Vector(differences)) => floats(&differences).map(|one| (one, 0.0)).collect(),
                    _ => Vec::new(),
                }
            }
            _ => Vec::new(),
        };
        pairs.into_iter().map(|(left, right)| (self.op.compare(left, right) == Some(true), left - right)).collect()
    }
}

fn floats(samples: &[(Labels, Value)]) -> impl Iterator<Item = f64> {
    samples.iter().filter_map(|(_, value)| match value {
        Value::Float(value) => Some(*value),
        Value::Histogram(_) => None,
    })
}
