//! Documented thresholds that are not those of the rules.

use std::collections::BTreeSet;

use crate::{
    check,
    facts::documented::{
        Claim, Comparison, Page, Quoted, Relation, Statement, Verdict, compare, severity_said, spoken,
    },
    kit::*,
    model::Document,
};

check! {
    /// The docs say that an alert fires above or below one number, and its rule compares with another.
    ///
    /// A number in a table, a list, a section of a runbook, a quoted rule counts when it is certain which alert
    /// it belongs to: by the alert's name, exact or in words ("High CPU usage" is `HighCPUUsage`); by what the row
    /// is about ("P95 Response Time" is `SlowResponseTime`, if no other alert comes near); or because the docs say
    /// so with `<!-- promcheck: alert=SlowResponseTime -->` in the row, or the configuration with `targets`. Units
    /// are understood: 5 % is `0.05`, 500 ms is `0.5`, a success rate below 95 % is an error rate above `0.05`.
    ///
    /// ## Why it matters
    /// The team agreed on one number and is woken up at another. Nobody finds out until it is too late, since both
    /// look right where they stand.
    ///
    /// ## Example
    /// ```markdown path=README.md
    /// | Alert | Fires when |
    /// | --- | --- |
    /// | SlowCheckout | p95 above 500 ms |
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: SlowCheckout
    ///   expr: histogram_quantile(0.95, sum by (le) (rate(checkout_duration_seconds_bucket[5m]))) > 1
    /// ```
    ///
    /// ## Instead
    /// ```markdown path=README.md
    /// | Alert | Fires when |
    /// | --- | --- |
    /// | SlowCheckout | p95 above 500 ms |
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: SlowCheckout
    ///   expr: histogram_quantile(0.95, sum by (le) (rate(checkout_duration_seconds_bucket[5m]))) > 0.5
    /// ```
    pub struct Threshold {}
    id: "docs/threshold", severity: Error,
}

impl Check for Threshold {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(page) = facts.documented.page(document) else { return };
        let mut reported = BTreeSet::new();
        for statement in &page.statements {
            let claims = statement.claims.thresholds.iter().filter(|claim| !is_of_colour(statement, claim));
            let judged: Vec<_> = claims.map(|claim| (claim, page.contradicts(statement, claim))).collect();
            // "CPU above 80 %, or memory below 10 %": of two sides, one is that of the alert, and it may be right.
            let is_right = |side: Relation| {
                judged.iter().any(|(claim, contradiction)| contradiction.is_none() && claim.relation != side)
            };
            // "> 5 % (warning), > 10 % (critical)": of several grades, one is that of the alert, and it may be right.
            let graded: Vec<_> = judged.iter().filter(|(claim, _)| is_graded(statement, claim)).collect();
            let right = graded.iter().find(|(_, contradiction)| contradiction.is_none()).or(graded.first());
            let is_another = |claim: &Claim| {
                is_graded(statement, claim) && right.is_some_and(|(right, _)| !std::ptr::eq(*right, claim))
            };
            for (claim, contradiction) in &judged {
                let Some((_, verdict)) = contradiction.as_ref().filter(|_| !is_right(claim.relation)) else { continue };
                if is_another(claim) {
                    continue;
                }
                if reported.insert(statement.text.span(claim.quantity.range.clone())) {
                    report(statement, claim, verdict, out);
                }
            }
        }
        page.quoted.iter().for_each(|quoted| quotation(page, quoted, &mut reported, out));
    }
}

/// Whether a severity in brackets stands behind a claim.
fn is_graded(statement: &Statement<'_>, claim: &Claim) -> bool {
    let text = &statement.text;
    severity_said(&text.sub(claim.said.end..text.text().len())).is_some()
}

/// Whether a claim says where a panel changes its colour: "red above 90 %".
fn is_of_colour(statement: &Statement<'_>, claim: &Claim) -> bool {
    const COLOURS: [&str; 5] = ["amber", "green", "orange", "red", "yellow"];
    let before = statement.text.text()[..claim.said.start].to_lowercase();
    let mut words = before.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.next_back().is_some_and(|last| COLOURS.contains(&last))
}

fn report(statement: &Statement<'_>, claim: &Claim, verdict: &Verdict, out: &mut Sink<'_>) {
    let said = &statement.text.text()[claim.said.clone()];
    let place = statement.text.span(claim.said.clone());
    let alert = statement.alert;
    match verdict {
        Verdict::Differs(threshold) => {
            out.report(place, format!("the docs say `{said}`, but `{alert}` fires {}", spoken(threshold)))
                .label(threshold.span, "the rule says so here")
                .help("change whichever of the two is out of date");
        }
        Verdict::RateForShare(threshold) => {
            out.report(place, format!("the docs say `{said}`, but `{alert}` compares a rate per second, not a share"))
                .label(threshold.span, "so many per second")
                .help("divide by the rate of all requests in the rule, or document the rate");
        }
        Verdict::Agrees | Verdict::Unknown => {}
    }
}

fn quotation(page: &Page<'_>, quoted: &Quoted<'_>, reported: &mut BTreeSet<Span>, out: &mut Sink<'_>) {
    for set in page.rules_of(quoted.alert, None, quoted.expr.full_span()) {
        let exprs = set.iter().filter_map(|site| site.rule.expr.as_ref());
        let compared: Vec<Comparison> = exprs.map(|expr| compare(&quoted.expr, &expr.text)).collect();
        if let [Comparison::OtherNumber(place, proof)] = compared.as_slice()
            && reported.insert(*place)
        {
            out.report(*place, format!("the docs quote `{}` with another number than its rule has", quoted.alert))
                .label(*proof, "the rule says so here")
                .help("change whichever of the two is out of date");
            return;
        }
    }
}
