//! Which part of a PromQL query a variable stands for.

mod expression;
mod frame;
mod selector;

use std::ops::Range;

use super::{
    Scope,
    lexeme::{self, Lexeme, Shape},
};
use crate::model::dashboard::reference::Reference;

use frame::{Before, Frame, Role};

/// What a variable stands for in a query.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Slot {
    /// The window of a range selector or subquery: `[$w]`.
    Range,
    /// The step of a subquery: `[1h:$step]`.
    Step,
    /// After `offset`.
    Offset,
    /// After `@`.
    At,
    /// In the value of a matcher.
    LabelValue {
        /// The label that is matched; `__name__` for the metric name.
        label: String,
        /// How.
        operator: MatchOperator,
        /// Whether the value is the variable and nothing else.
        whole: bool,
    },
    /// One or more whole matchers: `{$filter}`.
    Matchers,
    /// The label name of a matcher: `{$label="x"}`.
    MatchedLabel,
    /// In the label list of `by`, `on` and their like.
    GroupingLabel,
    /// A metric name or a part of one.
    MetricName,
    /// A number.
    Number,
    /// In a string that is no matcher's value.
    Text,
    /// The name of a function or aggregation.
    Function,
    /// A binary operator.
    Operator,
    /// A whole expression, of which nothing is known.
    Expression,
    /// In a comment.
    Comment,
    /// At a place where no kind of PromQL fits.
    Unknown,
}

/// How a matcher compares.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MatchOperator {
    /// `=`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `=~`.
    Matches,
    /// `!~`.
    MatchesNot,
}

impl MatchOperator {
    /// The operator a text spells.
    pub fn of(text: &str) -> Option<Self> {
        match text {
            "=" => Some(Self::Equal),
            "!=" => Some(Self::NotEqual),
            "=~" => Some(Self::Matches),
            "!~" => Some(Self::MatchesNot),
            _ => None,
        }
    }

    /// Whether the value is a regular expression, so that several values fit in it.
    pub fn is_regex(self) -> bool {
        matches!(self, Self::Matches | Self::MatchesNot)
    }
}

/// A part of the query and what is put in its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Edit {
    pub range: Range<usize>,
    pub text: String,
    /// Whether the slot was guessed, so that a parse error may be the guess's fault.
    pub guess: bool,
    /// The other guess.
    pub otherwise: Option<Otherwise>,
}

/// What a variable is if the first guess was wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Otherwise {
    /// Index of the reference.
    pub reference: usize,
    pub slot: Slot,
    pub text: &'static str,
}

/// The slots of all references and the edits that make the query parse.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Placed {
    /// Index of the reference and its slot, in order.
    pub slots: Vec<(usize, Slot)>,
    /// In order, never overlapping.
    pub edits: Vec<Edit>,
    /// Whether every variable found a slot.
    pub decided: bool,
}

impl Placed {
    /// Takes the other guess wherever there is one.
    pub(super) fn guess_otherwise(&mut self) {
        for edit in &mut self.edits {
            let Some(otherwise) = edit.otherwise.take() else { continue };
            otherwise.text.clone_into(&mut edit.text);
            let slots = self.slots.iter_mut().filter(|(index, _)| *index == otherwise.reference);
            slots.for_each(|(_, slot)| *slot = otherwise.slot.clone());
        }
    }
}

/// Finds the slot of every reference in a query.
pub(super) fn place(text: &str, references: &[Reference], scope: &Scope) -> Placed {
    let lexemes = lexeme::lexemes(text, references);
    let mut placer = Placer {
        text,
        references,
        scope,
        lexemes: &lexemes,
        frames: Vec::new(),
        before: Before::Nothing,
        placed: Placed { slots: Vec::new(), edits: Vec::new(), decided: true },
    };
    for at in 0..lexemes.len() {
        placer.lexeme(at);
    }
    placer.placed
}

/// Walks the lexemes of one query.
struct Placer<'a> {
    text: &'a str,
    references: &'a [Reference],
    scope: &'a Scope,
    lexemes: &'a [Lexeme],
    frames: Vec<Frame>,
    /// What stands before the lexeme at hand.
    before: Before,
    placed: Placed,
}

impl Placer<'_> {
    fn lexeme(&mut self, at: usize) {
        let lexeme = &self.lexemes[at];
        if !lexeme.references.is_empty() {
            self.with_references(at);
        }
        frame::step(self, at);
    }

    /// Dispatches on where the lexeme stands.
    fn with_references(&mut self, at: usize) {
        let role = self.frames.last().map_or(Role::Plain, |frame| frame.role.clone());
        match (self.lexemes[at].shape, role) {
            (Shape::Comment, _) => self.slot_all(at, &Slot::Comment),
            (Shape::Text, Role::Braces) => self.string_in_braces(at),
            (Shape::Text, _) => self.string(at),
            (_, Role::Braces) => self.word_in_braces(at),
            (_, Role::Brackets { colon }) => self.duration(at, if colon { Slot::Step } else { Slot::Range }),
            (_, Role::Grouping { .. }) => self.grouping_label(at),
            (_, Role::Plain | Role::Call { .. }) => self.word(at),
        }
    }

    fn slice(&self, at: usize) -> &str {
        &self.text[self.lexemes[at].range.clone()]
    }

    /// Gives all references of a lexeme the same slot.
    fn slot_all(&mut self, at: usize, slot: &Slot) {
        for index in self.lexemes[at].references.clone() {
            self.placed.slots.push((index, slot.clone()));
        }
    }

    /// Gives up on the query as a whole.
    fn undecided(&mut self, at: usize) {
        self.slot_all(at, &Slot::Unknown);
        self.placed.decided = false;
    }

    fn edit(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.placed.edits.push(Edit { range, text: text.into(), guess: false, otherwise: None });
    }

    /// Replaces each reference of a lexeme by the same text, leaving what stands between.
    fn edit_each(&mut self, at: usize, text: &str) {
        for index in self.lexemes[at].references.clone() {
            self.edit(self.references[index].range.clone(), text);
        }
    }

    /// Whether the lexeme is one reference and nothing else.
    fn lone(&self, at: usize) -> Option<&Reference> {
        let lexeme = &self.lexemes[at];
        let [only] = self.references.get(lexeme.references.clone())? else { return None };
        (only.range == lexeme.range).then_some(only)
    }

    /// The next lexeme that is no comment.
    fn next(&self, at: usize) -> Option<&Lexeme> {
        self.lexemes[at + 1..].iter().find(|lexeme| lexeme.shape != Shape::Comment)
    }

    /// A word in a place for durations. `${n}m` and `5${unit}` keep their literal half.
    fn duration(&mut self, at: usize, slot: Slot) {
        let Lexeme { range, references, .. } = self.lexemes[at].clone();
        self.slot_all(at, &slot);
        let [only] = &self.references[references] else {
            return self.edit(range, "5m");
        };
        let (head, tail) = (&self.text[range.start..only.range.start], &self.text[only.range.end..range.end]);
        let unit = matches!(tail, "ms" | "s" | "m" | "h" | "d" | "w" | "y");
        match (head, tail) {
            ("", "") => self.edit(range, if slot == Slot::Step { "1m" } else { "5m" }),
            ("", _) if unit => self.edit(only.range.clone(), "5"),
            (_, "") if head.bytes().all(|byte| byte.is_ascii_digit()) => self.edit(only.range.clone(), "m"),
            _ => self.edit(range, "5m"),
        }
    }
}
