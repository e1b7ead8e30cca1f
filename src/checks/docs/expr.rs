//! Documented expressions that are not those of the rules.

use std::collections::BTreeSet;

use crate::{
    check,
    facts::documented::{Comparison, Page, Quoted, compare, is_promised},
    kit::*,
    model::Document,
    promql,
};

check! {
    /// The docs quote the expression of an alert, and its rule has another one.
    ///
    /// Expressions are compared as Prometheus understands them: spaces, parentheses that change nothing, the order of
    /// matchers and how numbers are written make no difference, and a part of the rule's expression is taken as meant.
    /// Where nothing but one number differs, `docs/threshold` says so. Where the two have no metric in common, it is a
    /// warning: the docs may mean another alert of the name.
    ///
    /// ## Why it matters
    /// Whoever runs the quoted query to understand an alert looks at something else than Prometheus does.
    ///
    /// ## Example
    /// ```markdown path=README.md
    /// | Alert | Expression |
    /// | --- | --- |
    /// | SlowCheckout | `checkout_duration_seconds{quantile="0.99"} > 1` |
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: SlowCheckout
    ///   expr: checkout_duration_seconds{quantile="0.95"} > 1
    /// ```
    ///
    /// ## Instead
    /// ```markdown path=README.md
    /// | Alert | Expression |
    /// | --- | --- |
    /// | SlowCheckout | `checkout_duration_seconds{quantile="0.95"} > 1` |
    /// ```
    /// ```yaml path=alerts.yml
    /// - alert: SlowCheckout
    ///   expr: checkout_duration_seconds{quantile="0.95"} > 1
    /// ```
    pub struct Expr {}
    id: "docs/expr", severity: Error,
}

impl Check for Expr {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(page) = facts.documented.page(document) else { return };
        for quoted in page.quoted.iter().filter(|quoted| !is_promised(page.markdown, quoted.expr.full_span())) {
            if let Some(site) = contradicts(page, quoted) {
                report(quoted, site, out);
            }
        }
    }
}

/// The first rule of the name, where all rules of a set have other expressions.
fn contradicts<'w>(page: &Page<'w>, quoted: &Quoted<'_>) -> Option<RuleSite<'w>> {
    let query = promql::Query::parse(quoted.expr.clone());
    let said = query.valid()?;
    page.rules_of(quoted.alert, None).into_iter().find_map(|set| {
        let differs = |site: &RuleSite<'_>| {
            let Some(rule) = site.document.promql_of(site.group, site.rule) else { return false };
            let is_near = compare(&quoted.expr, &rule.text) != Comparison::Different;
            let is_part = |expr: &promql::Expr| expr.walk().any(|part| part.is_same_as(said));
            !is_near && rule.valid().is_some_and(|expr| !is_part(expr))
        };
        set.iter().all(differs).then(|| set.into_iter().next()).flatten()
    })
}

fn report(quoted: &Quoted<'_>, site: RuleSite<'_>, out: &mut Sink<'_>) {
    let Some(expr) = &site.rule.expr else { return };
    let metrics = |expr: &promql::Expr| -> BTreeSet<String> {
        let selections = expr.selections();
        selections.filter_map(|one| one.selector.metric_name()).map(|name| name.value.clone()).collect()
    };
    let said = promql::Query::parse(quoted.expr.clone());
    let has_common_metric = match (said.valid(), expr.valid()) {
        (Some(said), Some(real)) => !metrics(said).is_disjoint(&metrics(real)),
        _ => false,
    };
    let message = format!("the docs quote another expression for `{}` than its rule has", quoted.alert);
    out.report(quoted.expr.full_span(), message)
        .severity(if has_common_metric { Severity::Error } else { Severity::Warning })
        .label(expr.text.full_span(), "the rule's expression")
        .help("change whichever of the two is out of date");
}
