//! PromQL with Grafana's variables in it: every variable gets a slot by what stands around it and, where
//! PromQL would not parse, a placeholder that maps back to the variable's place in the file.
//!
//! | slot | becomes |
//! |---|---|
//! | range, step, offset | `5m`, `1m`, `5m` |
//! | inside a regular expression | `.+` |
//! | inside any other string | stays |
//! | whole matcher | `__variable__=~".+"` |
//! | label name, metric name, whole expression | `__variable__` |
//! | number | `NaN` |
//! | function, operator | one of the variable's values |
//!
//! A query whose meaning hangs on a value that nobody can know has no [`Interpolated::query`]; it is
//! never called a syntax error.

mod lexeme;
mod scope;
mod slot;
mod stand_in;

use crate::{
    logql, promql,
    text::{Excerpt, ExcerptBuilder, Span},
};

use super::reference::{VariableUse, references};

pub use scope::Scope;
pub use slot::{MatchOperator, Slot};
pub use stand_in::StoodIn;

/// The name that stands for an unknown label, metric or expression; part of a longer name when the
/// variable is.
pub const PLACEHOLDER: &str = "__variable__";

/// A query with its variables told apart from its PromQL, or from its LogQL, which is built alike.
#[derive(Clone, Debug)]
pub struct Interpolated<Q = promql::Query> {
    /// The text as the author wrote it.
    pub raw: Excerpt,
    /// The variables in it, in order.
    pub uses: Vec<SlottedUse>,
    /// The query with placeholders; `None` when its shape depends on values that are not known.
    pub query: Option<Q>,
}

/// A query language in which variables are given slots.
pub trait Language: Sized {
    /// Reads a text; never fails.
    fn parse(text: Excerpt) -> Self;

    /// Whether the text is right.
    fn is_right(&self) -> bool;
}

impl Language for promql::Query {
    fn parse(text: Excerpt) -> Self {
        Self::parse(text)
    }

    fn is_right(&self) -> bool {
        self.errors().is_empty()
    }
}

impl Language for logql::Query {
    fn parse(text: Excerpt) -> Self {
        Self::parse(text)
    }

    fn is_right(&self) -> bool {
        self.errors.is_empty()
    }
}

/// A variable in a query and what it stands for there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SlottedUse {
    /// The reference.
    pub variable: VariableUse,
    /// What it stands for.
    pub slot: Slot,
}

impl<Q: Language> Interpolated<Q> {
    /// Reads a query; never fails. `scope` tells which values the dashboard's variables can take.
    pub fn read(raw: Excerpt, scope: &Scope) -> Self {
        let references = references(raw.text());
        if references.is_empty() {
            let query = Some(Q::parse(raw.clone()));
            return Self { raw, uses: Vec::new(), query };
        }
        let mut placed = slot::place(raw.text(), &references, scope);
        let query = if placed.decided { parse(&raw, &mut placed) } else { None };
        let used = |(index, slot)| SlottedUse { variable: VariableUse::of(&references[index], &raw), slot };
        let mut uses: Vec<SlottedUse> = placed.slots.into_iter().map(used).collect();
        uses.sort_by_key(|used| used.variable.span);
        Self { raw, uses, query }
    }

    /// Whether checks may reason about the query.
    pub fn analysable(&self) -> bool {
        self.query.is_some()
    }

    /// Whether a variable lies in `span` that stands for more than a duration, so that what is known of
    /// that part of the query is a guess and findings about it are to be left out.
    pub fn is_open(&self, span: Span) -> bool {
        self.uses_in(span).any(|used| !matches!(used.slot, Slot::Range | Slot::Step | Slot::Offset | Slot::Comment))
    }

    /// The variables in a part of the query.
    pub fn uses_in(&self, span: Span) -> impl Iterator<Item = &SlottedUse> {
        let first = self.uses.partition_point(|used| used.variable.span.start < span.start);
        let within = self.uses[first..].iter().take_while(move |used| used.variable.span.start < span.end);
        within.filter(move |used| span.contains(used.variable.span))
    }
}

/// Whether a label or metric name of an interpolated query stands for an unknown one, in whole or in part.
pub fn is_placeholder(name: &str) -> bool {
    name.contains(PLACEHOLDER)
}

/// Parses the text with placeholders. Where the kind of an operand was a guess, the other guess counts
/// too; when neither parses, nothing is known.
fn parse<Q: Language>(raw: &Excerpt, placed: &mut slot::Placed) -> Option<Q> {
    let first = Q::parse(fill(raw, &placed.edits));
    if first.is_right() || !placed.edits.iter().any(|edit| edit.guess) {
        return Some(first);
    }
    placed.guess_otherwise();
    let second = Q::parse(fill(raw, &placed.edits));
    second.is_right().then_some(second)
}

/// Puts the placeholders in.
fn fill(raw: &Excerpt, edits: &[slot::Edit]) -> Excerpt {
    let mut filled = ExcerptBuilder::new(raw);
    let mut from = 0;
    for edit in edits {
        filled.copy(from..edit.range.start);
        filled.replace(edit.range.clone(), &edit.text);
        from = edit.range.end;
    }
    filled.copy(from..raw.text().len());
    filled.finish()
}

#[cfg(test)]
mod tests;
