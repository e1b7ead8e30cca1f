//! What Prometheus demands of groups and rules beyond their keys and types.

use std::collections::BTreeMap;

use crate::{
    diag::Diagnostic,
    model::Pair,
    text::{Excerpt, Name, Span, Spanned},
};

use super::{Group, Rule, RuleFile, RuleKind};

impl RuleFile {
    /// What keeps Prometheus from loading the file although every key of it is known and of the right type
    /// (`rulefmt`, `Validate`), expressions and templates aside. `complaints` are those of the file's reader:
    /// what it could not read is not missing.
    pub fn flaws(&self, complaints: &[Diagnostic]) -> Vec<Diagnostic> {
        let mut flaws = Vec::new();
        let mut names: BTreeMap<&str, Span> = BTreeMap::new();
        for group in &self.groups {
            // A rule that stands in the place of a group was complained of by its reader.
            if group.rules.first().is_none_or(|rule| rule.span != group.span) {
                group_name(group, &mut names, &mut flaws);
            }
            label_names(group.labels.iter().map(|pair| &pair.name), &mut flaws);
            group.rules.iter().for_each(|rule| structure(rule, complaints, &mut flaws));
        }
        flaws
    }
}

fn group_name<'g>(group: &'g Group, names: &mut BTreeMap<&'g str, Span>, flaws: &mut Vec<Diagnostic>) {
    let Some(name) = group.name.as_ref().filter(|name| !name.value.is_empty()) else {
        let place = group.name.as_ref().map_or_else(|| first_key(group), |name| name.span);
        let flaw = Diagnostic::error(place, "this group has no name");
        flaws.push(flaw.help("name it with `name:`; names are unique within a file"));
        return;
    };
    match names.get(name.value.as_str()) {
        None => {
            names.insert(&name.value, name.span);
        }
        Some(first) => flaws.push(
            Diagnostic::error(name.span, format!("the group name `{}` is taken", name.value))
                .label(*first, "first used here")
                .help("names of groups are unique within a file; rename one, or join the two"),
        ),
    }
}

fn first_key(group: &Group) -> Span {
    group.keys.iter().next().map_or(group.span, |key| key.span)
}

fn structure(rule: &Rule, complaints: &[Diagnostic], flaws: &mut Vec<Diagnostic>) {
    match rule.kind() {
        RuleKind::Both => {
            let (alert, record) = (rule.keys.span("alert"), rule.keys.span("record"));
            let place = record.unwrap_or(rule.anchor());
            let flaw = Diagnostic::error(place, "this rule has both `record` and `alert`");
            flaws.push(labelled(flaw, alert, "it is an alert here").help("make two rules of it"));
        }
        RuleKind::Neither => flaws.push(
            Diagnostic::error(rule.anchor(), "this rule has neither `alert` nor `record`")
                .help("name what it raises with `alert:`, or what it records with `record:`"),
        ),
        RuleKind::Recording => recording(rule, flaws),
        RuleKind::Alerting => {}
    }
    let blank = |text: &Excerpt| text.text().trim().is_empty();
    let is_missing = rule.expr.as_ref().is_none_or(|query| blank(&query.text));
    if is_missing && rule.kind() != RuleKind::Neither && !is_unreadable(rule, complaints) {
        let place = rule.keys.span("expr").unwrap_or(rule.anchor());
        let flaw = Diagnostic::error(place, "this rule has no expression");
        flaws.push(flaw.help("say what it evaluates with `expr:`"));
    }
    label_names(rule.labels.iter().map(|pair| &pair.name), flaws);
    for Pair { name, .. } in rule.annotations.iter().filter(|pair| pair.name.value.is_empty()) {
        flaws.push(Diagnostic::error(name.span, "this annotation has an empty name"));
    }
}

/// Whether a rule seems to have no expression only because its reader could not read it, and said so.
fn is_unreadable(rule: &Rule, complaints: &[Diagnostic]) -> bool {
    let entry = rule.keys.entry("expr");
    let said = |entry: Span| complaints.iter().any(|complaint| entry.contains(complaint.span));
    entry.map_or(rule.keys.is_damaged(), said)
}

fn recording(rule: &Rule, flaws: &mut Vec<Diagnostic>) {
    for key in ["for", "keep_firing_for", "annotations"] {
        let Some(span) = rule.keys.span(key) else { continue };
        let set = match key {
            "for" => rule.hold_duration.is_some_and(|hold| hold.value.as_milliseconds() != 0),
            "keep_firing_for" => rule.keep_firing_for.as_ref().is_some_and(|keep| keep.value.as_milliseconds() != 0),
            _ => !rule.annotations.is_empty(),
        };
        if set {
            let flaw = Diagnostic::error(span, format!("a recording rule has no `{key}`"));
            let flaw = labelled(flaw, rule.keys.span("record"), "it records here");
            flaws.push(flaw.help(format!("remove `{key}`; only alerts have it")));
        }
    }
    let Some(name) = &rule.record else { return };
    if name.value.contains(['{', '}']) {
        let flaw = Diagnostic::error(name.span, format!("`{}` is not the name of a metric", name.value));
        flaws.push(flaw.help("labels of a recorded series are set with `labels:`"));
    }
}

fn label_names<'p>(names: impl Iterator<Item = &'p Spanned<Name>>, flaws: &mut Vec<Diagnostic>) {
    for name in names {
        match name.value.as_str() {
            "" => flaws.push(Diagnostic::error(name.span, "this label has an empty name")),
            "__name__" => flaws.push(
                Diagnostic::error(name.span, "`__name__` cannot be set as a label")
                    .help("the name of a recorded series is what `record:` says"),
            ),
            _ => {}
        }
    }
}

fn labelled(flaw: Diagnostic, place: Option<Span>, words: &str) -> Diagnostic {
    match place {
        Some(place) => flaw.label(place, words),
        None => flaw,
    }
}
