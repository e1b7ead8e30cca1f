//! Documented alerts that no rule defines.

use std::{cell::LazyCell, collections::BTreeSet};

use crate::{
    check,
    facts::documented::{Page, Roster, identifiers, is_alert_like, is_promised},
    kit::*,
    model::Document,
    vocab::nearest,
};

use super::slips::{self, Known};

check! {
    /// The docs list an alert among others, and no rule defines it.
    ///
    /// Only names that stand together with names of real alerts count: in the same table, the same list, or as
    /// headings of the same level. In a table of targets with thresholds for alerting, a row that no alert guards
    /// is reported as a warning, and so is a name anywhere in the text that is written like one of an alert but for two
    /// letters swapped, one doubled or one lost, where no other file has it.
    ///
    /// ## Why it matters
    /// Everybody believes that something is watched, and nothing watches it.
    ///
    /// ## Example
    /// ```markdown path=README.md
    /// | Alert | Fires when |
    /// | --- | --- |
    /// | RedisDown | Redis does not answer |
    /// | RedisSlow | commands are slow |
    /// | RedisEvicting | keys are evicted |
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
    /// | Alert | Fires when |
    /// | --- | --- |
    /// | RedisDown | Redis does not answer |
    /// | RedisSlow | commands are slow |
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: RedisDown
    ///   expr: redis_up == 0
    /// - alert: RedisSlow
    ///   expr: redis_latency_seconds > 1
    /// ```
    pub struct AlertMissing {}
    id: "docs/alert-missing", severity: Error,
}

impl Check for AlertMissing {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(page) = facts.documented.page(document) else { return };
        let mut reported = BTreeSet::new();
        for roster in page.rosters.iter().filter(|_| !page.names_unseen) {
            missing(page, roster, facts, &mut reported, out);
        }
        for row in page.unguarded.iter().filter(|_| !page.names_unseen) {
            let (subject, threshold) = (row.subject.text().trim(), row.threshold.text().trim());
            out.report(
                row.threshold.full_span(),
                format!("no alert watches `{subject}`, for which the docs set `{threshold}`"),
            )
            .severity(Severity::Warning)
            .label(row.sibling, "this row has its alert")
            .help("add an alert, or take the threshold for alerting out of the docs");
        }
        for (place, name) in slips(page, facts).into_iter().filter(|(_, name)| !reported.contains(name)) {
            absent(place, name, facts, out).severity(Severity::Warning);
        }
        for told in page.told.iter().filter(|told| !facts.documented.alerts.has(&told.alert.value)) {
            absent(told.alert.span, &told.alert.value, facts, out);
        }
    }
}

fn missing<'p>(
    page: &'p Page<'_>,
    roster: &'p Roster,
    facts: &Facts<'_>,
    reported: &mut BTreeSet<&'p str>,
    out: &mut Sink<'_>,
) {
    let meant: Vec<_> = roster.meant(|name| page.names.has(name)).collect();
    let here = meant.iter().filter(|name| page.names.has(&name.value)).count();
    let enough = if roster.is_announced { here * 2 >= meant.len() } else { here * 3 >= meant.len() * 2 };
    if here < 2 || !enough {
        return;
    }
    for name in meant.into_iter().filter(|name| !facts.documented.alerts.has(&name.value)) {
        if reported.insert(&name.value) {
            absent(name.span, &name.value, facts, out);
        }
    }
}

/// With fewer letters, a name that is nearly that of an alert may be another thing's.
const SHORTEST: usize = 8;

/// The names of a page that are slips of the names of alerts, wherever these are defined.
fn slips<'p>(page: &Page<'p>, facts: &Facts<'_>) -> Vec<(Span, &'p str)> {
    let source = &page.markdown.source;
    let unknown = identifiers(source.text()).filter(|range| {
        let name = &source.text()[range.clone()];
        range.len() >= SHORTEST && is_alert_like(name) && !facts.documented.alerts.has(name)
    });
    let known = LazyCell::new(|| facts.documented.alerts.iter().collect::<Known<'_>>());
    let named = unknown.map(|range| (&source.text()[range.clone()], source.span(range)));
    let slips = slips::slips(named, |name| known.meant_by(name), facts.workspace);
    let said = slips.into_iter().map(|(name, place, _)| (place, name));
    said.filter(|(place, _)| !is_promised(page.markdown, *place)).collect()
}

fn absent<'o>(place: Span, name: &str, facts: &Facts<'_>, out: &'o mut Sink<'_>) -> Finding<'o> {
    let finding = out.report(place, format!("no rule defines the alert `{name}`"));
    match nearest(name, facts.rules.alert_names()) {
        Some(near) => {
            let rule = facts.rules.alerts(near).first().map(|site| site.rule.anchor());
            finding.label_if(rule, "defined here").help(format!("did you mean `{near}`?")).instead(
                &facts.workspace.files,
                name,
                near,
            )
        }
        None => finding.help("add the rule, or take the alert out of the docs"),
    }
}
