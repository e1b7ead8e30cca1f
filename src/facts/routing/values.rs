//! What matchers on one label let through: all values, sorted into finitely many kinds that no matcher
//! tells apart further.

use std::collections::BTreeSet;

use crate::{
    model::alertmanager::{MatchOp, Matcher},
    vocab::{Pattern, PatternUse},
};

/// Most regular expressions with infinitely many matches that are told apart on one label.
const MOST_OPEN_PATTERNS: usize = 10;

/// A kind of values of one label.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Value {
    /// This one; the empty one stands for a missing label.
    Text(String),
    /// Any that no matcher names, taken by the open patterns whose bit is set.
    Other(u32),
}

/// All values of a label, as far as some matchers tell them apart. Some kinds may have no values, so what
/// is proved for all kinds holds for all values, and what holds for one kind may hold for no value.
#[derive(Debug)]
pub(super) struct Values {
    open: Vec<Pattern>,
    pub(super) kinds: Vec<Value>,
}

impl Values {
    /// Sorts the values of one label by matchers on it; `None` when that would take too long.
    pub(super) fn of<'m>(matchers: impl IntoIterator<Item = &'m Matcher>) -> Option<Self> {
        let mut texts = BTreeSet::from([String::new()]);
        let mut open: Vec<Pattern> = Vec::new();
        for matcher in matchers {
            if !matcher.op.is_regex() {
                texts.insert(matcher.value.text().to_owned());
                continue;
            }
            let pattern = pattern(matcher)?;
            match pattern.literals() {
                Some(literals) => texts.extend(literals.iter().cloned()),
                None if open.contains(&pattern) => {}
                None => open.push(pattern),
            }
        }
        if open.len() > MOST_OPEN_PATTERNS {
            return None;
        }
        let others = (0..1_u32 << open.len()).filter(|set| {
            open.iter().enumerate().all(|(bit, pattern)| set & (1 << bit) != 0 || !takes_all_but_empty(pattern))
        });
        let kinds = texts.into_iter().map(Value::Text).chain(others.map(Value::Other)).collect();
        Some(Self { open, kinds })
    }

    /// Whether a matcher takes a kind of values. The matcher must be among those the values were sorted by.
    pub(super) fn is_taken(&self, value: &Value, matcher: &Matcher) -> bool {
        match (value, matcher.op) {
            (Value::Text(text), _) => takes(matcher, text),
            (Value::Other(_), MatchOp::Equal) => false,
            (Value::Other(_), MatchOp::NotEqual) => true,
            (Value::Other(set), MatchOp::Regex) => self.is_in(*set, matcher),
            (Value::Other(set), MatchOp::NotRegex) => !self.is_in(*set, matcher),
        }
    }

    fn is_in(&self, set: u32, matcher: &Matcher) -> bool {
        let bit = pattern(matcher).and_then(|pattern| self.open.iter().position(|open| *open == pattern));
        bit.is_some_and(|bit| set & (1 << bit) != 0)
    }
}

/// Whether a matcher takes a value; a missing label has the empty one.
pub(super) fn takes(matcher: &Matcher, value: &str) -> bool {
    match matcher.op {
        MatchOp::Equal => matcher.value.text() == value,
        MatchOp::NotEqual => matcher.value.text() != value,
        MatchOp::Regex => pattern(matcher).is_some_and(|pattern| pattern.is_match(value)),
        MatchOp::NotRegex => pattern(matcher).is_some_and(|pattern| !pattern.is_match(value)),
    }
}

/// The regular expression of a matcher, which reading has found right.
fn pattern(matcher: &Matcher) -> Option<Pattern> {
    Pattern::of(matcher.value.text(), PatternUse::Alertmanager).ok()
}

/// `.*` and `.+`, which take every value of one line but perhaps the empty one.
fn takes_all_but_empty(pattern: &Pattern) -> bool {
    pattern.matches_everything() || pattern.text() == ".+"
}
