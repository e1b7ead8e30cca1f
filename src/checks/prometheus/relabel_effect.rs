//! Relabelling that throws everything away, or reads labels that nobody has at that stage.

use crate::{
    check,
    kit::*,
    model::{
        Document,
        prometheus::{Prometheus, RelabelAction, RelabelRule, ScrapeConfig, TargetFate, target_fate},
    },
    vocab::{Pattern, PatternUse, listed},
};

use super::relabel_groups;

check! {
    /// A relabelling rule drops all, or reads a label or a group of its `regex` that is not there.
    ///
    /// ## Why it matters
    /// A job without targets has no `up` either, so that no alert tells of it. Labels that begin with `__meta_` come
    /// from the discovery of the job, each kind and role with its own, and are gone before `metric_relabel_configs`. A group
    /// that is not there is empty: of `$1:$2` with one group, `host:` is left.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: pods
    ///     kubernetes_sd_configs: [{role: pod}]
    ///     relabel_configs:
    ///       - source_labels: [__meta_kubernetes_service_annotation_prometheus_io_scrape]
    ///         action: keep
    ///         regex: "true"
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: pods
    ///     kubernetes_sd_configs: [{role: pod}]
    ///     relabel_configs:
    ///       - source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_scrape]
    ///         action: keep
    ///         regex: "true"
    /// ```
    pub struct RelabelEffect {}
    id: "prometheus/relabel-effect", severity: Warning,
}

impl Check for RelabelEffect {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        relabel_groups::report(document, out);
        let Some(config) = document.prometheus() else { return };
        for job in &config.scrape_configs {
            if !drops_every_target(config, job, out) {
                let gives = |label: &str| gives(job, label);
                without_source(&job.relabel_configs, &gives, Stage::Targets, job, out);
            }
            without_source(&job.metric_relabel_configs, &is_label_of_samples, Stage::Samples, job, out);
        }
    }
}

/// When rules are applied.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Stage {
    Targets,
    Samples,
}

/// Reports the rule that drops the last of a job's targets, when all are written down and none is left.
fn drops_every_target(config: &Prometheus, job: &ScrapeConfig, out: &mut Sink<'_>) -> bool {
    let is_shard = job.relabel_configs.iter().any(|rule| rule.action() == Some(RelabelAction::HashMod));
    let mut last = None;
    for (target, labels) in job.targets() {
        match target_fate(config, job, &target.value, labels) {
            Some(TargetFate::Dropped(rank)) if !target.value.contains("${") => last = last.max(Some(rank)),
            _ => return false,
        }
    }
    let Some(rule) = last.filter(|_| job.is_static() && !is_shard).and_then(|rank| job.relabel_configs.get(rank))
    else {
        return false;
    };
    let what = if job.targets().count() == 1 { "the only target" } else { "every target" };
    let finding = out
        .report(place(rule), format!("this rule drops {what} of its job"))
        .label_if(job.job_name.as_ref().map(|name| name.span), "nothing of this job is scraped");
    match rule.source_labels.iter().find(|label| label.value.starts_with("__meta_")) {
        Some(label) => finding.help(format!(
            "`{}` comes from service discovery; a target that is written down has the labels beside it",
            label.value
        )),
        None => finding.help("correct `regex`, which has to match the whole value, or remove the job"),
    };
    true
}

/// Whether targets of a job may have a label that begins so before relabelling.
fn gives(job: &ScrapeConfig, label: &str) -> bool {
    let is_written = job.static_configs.iter().flat_map(|config| &config.labels);
    let mut written = is_written.map(|pair| pair.name.value.as_str());
    !label.starts_with("__meta_")
        || job.discoveries.iter().any(|discovery| discovery.may_give(label))
        || written.any(|name| name.starts_with(label))
}

/// Whether samples may have a label that begins so before they are relabelled: what targets have beside the labels
/// of their series is gone by then.
fn is_label_of_samples(label: &str) -> bool {
    let gone = ["__meta_", "__address__", "__scheme__", "__metrics_path__", "__param_", "__unix_socket__"];
    !gone.iter().any(|beginning| label.starts_with(beginning))
}

/// Reports rules that read only labels which nobody has: first those that drop everything, then the others at once.
fn without_source(
    rules: &[RelabelRule],
    gives: &dyn Fn(&str) -> bool,
    stage: Stage,
    job: &ScrapeConfig,
    out: &mut Sink<'_>,
) {
    let mut idle: Vec<(&RelabelRule, String)> = Vec::new();
    for (rank, rule) in rules.iter().enumerate() {
        let has = |label: &str| gives(label) || writes(&rules[..rank], label);
        let Ok(pattern) = Pattern::of(rule.regex(), PatternUse::Relabel) else { return };
        if rule.action() == Some(RelabelAction::LabelMap) {
            let beginning = pattern.prefix();
            if beginning.len() > "__meta_".len() && !has(&beginning) {
                idle.push((rule, format!("{beginning}…")));
            }
            continue;
        }
        let names: Vec<&str> = rule.source_labels.iter().map(|label| label.value.as_str()).collect();
        if names.is_empty() || names.iter().any(|name| has(name)) {
            continue;
        }
        let joined = rule.separator().repeat(names.len() - 1);
        match rule.action() {
            None => return,
            Some(RelabelAction::Keep) if !pattern.is_match(&joined) => {
                drops(rule, &names, stage, job, out);
                return;
            }
            Some(RelabelAction::Replace)
                if pattern
                    .expand(&joined, rule.replacement())
                    .is_none_or(|value| value.is_empty() || value == joined) =>
            {
                idle.push((rule, names.join("`, `")));
            }
            Some(RelabelAction::Lowercase | RelabelAction::Uppercase) => idle.push((rule, names.join("`, `"))),
            _ => {}
        }
    }
    let who = match stage {
        Stage::Targets => "no target of this job has",
        Stage::Samples => "no sample has",
    };
    for (rule, names) in &idle {
        out.report(place(rule), format!("{who} `{names}`, so that there is nothing to copy"))
            .label_if(origin(job), origin_words(job))
            .help(remedy(stage))
            .shared(place(idle[0].0));
    }
}

fn drops(rule: &RelabelRule, names: &[&str], stage: Stage, job: &ScrapeConfig, out: &mut Sink<'_>) {
    let (what, who) = match stage {
        Stage::Targets => ("every target of this job", "none of them has"),
        Stage::Samples => ("every sample", "no sample has"),
    };
    let names = listed(names, " or ");
    out.report(place(rule), format!("this rule drops {what}: {who} {names}"))
        .label_if(origin(job), origin_words(job))
        .help(remedy(stage));
}

/// Where the targets of a job come from.
fn origin(job: &ScrapeConfig) -> Option<Span> {
    let discovery = job
        .discoveries
        .first()
        .map(|discovery| discovery.settings.text("role").map_or(discovery.kind.span, |role| role.full_span()));
    discovery.or_else(|| job.keys.span("static_configs"))
}

fn origin_words(job: &ScrapeConfig) -> &'static str {
    match job.discoveries.as_slice() {
        [] => "the targets are written down, and have only the labels beside them",
        [only] if only.kind.value == "kubernetes" => "targets of this role have labels of their own kind",
        _ => "the targets come from here",
    }
}

fn remedy(stage: Stage) -> &'static str {
    match stage {
        Stage::Targets => "read a label that the discovery of this job gives, or remove the rule",
        Stage::Samples => {
            "labels that begin with `__` are gone after the scrape: copy them in `relabel_configs` to a label that stays"
        }
    }
}

/// Whether one of some rules may write a label that begins so.
fn writes(rules: &[RelabelRule], label: &str) -> bool {
    rules.iter().any(|rule| match rule.action() {
        Some(RelabelAction::LabelMap) => {
            let literal: String = rule.replacement().chars().take_while(|c| *c != '$').collect();
            literal.starts_with(label) || label.starts_with(&literal)
        }
        Some(_) => rule
            .target_label
            .as_ref()
            .is_some_and(|target| target.value.starts_with(label) || target.value.contains('$')),
        None => true,
    })
}

/// The labels that a rule reads, else all of it.
fn place(rule: &RelabelRule) -> Span {
    match rule.source_labels.as_slice() {
        [] => rule.regex.as_ref().map_or(rule.span, Excerpt::full_span),
        [first, .., last] => first.span.to(last.span),
        [only] => only.span,
    }
}
