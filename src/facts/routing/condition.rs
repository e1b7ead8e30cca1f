//! Conjunctions of matchers: whether anything can satisfy one, and whether one lets through all that
//! others let through.

use std::collections::BTreeMap;

use crate::model::alertmanager::{MatchOp, Matcher};

use super::values::Values;

/// Most combinations of values that are tried.
const MOST_COMBINATIONS: usize = 20_000;
/// Most matchers that are held against each other, which is more than anybody writes.
const MOST_MATCHERS: usize = 128;

/// More conditions than this are not joined.
const MOST_OTHERS: usize = 100;

/// Matchers that all must hold.
#[derive(Clone, Debug, Default)]
pub(super) struct Condition<'w> {
    matchers: Vec<&'w Matcher>,
}

impl<'w> Condition<'w> {
    /// The condition of some matchers.
    pub(super) fn of(matchers: impl IntoIterator<Item = &'w Matcher>) -> Self {
        Self { matchers: matchers.into_iter().collect() }
    }

    /// Whether it has so many matchers that nothing is said of it.
    fn is_long(&self) -> bool {
        self.matchers.len() > MOST_MATCHERS
    }

    fn on(&self, label: &str) -> impl Iterator<Item = &'w Matcher> {
        self.matchers.iter().copied().filter(move |matcher| matcher.name.value == label)
    }

    /// The ranks of two matchers, in the order of the file, that no value satisfies together with the others on their
    /// label; both are the same when one can never hold by itself.
    pub(super) fn contradiction(&self) -> Option<(usize, usize)> {
        if self.is_long() {
            return None;
        }
        self.matchers.iter().enumerate().find_map(|(last, matcher)| {
            let on_label = |rank: &usize| same_label(self.matchers[*rank], matcher);
            let so_far: Vec<usize> = (0..=last).filter(on_label).collect();
            let all: Vec<_> = so_far.iter().map(|rank| self.matchers[*rank]).collect();
            if is_possible(&all)? {
                return None;
            }
            let enough = so_far.iter().find(|first| is_possible(&[self.matchers[**first], matcher]) == Some(false));
            Some((*enough.or(so_far.first())?, last))
        })
    }

    /// The value that a label must have, if a matcher says so.
    pub(super) fn demanded(&self, label: &str) -> Option<&'w str> {
        self.on(label).find(|matcher| matcher.op == MatchOp::Equal).map(|matcher| matcher.value.text())
    }

    /// Whether other matchers plainly demand another value of some label, so that they never hold together with this.
    pub(super) fn excludes(&self, others: &[Matcher]) -> bool {
        others.iter().filter(|other| other.op == MatchOp::Equal).any(|other| {
            self.on(&other.name.value).any(|own| own.op == MatchOp::Equal && own.value.text() != other.value.text())
        })
    }

    /// Whether it surely holds whenever `other` does.
    pub(super) fn follows_from(&self, other: &Condition<'_>) -> bool {
        if self.is_long() || other.is_long() {
            return false;
        }
        self.matchers.iter().all(|matcher| {
            let given: Vec<_> = other.on(&matcher.name.value).collect();
            // Of a label that nothing is known of, any value may come.
            if given.is_empty() && matcher.op == MatchOp::Equal {
                return false;
            }
            let Some(values) = Values::of(given.iter().copied().chain([*matcher])) else { return false };
            values.kinds.iter().all(|value| {
                values.is_taken(value, matcher) || !given.iter().all(|given| values.is_taken(value, given))
            })
        })
    }

    /// Whether surely one of several conditions holds whenever this one does.
    pub(super) fn is_covered_by(&self, others: &[Condition<'w>]) -> bool {
        if others.len() > MOST_OTHERS || self.is_long() || others.iter().any(Self::is_long) {
            return false;
        }
        let mut by_label: BTreeMap<&str, Vec<&Matcher>> = BTreeMap::new();
        for matcher in others.iter().flat_map(|other| &other.matchers) {
            by_label.entry(&matcher.name.value).or_default().push(matcher);
        }
        let mut domains = Vec::new();
        let mut combinations = 1_usize;
        for (label, theirs) in &by_label {
            let own: Vec<_> = self.on(label).collect();
            let Some(values) = Values::of(theirs.iter().copied().chain(own.iter().copied())) else { return false };
            let mut rows: Vec<Vec<bool>> = Vec::new();
            for value in &values.kinds {
                if own.iter().all(|matcher| values.is_taken(value, matcher)) {
                    let held = |other: &Condition<'_>| other.on(label).all(|matcher| values.is_taken(value, matcher));
                    rows.push(others.iter().map(held).collect());
                }
            }
            rows.sort();
            rows.dedup();
            combinations = combinations.saturating_mul(rows.len());
            domains.push(rows);
        }
        combinations <= MOST_COMBINATIONS && all_held(&domains, &vec![true; others.len()])
    }
}

/// Whether in every combination of rows, one of each domain, some condition holds in all of them.
fn all_held(domains: &[Vec<Vec<bool>>], so_far: &[bool]) -> bool {
    if !so_far.contains(&true) {
        return false;
    }
    let Some((rows, rest)) = domains.split_first() else { return true };
    rows.iter().all(|row| {
        let both: Vec<bool> = so_far.iter().zip(row).map(|(held, also)| *held && *also).collect();
        all_held(rest, &both)
    })
}

fn same_label(left: &Matcher, right: &Matcher) -> bool {
    left.name.value == right.name.value
}

/// Whether a value may satisfy all of some matchers on one label.
fn is_possible(matchers: &[&Matcher]) -> Option<bool> {
    let values = Values::of(matchers.iter().copied())?;
    Some(values.kinds.iter().any(|value| matchers.iter().all(|matcher| values.is_taken(value, matcher))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::alertmanager::parse_matchers,
        text::{Excerpt, FileId},
    };
    use proptest::prelude::*;

    fn matchers(text: &str) -> Vec<Matcher> {
        parse_matchers(&Excerpt::whole(FileId(0), text), &mut Vec::new()).0
    }

    #[test]
    fn knows_what_follows() {
        for (given, implied, expected) in [
            (r#"a="x""#, r#"a=~"x|y""#, true),
            (r#"a=~"x|y""#, r#"a=~"y|x|z""#, true),
            (r#"a=~"x|y""#, r#"a="x""#, false),
            (r#"a="x",b="y""#, r#"a="x""#, true),
            (r#"a="x""#, r#"a="x",b="y""#, false),
            (r#"a="x""#, r#"a!="y""#, true),
            (r#"a="x""#, r#"a!="""#, true),
            (r#"a="x""#, r#"b="""#, false),
            (r#"a=~"web-.+""#, r#"a=~"web-.+""#, true),
            (r#"a=~"web-.+""#, r#"a=~"web-.*""#, false),
            (r#"a="web-1""#, r#"a=~"web-.*""#, true),
            (r#"a=~"x|y""#, r#"a=~".+""#, true),
            (r#"a!="""#, r#"a=~".+""#, true),
            (r#"a!="x""#, r#"a!="x""#, true),
            ("", r#"a=~".*""#, true),
            (r#"a="x""#, "", true),
        ] {
            let (given, implied) = (matchers(given), matchers(implied));
            assert_eq!(Condition::of(&implied).follows_from(&Condition::of(&given)), expected, "{given:?} {implied:?}");
        }
    }

    #[test]
    fn finds_contradictions() {
        for (text, expected) in [
            (r#"a="x",a="y""#, Some((0, 1))),
            (r#"b="1",a="x",b!="1""#, Some((0, 2))),
            (r#"a=~"x|y",a="z""#, Some((0, 1))),
            (r#"a!="x",a=~"x|y""#, None),
            (r#"a!="x",a!="y",a=~"x|y""#, Some((0, 2))),
            (r#"a=~"web-.*",a="db""#, Some((0, 1))),
            (r#"a=~"web-.*",a=~".*-1""#, None),
        ] {
            let all = matchers(text);
            assert_eq!(Condition::of(&all).contradiction(), expected, "{text}");
        }
    }

    #[test]
    fn joins_several_conditions() {
        for (given, others, expected) in [
            ("", vec![r#"a="x""#, r#"a!="x""#], true),
            ("", vec![r#"a="x""#, r#"a="y""#], false),
            (r#"a=~"x|y""#, vec![r#"a="x""#, r#"a="y""#], true),
            (r#"a="x""#, vec![r#"b="1""#, r#"b!="1""#], true),
            (r#"a="x""#, vec![r#"a="x",b="1""#, r#"a="x",b!="1""#], true),
            (r#"a="x""#, vec![r#"a="x",b="1""#, r#"a="y",b!="1""#], false),
            ("", vec![r#"a=~"web.*""#, r#"a!~"web.*""#], true),
            ("", vec![], false),
        ] {
            let (given, others) = (matchers(given), others.into_iter().map(matchers).collect::<Vec<_>>());
            let others: Vec<_> = others.iter().map(Condition::of).collect();
            assert_eq!(Condition::of(&given).is_covered_by(&others), expected, "{given:?} {others:?}");
        }
    }

    /// A few matchers on two labels.
    fn few() -> impl Strategy<Value = Vec<Matcher>> {
        let one =
            ("[ab]", "=|!=|=~|!~", "[xy]?|x\\|y|x.*|.+").prop_map(|(name, op, value)| format!("{name}{op}\"{value}\""));
        prop::collection::vec(one, 0..4).prop_map(|all| matchers(&all.join(",")))
    }

    /// Every way to fill the two labels that the matchers could tell apart.
    fn worlds() -> impl Iterator<Item = [&'static str; 2]> {
        const TEXTS: [&str; 6] = ["", "x", "y", "xx", "z", "yx"];
        TEXTS.iter().flat_map(|a| TEXTS.iter().map(move |b| [*a, *b]))
    }

    fn holds(all: &[Matcher], [a, b]: [&str; 2]) -> bool {
        all.iter().all(|matcher| super::super::values::takes(matcher, if matcher.name.value == "a" { a } else { b }))
    }

    proptest! {
        #[test]
        fn never_claims_what_a_world_refutes(given in few(), others in prop::collection::vec(few(), 1..4)) {
            let condition = Condition::of(&given);
            if condition.contradiction().is_some() {
                prop_assert!(worlds().all(|world| !holds(&given, world)));
            }
            let conditions: Vec<_> = others.iter().map(Condition::of).collect();
            if condition.is_covered_by(&conditions) {
                prop_assert!(worlds().all(|world| !holds(&given, world) || others.iter().any(|other| holds(other, world))));
            }
            if conditions[0].follows_from(&condition) {
                prop_assert!(worlds().all(|world| !holds(&given, world) || holds(&others[0], world)));
            }
        }
    }
}
