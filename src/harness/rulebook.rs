//! Rules made ready to be evaluated again and again: expressions planned and templates parsed once.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use crate::{
    engine::{LabelMatcher, Labels, Plan},
    model::{
        Pair,
        rules::{Group, Rule, RuleFile},
    },
    promql::{Expr, Query},
    template::{self, Template},
    text::FileId,
};

/// A group of rules, ready to be evaluated.
#[derive(Debug)]
pub struct PlannedGroup<'s> {
    /// The file it stands in.
    pub file: FileId,
    /// The group as written.
    pub group: &'s Group,
    /// Its name.
    pub name: &'s str,
    /// How far in the past it is evaluated and written, in milliseconds.
    pub query_offset: i64,
    /// The most series or alerts a rule of it may give.
    pub limit: Option<usize>,
    /// Its rules, in order.
    pub rules: Vec<PlannedRule<'s>>,
}

/// A rule, ready to be evaluated.
#[derive(Debug)]
pub struct PlannedRule<'s> {
    /// The rule as written.
    pub rule: &'s Rule,
    /// Name of the alert or of the recorded metric.
    pub name: Arc<str>,
    /// Its expression.
    pub plan: Plan,
    /// What its expression selects.
    pub selectors: Vec<Vec<LabelMatcher>>,
    /// Whether it reads nothing beside those, as `info` does.
    pub reads_selected_only: bool,
    /// What the queries in its texts select; `None` when one of them is put together as it runs.
    pub asked: Option<Vec<Vec<LabelMatcher>>>,
    /// What becomes of the result.
    pub outcome: Outcome<'s>,
}

/// What becomes of the result of a rule's expression.
#[derive(Debug)]
pub enum Outcome<'s> {
    /// It is recorded with these labels; an empty value removes one.
    Record(Vec<(Arc<str>, Arc<str>)>),
    /// It raises alerts.
    Alert(Alarm<'s>),
}

/// How alerts are raised.
#[derive(Debug)]
pub struct Alarm<'s> {
    /// How long the expression must hold, in milliseconds.
    pub hold: i64,
    /// How long an alert goes on firing afterwards, in milliseconds.
    pub keep_firing: i64,
    /// Labels of each alert, by name.
    pub labels: Vec<(Arc<str>, Wording<'s>)>,
    /// Annotations of each alert, by name.
    pub annotations: Vec<(Arc<str>, Wording<'s>)>,
    /// The labels with their templates unexpanded, which Prometheus writes into `ALERTS` where an alert
    /// itself has no such label.
    pub unexpanded: Labels,
    /// Whether the labels of an alert depend on nothing but the labels of its sample.
    pub is_steady: bool,
}

/// The text of a label or an annotation.
#[derive(Clone, Debug)]
pub enum Wording<'s> {
    /// It says the same each time.
    Plain(Arc<str>),
    /// It is filled in.
    Template(Cow<'s, Template>),
}

impl<'s> Wording<'s> {
    fn of(template: Cow<'s, Template>) -> Self {
        if template.is_plain() { Wording::Plain(template.text.text().into()) } else { Wording::Template(template) }
    }

    /// The text as written.
    pub fn text(&self) -> &str {
        match self {
            Wording::Plain(text) => text,
            Wording::Template(template) => template.text.text(),
        }
    }

    /// Whether it depends on the labels of the sample and on nothing else: not on its value, the time or
    /// a query. Told from the words in it, so that it errs on the side of no.
    fn is_steady(&self) -> bool {
        let Wording::Template(template) = self else { return true };
        let text = template.text.text();
        let names_all = ["alue", "query", "now", "template", "block"].iter().all(|word| !text.contains(word));
        let begins_name = |after: &str| after.starts_with(|next: char| next.is_ascii_alphabetic() || next == '_');
        names_all && text.match_indices(['.', '$']).all(|(at, _)| begins_name(&text[at + 1..]))
    }

    /// Whether it asks the storage, so that it matters when it is expanded.
    pub fn asks(&self) -> bool {
        matches!(self, Wording::Template(template) if template.text.text().contains("query"))
    }
}

/// Plans the groups of a rule file, in order. Rules without a name or a valid expression, which keep a file
/// from being loaded, are left out.
pub fn planned(file: FileId, rules: &RuleFile) -> Vec<PlannedGroup<'_>> {
    rules.groups.iter().map(|group| planned_group(file, group)).collect()
}

fn planned_group(file: FileId, group: &Group) -> PlannedGroup<'_> {
    PlannedGroup {
        file,
        group,
        name: group.name.as_ref().map_or("", |name| &name.value),
        query_offset: group.query_offset.map_or(0, |offset| offset.value.as_milliseconds()),
        limit: group.limit.and_then(|limit| usize::try_from(limit.value).ok()).filter(|limit| *limit > 0),
        rules: group.rules.iter().filter_map(|rule| planned_rule(group, rule)).collect(),
    }
}

fn planned_rule<'s>(group: &'s Group, rule: &'s Rule) -> Option<PlannedRule<'s>> {
    let query = rule.expr.as_ref().filter(|query| query.valid().is_some())?;
    let outcome = if rule.is_alerting() {
        Outcome::Alert(alarm(group, rule))
    } else {
        let own = rule.labels.iter().map(|pair| (pair.name.value.as_str(), pair.value.text.text()));
        let shared = Pair::texts(&group.labels);
        let labels: BTreeMap<&str, &str> = shared.chain(own).collect();
        Outcome::Record(labels.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    };
    Some(PlannedRule {
        rule,
        name: rule.name()?.value.as_str().into(),
        plan: Plan::of(query)?,
        selectors: selectors(query),
        reads_selected_only: !query.valid()?.calls().any(|call| call.function.value == "info"),
        asked: asked(rule),
        outcome,
    })
}

/// What a query selects.
pub fn selectors(query: &Query) -> Vec<Vec<LabelMatcher>> {
    let selections = query.valid().into_iter().flat_map(Expr::selections);
    selections.filter_map(|selection| LabelMatcher::all_of(selection.selector)).collect()
}

/// What the queries in the texts of a rule select, unless that is not known before it runs.
fn asked(rule: &Rule) -> Option<Vec<Vec<LabelMatcher>>> {
    let mut found = Vec::new();
    let templates = rule.labels.iter().chain(&rule.annotations).map(|pair| &pair.value);
    for template in templates.filter(|template| template.text.text().contains("query")) {
        let queries = template.references().queries();
        if queries.len() < template.text.text().matches("query").count() {
            return None;
        }
        for text in queries {
            if text.formatted {
                return None;
            }
            found.extend(selectors(&Query::parse(text.text.clone())));
        }
    }
    Some(found)
}

fn alarm<'s>(group: &'s Group, rule: &'s Rule) -> Alarm<'s> {
    let mut labels: BTreeMap<&str, Wording<'s>> = BTreeMap::new();
    for Pair { name, value } in &group.labels {
        let template = Template::parse(value.clone(), template::Dialect::Rule);
        labels.insert(&name.value, Wording::of(Cow::Owned(template)));
    }
    labels.extend(texts(&rule.labels));
    let unexpanded = Labels::of(labels.iter().map(|(name, wording)| (*name, wording.text())));
    let is_steady = labels.values().all(Wording::is_steady);
    let annotations: BTreeMap<&str, Wording<'s>> = texts(&rule.annotations).collect();
    let named =
        |texts: BTreeMap<&str, Wording<'s>>| texts.into_iter().map(|(name, text)| (name.into(), text)).collect();
    Alarm {
        hold: rule.hold_duration.map_or(0, |hold| hold.value.as_milliseconds()),
        keep_firing: rule.keep_firing_for.as_ref().map_or(0, |keep| keep.value.as_milliseconds()),
        labels: named(labels),
        annotations: named(annotations),
        unexpanded,
        is_steady,
    }
}

fn texts<'s>(pairs: &'s [Pair<Template>]) -> impl Iterator<Item = (&'s str, Wording<'s>)> {
    pairs.iter().map(|pair| (pair.name.value.as_str(), Wording::of(Cow::Borrowed(&pair.value))))
}
