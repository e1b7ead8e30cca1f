//! Metrics and labels that relabelling drops before they are stored.

use std::collections::BTreeMap;

use crate::{check, facts::Asked, kit::*, workspace::Workspace};

use super::{
    asked::is_made,
    cause::{Cause, cause_by_jobs},
    drop,
};

check! {
    /// An expression asks for a metric or a label that `metric_relabel_configs` drop.
    ///
    /// ## Why it matters
    /// The target exports it, and Prometheus throws it away before it is stored: the alert never fires. Such rules are
    /// written to save memory, by somebody who did not know of the alert.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// rule_files: [rules.yml]
    /// scrape_configs:
    ///   - job_name: shop
    ///     static_configs: [{targets: ["shop:8080"]}]
    ///     metric_relabel_configs:
    ///       - {source_labels: [__name__], regex: "go_.*", action: drop}
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: Leak
    ///   expr: go_goroutines > 1000
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// rule_files: [rules.yml]
    /// scrape_configs:
    ///   - job_name: shop
    ///     static_configs: [{targets: ["shop:8080"]}]
    ///     metric_relabel_configs:
    ///       - {source_labels: [__name__], regex: "go_memstats_.*", action: drop}
    /// ```
    /// ```yaml path=rules.yml
    /// - alert: Leak
    ///   expr: go_goroutines > 1000
    /// ```
    pub struct Dropped {}
    id: "metrics/dropped", severity: Error,
}

/// What is dropped: a metric, or a label of it.
type What<'w> = (&'w str, Option<&'w str>);

impl Check for Dropped {
    type Subject = Whole;

    fn check(&self, _: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let has_rules = |server: &crate::facts::Server<'_>| {
            server.config.scrape_configs.iter().any(|job| !job.metric_relabel_configs.is_empty())
        };
        if !facts.servers.all().iter().any(has_rules) {
            return;
        }
        let mut dropped: BTreeMap<What<'_>, (Span, Severity, Vec<Span>)> = BTreeMap::new();
        for asked in facts.asked.named(|_| true) {
            let scraping = facts.servers.scraping(asked.site.document);
            let severity = if scraping.is_certain() { Severity::Error } else { Severity::Warning };
            let name = asked.name.value.as_str();
            let mut found: Vec<(What<'_>, Span, Span)> = Vec::new();
            if let Some(Cause::Dropped(rule)) = cause_by_jobs(asked, facts) {
                found.push(((name, None), rule, asked.name.span));
            } else if !is_made(name, facts) {
                let labels = labels(asked, facts).into_iter();
                found.extend(labels.map(|(label, rule)| ((name, Some(label.value.as_str())), rule, label.span)));
            }
            for (what, rule, place) in found {
                dropped.entry(what).or_insert((rule, severity, Vec::new())).2.push(place);
            }
        }
        for ((metric, label), (rule, severity, places)) in dropped {
            let message = match label {
                None => format!("`{metric}` is dropped before it is stored"),
                Some(label) => format!("`{label}` of `{metric}` is dropped before it is stored"),
            };
            out.report_at(&places, message)
                .severity(severity)
                .label(rule, "dropped here")
                .help("let the rule keep it, or ask for something else");
        }
    }
}

/// The labels that matchers demand and that relabelling drops, with the rules that do.
fn labels<'w>(asked: Asked<'w>, facts: &Facts<'w>) -> Vec<(&'w Spanned<Name>, Span)> {
    let scraping = facts.servers.scraping(asked.site.document);
    let Some(jobs) = scraping.jobs(asked.selector) else { return Vec::new() };
    let demanded = asked.selector.matchers.iter().filter(|matcher| {
        let is_demand = !matcher.op.value.is_negative() && !matcher.matches("");
        is_demand && !asked.site.is_open(matcher.span) && matcher.label.value != "__name__"
    });
    let dropping = |label: &str| drop::of_label(&asked.name.value, label, &jobs, facts);
    demanded.filter_map(|matcher| Some((&matcher.label, dropping(&matcher.label.value)?))).collect()
}
