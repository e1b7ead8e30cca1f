//! Rule files: groups of alerting and recording rules, as Prometheus reads them and as its relatives do.

mod flaws;
mod lower;
mod refusals;
mod ruler;
#[cfg(test)]
mod tests;

use crate::{
    promql::{Feature, Query, may_be_metricsql},
    template::Template,
    text::{Excerpt, Span, Spanned},
    vocab::Duration,
};

use super::{Keys, Pair};

pub use lower::{lower, lower_groups};
pub use refusals::{RuleReading, unavailable};
pub use ruler::{Language, Ruler};

/// A rule file, or the rule groups inside a manifest.
#[derive(Clone, Debug)]
pub struct RuleFile {
    /// The whole map.
    pub span: Span,
    /// Where its keys stand.
    pub keys: Keys,
    /// Whose rule file it is, as far as its keys and expressions tell.
    pub ruler: Ruler,
    /// Keys that Prometheus itself does not know, wherever they stand in the file, in order.
    pub foreign_keys: Vec<Spanned<String>>,
    /// The namespace of Mimir, Cortex and Loki.
    pub namespace: Option<Spanned<String>>,
    /// Its groups.
    pub groups: Vec<Group>,
}

impl RuleFile {
    /// All rules with their groups.
    pub fn rules(&self) -> impl Iterator<Item = (&Group, &Rule)> {
        self.groups.iter().flat_map(|group| group.rules.iter().map(move |rule| (group, rule)))
    }

    /// The same file where these features of PromQL are on.
    pub fn with_features(mut self, features: &[Feature]) -> Self {
        for rule in self.groups.iter_mut().flat_map(|group| &mut group.rules) {
            rule.expr = rule.expr.take().map(|query| query.with_features(features));
        }
        self
    }

    /// Takes the file for one of VictoriaMetrics, if it holds what only VictoriaMetrics' language has and nothing says
    /// that it is another's.
    pub fn take_for_victoria(&mut self) {
        let is_metricsql = |rule: &Rule| {
            let expr = rule.expr.as_ref().filter(|expr| !expr.errors().is_empty());
            expr.is_some_and(|expr| may_be_metricsql(expr.text.text()))
        };
        if self.ruler == Ruler::Prometheus && self.groups.iter().flat_map(|group| &group.rules).any(is_metricsql) {
            self.ruler = Ruler::VictoriaMetrics;
        }
    }

    /// The language of a group's expressions.
    pub fn language(&self, group: &Group) -> Language {
        group.language.unwrap_or(self.ruler.language())
    }
}

/// A group of rules, evaluated one after the other.
#[derive(Clone, Debug)]
pub struct Group {
    /// The whole map.
    pub span: Span,
    /// Where its keys stand.
    pub keys: Keys,
    /// Its name, unique in its file.
    pub name: Option<Spanned<String>>,
    /// How often it is evaluated; unset means as often as the server's `evaluation_interval` says.
    pub interval: Option<Spanned<Duration>>,
    /// How far in the past it is evaluated.
    pub query_offset: Option<Spanned<Duration>>,
    /// Most series a rule of it may give; 0 is no limit.
    pub limit: Option<Spanned<i64>>,
    /// Labels that every rule of it gets.
    pub labels: Vec<Pair>,
    /// The language it declares for its expressions (`type`, VictoriaMetrics).
    pub language: Option<Language>,
    /// What happens when Thanos can ask only some stores: `ABORT` or `WARN`.
    pub partial_response_strategy: Option<Spanned<String>>,
    /// Its rules.
    pub rules: Vec<Rule>,
}

/// What a rule is, as its keys tell.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum RuleKind {
    /// It has `alert`.
    Alerting,
    /// It has `record`.
    Recording,
    /// It has both, which Prometheus refuses.
    Both,
    /// It has neither, which Prometheus refuses.
    Neither,
}

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The whole map.
    pub span: Span,
    /// Where its keys stand.
    pub keys: Keys,
    /// Its place in its group, from 1 on.
    pub number: usize,
    /// Name of the alert.
    pub alert: Option<Spanned<String>>,
    /// Name of the recorded metric.
    pub record: Option<Spanned<String>>,
    /// The expression, read as PromQL whatever the language of its group is.
    pub expr: Option<Query>,
    /// How long the expression must hold before the alert fires (`for`).
    pub hold_duration: Option<Spanned<Duration>>,
    /// How long the alert goes on firing after the expression stopped holding.
    pub keep_firing_for: Option<Box<Spanned<Duration>>>,
    /// Labels; those of an alerting rule are templates, those of a recording rule are taken literally.
    pub labels: Box<[Pair<Template>]>,
    /// Annotations.
    pub annotations: Box<[Pair<Template>]>,
}

impl Rule {
    /// What it is; an empty name is no name, as in Prometheus.
    pub fn kind(&self) -> RuleKind {
        let named = |name: &Option<Spanned<String>>| name.as_ref().is_some_and(|name| !name.value.is_empty());
        match (named(&self.alert), named(&self.record)) {
            (true, false) => RuleKind::Alerting,
            (false, true) => RuleKind::Recording,
            (true, true) => RuleKind::Both,
            (false, false) => RuleKind::Neither,
        }
    }

    /// Whether it is an alerting rule and nothing else.
    pub fn is_alerting(&self) -> bool {
        self.kind() == RuleKind::Alerting
    }

    /// Whether it is a recording rule and nothing else.
    pub fn is_recording(&self) -> bool {
        self.kind() == RuleKind::Recording
    }

    /// The name it goes by: the alert's, else the recorded metric's.
    pub fn name(&self) -> Option<&Spanned<String>> {
        let named = |name: &&Spanned<String>| !name.value.is_empty();
        self.alert.as_ref().filter(named).or(self.record.as_ref().filter(named))
    }

    /// Where to point when the rule as a whole is meant: at its name, else at its first key.
    pub fn anchor(&self) -> Span {
        let first_key = || self.keys.iter().next().map(|key| key.span);
        self.name().map(|name| name.span).or_else(first_key).unwrap_or(self.span)
    }

    /// A label's text.
    pub fn label(&self, name: &str) -> Option<&Excerpt> {
        Pair::find(&self.labels, name).map(|pair| &pair.value.text)
    }
}
