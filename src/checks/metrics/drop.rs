//! What `metric_relabel_configs` drop, told by names alone.

use crate::{
    facts::Job,
    kit::*,
    model::prometheus::{RelabelAction, RelabelRule},
    vocab::{Pattern, PatternUse},
};

/// The rule that drops a metric, where every job that could deliver it drops it or has none.
pub fn of_metric(name: &str, jobs: &[Job<'_, '_>], facts: &Facts<'_>) -> Option<Span> {
    let mut dropping = None;
    for job in jobs {
        match drops_metric(&job.config.metric_relabel_configs, name) {
            Some(rule) => dropping = dropping.or(Some(rule)),
            None if facts.inventory.lacks(job.config, name) => {}
            None => return None,
        }
    }
    dropping
}

/// The rule that drops a label, where every job that could deliver a metric drops it or has none of the metric.
pub fn of_label(metric: &str, label: &str, jobs: &[Job<'_, '_>], facts: &Facts<'_>) -> Option<Span> {
    let mut dropping = None;
    for job in jobs {
        match drops_label(&job.config.metric_relabel_configs, label) {
            Some(rule) => dropping = dropping.or(Some(rule)),
            None if facts.inventory.lacks(job.config, metric) => {}
            None => return None,
        }
    }
    dropping
}

/// The rule that drops every series of a name. What rules before it write to the name is not followed.
fn drops_metric(rules: &[RelabelRule], name: &str) -> Option<Span> {
    for rule in rules {
        let looks_at_name = matches!(rule.source_labels.as_slice(), [only] if only.value == "__name__");
        let fits = || Pattern::of(rule.regex(), PatternUse::Relabel).ok().map(|pattern| pattern.is_match(name));
        match rule.action()? {
            RelabelAction::Drop if looks_at_name && fits()? => return Some(rule.span),
            RelabelAction::Keep if looks_at_name && !fits()? => return Some(rule.span),
            _ if writes(rule, "__name__") => return None,
            _ => {}
        }
    }
    None
}

/// The rule that drops a label, if no later rule writes it anew.
fn drops_label(rules: &[RelabelRule], label: &str) -> Option<Span> {
    let mut dropping = None;
    for rule in rules {
        let fits = || Pattern::of(rule.regex(), PatternUse::Relabel).ok().map(|pattern| pattern.is_match(label));
        match rule.action()? {
            RelabelAction::LabelDrop if fits()? => dropping = Some(rule.span),
            RelabelAction::LabelKeep if !fits()? => dropping = Some(rule.span),
            _ if writes(rule, label) => return None,
            _ => {}
        }
    }
    dropping
}

/// Whether a rule may write a label.
fn writes(rule: &RelabelRule, label: &str) -> bool {
    rule.action() == Some(RelabelAction::LabelMap)
        || rule.target_label.as_ref().is_some_and(|target| target.value == label || target.value.contains('$'))
}
