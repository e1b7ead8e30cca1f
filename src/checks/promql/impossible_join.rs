//! Operators whose sides can never match.

use std::collections::BTreeSet;

use crate::{
    check,
    kit::*,
    promql::{
        ast::{
            AggregationOp, Binary, BinaryOp, Expr, Group, GroupingKind, MatchOp, Matcher, Matching, MatchingKind, Side,
        },
        flow::{Cause, Flow, Known, Origin, keeps_all_labels, keeps_labels},
        functions::ValueType,
    },
};

use super::exported;

check! {
    /// The two sides of an operator have labels that never agree, so there is no result.
    ///
    /// ## Why it matters
    /// An operator pairs series whose labels are equal. When every series of one side has a label that the other
    /// side lost, or has with another value, nothing is ever paired: the alert cannot fire, the panel is empty.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: TooManyConnections
    ///   expr: sum by (instance) (pg_stat_activity_count) / on (instance, server) pg_settings_max_connections{server!=""} > 0.8
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: TooManyConnections
    ///   expr: sum by (instance) (pg_stat_activity_count) / on (instance) pg_settings_max_connections > 0.8
    /// ```
    pub struct ImpossibleJoin {}
    id: "promql/impossible-join", severity: Error,
}

impl Check for ImpossibleJoin {
    type Subject = Query;

    fn check(&self, site: QuerySite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(expr) = site.expr() else { return };
        let pairing = expr.walk().filter_map(|node| match node {
            Expr::Binary(binary) if pairs_vectors(binary, site) => Some(&**binary),
            _ => None,
        });
        let pairing: Vec<&Binary> = pairing.collect();
        if pairing.is_empty() {
            return;
        }
        let source = site.source(facts);
        let followed = if may_differ(expr, &source) { pairing.as_slice() } else { &[] };
        let mut dead: Vec<&Binary> = Vec::new();
        // To follow the labels along each operator of a long chain would take ever longer.
        for binary in followed.iter().copied().rev().filter(|binary| !binary.is_long()) {
            // What has no result inside makes everything around it empty: one finding is enough.
            let is_inside = dead.iter().any(|inner| binary.span.contains(inner.span));
            if !is_inside && may_mismatch(binary, site, &source) && with_mismatch(binary, &source, |_, _| ()).is_some()
            {
                dead.push(binary);
            }
        }
        let is_told = |binary: &Binary| dead.iter().any(|other| binary.span.contains(other.span));
        pairing.iter().filter(|binary| !is_told(binary)).for_each(|binary| exported::compare(binary, site, facts, out));
        let mut said = BTreeSet::new();
        for binary in dead.into_iter().rev() {
            with_mismatch(binary, &source, |mismatch, common| {
                if said.insert((binary.op.value, mismatch.difference())) {
                    report(binary, mismatch, common, severity(mismatch, site, &source), out);
                }
            });
        }
    }
}

/// Whether there is anything that the sides of some operator can disagree on: a label that is lost somewhere, or values
/// that are wanted in several places. Most expressions have neither, and need not be followed.
fn may_differ(expr: &Expr, source: &SiteSource<'_, '_>) -> bool {
    let wanting = expr.selections().filter(|selection| selection.selector.matchers.iter().any(wants_value));
    wanting.count() > 1 || !keeps_all_labels(expr, source)
}

/// Whether the sides of an operator can disagree on a label, as far as it is clear which labels they compare: those of
/// `on (…)`, or the same `by (…)` on both sides. Most keep them all, and ask for no value of theirs.
fn may_mismatch(binary: &Binary, site: QuerySite<'_>, source: &SiteSource<'_, '_>) -> bool {
    let is_by_both = |labels: &Vec<&str>| {
        grouped_by(&binary.right, site).is_some_and(|others| {
            labels.iter().all(|label| others.contains(label)) && others.iter().all(|label| labels.contains(label))
        })
    };
    let compared = match &binary.modifiers.matching {
        Some(matching) if matching.kind.value == MatchingKind::On => Some(matching.labels.texts()),
        _ => grouped_by(&binary.left, site).filter(is_by_both),
    };
    let keep =
        |labels: &[&str]| keeps_labels(&binary.left, labels, source) && keeps_labels(&binary.right, labels, source);
    compared.is_none_or(|labels| !keep(&labels) || may_want(binary, &labels, source))
}

/// Whether the sides of an operator may want different values of some labels.
fn may_want(binary: &Binary, labels: &[&str], source: &SiteSource<'_, '_>) -> bool {
    // Of a job that is known, the values of other labels are known, too.
    let knows_jobs = source.known.scraping.is_certain();
    let tells = |matcher: &Matcher| {
        let label = matcher.label.value.as_str();
        wants_value(matcher) && labels.contains(&label) || knows_jobs && label == "job"
    };
    let wants = |side: &Expr| side.selections().any(|selection| selection.selector.matchers.iter().any(tells));
    if knows_jobs { wants(&binary.left) || wants(&binary.right) } else { wants(&binary.left) && wants(&binary.right) }
}

fn wants_value(matcher: &Matcher) -> bool {
    matches!(matcher.op.value, MatchOp::Equal | MatchOp::Regex)
}

/// The labels that an aggregation groups by, scaled or not: its result has no others.
fn grouped_by<'e>(expr: &'e Expr, site: QuerySite<'_>) -> Option<Vec<&'e str>> {
    match expr.unwrap_parens() {
        Expr::Aggregation(one) if !one.op.value.selects() && one.op.value != AggregationOp::CountValues => {
            let Some(grouping) = &one.grouping else { return Some(Vec::new()) };
            let is_closed = grouping.kind.value == GroupingKind::By && !site.is_open(one.span);
            is_closed.then(|| grouping.labels.texts())
        }
        Expr::Binary(binary) if binary.right.number().is_some() => grouped_by(&binary.left, site),
        Expr::Binary(binary) if binary.left.number().is_some() => grouped_by(&binary.right, site),
        _ => None,
    }
}

/// Calls `then` with the label that the sides of an operator never agree on, if there is one, and the
/// labels that both may have.
fn with_mismatch<R>(
    binary: &Binary,
    source: &SiteSource<'_, '_>,
    then: impl FnOnce(&Mismatch<'_>, &[&str]) -> R,
) -> Option<R> {
    let (left, right) = (source.flow(&binary.left), source.flow(&binary.right));
    mismatch(binary, &left, &right).map(|mismatch| then(&mismatch, &common(mismatch.label, &left, &right)))
}

/// An error where the files prove it; a warning where a configuration, or the server's own labels, may
/// tell otherwise, or where the series may lack a label that the author counts on.
fn severity(mismatch: &Mismatch<'_>, site: QuerySite<'_>, source: &SiteSource<'_, '_>) -> Severity {
    if mismatch.is_expected() {
        return Severity::Warning;
    }
    let text = site.query.text.full_span();
    let is_proven = mismatch.causes().all(|cause| match cause.origin {
        Origin::Target { proof } => proof.is_some(),
        _ => text.contains(cause.span) || source.known.scraping.is_certain(),
    });
    if is_proven { Severity::Error } else { Severity::Warning }
}

/// Whether an operator gives something only for series that agree.
fn pairs_vectors(binary: &Binary, site: QuerySite<'_>) -> bool {
    let is_vector = |expr: &Expr| expr.value_type() == Some(ValueType::InstantVector);
    let is_open = |matching: &Matching| matching.labels.names.iter().any(|label| site.is_open(label.span));
    binary.op.value != BinaryOp::Or
        && is_vector(&binary.right)
        && is_vector(&binary.left)
        && binary.modifiers.fill.left.is_none()
        && binary.modifiers.fill.right.is_none()
        && !site.is_open(binary.op.span)
        && !binary.modifiers.matching.as_deref().is_some_and(is_open)
}

/// A label that the sides never agree on.
struct Mismatch<'f> {
    label: &'f str,
    left: &'f Known,
    right: &'f Known,
}

impl Mismatch<'_> {
    fn causes(&self) -> impl Iterator<Item = &Cause> {
        self.left.cause.iter().chain(&self.right.cause)
    }

    fn difference(&self) -> String {
        let label = self.label;
        match (self.left.value(), self.right.value()) {
            (Some(left), Some(right)) => format!("`{label}` is \"{left}\" on the left and \"{right}\" on the right"),
            _ if self.left.is_absent() => format!("only the right side has `{label}`"),
            _ => format!("only the left side has `{label}`"),
        }
    }

    /// Whether the side that should have the label may lack it too, and nothing but the author's words says
    /// otherwise.
    fn is_expected(&self) -> bool {
        [self.left, self.right].iter().any(|known| !known.is_absent() && !known.is_certain())
    }

    /// How far away the proof is: in the expression, in a configuration, or in what the author counts on.
    fn remoteness(&self) -> (bool, usize) {
        let remote = self.causes().filter(|cause| matches!(cause.origin, Origin::Target { .. }));
        (self.is_expected(), remote.count())
    }
}

/// The label that is compared and never agrees; when there are several, the one with the nearest proof.
fn mismatch<'f>(binary: &'f Binary, left: &'f Flow, right: &'f Flow) -> Option<Mismatch<'f>> {
    let mismatches = compared(binary, left, right).into_iter().filter_map(|label| {
        let (left, right) = (left.label(label), right.label(label));
        // Who compares by a label counts on it.
        let is_named =
            binary.modifiers.matching.as_ref().is_some_and(|matching| matching.kind.value == MatchingKind::On);
        let wanted = |known: &Known| known.is_certain() || known.is_expected() || is_named && !known.is_absent();
        let differ = match (left.value(), right.value()) {
            (Some(left), Some(right)) => left != right,
            _ => wanted(left) && right.is_absent() || left.is_absent() && wanted(right),
        };
        differ.then_some(Mismatch { label, left, right })
    });
    mismatches.min_by_key(Mismatch::remoteness)
}

/// The labels that are compared and that something is known of.
fn compared<'f>(binary: &'f Binary, left: &'f Flow, right: &'f Flow) -> Vec<&'f str> {
    let listed = |matching: &'f Matching| matching.labels.names.iter().map(|label| label.value.as_str());
    match &binary.modifiers.matching {
        Some(matching) if matching.kind.value == MatchingKind::On => listed(matching).collect(),
        matching => {
            let ignored = |name: &str| matching.as_ref().is_some_and(|matching| matching.labels.has(name));
            let mut names: Vec<&str> = left.names().chain(right.names()).collect();
            names.retain(|name| *name != "__name__" && !ignored(name));
            names
        }
    }
}

/// The labels, the mismatching one aside, that both sides may have and that a `by` clause or the like names.
fn common<'f>(label: &str, left: &'f Flow, right: &'f Flow) -> Vec<&'f str> {
    let closed = |flow: &&'f Flow| flow.others().is_absent();
    let Some(closed) = [left, right].into_iter().find(closed) else { return Vec::new() };
    let other = if std::ptr::eq(closed, left) { right } else { left };
    let may_have = |flow: &Flow, name: &str| !flow.label(name).is_absent();
    let named = closed.names().filter(|name| *name != "__name__" && *name != label);
    named.filter(|name| may_have(closed, name) && may_have(other, name)).collect()
}

fn report(binary: &Binary, mismatch: &Mismatch<'_>, common: &[&str], severity: Severity, out: &mut Sink<'_>) {
    let label = mismatch.label;
    let op = binary.op.value.text();
    let consequence = exported::consequence(binary.op.value);
    let place = binary.modifiers.matching.as_ref().map_or(binary.op.span, |matching| matching.span);
    let mut finding =
        out.report(place, format!("{}, so this `{op}` {consequence}", mismatch.difference())).severity(severity);
    for known in [mismatch.left, mismatch.right] {
        let Some(cause) = &known.cause else { continue };
        let words = if known.is_absent() { cause.drops(label) } else { kept(known, cause, label) };
        finding = finding.label(cause.span, words);
        if let Origin::Target { proof } = cause.origin {
            finding = finding.label_if(proof, "scraped here");
        }
    }
    finding.help(remedy(binary, mismatch, common));
}

fn kept(known: &Known, cause: &Cause, label: &str) -> String {
    match known.value() {
        Some(value) if cause.origin == Origin::Matcher => format!("`{label}` is \"{value}\" here"),
        _ => cause.keeps(label),
    }
}

fn remedy(binary: &Binary, mismatch: &Mismatch<'_>, common: &[&str]) -> String {
    let (op, label) = (binary.op.value.text(), mismatch.label);
    let group = binary.modifiers.group.as_deref().map(group_text).unwrap_or_default();
    match &binary.modifiers.matching {
        Some(matching) if matching.kind.value == MatchingKind::On => {
            format!("take `{label}` out of `on (…)`, or keep it on both sides")
        }
        _ if !common.is_empty() => {
            format!("compare only what both sides have: `{op} on ({}){group}`", common.join(", "))
        }
        _ if mismatch.left.value().is_some() && mismatch.right.value().is_some() => match &binary.modifiers.matching {
            Some(_) => format!("add `{label}` to `ignoring (…)`"),
            None => format!("leave `{label}` out: `{op} ignoring ({label}){group}`"),
        },
        _ if binary.op.value.is_set() => format!("compare no labels: `{op} on ()`"),
        _ => "aggregate both sides alike".to_owned(),
    }
}

fn group_text(group: &Group) -> &'static str {
    match group.side.value {
        Side::Left => " group_left",
        Side::Right => " group_right",
    }
}
