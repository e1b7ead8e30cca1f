//! Documented times that are not the `for` of the rules.

use std::collections::BTreeSet;

use crate::{
    check,
    facts::documented::{Comparison, Page, Quoted, compare},
    kit::*,
    model::Document,
    vocab,
};

check! {
    /// The docs say for how long a condition must hold before the alert fires, and its rule says otherwise.
    ///
    /// A time that the expression itself looks back over (`[15m]`) or compares with (`> 900`) is taken as meant.
    ///
    /// ## Why it matters
    /// Whoever reads the runbook expects the alert earlier or later than it comes.
    ///
    /// ## Example
    /// ```markdown path=README.md
    /// ### Alerts
    ///
    /// - **HighErrorRate**: more than 5% of the requests fail for 5 minutes
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: HighErrorRate
    ///   expr: sum(rate(errors_total[2m])) / sum(rate(requests_total[2m])) > 0.05
    ///   for: 10m
    /// ```
    ///
    /// ## Instead
    /// ```markdown path=README.md
    /// ### Alerts
    ///
    /// - **HighErrorRate**: more than 5% of the requests fail for 10 minutes
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: HighErrorRate
    ///   expr: sum(rate(errors_total[2m])) / sum(rate(requests_total[2m])) > 0.05
    ///   for: 10m
    /// ```
    pub struct Duration {}
    id: "docs/duration", severity: Error,
}

impl Check for Duration {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(page) = facts.documented.page(document) else { return };
        let mut reported = BTreeSet::new();
        for statement in &page.statements {
            for hold in &statement.claims.holds {
                let Some((site, proof)) = page.contradicts_hold(statement, hold) else { continue };
                let place = statement.text.span(hold.range.clone());
                if reported.insert(place) {
                    let said = &statement.text.text()[hold.range.clone()];
                    let held = site.rule.hold_duration.as_ref().map(|duration| duration.value);
                    report(place, said, statement.alert, (proof, held), out);
                }
            }
        }
        page.quoted.iter().for_each(|quoted| quotation(page, quoted, out));
    }
}

fn report(place: Span, said: &str, alert: &str, (proof, held): (Span, Option<vocab::Duration>), out: &mut Sink<'_>) {
    let (what, label) = match held {
        Some(held) => (format!("the `for` of `{alert}` is {held}"), "the rule says so here"),
        None => (format!("`{alert}` has no `for`"), "this rule fires at once"),
    };
    out.report(place, format!("the docs say `{said}`, but {what}"))
        .label(proof, label)
        .help("change whichever of the two is out of date");
}

fn quotation(page: &Page<'_>, quoted: &Quoted<'_>, out: &mut Sink<'_>) {
    let Some(hold) = &quoted.hold else { return };
    for set in page.rules_of(quoted.alert, None, quoted.expr.full_span()) {
        let [site] = set.as_slice() else { continue };
        let same =
            site.rule.expr.as_ref().is_some_and(|expr| compare(&quoted.expr, &expr.text) != Comparison::Different);
        let held = site.rule.hold_duration.as_ref();
        if same && held.is_none_or(|held| held.value != hold.value) {
            let proof = held.map_or(site.rule.anchor(), |held| held.span);
            report(hold.span, &hold.value.to_string(), quoted.alert, (proof, held.map(|held| held.value)), out);
            return;
        }
    }
}
