//! Findings of one cause, which are told once, and the places of each.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use crate::{
    diag::{Cause, Diagnostic, Fix, Label, Severity},
    kit::here_and_more,
    text::FileId,
};

/// Of so many different keys that a kind of map does not have, the map is by no accident what another program reads.
const MANY_KEYS: usize = 8;

/// Most places that a finding shows beside the first.
const MOST_SHOWN: usize = 20;

/// What findings that are told together agree in: where their cause is, the check, how much they claim if that matters, the
/// cause.
type Agreed = (FileId, &'static str, Option<Severity>, Cause);

/// Leaves of findings, which are sorted, one of each cause, and says of it how many more places it has and, unless it is a
/// hint, where. To be called when it is decided of each place by itself whether it is told.
pub fn tell_together(findings: &mut Vec<Diagnostic>) {
    let mut of_cause: BTreeMap<Agreed, BTreeMap<&str, Vec<usize>>> = BTreeMap::new();
    for (rank, finding) in findings.iter().enumerate() {
        if let Some(agreed) = agreed(finding) {
            of_cause.entry(agreed).or_default().entry(&finding.message).or_default().push(rank);
        }
    }
    let groups: Vec<Vec<usize>> = of_cause.into_iter().flat_map(|((.., cause), said)| grouped(cause, said)).collect();
    let mut told_elsewhere: BTreeSet<usize> = BTreeSet::new();
    for mut group in groups.into_iter().filter(|group| group.len() > 1) {
        group.sort_by_key(|rank| {
            let finding = &findings[*rank];
            (finding.cause != Some(Cause::Shared(finding.span)), Reverse(finding.severity))
        });
        let fixes: Option<Vec<Fix>> = group.iter().map(|rank| findings[*rank].fixes.first().cloned()).collect();
        let (first, others) = (group[0], &group[1..]);
        let most = if findings[first].severity == Severity::Info { 0 } else { MOST_SHOWN };
        let shown = others.iter().take(most).map(|other| findings[*other].span);
        let shown: Vec<Label> = shown.map(|span| Label { span, message: "and here".to_owned() }).collect();
        let first = &mut findings[first];
        first.message += &here_and_more(group.len());
        first.labels.extend(shown);
        // What is left undone at one place is not cured.
        first.fixes = fixes.as_deref().and_then(Fix::all).into_iter().collect();
        told_elsewhere.extend(others);
    }
    let mut rank = 0..;
    findings.retain(|_| rank.next().is_none_or(|rank| !told_elsewhere.contains(&rank)));
}

fn agreed(finding: &Diagnostic) -> Option<Agreed> {
    let cause = finding.cause?;
    match cause {
        Cause::Shared(first) => Some((first.file, finding.check, None, cause)),
        // What is mended in a way of its own is told by itself.
        Cause::Habit | Cause::UnknownKey(_) => {
            finding.fixes.is_empty().then_some((finding.span.file, finding.check, Some(finding.severity), cause))
        }
    }
}

/// The findings of one cause, by what they say, as they are told together.
fn grouped(cause: Cause, said: BTreeMap<&str, Vec<usize>>) -> Vec<Vec<usize>> {
    let is_one = match cause {
        Cause::Shared(_) => true,
        Cause::UnknownKey(_) => said.len() >= MANY_KEYS,
        Cause::Habit => false,
    };
    if is_one {
        let all: BTreeSet<usize> = said.into_values().flatten().collect();
        return vec![all.into_iter().collect()];
    }
    said.into_values().collect()
}
