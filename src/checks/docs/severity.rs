//! Documented severities that are not those of the rules.

use std::collections::BTreeSet;

use crate::{
    check,
    facts::documented::{Page, severity_of},
    kit::*,
    model::Document,
};

check! {
    /// The docs give an alert another severity than its rule.
    ///
    /// Only words that the rules themselves use as severities are compared: where the docs say `P1` and the rules
    /// `critical`, nothing is said.
    ///
    /// ## Why it matters
    /// The severity decides who is woken up. The docs promise somebody else.
    ///
    /// ## Example
    /// ```markdown path=README.md
    /// | Alert | Severity |
    /// | --- | --- |
    /// | RedisDown | critical |
    /// | RedisSlow | warning |
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: RedisDown
    ///   expr: redis_up == 0
    ///   labels: {severity: critical}
    /// - alert: RedisSlow
    ///   expr: redis_latency_seconds > 1
    ///   labels: {severity: critical}
    /// - alert: RedisFull
    ///   expr: redis_memory_used_bytes / redis_memory_max_bytes > 0.9
    ///   labels: {severity: warning}
    /// ```
    ///
    /// ## Instead
    /// ```markdown path=README.md
    /// | Alert | Severity |
    /// | --- | --- |
    /// | RedisDown | critical |
    /// | RedisSlow | warning |
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: RedisDown
    ///   expr: redis_up == 0
    ///   labels: {severity: critical}
    /// - alert: RedisSlow
    ///   expr: redis_latency_seconds > 1
    ///   labels: {severity: warning}
    /// ```
    pub struct Severity {}
    id: "docs/severity", severity: Error,
}

/// The scale of Prometheus' own documentation: who uses a part of it means the whole.
const USUAL: [&str; 3] = ["critical", "warning", "info"];

/// Whether the docs say in the usual words what the rules call by what it leads to. Where no rule uses the usual word, that
/// is another word for the same.
fn is_translated(said: &str, label: &str) -> bool {
    matches!((said, label), ("critical", "page" | "pager" | "paging") | ("warning", "ticket"))
}

impl Check for Severity {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(page) = facts.documented.page(document) else { return };
        let rules = page.reached.iter().flat_map(|reached| &*reached.alerts);
        let used: BTreeSet<String> = rules.filter_map(|site| severity_of(site.rule)).collect();
        let mut vocabulary = used.clone();
        if USUAL.iter().any(|word| vocabulary.contains(*word)) {
            vocabulary.extend(USUAL.map(str::to_owned));
        }
        let mut reported = BTreeSet::new();
        let quoted = page.quoted.iter().map(|quoted| (quoted.alert, &quoted.severity, None));
        let stated = page.statements.iter().map(|statement| (statement.alert, &statement.severity, Some(statement)));
        for (alert, severity, statement) in stated.chain(quoted) {
            let Some(severity) = severity.as_ref().filter(|word| vocabulary.contains(&word.value)) else { continue };
            let Some(proof) = contradicts(page, alert, severity) else { continue };
            let is_of = |site: RuleSite<'_>| severity_of(site.rule).as_ref() == Some(&severity.value);
            if statement.is_some_and(|statement| page.may_mean(statement, is_of)) {
                continue;
            }
            if is_translated(&severity.value, &proof.value) && !used.contains(&severity.value) {
                continue;
            }
            // A heading gives its severity to a whole list: then the place is the item.
            let named = statement.map(|statement| statement.named);
            let place = named.filter(|named| named.start > severity.span.end).unwrap_or(severity.span);
            if reported.insert((place, alert)) {
                let finding = out.report(
                    place,
                    format!("the docs call `{alert}` {}, but its severity is `{}`", severity.value, proof.value),
                );
                let finding = finding.label(proof.span, "the rule says so here");
                let elsewhere = place != severity.span && !place.contains(severity.span);
                finding
                    .label_if(elsewhere.then_some(severity.span), "documented here")
                    .help("change whichever of the two is out of date");
            }
        }
    }
}

/// The severity of the rules of a name, when all of a set have another than this.
fn contradicts(page: &Page<'_>, alert: &str, severity: &Spanned<String>) -> Option<Spanned<String>> {
    page.rules_of(alert, None, severity.span).into_iter().find_map(|set| {
        let severities: Option<Vec<Spanned<String>>> = set
            .iter()
            .map(|site| Some(Spanned::new(site.rule.label("severity")?.full_span(), severity_of(site.rule)?)))
            .collect();
        let severities = severities?;
        let differs = severities.iter().all(|other| other.value != severity.value);
        severities.into_iter().next().filter(|_| differs)
    })
}
