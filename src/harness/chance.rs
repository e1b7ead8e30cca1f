//! Where promtool's verdict depends on chance: it evaluates rule groups in random order, unless told otherwise.

use crate::{
    diag::Diagnostic,
    engine::LabelMatcher,
    model::suite::{Suite, judgment},
};

use super::rulebook::{Outcome, PlannedGroup, PlannedRule};

/// Says, once for a file, that a group reads what another group writes at the same time, and that
/// `group_eval_order` does not say which of them comes first.
pub fn left_to_chance(groups: &[&PlannedGroup<'_>], suite: &Suite) -> Option<Diagnostic> {
    let rank = |group: &PlannedGroup<'_>| suite.rank(group.name);
    let (reader, writer, rule, name) = groups.iter().find_map(|reader| {
        let writers = groups
            .iter()
            .filter(|writer| !std::ptr::eq::<PlannedGroup<'_>>(**writer, *reader) && rank(writer) == rank(reader));
        let mut pairs = writers.flat_map(|writer| writer.rules.iter().map(move |written| (writer, written)));
        pairs.find_map(|(writer, written)| {
            let rule = reader.rules.iter().find(|rule| reads(rule, written))?;
            Some((reader, writer, rule, &written.name))
        })
    })?;
    Some(judgment::undecided_order(suite, reader.name, writer.name, name, rule.rule.anchor()))
}

/// Whether a rule selects what another one records.
fn reads(rule: &PlannedRule<'_>, written: &PlannedRule<'_>) -> bool {
    let Outcome::Record(labels) = &written.outcome else { return false };
    let takes = |matcher: &LabelMatcher| {
        if matcher.label == "__name__" {
            return matcher.takes(&written.name);
        }
        let fixed = labels.iter().find(|(name, _)| **name == *matcher.label);
        fixed.is_none_or(|(_, value)| matcher.takes(value))
    };
    let names = |matchers: &Vec<LabelMatcher>| matchers.iter().any(|matcher| matcher.label == "__name__");
    rule.selectors.iter().any(|matchers| names(matchers) && matchers.iter().all(takes))
}
