//! Variables between the braces of a selector.

use std::ops::Range;

use crate::model::dashboard::interpolation::{PLACEHOLDER, lexeme::Shape};

use super::{MatchOperator, Placer, Slot};

impl Placer<'_> {
    /// A string with variables: the value of a matcher or a quoted name.
    pub(super) fn string_in_braces(&mut self, at: usize) {
        let Some((label, operator)) = self.matcher_of(at) else {
            let is_label = self.next(at).is_some_and(|next| next.shape == Shape::Sign);
            return self.slot_all(at, if is_label { &Slot::MatchedLabel } else { &Slot::MetricName });
        };
        let range = self.lexemes[at].range.clone();
        let inside = range.start + 1..range.end.saturating_sub(1).max(range.start + 1);
        for index in self.lexemes[at].references.clone() {
            let reference = self.references[index].range.clone();
            let whole = reference == inside;
            self.placed.slots.push((index, Slot::LabelValue { label: label.clone(), operator, whole }));
            if operator.is_regex() {
                self.edit(reference.clone(), self.any_in_regex(&reference));
            }
        }
    }

    /// What stands for any text in a regular expression; in a group when a quantifier follows.
    pub(super) fn any_in_regex(&self, reference: &Range<usize>) -> &'static str {
        if self.text[reference.end..].starts_with(['*', '+', '?', '{']) { "(?:.+)" } else { ".+" }
    }

    /// A bare word with variables between braces.
    pub(super) fn word_in_braces(&mut self, at: usize) {
        if let Some((label, operator)) = self.matcher_of(at) {
            self.bare_value(at, &label, operator);
            return;
        }
        let opener = self.frames.last().map_or(0, |frame| frame.element);
        let first = self.lexemes[opener + 1..at].iter().all(|lexeme| lexeme.shape == Shape::Comment);
        let next = self.next(at).map(|next| next.shape);
        let range = self.lexemes[at].range.clone();
        match next {
            Some(Shape::Sign) if first => {
                self.slot_all(at, &Slot::MatchedLabel);
                self.edit_each(at, PLACEHOLDER);
            }
            Some(Shape::Comma | Shape::Close(b'}')) if self.lone(at).is_some() => {
                // After a complete matcher the comma comes with the variable's value.
                let comma = if first { "" } else { "," };
                self.slot_all(at, &Slot::Matchers);
                self.edit(range, format!("{comma}{PLACEHOLDER}=~\".+\""));
            }
            _ => self.undecided(at),
        }
    }

    /// `{job=$job}`: works when the value brings its quotes.
    fn bare_value(&mut self, at: usize, label: &str, operator: MatchOperator) {
        let range = self.lexemes[at].range.clone();
        let whole = self.lone(at).is_some();
        self.slot_all(at, &Slot::LabelValue { label: label.to_owned(), operator, whole });
        let text = if operator.is_regex() { ".+" } else { self.slice(at) };
        let quoted = format!("\"{text}\"");
        self.edit(range, quoted);
    }

    /// Label and operator of the matcher whose value would stand at this lexeme.
    fn matcher_of(&self, at: usize) -> Option<(String, MatchOperator)> {
        let opener = self.frames.last()?.element;
        let mut element = (opener + 1..at).filter(|index| self.lexemes[*index].shape != Shape::Comment);
        let (label, sign) = (element.next()?, element.next()?);
        if element.next().is_some() {
            return None;
        }
        let operator = MatchOperator::of(self.slice(sign))?;
        Some((self.slice(label).trim_matches(['"', '\'', '`']).to_owned(), operator))
    }
}
