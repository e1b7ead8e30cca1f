//! Findings of one cause, which are told once, and the places of each.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use crate::{
    diag::{Cause, Diagnostic, Fix, Label, Severity},
    kit::here_and_more,
    text::{FileId, Span},
};

/// Of so many different keys that a kind of map does not have, the map is by no accident what another program reads.
const MANY_KEYS: usize = 8;

/// Most places that a finding shows beside the first.
const MOST_SHOWN: usize = 5;

/// Leaves of findings, which are sorted, one of each cause, and says of it how many more places it has and, unless it is a
/// hint, where. To be called when it is decided of each place by itself whether it is told.
pub fn tell_together(findings: &mut Vec<Diagnostic>) {
    let mut is_told = vec![true; findings.len()];
    let mut groups = of_one_fault(findings);
    groups.extend(of_one_habit(findings));
    for mut group in groups.into_iter().filter(|group| group.len() > 1) {
        group.sort_by_key(|rank| {
            let finding = &findings[*rank];
            let is_first = matches!(finding.cause, Some(Cause::Shared(at) | Cause::Repeated(at)) if at == finding.span);
            (!is_first, Reverse(finding.severity))
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
        others.iter().for_each(|other| is_told[*other] = false);
    }
    let mut rank = 0..;
    findings.retain(|_| rank.next().is_none_or(|rank| is_told[rank]));
}

/// The findings that name the same place as the first of their cause.
fn of_one_fault(findings: &[Diagnostic]) -> Vec<Vec<usize>> {
    let all = findings.iter().enumerate().filter_map(|(rank, finding)| match finding.cause {
        Some(Cause::Shared(first)) => Some((first, finding.check, "", rank)),
        Some(Cause::Repeated(first)) => Some((first, finding.check, finding.message.as_str(), rank)),
        _ => None,
    });
    let mut all: Vec<(Span, &str, &str, usize)> = all.collect();
    all.sort_unstable();
    let groups = all.chunk_by(|one, other| (one.0, one.1, one.2) == (other.0, other.1, other.2));
    let groups = groups.filter(|group| group.len() > 1);
    groups.map(|group| group.iter().map(|(.., rank)| *rank).collect()).collect()
}

/// The findings that are of one habit in one file. What is mended in a way of its own is told by itself.
fn of_one_habit(findings: &[Diagnostic]) -> Vec<Vec<usize>> {
    type Agreed<'f> = (FileId, &'f str, Severity, Cause);
    let mut habits: BTreeMap<Agreed<'_>, BTreeMap<&str, Vec<usize>>> = BTreeMap::new();
    for (rank, finding) in findings.iter().enumerate().filter(|(_, finding)| finding.fixes.is_empty()) {
        if let Some(cause @ (Cause::Habit | Cause::UnknownKey(_))) = finding.cause {
            let said = habits.entry((finding.span.file, finding.check, finding.severity, cause)).or_default();
            said.entry(&finding.message).or_default().push(rank);
        }
    }
    let grouped = |(cause, said): (Cause, BTreeMap<&str, Vec<usize>>)| match cause {
        Cause::UnknownKey(_) if said.len() >= MANY_KEYS => {
            let all: BTreeSet<usize> = said.into_values().flatten().collect();
            vec![all.into_iter().collect()]
        }
        _ => said.into_values().collect(),
    };
    habits.into_iter().map(|((.., cause), said)| (cause, said)).flat_map(grouped).collect()
}
