//! What there is to be seen of a rule.

use crate::{
    engine::Plan,
    promql::{
        Expr, Query,
        ast::{Binary, BinaryOp, Side},
    },
    text::Span,
};

use super::{
    super::rulebook::{Outcome, PlannedRule},
    probes::{self, ComparisonProbe, SetProbe},
};

/// The longest right side of a comparison that is spelled out.
const LONGEST_THRESHOLD: usize = 40;

/// Something that a test can show of a rule.
#[derive(Clone, PartialEq, Debug)]
pub struct Goal {
    /// What.
    pub aim: Aim,
    /// The part of the rule that it is about.
    pub place: Span,
    /// Goals that are branches of the same thing have the same number within their rule.
    pub branch: usize,
}

/// What a test can show of a rule.
#[derive(Clone, PartialEq, Debug)]
pub enum Aim {
    /// An alerting rule found samples to look at, or a recording rule recorded some.
    Data,
    /// The rule had data, and no alert.
    Inactive,
    /// An alert waited for its `for`.
    Pending,
    /// An alert fired.
    Firing,
    /// An alert stopped firing.
    Resolved,
    /// An alert was active for as long as `for` says.
    HoldElapsed,
    /// An alert went away before `for` had passed.
    HoldCutShort,
    /// An operand of `and`, `or` or `unless` decided what they gave: with the other outcome of this operand alone,
    /// the result would have been another.
    Decides {
        /// Which of the three.
        op: BinaryOp,
        /// Which operand.
        side: Side,
    },
    /// A comparison held, or did not.
    Holds {
        /// Operator and right operand, as written, where they are short.
        threshold: String,
        /// Whether it is the side on which it holds.
        holds: bool,
    },
}

impl Aim {
    /// What is missing when the goal was never met.
    pub fn missing(&self) -> String {
        match self {
            Aim::Data => "never evaluated with data".to_owned(),
            Aim::Inactive => "never seen inactive".to_owned(),
            Aim::Pending => "never seen pending".to_owned(),
            Aim::Firing => "never seen firing".to_owned(),
            Aim::Resolved => "never seen resolved".to_owned(),
            Aim::HoldElapsed => "`for` never elapsed".to_owned(),
            Aim::HoldCutShort => "no alert went away before `for` had elapsed".to_owned(),
            Aim::Decides { op: BinaryOp::Unless, side: Side::Right } => {
                "the right operand of `unless` never took anything away".to_owned()
            }
            Aim::Decides { op: BinaryOp::Unless, side: Side::Left } => {
                "`unless` never left anything of its left operand".to_owned()
            }
            Aim::Decides { op: BinaryOp::Or, side } => {
                format!("the {} operand of `or` never gave a result alone", side.word())
            }
            Aim::Decides { op, side } => {
                let other = match side {
                    Side::Left => Side::Right,
                    Side::Right => Side::Left,
                };
                format!(
                    "`{}` never failed by its {} operand alone, with the {} one there",
                    op.text(),
                    side.word(),
                    other.word()
                )
            }
            Aim::Holds { threshold, holds: true } => format!("`{threshold}` never held"),
            Aim::Holds { threshold, holds: false } => format!("`{threshold}` always held"),
        }
    }
}

/// The goals of a rule, and what has to be evaluated to know of them.
#[derive(Debug)]
pub struct Watched {
    /// The goals, in the order they are told.
    pub goals: Vec<Goal>,
    /// What the expression selects, each selector by itself.
    pub selections: Vec<Plan>,
    /// Operators on sets, with the number of the goal of the left operand; that of the right one follows.
    pub sets: Vec<(usize, SetProbe)>,
    /// Comparisons, with the number of the goal of holding; that of not holding follows.
    pub comparisons: Vec<(usize, ComparisonProbe)>,
}

impl Watched {
    /// The goals of a rule.
    pub fn of(planned: &PlannedRule<'_>) -> Self {
        let rule = planned.rule;
        let mut watched = Self {
            goals: vec![Goal { aim: Aim::Data, place: rule.anchor(), branch: 0 }],
            selections: Vec::new(),
            sets: Vec::new(),
            comparisons: Vec::new(),
        };
        if let Outcome::Alert(alarm) = &planned.outcome {
            let waits = alarm.hold > 0;
            let pending = waits.then_some(Aim::Pending);
            let states = [Some(Aim::Inactive), pending, Some(Aim::Firing), Some(Aim::Resolved)];
            watched.branches(rule.anchor(), states.into_iter().flatten());
            if waits {
                let place = rule.keys.span("for").unwrap_or(rule.anchor());
                watched.branches(place, [Aim::HoldElapsed, Aim::HoldCutShort]);
            }
        }
        if let Some(query) = &rule.expr
            && let Some(expr) = query.valid()
        {
            watched.gather(query, expr);
        }
        watched
    }

    /// Adds goals that are branches of one thing; says the number of the first.
    fn branches(&mut self, place: Span, aims: impl IntoIterator<Item = Aim>) -> usize {
        let first = self.goals.len();
        let branch = self.goals.last().map_or(0, |last| last.branch + 1);
        self.goals.extend(aims.into_iter().map(|aim| Goal { aim, place, branch }));
        first
    }

    /// Adds the operators of an expression. Those in a subquery are evaluated at times of their own, and are
    /// left out.
    fn gather(&mut self, query: &Query, expr: &Expr) {
        match expr {
            Expr::Subquery(_) => return,
            Expr::Selector(_) | Expr::Range(_) => self.selections.extend(probes::plan(query, expr)),
            // Each side would be evaluated by itself.
            Expr::Binary(binary) if binary.is_long() => {}
            Expr::Binary(binary) if binary.op.value.is_set() => self.set(query, binary),
            Expr::Binary(binary) if binary.op.value.is_comparison() => self.comparison(query, binary),
            _ => {}
        }
        for child in expr.children() {
            self.gather(query, child);
        }
    }

    fn set(&mut self, query: &Query, binary: &Binary) {
        if let Some(probe) = SetProbe::of(query, binary) {
            let op = binary.op.value;
            let aims = [Side::Left, Side::Right].map(|side| Aim::Decides { op, side });
            let first = self.branches(binary.op.span, aims);
            self.sets.push((first, probe));
        }
    }

    fn comparison(&mut self, query: &Query, binary: &Binary) {
        if let Some(probe) = ComparisonProbe::of(query, binary) {
            let threshold = threshold(query, binary);
            let aims = [true, false].map(|holds| Aim::Holds { threshold: threshold.clone(), holds });
            let first = self.branches(binary.op.span, aims);
            self.comparisons.push((first, probe));
        }
    }
}

fn threshold(query: &Query, binary: &Binary) -> String {
    let op = binary.op.value.text();
    let written = |expr: &Expr| {
        let text = &query.text.text()[query.range_of(expr.span())];
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().count() <= LONGEST_THRESHOLD { text } else { "…".to_owned() }
    };
    match (binary.left.number(), &binary.right) {
        (Some(_), right) => format!("{} {op} {}", written(&binary.left), written(right)),
        (None, right) => format!("{op} {}", written(right)),
    }
}
