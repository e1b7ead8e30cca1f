//! What the parts of an expression gave at a moment, for whoever wants to see why the whole gave what it gave.

use crate::{
    engine::{Answered, Labels, Moments, Plan, Value},
    promql::{Expr, Query},
    text::Span,
    vocab::Duration,
};

use super::{dump, explain::Scene, verdict::Pairs};

/// The most operands that are told of one expression.
const MOST_OPERANDS: usize = 5;
/// The most samples that are told of one operand.
const MOST_SAMPLES: usize = 2;

/// A part of an expression, and what it gave.
pub struct Operand {
    /// Where it stands.
    pub span: Span,
    /// What it gave, in a few words.
    pub words: String,
}

/// The operands that decide what an expression gives: the two sides of its comparisons, and where a part gives
/// nothing, what that part is made of. Samples like `about` are told first.
pub fn of(query: &Query, about: Option<&Pairs>, scene: &Scene<'_>) -> Vec<Operand> {
    let mut found = Vec::new();
    if let Some(expr) = query.valid() {
        let asker = Asker { query, about, scene };
        asker.decide(expr, &mut found);
    }
    found.truncate(MOST_OPERANDS);
    found
}

struct Asker<'a> {
    query: &'a Query,
    about: Option<&'a Pairs>,
    scene: &'a Scene<'a>,
}

impl Asker<'_> {
    /// Looks behind set operators and comparisons, whose results say little.
    fn decide(&self, expr: &Expr, found: &mut Vec<Operand>) {
        match expr.unwrap_parens() {
            Expr::Binary(binary) if binary.op.value.is_set() => {
                self.decide(&binary.left, found);
                self.decide(&binary.right, found);
            }
            Expr::Binary(binary) if binary.op.value.is_comparison() => {
                self.tell(&binary.left, found);
                self.tell(&binary.right, found);
            }
            _ => self.tell(expr, found),
        }
    }

    /// Tells what a part gave; when it gave nothing, looks into it.
    fn tell(&self, expr: &Expr, found: &mut Vec<Operand>) {
        let expr = expr.unwrap_parens();
        if found.len() >= MOST_OPERANDS || matches!(expr, Expr::Number(_) | Expr::String(_)) {
            return;
        }
        let Some((words, is_empty)) = self.ask(expr) else { return };
        found.push(Operand { span: expr.span(), words });
        if !is_empty {
            return;
        }
        match expr {
            Expr::Binary(binary) => {
                self.tell(&binary.left, found);
                self.tell(&binary.right, found);
            }
            Expr::Unary(unary) => self.tell(&unary.operand, found),
            Expr::Aggregation(aggregation) => self.tell(&aggregation.operand, found),
            Expr::Call(call) => call.arguments.iter().for_each(|argument| self.tell(argument, found)),
            _ => {}
        }
    }

    /// What a part gives, and whether that is nothing.
    fn ask(&self, expr: &Expr) -> Option<(String, bool)> {
        let text = self.query.text.sub(self.query.range_of(expr.span()));
        let plan = Plan::of(&Query::parse(text))?;
        let moment = Moments::instant(self.scene.at);
        let after = Duration::milliseconds(self.scene.at - self.scene.clock.start);
        let answer = match plan.evaluate(self.scene.storage, moment, self.scene.options) {
            Ok(answer) => answer.value,
            Err(failure) => return Some((format!("fails at {after}: {}", failure.message), false)),
        };
        Some(match answer {
            Answered::Scalar(value) => (format!("{} at {after}", dump::shown(&Value::Float(value))), false),
            Answered::String(_) => return None,
            Answered::Vector(samples) if samples.is_empty() => (format!("nothing at {after}"), true),
            Answered::Vector(samples) => (self.vector(samples, after), false),
            Answered::Matrix(series) => {
                let samples: usize = series.iter().map(|one| one.floats.len() + one.histograms.len()).sum();
                match series.len() {
                    0 => (format!("no samples up to {after}"), true),
                    1 => (format!("{samples} samples up to {after}"), false),
                    many => (format!("{samples} samples of {many} series up to {after}"), false),
                }
            }
        })
    }

    fn vector(&self, mut samples: Vec<(Labels, Value)>, after: Duration) -> String {
        let likeness = |labels: &Labels| {
            self.about.map_or(0, |about| {
                labels.iter().filter(|label| about.get(&*label.name).is_some_and(|own| **own == *label.value)).count()
            })
        };
        samples.sort_by_key(|(labels, _)| std::cmp::Reverse(likeness(labels)));
        match &samples[..] {
            [(_, value)] => format!("{} at {after}", dump::shown(value)),
            many => {
                let told = many.iter().take(MOST_SAMPLES);
                let told: Vec<String> =
                    told.map(|(labels, value)| format!("{} for {labels}", dump::shown(value))).collect();
                let more = many.len().saturating_sub(MOST_SAMPLES);
                let more = if more == 0 { String::new() } else { format!(" and {more} more") };
                format!("{}{more} at {after}", told.join(", "))
            }
        }
    }
}
