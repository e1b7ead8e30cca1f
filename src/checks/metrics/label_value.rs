//! Values that a label never has.

use std::collections::BTreeMap;

use crate::{
    catalog::{closed_values, has_closed_values},
    check,
    facts::Asked,
    kit::*,
    promql::ast::{MatchOp, Matcher},
    vocab::{Pattern, PatternUse, listed, nearest},
    workspace::Workspace,
};

use super::{rootfs, served};

check! {
    /// A matcher asks for a value that the label never has.
    ///
    /// All values are known of some labels of well-known metrics: the modes of a processor, the phases of a pod, the
    /// states of an alert. Mount points never begin with the folder that node_exporter is told by `--path.rootfs`. With `promcheck lint --prometheus URL`, values that are misspelt are known by those that a live
    /// server has.
    ///
    /// ## Why it matters
    /// Nothing is selected, or with `!=` nothing is left out: the expression is not what it looks like.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: PodsFail
    ///   expr: sum(kube_pod_status_phase{phase="failed"}) > 3
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: PodsFail
    ///   expr: sum(kube_pod_status_phase{phase="Failed"}) > 3
    /// ```
    pub struct LabelValue {}
    id: "metrics/label-value", severity: Warning,
}

/// A metric, a label of it, and the value that is asked for.
type Claim<'w> = (&'w str, &'w str, String);

impl Check for LabelValue {
    type Subject = Whole;

    fn check(&self, _: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let mut misspelt: BTreeMap<Claim<'_>, (&str, Vec<Span>)> = BTreeMap::new();
        let mut wrong: BTreeMap<Claim<'_>, (&[&str], Vec<Span>)> = BTreeMap::new();
        for asked in facts.asked.named(|name| has_closed_values(name) || facts.inventory.server().is_some()) {
            for matcher in asked.selector.matchers.iter().filter(|one| !asked.site.is_open(one.span)) {
                let (metric, label) = (asked.name.value.as_str(), matcher.label.value.as_str());
                let Some(values) = closed_values(metric, label) else {
                    if let Some(near) = served::meant(asked, matcher, facts) {
                        let claim = (metric, label, matcher.value.value.to_string());
                        misspelt.entry(claim).or_insert((near, Vec::new())).1.push(matcher.value.span);
                    }
                    continue;
                };
                for value in never(matcher, values) {
                    if !is_made_here(asked, label, &value, facts) {
                        let entry = wrong.entry((metric, label, value)).or_insert((values, Vec::new()));
                        entry.1.push(matcher.value.span);
                    }
                }
            }
        }
        rootfs::report(facts, &|asked, label, value| is_made_here(asked, label, value, facts), out);
        let address = facts.inventory.server().map_or("", |server| server.address.as_str());
        for ((metric, label, value), (near, places)) in misspelt {
            let message = format!("`{label}` of `{metric}` is never `{value}` on `{address}`");
            out.report_at(&places, message).help(format!("did you mean `{near}`?"));
        }
        for ((metric, label, value), (values, places)) in wrong {
            let message = format!("`{label}` of `{metric}` is never `{value}`");
            let finding = out.report_at(&places, message);
            let lower = value.to_lowercase();
            let same = values.iter().copied().find(|known| known.to_lowercase() == lower);
            match same.or_else(|| nearest(&value, values.iter().copied())) {
                Some(near) => {
                    finding.help(format!("did you mean `{near}`?")).instead(&facts.workspace.files, &value, near)
                }
                None => finding.help(format!("it is one of {}", listed(values.iter(), ", "))),
            };
        }
    }
}

/// What a matcher names of values that are not there.
fn never(matcher: &Matcher, values: &[&str]) -> Vec<String> {
    let text = &matcher.value.value;
    let is_there = |value: &str| value.is_empty() || values.contains(&value);
    match matcher.op.value {
        MatchOp::Equal | MatchOp::NotEqual => Vec::from_iter((!is_there(text)).then(|| text.to_string())),
        MatchOp::Regex | MatchOp::NotRegex => {
            let Ok(pattern) = Pattern::of(text, PatternUse::Matcher) else { return Vec::new() };
            match pattern.literals() {
                Some(literals) => literals.iter().filter(|one| !is_there(one)).cloned().collect(),
                None if pattern.matches_empty() || values.iter().any(|value| pattern.is_match(value)) => Vec::new(),
                None => vec![text.to_string()],
            }
        }
    }
}

/// Whether a value may exist here all the same: a rule records the metric, a page has the value, or relabelling
/// writes the label.
fn is_made_here(asked: Asked<'_>, label: &str, value: &str, facts: &Facts<'_>) -> bool {
    let metric = asked.name.value.as_str();
    let jobs = facts.servers.all().iter().flat_map(|server| &server.config.scrape_configs);
    let mut rules = jobs.flat_map(|job| &job.metric_relabel_configs);
    !facts.rules.records(metric).is_empty()
        || facts.inventory.has_value(metric, label, value)
        || rules.any(|rule| rule.target_label.as_ref().is_some_and(|target| target.value == label))
}
