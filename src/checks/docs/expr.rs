//! Documented expressions that are not those of the rules.

use std::collections::BTreeSet;

use crate::{
    catalog, check,
    facts::documented::{Comparison, Page, Quoted, compare, is_promised},
    kit::*,
    model::Document,
    promql,
};

use super::abridged::is_abridged;

check! {
    /// The docs quote the expression of an alert, and its rule has another one.
    ///
    /// Expressions are compared as Prometheus understands them: spaces, parentheses that change nothing, the order of
    /// matchers and how numbers are written make no difference, and a part of the rule's expression is taken as meant,
    /// and so is one in short, without the matchers of the rule or the beginnings of its metrics, or with the expression of
    /// a recording in the place of its name.
    /// Where nothing but one number differs, `docs/threshold` says so. Where the two have not the same metrics, it is a
    /// warning: the docs may mean another alert of the name, or speak loosely.
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
            // A page that shows two expressions tells of a change.
            let is_other = |other: &&Quoted<'_>| {
                other.alert == quoted.alert && compare(&other.expr, &quoted.expr) == Comparison::Different
            };
            if page.quoted.iter().any(|other| is_other(&other)) {
                continue;
            }
            if let Some(site) = contradicts(page, quoted, facts) {
                report(quoted, site, out);
            }
        }
    }
}

/// The first rule of the name, where all rules of a set have other expressions.
fn contradicts<'w>(page: &Page<'w>, quoted: &Quoted<'_>, facts: &Facts<'w>) -> Option<RuleSite<'w>> {
    let query = promql::Query::parse(quoted.expr.clone());
    let said = query.valid()?;
    page.rules_of(quoted.alert, None, quoted.expr.full_span()).into_iter().find_map(|set| {
        let differs = |site: &RuleSite<'_>| {
            let Some(rule) = site.document.promql_of(site.group, site.rule) else { return false };
            let is_near = compare(&quoted.expr, &rule.text) != Comparison::Different || is_short(quoted, said, rule);
            let is_part = |expr: &promql::Expr| expr.walk().any(|part| part.is_same_as(said));
            // A cell of a table has little room; a quoted rule is given as it is.
            let is_rule = quoted.hold.is_some() || quoted.severity.is_some();
            let is_given = |expr: &promql::Expr| is_part(expr) || !is_rule && is_abridged(said, expr);
            let is_written_out = || written_out(rule, facts).is_some_and(|expr| is_given(&expr));
            let is_given = rule.valid().is_none_or(is_given) || is_written_out();
            !is_near && !is_given && (is_rule || !is_sketch(said, rule, facts))
        };
        set.iter().all(differs).then(|| set.into_iter().next()).flatten()
    })
}

/// The expression of a rule with the expressions of the recordings that it reads in their place.
fn written_out(rule: &promql::Query, facts: &Facts<'_>) -> Option<promql::Expr> {
    let mut text = rule.text.text().to_owned();
    let plain = rule.valid()?.selections().filter(|one| one.selector.matchers.is_empty());
    let mut read: Vec<&Spanned<Name>> = plain.filter_map(|one| one.selector.metric_name()).collect();
    read.sort_by_key(|name| name.span.start);
    for name in read.into_iter().rev() {
        let [only] = facts.rules.records(&name.value) else { continue };
        let Some(recorded) = only.document.promql_of(only.group, only.rule) else { continue };
        let start = rule.text.offset_of(name.span.start)?;
        text.replace_range(start..start + name.value.len(), &format!("({})", recorded.text.text()));
    }
    let written = promql::Query::parse(Excerpt::whole(rule.text.file(), text));
    written.valid().cloned()
}

/// Whether a quotation says the same in short: without the matchers of the rule, or the beginnings of its metrics.
fn is_short(quoted: &Quoted<'_>, said: &promql::Expr, rule: &promql::Query) -> bool {
    let Some(real) = rule.valid() else { return false };
    let names = |expr: &promql::Expr| -> Option<Vec<Spanned<Name>>> {
        expr.selections().map(|one| one.selector.metric_name().cloned()).collect()
    };
    let (Some(short), Some(full)) = (names(said), names(real)) else { return false };
    let is_end = |(short, full): (&Spanned<Name>, &Spanned<Name>)| {
        let start = full.value.strip_suffix(short.value.as_str());
        start.is_some_and(|start| start.is_empty() || start.ends_with(['_', ':']))
    };
    if short.len() != full.len() || !short.iter().zip(&full).all(is_end) || quoted.expr.text().contains('{') {
        return false;
    }
    let mut spelt_out = quoted.expr.text().to_owned();
    for (short, full) in short.iter().zip(&full).rev() {
        let Some(start) = quoted.expr.offset_of(short.span.start) else { return false };
        spelt_out.replace_range(start..start + short.value.len(), &full.value);
    }
    let plain = |text: String| Excerpt::whole(quoted.expr.file(), text.to_lowercase());
    compare(&plain(spelt_out), &plain(without_matchers(rule.text.text()))) != Comparison::Different
}

/// Whether a quotation compares with the rule's number what is called by words of the rule, but is no metric of anything:
/// `avg_duration > 5`.
fn is_sketch(said: &promql::Expr, rule: &promql::Query, facts: &Facts<'_>) -> bool {
    let Some(real) = rule.valid() else { return false };
    let numbers = |expr: &promql::Expr| -> Vec<f64> {
        let literal = |part: &promql::Expr| match part {
            promql::Expr::Number(number) => Some(number.value),
            _ => None,
        };
        expr.walk().filter_map(literal).collect()
    };
    let text = rule.text.text().to_lowercase();
    let words: Vec<&str> = text.split(|letter: char| !letter.is_alphanumeric()).collect();
    let is_word = |word: &str| words.contains(&word) || ["avg", "max", "min"].contains(&word);
    let is_called = |name: &Spanned<Name>| {
        let name = name.value.as_str();
        let mut asked = facts.asked.named(|other| other == name);
        let is_metric = facts.instrumented.has(name)
            || facts.inventory.has(name)
            || !catalog::having(name).is_empty()
            || asked.any(|asked| !matches!(asked.site.owner, Owner::Docs));
        !is_metric && name.to_lowercase().split('_').all(is_word)
    };
    let mut names = said.selections().map(|one| one.selector.metric_name()).peekable();
    let real_numbers = numbers(real);
    let mut ranges = said.selections().filter_map(|one| one.range).map(|range| format!("[{}]", range.range));
    names.peek().is_some()
        && ranges.all(|range| rule.text.text().contains(&range))
        && names.all(|name| name.is_some_and(is_called))
        && numbers(said).iter().all(|number| real_numbers.contains(number))
}

/// An expression without what stands between braces.
fn without_matchers(text: &str) -> String {
    let (mut out, mut quote, mut is_inside) = (String::new(), None, false);
    for letter in text.chars() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (None, '"' | '\'' | '`') => quote = Some(letter),
            (None, '{') => is_inside = true,
            _ => {}
        }
        if !is_inside {
            out.push(letter);
        }
        is_inside &= quote.is_some() || letter != '}';
    }
    out
}

fn report(quoted: &Quoted<'_>, site: RuleSite<'_>, out: &mut Sink<'_>) {
    let Some(expr) = &site.rule.expr else { return };
    let metrics = |expr: &promql::Expr| -> BTreeSet<Name> {
        let selections = expr.selections();
        selections.filter_map(|one| one.selector.metric_name()).map(|name| name.value.clone()).collect()
    };
    let said = promql::Query::parse(quoted.expr.clone());
    let has_its_metrics = match (said.valid(), expr.valid()) {
        (Some(said), Some(real)) => metrics(said) == metrics(real),
        _ => false,
    };
    let message = format!("the docs quote another expression for `{}` than its rule has", quoted.alert);
    out.report(quoted.expr.full_span(), message)
        .severity(if has_its_metrics { Severity::Error } else { Severity::Warning })
        .label(expr.text.full_span(), "the rule's expression")
        .help("change whichever of the two is out of date");
}
