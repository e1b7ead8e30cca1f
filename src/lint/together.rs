//! Findings of one cause, which are told once, and the places of each.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    diag::{Cause, Diagnostic, Label, Severity},
    kit::here_and_more,
    text::{FileId, Span},
};

/// Of so many different keys that a kind of map does not have, the map is by no accident what another program reads.
const MANY_KEYS: usize = 8;

/// Most places that a finding shows beside the first.
const MOST_SHOWN: usize = 20;

/// What findings that are told together agree in.
type Agreed<'f> = (FileId, &'static str, Severity, Cause);

/// Leaves of findings, which are sorted, the first of each cause, and says of each how many more places it has and where. To
/// be called when it is decided of each place by itself whether it is told.
pub fn tell_together(findings: &mut Vec<Diagnostic>) {
    let mut of_cause: BTreeMap<Agreed<'_>, BTreeMap<&str, Vec<usize>>> = BTreeMap::new();
    for (rank, finding) in findings.iter().enumerate().filter(|(_, finding)| finding.fixes.is_empty()) {
        if let Some(cause) = finding.cause {
            let agreed = (finding.span.file, finding.check, finding.severity, cause);
            of_cause.entry(agreed).or_default().entry(&finding.message).or_default().push(rank);
        }
    }
    let groups: Vec<Vec<usize>> = of_cause.into_iter().flat_map(|((.., cause), said)| grouped(cause, said)).collect();
    let mut told_elsewhere: BTreeSet<usize> = BTreeSet::new();
    for group in groups {
        let (first, others) = (group[0], &group[1..]);
        let places: Vec<Span> = others.iter().map(|other| findings[*other].span).collect();
        findings[first].also.extend(places);
        told_elsewhere.extend(others.iter().copied());
    }
    let mut rank = 0..;
    findings.retain(|_| rank.next().is_none_or(|rank| !told_elsewhere.contains(&rank)));
    for finding in findings {
        finding.message += &here_and_more(finding.also.len() + 1);
        let shown = finding.also.iter().take(MOST_SHOWN);
        finding.labels.extend(shown.map(|place| Label { span: *place, message: "and here".to_owned() }));
    }
}

/// The findings of one cause, by what they say, as they are told together.
fn grouped(cause: Cause, said: BTreeMap<&str, Vec<usize>>) -> Vec<Vec<usize>> {
    match cause {
        Cause::UnknownKey(_) if said.len() >= MANY_KEYS => {
            let all: BTreeSet<usize> = said.into_values().flatten().collect();
            vec![all.into_iter().collect()]
        }
        Cause::UnknownKey(_) | Cause::Habit => said.into_values().collect(),
    }
}
