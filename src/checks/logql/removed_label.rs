//! Labels that are read after they were removed.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    check,
    kit::*,
    logql::ast::{Expr, FormatSource, LabelFilter, LogQuery, RangeAggregation, StageKind},
    model::Document,
    template::{Dialect, Template},
};

use super::site::{Site, sites};

check! {
    /// A step of a query reads a label that an earlier one has removed.
    ///
    /// `drop` and `keep` remove labels, and `label_format` removes the one that it renames.
    ///
    /// ## Why it matters
    /// The label is empty: a filter on it passes nothing, a text lacks it, `unwrap` finds no number, and a sum by it is one
    /// sum of all.
    ///
    /// ## Example
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "logs", "title": "Errors",
    ///   "datasource": {"type": "loki", "uid": "loki"},
    ///   "targets": [{"refId": "A", "expr": "{app=\"shop\"} | drop level | line_format \"{{.level}}: {{__line__}}\""}]}]}
    /// ```
    ///
    /// ## Instead
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "logs", "title": "Errors",
    ///   "datasource": {"type": "loki", "uid": "loki"},
    ///   "targets": [{"refId": "A", "expr": "{app=\"shop\"} | line_format \"{{.level}}: {{__line__}}\" | drop level"}]}]}
    /// ```
    pub struct RemovedLabel {}
    id: "logql/removed-label", severity: Warning,
}

impl Check for RemovedLabel {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        for site in sites(document) {
            let Some(expr) = site.query().and_then(|query| query.valid()) else { continue };
            for part in expr.walk() {
                match part {
                    Expr::Log(log) => follow(log).0.report(&site, out),
                    Expr::Range(range) => of_range(range, None).report(&site, out),
                    Expr::Vector(vector) => {
                        if let (Expr::Range(range), Some(grouping)) = (unwrapped(&vector.operand), &vector.grouping) {
                            let labels = grouping.labels.iter().filter(|_| !grouping.without);
                            of_range(range, Some(labels.cloned().collect())).report(&site, out);
                        }
                    }
                    _ => {}
                }
            }
        }
    }
}

fn unwrapped(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner, _) => unwrapped(inner),
        other => other,
    }
}

/// What is read of a window: what a sum around it groups by, else by its steps and by itself.
fn of_range(range: &RangeAggregation, around: Option<Vec<Spanned<String>>>) -> Misses {
    let (mut misses, labels) = follow(&range.range.log);
    let own = range.grouping.as_ref();
    match around {
        Some(_) if own.is_some() => return Misses::default(),
        Some(wanted) => {
            misses.found.clear();
            wanted.iter().for_each(|label| misses.read(label, &labels));
        }
        None => {
            range.range.unwrap.iter().for_each(|label| misses.read(label, &labels));
            let wanted = own.filter(|grouping| !grouping.without).map(|grouping| &grouping.labels);
            wanted.into_iter().flatten().for_each(|label| misses.read(label, &labels));
        }
    }
    misses
}

/// Labels that are read and not there, with the places of what removed them.
#[derive(Default)]
struct Misses {
    found: Vec<(Spanned<String>, Span)>,
}

impl Misses {
    fn read(&mut self, label: &Spanned<String>, labels: &Labels) {
        if let Some(place) = labels.removed_by(&label.value) {
            self.found.push((label.clone(), place));
        }
    }

    fn report(self, site: &Site<'_>, out: &mut Sink<'_>) {
        for (label, place) in self.found.into_iter().filter(|(label, _)| !site.has_variable(label.span)) {
            out.report(label.span, format!("`{}` is removed before it is read here", label.value))
                .label(place, "by this")
                .help("read it before, or do not remove it");
        }
    }
}

/// What is known of the labels that a line has at some step.
#[derive(Default)]
struct Labels {
    removed: BTreeMap<String, Span>,
    /// All that there are, and what has removed the others.
    only: Option<(BTreeSet<String>, Span)>,
}

impl Labels {
    fn removed_by(&self, name: &str) -> Option<Span> {
        let others = self.only.as_ref().filter(|(kept, _)| !kept.contains(name)).map(|(_, place)| *place);
        self.removed.get(name).copied().or(others).filter(|_| !name.starts_with("__"))
    }

    fn remove(&mut self, name: &Spanned<String>) {
        self.removed.insert(name.value.clone(), name.span);
    }

    fn add(&mut self, name: &str) {
        self.removed.remove(name);
        if let Some((kept, _)) = &mut self.only {
            kept.insert(name.to_owned());
        }
    }
}

/// Goes through the steps of a query: what is read in vain, and which labels there are at the end.
fn follow(log: &LogQuery) -> (Misses, Labels) {
    let (mut misses, mut labels) = (Misses::default(), Labels::default());
    for stage in &log.stages {
        match &stage.kind {
            // A parser may make labels of any name.
            StageKind::Parser(_) => labels = Labels::default(),
            StageKind::LabelFilter(LabelFilter::Matcher(matcher)) if !matcher.matches("") => {
                misses.read(&matcher.label, &labels);
            }
            StageKind::LabelFilter(LabelFilter::Compared(label)) => misses.read(label, &labels),
            StageKind::LineFormat(text) => read_by_template(text, &labels, &mut misses),
            StageKind::LabelFormat(formats) => {
                for format in formats {
                    match &format.source {
                        FormatSource::Template(text) => read_by_template(text, &labels, &mut misses),
                        FormatSource::Label(source) => misses.read(source, &labels),
                    }
                }
                for format in formats {
                    if let FormatSource::Label(source) = &format.source {
                        labels.remove(source);
                    }
                    labels.add(&format.name.value);
                }
            }
            StageKind::Drop(chosen) => {
                chosen.iter().filter(|one| !one.is_conditional).for_each(|one| labels.remove(&one.name));
            }
            StageKind::Keep(chosen) => {
                let kept = chosen.iter().map(|one| one.name.value.clone()).collect();
                labels.only = Some((kept, stage.span));
            }
            StageKind::LabelFilter(_) | StageKind::LineFilter(_) | StageKind::Decolorize => {}
        }
    }
    (misses, labels)
}

/// The labels that a template prints; those it asks for first may be missing.
fn read_by_template(text: &Excerpt, labels: &Labels, misses: &mut Misses) {
    let template = Template::parse(text.clone(), Dialect::Loki);
    let conditions = template.conditions();
    for reference in &template.references().labels {
        let is_asked_for = conditions.iter().any(|condition| condition.contains(reference.span));
        if !is_asked_for {
            misses.read(&reference.name.clone().map(String::from), labels);
        }
    }
}
