//! Identity: which series selectors pick, and how the picks of two of them relate, whatever the data.

use std::collections::BTreeSet;

use super::{
    ast::{MatchOp, Matcher, RangeSelector, VectorSelector},
    flow::Source,
};

impl VectorSelector {
    /// Whether each series that this picks is surely picked by the other, too, at the same time.
    pub fn is_within(&self, other: &Self, source: &dyn Source) -> bool {
        let is_open = |one: &Self| {
            one.name.as_ref().is_some_and(|name| source.is_open(name.span))
                || one.matchers.iter().any(|matcher| source.is_open(matcher.span))
        };
        let is_same_metric = match (self.metric_name(), other.metric_name()) {
            (Some(own), Some(others)) => own.value == others.value,
            _ => false,
        };
        is_same_metric
            && is_alike(&self.modifiers, &other.modifiers)
            && !is_open(self)
            && !is_open(other)
            && other
                .matchers
                .iter()
                .all(|demanded| self.matchers.iter().any(|own| own.implies(demanded)) || demanded.takes_all())
    }

    /// Whether there surely can be a series that both pick: for each label there is a value that all matchers of both
    /// take, one that they list, or the one of a label that is not there, or any other.
    pub fn surely_meets(&self, other: &Self) -> bool {
        let labels: BTreeSet<&str> =
            self.matchers.iter().chain(&other.matchers).map(|matcher| matcher.label.value.as_str()).collect();
        self.may_meet(other)
            && labels.into_iter().all(|label| {
                let (own, others): (Vec<&Matcher>, Vec<&Matcher>) =
                    (self.matchers_of(label).collect(), other.matchers_of(label).collect());
                let says_more = |one: &[&Matcher], other: &[&Matcher]| {
                    one.iter().all(|matcher| other.iter().any(|own| own.implies(matcher)))
                };
                if says_more(&own, &others) || says_more(&others, &own) {
                    return true;
                }
                let listed = own.iter().chain(&others).filter_map(|matcher| matcher.values()).flatten();
                let mut candidates = listed.chain([String::new(), "any-other".to_owned()]);
                candidates.any(|value| own.iter().chain(&others).all(|matcher| matcher.matches(&value)))
            })
    }

    /// Whether there can be a series that both pick: no label is demanded by one and refused by the other.
    /// Of two patterns it is known only when one of them lists its values.
    pub fn may_meet(&self, other: &Self) -> bool {
        let labels: BTreeSet<&str> =
            self.matchers.iter().chain(&other.matchers).map(|matcher| matcher.label.value.as_str()).collect();
        let names = [self, other].map(|one| one.name.as_ref().map(|name| name.value.as_str()));
        let is_same_name = match names {
            [Some(one), Some(other)] => one == other,
            [Some(name), None] => other.matchers_of("__name__").all(|matcher| matcher.matches(name)),
            [None, Some(name)] => self.matchers_of("__name__").all(|matcher| matcher.matches(name)),
            [None, None] => true,
        };
        is_same_name
            && labels.into_iter().all(|label| {
                let matchers: Vec<&Matcher> = self.matchers_of(label).chain(other.matchers_of(label)).collect();
                let values = matchers.iter().find_map(|matcher| matcher.values());
                values.is_none_or(|values| {
                    values.iter().any(|value| matchers.iter().all(|matcher| matcher.matches(value)))
                })
            })
    }
}

impl RangeSelector {
    /// As [`VectorSelector::is_within`], over the same range.
    pub fn is_within(&self, other: &Self, source: &dyn Source) -> bool {
        let is_same_range = match (self.range.duration(), other.range.duration()) {
            (Some(own), Some(others)) => own == others,
            _ => false,
        };
        is_same_range
            && !source.is_open(self.brackets)
            && !source.is_open(other.brackets)
            && is_alike(&self.modifiers, &other.modifiers)
            && self.selector.is_within(&other.selector, source)
    }
}

/// Whether two selectors are moved in time alike; of those that are moved at all, only their text tells.
fn is_alike(left: &super::ast::Modifiers, right: &super::ast::Modifiers) -> bool {
    left.is_empty() && right.is_empty()
}

impl Matcher {
    /// Whether whatever it takes, the other takes as well.
    fn implies(&self, other: &Self) -> bool {
        if self.label.value != other.label.value {
            return false;
        }
        if self.op.value == other.op.value && self.value.value == other.value.value {
            return true;
        }
        match self.values() {
            Some(values) => values.iter().all(|value| other.matches(value)),
            None => other.op.value == MatchOp::NotEqual && other.value.value.is_empty() && !self.matches(""),
        }
    }

    /// Whether it takes every value, that of a missing label included.
    fn takes_all(&self) -> bool {
        let everything = || self.pattern().is_some_and(|pattern| pattern.matches_everything());
        self.op.value == MatchOp::Regex && everything()
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        promql::{Expr, Query},
        text::{Excerpt, FileId},
    };

    fn selectors(text: &str) -> Vec<super::VectorSelector> {
        let query = Query::parse(Excerpt::whole(FileId(0), text));
        query.valid().into_iter().flat_map(Expr::selections).map(|selection| selection.selector.clone()).collect()
    }

    #[test]
    fn knows_what_lies_within_what() {
        for (text, expected) in [
            ("x{a=\"1\"} / x", true),
            ("x / x{a=\"1\"}", false),
            ("x{a=\"1\", b=\"2\"} / x{a=~\"1|3\"}", true),
            ("x{a=~\"1|2\"} / x{a=~\"1|2|3\"}", true),
            ("x{a=~\"1|4\"} / x{a=~\"1|2|3\"}", false),
            ("x{a=~\"5..\"} / x{a!=\"\"}", true),
            ("x{a=~\"5..\"} / x{a=~\".*\"}", true),
            ("x{a=~\"5..\"} / x{a=~\".+\"}", false),
            ("x / y", false),
            ("x{a=\"1\"} / x offset 1h", false),
            ("{__name__=\"x\", a=\"1\"} / x", true),
        ] {
            let sides = selectors(text);
            assert_eq!(sides[0].is_within(&sides[1], &()), expected, "{text}");
        }
    }

    #[test]
    fn knows_what_may_meet() {
        for (text, expected) in [
            ("x{a=~\"5..\"} or x{a=~\"4..\"}", false),
            ("x{a=~\"5..\"} or x{a=~\"5..\", b=\"1\"}", true),
            ("x{a=~\"5..\"} or x{a=\"500\"}", true),
            ("x{a!=\"1\"} or x{a!=\"2\"}", true),
            ("x{a!=\"1\"} or x{a=~\"1|2\"}", true),
            ("x{a=~\".+\"} or x{a=\"\"}", false),
        ] {
            let sides = selectors(text);
            assert_eq!(sides[0].surely_meets(&sides[1]), expected, "{text}");
        }
        for (text, expected) in [
            ("x{a=\"1\"} or x{b=\"2\"}", true),
            ("x{a=\"1\"} or x{a=\"2\"}", false),
            ("x{a=\"1\"} or x{a!=\"1\"}", false),
            ("x{a=~\"1|2\"} or x{a=~\"2|3\"}", true),
            ("x{a=~\"1|2\"} or x{a=~\"3.*\"}", false),
            ("x{a=~\"5..\"} or x{a=~\"4..\"}", true),
            ("x or y", false),
            ("x or {__name__=~\"x|y\"}", true),
            ("x or {__name__=~\"y|z\"}", false),
        ] {
            let sides = selectors(text);
            assert_eq!(sides[0].may_meet(&sides[1]), expected, "{text}");
        }
    }
}
