//! What the parts of an expression gave at a moment, for whoever wants to see why the whole gave what it gave.

mod absence;
mod arithmetic;
mod asker;

use crate::{
    engine::{Labels, Value},
    promql::{
        Expr, Query,
        ast::{Binary, BinaryOp},
    },
    text::Span,
};

use super::{dump, explain::Scene, signature::Signature, verdict::Pairs};

use asker::{Asker, Given};

/// The most operands that are told of one expression.
const MOST_OPERANDS: usize = 5;

/// A part of an expression, and what it gave.
pub struct Operand {
    /// Where it stands.
    pub span: Span,
    /// What it gave, in a few words.
    pub words: String,
}

/// The operands that decide what an expression gives: the two sides of its comparisons, and where a part gives
/// nothing, what that comes from. Samples like `about` are told first.
pub fn of(query: &Query, about: Option<&Pairs>, scene: &Scene<'_>) -> Vec<Operand> {
    let mut teller = Teller { asker: Asker { query, about, scene }, told: Vec::new() };
    if let Some(expr) = query.valid() {
        teller.decide(expr);
    }
    teller.told.truncate(MOST_OPERANDS);
    teller.told
}

/// The sum of an expression with what its parts gave, when it gives one sample: `5.1 / 100 = 0.051`.
pub fn sum_of(query: &Query, scene: &Scene<'_>) -> Option<String> {
    let asker = Asker { query, about: None, scene };
    let expr = query.valid()?;
    match asker.ask(expr)? {
        Given::Vector(samples) => match &samples[..] {
            [(labels, value)] => arithmetic::filled(&asker, expr, labels, value),
            _ => None,
        },
        _ => None,
    }
}

struct Teller<'a> {
    asker: Asker<'a>,
    told: Vec<Operand>,
}

impl Teller<'_> {
    fn push(&mut self, span: Span, words: String) {
        if self.told.iter().all(|known| known.span != span) {
            self.told.push(Operand { span, words });
        }
    }

    /// Looks behind set operators and comparisons, whose results say little.
    fn decide(&mut self, expr: &Expr) {
        match expr.unwrap_parens() {
            Expr::Binary(binary) if binary.is_long() => self.tell(expr),
            Expr::Binary(binary) if binary.op.value.is_set() => {
                self.decide(&binary.left);
                self.decide(&binary.right);
                match binary.op.value {
                    BinaryOp::And => self.tell_unmatched(binary),
                    BinaryOp::Unless => self.tell_taken_away(expr.unwrap_parens(), binary),
                    _ => false,
                };
            }
            Expr::Binary(binary) if binary.op.value.is_comparison() => self.compare(binary),
            _ => self.tell(expr),
        }
    }

    /// Tells both sides of a comparison, and whether it holds.
    fn compare(&mut self, binary: &Binary) {
        let (left, right) = (self.asker.ask(&binary.left), self.asker.ask(&binary.right));
        let (Some(left), Some(right)) = (left, right) else { return };
        let (op, mirrored) = (binary.op.value, mirrored(binary.op.value));
        let (on_left, on_right) = match (&left, &right) {
            (Given::Vector(samples), Given::Scalar(limit)) => {
                (holds(op, &floats(samples), &self.limit(&binary.right, *limit), *limit), String::new())
            }
            (Given::Scalar(limit), Given::Vector(samples)) => {
                (String::new(), holds(mirrored, &floats(samples), &self.limit(&binary.left, *limit), *limit))
            }
            (Given::Vector(one), Given::Vector(other)) => match (&floats(one)[..], &floats(other)[..]) {
                ([one], [limit]) if !self.tell_unmatched(binary) => {
                    (holds(op, &[*one], &dump::shown(&Value::Float(*limit)), *limit), String::new())
                }
                _ => Default::default(),
            },
            (Given::Scalar(one), Given::Scalar(limit)) => {
                (holds(op, &[*one], &self.limit(&binary.right, *limit), *limit), String::new())
            }
            _ => Default::default(),
        };
        self.tell_given(&binary.left, &left, &on_left);
        self.tell_given(&binary.right, &right, &on_right);
        self.tell_unmatched(binary);
    }

    /// The limit of a comparison as it is written, or else its value.
    fn limit(&self, expr: &Expr, value: f64) -> String {
        match expr.number() {
            Some(_) => self.asker.written(expr).to_owned(),
            None => dump::shown(&Value::Float(value)),
        }
    }

    /// Tells what a part gave; when it gave nothing, why.
    fn tell(&mut self, expr: &Expr) {
        if let Some(given) = self.asker.ask(expr) {
            self.tell_given(expr, &given, "");
        }
    }

    fn tell_given(&mut self, expr: &Expr, given: &Given, verdict: &str) {
        let expr = expr.unwrap_parens();
        if self.told.len() >= MOST_OPERANDS || matches!(expr, Expr::Number(_) | Expr::String(_)) {
            return;
        }
        if !given.is_empty() {
            let words = self.asker.words(expr, given);
            self.push(expr.span(), format!("{words}{verdict}"));
        } else if !self.tell_cause(expr) {
            let words = self.asker.words(expr, given);
            let why = absence::why(expr, self.asker.scene).map(|why| format!(": {why}")).unwrap_or_default();
            self.push(expr.span(), format!("{words}{why}"));
        }
    }

    /// Tells what in a part that gives nothing is the cause, unless it is the whole of it.
    fn tell_cause(&mut self, expr: &Expr) -> bool {
        let before = self.told.len();
        match expr {
            // Each operator would be evaluated by itself.
            Expr::Binary(binary) if binary.is_long() => {}
            Expr::Binary(binary) if binary.op.value.is_set() => self.decide(expr),
            Expr::Binary(binary) => {
                self.tell_if_empty(&binary.left);
                self.tell_if_empty(&binary.right);
                if self.told.len() == before && !self.tell_unmatched(binary) && binary.op.value.is_comparison() {
                    self.compare(binary);
                }
            }
            Expr::Unary(unary) => self.tell_if_empty(&unary.operand),
            Expr::Aggregation(aggregation) => self.tell_if_empty(&aggregation.operand),
            Expr::Call(call) => call.arguments.iter().for_each(|argument| self.tell_if_empty(argument)),
            _ => {}
        }
        self.told.len() > before
    }

    fn tell_if_empty(&mut self, expr: &Expr) {
        if let Some(given) = self.asker.ask(expr).filter(Given::is_empty) {
            self.tell_given(expr, &given, "");
        }
    }

    /// Tells of an `unless` that gives nothing, although its left side does, that the right side has it all.
    fn tell_taken_away(&mut self, whole: &Expr, binary: &Binary) -> bool {
        let is_empty = |expr: &Expr| self.asker.ask(expr).is_some_and(|given| given.is_empty());
        if !is_empty(whole) || is_empty(&binary.left) {
            return false;
        }
        self.push(binary.op.span, "the right side takes away all of the left one".to_owned());
        true
    }

    /// Tells that there are samples on both sides of an operator, and no two belong together.
    fn tell_unmatched(&mut self, binary: &Binary) -> bool {
        let (Some(Given::Vector(left)), Some(Given::Vector(right))) =
            (self.asker.ask(&binary.left), self.asker.ask(&binary.right))
        else {
            return false;
        };
        let signature = Signature::of(binary);
        let (left, right) = (signature.of_samples(&left), signature.of_samples(&right));
        let (Some(one), Some(other)) = (left.first(), right.first()) else { return false };
        if !left.is_disjoint(&right) {
            return false;
        }
        let such = |count: usize| if count == 1 { "" } else { " (and others)" };
        let (more, others) = (such(left.len()), such(right.len()));
        let words =
            format!("no labels are the same on both sides: {one}{more} on the left, {other}{others} on the right");
        self.push(binary.op.span, words);
        true
    }
}

/// The comparison that says the same with its sides swapped.
fn mirrored(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Less => BinaryOp::Greater,
        BinaryOp::LessEqual => BinaryOp::GreaterEqual,
        BinaryOp::Greater => BinaryOp::Less,
        BinaryOp::GreaterEqual => BinaryOp::LessEqual,
        other => other,
    }
}

/// Which of some values a comparison with a limit lets through: `, which is not > 5`.
fn holds(op: BinaryOp, values: &[f64], written: &str, limit: f64) -> String {
    let passing = values.iter().filter(|value| op.compare(**value, limit) == Some(true)).count();
    let op = op.text();
    match (values.len(), passing) {
        (0, _) => String::new(),
        (1, 0) => format!(", which is not {op} {written}"),
        (1, _) => format!(", which is {op} {written}"),
        (_, 0) => format!("; none is {op} {written}"),
        (all, passing) if all == passing => format!("; all are {op} {written}"),
        (all, passing) => format!("; {passing} of {all} are {op} {written}"),
    }
}

fn floats(samples: &[(Labels, Value)]) -> Vec<f64> {
    let float = |(_, value): &(Labels, Value)| match value {
        Value::Float(value) => Some(*value),
        Value::Histogram(_) => None,
    };
    samples.iter().filter_map(float).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_a_comparison_lets_through() {
        for (op, values, told) in [
            (BinaryOp::Greater, &[5.0][..], ", which is not > 5"),
            (BinaryOp::GreaterEqual, &[5.0], ", which is >= 5"),
            (mirrored(BinaryOp::LessEqual), &[5.0], ", which is >= 5"),
            (BinaryOp::Less, &[f64::NAN], ", which is not < 5"),
            (BinaryOp::Less, &[6.0, 7.0], "; none is < 5"),
            (BinaryOp::Less, &[4.0, 3.0], "; all are < 5"),
            (BinaryOp::Less, &[4.0, 6.0, 3.0], "; 2 of 3 are < 5"),
            (BinaryOp::Less, &[], ""),
        ] {
            assert_eq!(holds(op, values, "5", 5.0), told);
        }
    }
}
