//! Recording rules that are recorded from one another.

use std::collections::{BTreeMap, BTreeSet};

use crate::{check, kit::*, vocab::listed, workspace::Workspace};

use super::others::is_of_others;

check! {
    /// Recording rules depend on one another in a circle.
    ///
    /// ## Why it matters
    /// None of them can be right at any moment: each evaluation works with what the last one left behind. And when the
    /// server starts anew there is nothing to begin with, so that the circle stays empty for ever.
    ///
    /// ## Example
    /// ```yaml
    /// - record: queue:in
    ///   expr: queue:out + queue_waiting
    /// - record: queue:out
    ///   expr: queue:in - queue_done
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - record: queue:in
    ///   expr: queue_arrived + queue_waiting
    /// - record: queue:out
    ///   expr: queue:in - queue_done
    /// ```
    pub struct Cycle {}
    id: "rules/cycle", severity: Warning,
}

impl Check for Cycle {
    type Subject = Whole;

    fn check(&self, _: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let mut reported = BTreeSet::new();
        let recorded = facts.asked.named(|name| !facts.rules.records(name).is_empty());
        let readers: BTreeSet<&str> =
            recorded.filter_map(|asked| Some(asked.site.rule()?.rule.record.as_ref()?.value.as_str())).collect();
        let reads = without_ends(readers.into_iter().map(|name| (name, reads_of(name, facts))).collect());
        for start in reads.keys() {
            let Some(circle) = shortest_circle(start, &reads) else { continue };
            let members: BTreeSet<&str> = circle.iter().map(|(name, _)| *name).collect();
            if !reported.insert(members) {
                continue;
            }
            let Some((first, others)) = circle.split_first() else { continue };
            let names = circle.iter().map(|(name, _)| *name);
            let mut finding =
                out.report(first.1, format!("these rules are recorded from one another: {}", listed(names, ", ")));
            for (name, place) in others {
                finding = finding.label(*place, format!("`{name}` is read here"));
            }
            finding.help("compute one of them from scraped series only");
        }
    }
}

/// The other recorded series that the rules of a name read.
fn reads_of<'w>(name: &str, facts: &Facts<'w>) -> Vec<(&'w str, Span)> {
    let present = facts.rules.records(name).iter().flat_map(|site| {
        let expr = site.document.promql_of(site.group, site.rule).and_then(|query| query.valid());
        let selections = expr.into_iter().flat_map(|expr| expr.selections());
        selections.filter(|one| one.modifiers.offset.is_none() && !is_of_others(one.selector, site.document))
    });
    let names = present.filter_map(|selection| selection.selector.metric_name());
    names
        .filter(|read| read.value != name && !facts.rules.records(&read.value).is_empty())
        .map(|read| (read.value.as_str(), read.span))
        .collect()
}

/// What is left when names that read no other one are taken away, again and again: circles, and what leads to them.
fn without_ends<'w>(mut reads: BTreeMap<&'w str, Vec<(&'w str, Span)>>) -> BTreeMap<&'w str, Vec<(&'w str, Span)>> {
    let all: BTreeSet<&str> = reads.keys().copied().collect();
    reads.values_mut().for_each(|names| names.retain(|(name, _)| all.contains(name)));
    let mut readers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (reader, names) in &reads {
        names.iter().for_each(|(name, _)| readers.entry(name).or_default().push(reader));
    }
    let mut waits_for: BTreeMap<&str, usize> = reads.iter().map(|(name, names)| (*name, names.len())).collect();
    let mut ends: Vec<&str> = waits_for.iter().filter(|(_, count)| **count == 0).map(|(name, _)| *name).collect();
    while let Some(end) = ends.pop() {
        reads.remove(end);
        for reader in readers.get(end).into_iter().flatten() {
            let Some(count) = waits_for.get_mut(reader) else { continue };
            *count -= 1;
            if *count == 0 {
                ends.push(reader);
            }
        }
    }
    reads
}

/// The shortest way from a name back to itself: each name that is read, with the place.
fn shortest_circle<'w>(start: &str, reads: &BTreeMap<&str, Vec<(&'w str, Span)>>) -> Option<Vec<(&'w str, Span)>> {
    // Each step with the one before it.
    let mut steps: Vec<(Option<usize>, (&'w str, Span))> = Vec::new();
    let mut seen = BTreeSet::new();
    let (mut from, mut at) = (start, None);
    loop {
        for step in reads.get(from).into_iter().flatten() {
            if step.0 == start {
                let back =
                    std::iter::successors(at.map(|at: usize| &steps[at]), |(before, _)| Some(&steps[(*before)?]));
                let mut circle: Vec<_> = std::iter::once(*step).chain(back.map(|(_, step)| *step)).collect();
                circle.reverse();
                return Some(circle);
            }
            if seen.insert(step.0) {
                steps.push((at, *step));
            }
        }
        let next = at.map_or(0, |at| at + 1);
        from = steps.get(next)?.1.0;
        at = Some(next);
    }
}
