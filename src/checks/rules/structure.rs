//! What Prometheus demands of groups and rules beyond their keys and types.

use std::collections::BTreeMap;

use crate::{
    check,
    kit::*,
    model::{
        Document, Pair,
        rules::{Group, Rule, RuleKind},
    },
};

check! {
    /// A group or a rule is put together in a way that Prometheus refuses.
    ///
    /// ## Why it matters
    /// One such rule keeps the whole file from loading. After a failed reload the server goes on with the old
    /// rules.
    ///
    /// ## Example
    /// ```yaml
    /// - record: job:up:sum
    ///   expr: sum by (job) (up)
    ///   for: 5m
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - record: job:up:sum
    ///   expr: sum by (job) (up)
    /// ```
    pub struct Structure {}
    id: "rules/structure", severity: Error,
}

impl Check for Structure {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(file) = document.rule_file() else { return };
        let mut names: BTreeMap<&str, Span> = BTreeMap::new();
        for group in &file.groups {
            // A rule that stands in the place of a group was complained of by its reader.
            if group.rules.first().is_none_or(|rule| rule.span != group.span) {
                group_name(group, &mut names, out);
            }
            label_names(group.labels.iter().map(|pair| &pair.name), out);
            group.rules.iter().for_each(|rule| structure(rule, document, out));
        }
    }
}

fn group_name<'g>(group: &'g Group, names: &mut BTreeMap<&'g str, Span>, out: &mut Sink<'_>) {
    let Some(name) = group.name.as_ref().filter(|name| !name.value.is_empty()) else {
        let place = group.name.as_ref().map_or_else(|| first_key(group), |name| name.span);
        out.report(place, "this group has no name").help("name it with `name:`; names are unique within a file");
        return;
    };
    match names.get(name.value.as_str()) {
        None => {
            names.insert(&name.value, name.span);
        }
        Some(first) => {
            out.report(name.span, format!("the group name `{}` is taken", name.value))
                .label(*first, "first used here")
                .help("names of groups are unique within a file; rename one, or join the two");
        }
    }
}

fn first_key(group: &Group) -> Span {
    group.keys.iter().next().map_or(group.span, |key| key.span)
}

fn structure(rule: &Rule, document: &Document, out: &mut Sink<'_>) {
    match rule.kind() {
        RuleKind::Both => {
            let (alert, record) = (rule.keys.span("alert"), rule.keys.span("record"));
            out.report(record.unwrap_or(rule.anchor()), "this rule has both `record` and `alert`")
                .label_if(alert, "it is an alert here")
                .help("make two rules of it");
        }
        RuleKind::Neither => {
            out.report(rule.anchor(), "this rule has neither `alert` nor `record`")
                .help("name what it raises with `alert:`, or what it records with `record:`");
        }
        RuleKind::Recording => recording(rule, out),
        RuleKind::Alerting => {}
    }
    let blank = |text: &Excerpt| text.text().trim().is_empty();
    let is_missing = rule.expr.as_ref().is_none_or(|query| blank(&query.text));
    if is_missing && rule.kind() != RuleKind::Neither && !is_unreadable(rule, document) {
        let place = rule.keys.span("expr").unwrap_or(rule.anchor());
        out.report(place, "this rule has no expression").help("say what it evaluates with `expr:`");
    }
    label_names(rule.labels.iter().map(|pair| &pair.name), out);
    for Pair { name, .. } in rule.annotations.iter().filter(|pair| pair.name.value.is_empty()) {
        out.report(name.span, "this annotation has an empty name");
    }
}

/// Whether a rule seems to have no expression only because its reader could not read it, and said so.
fn is_unreadable(rule: &Rule, document: &Document) -> bool {
    let entry = rule.keys.entry("expr");
    let said = |entry: Span| document.complaints.iter().any(|complaint| entry.contains(complaint.span));
    entry.map_or(rule.keys.is_damaged(), said)
}

fn recording(rule: &Rule, out: &mut Sink<'_>) {
    for key in ["for", "keep_firing_for", "annotations"] {
        let Some(span) = rule.keys.span(key) else { continue };
        let set = match key {
            "for" => rule.hold_duration.is_some_and(|hold| hold.value.as_milliseconds() != 0),
            "keep_firing_for" => rule.keep_firing_for.is_some_and(|keep| keep.value.as_milliseconds() != 0),
            _ => !rule.annotations.is_empty(),
        };
        if set {
            out.report(span, format!("a recording rule has no `{key}`"))
                .label_if(rule.keys.span("record"), "it records here")
                .help(format!("remove `{key}`; only alerts have it"));
        }
    }
    let Some(name) = &rule.record else { return };
    if name.value.contains(['{', '}']) {
        out.report(name.span, format!("`{}` is not the name of a metric", name.value))
            .help("labels of a recorded series are set with `labels:`");
    }
}

fn label_names<'p>(names: impl Iterator<Item = &'p Spanned<String>>, out: &mut Sink<'_>) {
    for name in names {
        match name.value.as_str() {
            "" => drop(out.report(name.span, "this label has an empty name")),
            "__name__" => drop(
                out.report(name.span, "`__name__` cannot be set as a label")
                    .help("the name of a recorded series is what `record:` says"),
            ),
            _ => {}
        }
    }
}
