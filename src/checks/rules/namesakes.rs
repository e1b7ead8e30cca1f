//! Rules of one name, and what their expressions say.

use std::{cell::OnceCell, cmp::Ordering};

use crate::{
    kit::*,
    model::rules::{Language, RuleKind},
    promql::{Expr, Query},
};

/// The rules of each name that several alerting rules, or several recording rules, have, in the order of files.
pub fn namesakes<'f, 'w>(facts: &'f Facts<'w>) -> impl Iterator<Item = Vec<RuleSite<'w>>> + 'f {
    facts.rules.all().iter().filter_map(|site| {
        let (kind, name) = (site.rule.kind(), &site.rule.name()?.value);
        let all = match kind {
            RuleKind::Alerting => facts.rules.alerts(name),
            RuleKind::Recording => facts.rules.records(name),
            RuleKind::Both | RuleKind::Neither => return None,
        };
        let of_kind = || all.iter().filter(|other| other.rule.kind() == kind);
        let is_first = all.len() > 1 && of_kind().next().is_some_and(|first| std::ptr::eq(first.rule, site.rule));
        is_first.then(|| of_kind().copied().collect())
    })
}

/// What a rule evaluates: two are equal that Prometheus would print alike. Most that are have the same text already, and
/// those are not printed.
#[derive(Debug)]
pub struct Wording<'w> {
    query: &'w Query,
    /// The expression, where it is PromQL and was read.
    pub expr: Option<&'w Expr>,
    printed: OnceCell<String>,
}

impl<'w> Wording<'w> {
    /// That of a rule.
    pub fn of(site: RuleSite<'w>) -> Option<Self> {
        let query = site.rule.expr.as_ref()?;
        let is_promql = site.document.rule_file().is_some_and(|file| file.language(site.group) == Language::PromQl);
        let expr = query.valid().filter(|_| is_promql).map(Expr::unwrap_parens);
        Some(Self { query, expr, printed: OnceCell::new() })
    }

    /// Whether both have the same text, read as the same language.
    fn is_written_as(&self, other: &Self) -> bool {
        self.expr.is_some() == other.expr.is_some() && self.query.text.text() == other.query.text.text()
    }

    /// Whether the expressions cannot be alike: they select other metrics.
    fn differs_in_metrics(&self, other: &Self) -> bool {
        let metrics = |expr: &'w Expr| expr.selections().map(|one| one.selector.name.as_ref().map(|name| &name.value));
        self.expr.zip(other.expr).is_some_and(|(own, others)| !metrics(own).eq(metrics(others)))
    }

    /// The printed expression; of what is no PromQL, its words.
    fn printed(&self) -> &str {
        self.printed.get_or_init(|| match self.expr {
            Some(expr) => expr.to_string(),
            None => self.query.text.text().split_whitespace().collect::<Vec<_>>().join(" "),
        })
    }
}

impl Ord for Wording<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.is_written_as(other) { Ordering::Equal } else { self.printed().cmp(other.printed()) }
    }
}

impl PartialOrd for Wording<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Eq for Wording<'_> {}

impl PartialEq for Wording<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.is_written_as(other) || !self.differs_in_metrics(other) && self.printed() == other.printed()
    }
}
