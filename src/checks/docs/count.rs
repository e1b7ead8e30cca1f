//! Documented numbers of alert rules that are not the number there is.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    check,
    facts::documented::{Reached, Tie, severity_of},
    kit::*,
    model::Document,
};

check! {
    /// The docs say how many alert rules there are, and there are more or fewer.
    ///
    /// The number of a single group, or of a single severity, is right as well. Nothing is said when the page
    /// speaks of several rule files.
    ///
    /// ## Why it matters
    /// Either the docs are out of date, or a rule was lost.
    ///
    /// ## Example
    /// ```markdown path=README.md
    /// Prometheus evaluates 3 alert rules.
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: RedisDown
    ///   expr: redis_up == 0
    /// - alert: RedisSlow
    ///   expr: redis_latency_seconds > 1
    /// ```
    ///
    /// ## Instead
    /// ```markdown path=README.md
    /// Prometheus evaluates 2 alert rules.
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: RedisDown
    ///   expr: redis_up == 0
    /// - alert: RedisSlow
    ///   expr: redis_latency_seconds > 1
    /// ```
    pub struct Count {}
    id: "docs/count", severity: Warning,
}

impl Check for Count {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(page) = facts.documented.page(document) else { return };
        let named = page.reached.iter().filter(|reached| reached.tie == Tie::Named).collect::<Vec<_>>();
        let files = if named.is_empty() { page.reached.iter().collect() } else { named };
        let [only] = files.as_slice() else { return };
        if page.names_unseen || page.tallies.is_empty() {
            return;
        }
        let right = right_counts(only);
        for tally in page.tallies.iter().filter(|tally| !right.contains(&tally.value)) {
            let (count, file) = (only.alerts.len(), &facts.workspace.files.file(only.file).name);
            let first = only.alerts.first().map(|site| site.rule.anchor());
            out.report(tally.span, format!("the docs count {} alert rules, but {file} has {count}", tally.value))
                .label_if(first, "the first of them")
                .help("correct the number, or look for the rule that is missing");
        }
    }
}

/// The numbers that a page may give for a rule file.
fn right_counts(file: &Reached<'_>) -> Vec<usize> {
    let mut by_group: BTreeMap<Span, usize> = BTreeMap::new();
    let mut by_severity: BTreeMap<Option<String>, usize> = BTreeMap::new();
    let mut names = BTreeSet::new();
    for site in &*file.alerts {
        *by_group.entry(site.group.span).or_default() += 1;
        *by_severity.entry(severity_of(site.rule)).or_default() += 1;
        names.insert(site.rule.alert.as_ref().map(|name| &name.value));
    }
    let all = [file.alerts.len(), names.len()].into_iter();
    all.chain(by_group.into_values()).chain(by_severity.into_values()).collect()
}
