//! The brackets around a place in a query, and what stands before it.

use crate::model::dashboard::interpolation::lexeme::Shape;

use super::Placer;

/// An open bracket.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Frame {
    pub role: Role,
    /// How many commas were passed.
    pub argument: usize,
    /// Index of the lexeme that opened the element at hand: the bracket or the last comma.
    pub element: usize,
}

/// What a bracket is for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// `(` around an expression.
    Plain,
    /// `(` after a function or aggregation of this name.
    Call { name: String },
    /// `(` after `by`, `on`, `group_left` and their like.
    Grouping {
        /// What its end means for what follows.
        then: Box<Before>,
    },
    /// `{`.
    Braces,
    /// `[`.
    Brackets {
        /// Whether the `:` of a subquery was passed.
        colon: bool,
    },
}

/// What stands before a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Before {
    /// The start of the query, an opening bracket or a comma.
    Nothing,
    /// A complete operand.
    Operand,
    /// `sum`, perhaps with its `by (…)`: a bracket with the arguments follows.
    Callee { name: String },
    /// `by`, `on`, …
    Grouping {
        /// What the end of its list means for what follows: the arguments of the aggregation for
        /// `sum by (x)`, the end of an operand for `sum(y) by (x)`, an operand for `y * on (x)`.
        then: Box<Before>,
    },
    /// `offset`, perhaps with a sign.
    Offset,
    /// `@`.
    At,
    /// An arithmetic or comparison operator, perhaps with its modifiers.
    Operator,
    /// `and`, `or`, `unless`, `on (…)`: a vector follows.
    SetOperator,
}

/// Moves on past the lexeme.
pub(super) fn step(placer: &mut Placer<'_>, at: usize) {
    let lexeme = &placer.lexemes[at];
    let before = std::mem::replace(&mut placer.before, Before::Nothing);
    placer.before = match lexeme.shape {
        Shape::Comment => before,
        Shape::Text => Before::Operand,
        Shape::Open(bracket) => {
            open(placer, at, bracket, before);
            Before::Nothing
        }
        Shape::Close(_) => close(placer),
        Shape::Comma => {
            if let Some(frame) = placer.frames.last_mut() {
                frame.argument += 1;
                frame.element = at;
            }
            Before::Nothing
        }
        Shape::Colon => {
            if let Some(Frame { role: Role::Brackets { colon }, .. }) = placer.frames.last_mut() {
                *colon = true;
            }
            Before::Nothing
        }
        Shape::Sign => sign(placer.slice(at), before),
        Shape::Word if !lexeme.references.is_empty() => after_variable(placer, at, before),
        Shape::Word => word(placer.slice(at), placer.next_is_open(at), before),
    };
}

fn open(placer: &mut Placer<'_>, at: usize, bracket: u8, before: Before) {
    let role = match (bracket, before) {
        (b'{', _) => Role::Braces,
        (b'[', _) => Role::Brackets { colon: false },
        (_, Before::Callee { name }) => Role::Call { name },
        (_, Before::Grouping { then }) => Role::Grouping { then },
        _ => Role::Plain,
    };
    placer.frames.push(Frame { role, argument: 0, element: at });
}

fn close(placer: &mut Placer<'_>) -> Before {
    match placer.frames.pop() {
        Some(Frame { role: Role::Grouping { then }, .. }) => *then,
        _ => Before::Operand,
    }
}

fn sign(text: &str, before: Before) -> Before {
    match (text, before) {
        ("@", _) => Before::At,
        ("-" | "+", Before::Offset) => Before::Offset,
        ("-" | "+", Before::At) => Before::At,
        _ => Before::Operator,
    }
}

fn word(text: &str, called: bool, before: Before) -> Before {
    let lower = text.to_ascii_lowercase();
    match lower.as_str() {
        "by" | "without" => Before::Grouping {
            then: Box::new(if matches!(before, Before::Callee { .. }) { before } else { Before::Operand }),
        },
        "on" | "ignoring" => Before::Grouping { then: Box::new(Before::SetOperator) },
        // Their list is optional.
        "group_left" | "group_right" if called => Before::Grouping { then: Box::new(Before::SetOperator) },
        "and" | "or" | "unless" | "group_left" | "group_right" => Before::SetOperator,
        "bool" | "atan2" => Before::Operator,
        "offset" => Before::Offset,
        _ if called || is_aggregation(&lower) => Before::Callee { name: lower },
        _ => Before::Operand,
    }
}

/// A word with variables: the name of a function when a bracket or a grouping follows, else an operand
/// or an operator.
fn after_variable(placer: &Placer<'_>, at: usize, before: Before) -> Before {
    match before {
        Before::Operand if placer.frames.last().is_none_or(|frame| frame.role != Role::Braces) => Before::Operator,
        _ if placer.next_is_open(at) => Before::Callee { name: String::new() },
        _ => Before::Operand,
    }
}

fn is_aggregation(name: &str) -> bool {
    matches!(
        name,
        "sum"
            | "avg"
            | "min"
            | "max"
            | "count"
            | "group"
            | "stddev"
            | "stdvar"
            | "topk"
            | "bottomk"
            | "quantile"
            | "count_values"
            | "limitk"
            | "limit_ratio"
    )
}

impl Placer<'_> {
    /// Whether the arguments of a call follow.
    pub(super) fn next_is_open(&self, at: usize) -> bool {
        self.next(at).is_some_and(|next| next.shape == Shape::Open(b'('))
    }
}
