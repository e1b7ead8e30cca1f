//! What expressions ask for: selectors with the name of a metric, and the places of one cause.

use crate::{
    kit::*,
    model::dashboard::interpolation::is_placeholder,
    promql::ast::{Matcher, VectorSelector},
    workspace::Workspace,
};

/// Most places that a finding shows beside the first.
const MOST_SHOWN: usize = 20;

/// A selector that names its metric.
#[derive(Copy, Clone, Debug)]
pub struct Asked<'w> {
    /// The expression it stands in.
    pub site: QuerySite<'w>,
    /// The selector.
    pub selector: &'w VectorSelector,
    /// The metric's name.
    pub name: &'w Spanned<String>,
}

/// Every selector of the workspace whose metric's name is written there, with nothing left to a variable. Those of
/// rules come first: a finding for many places stands where it matters most.
pub fn asked(workspace: &Workspace) -> impl Iterator<Item = Asked<'_>> {
    let rules = workspace.documents.iter().filter(|document| document.rule_file().is_some());
    let others = workspace.documents.iter().filter(|document| document.rule_file().is_none());
    rules.chain(others).flat_map(queries_of).flat_map(of_query)
}

/// The selectors of one expression.
pub fn of_query(site: QuerySite<'_>) -> impl Iterator<Item = Asked<'_>> {
    let selections = site.expr().into_iter().flat_map(crate::promql::Expr::selections);
    selections.filter_map(move |selection| {
        let selector = selection.selector;
        let name = selector.metric_name()?;
        let is_written = !site.is_open(name.span) && !is_placeholder(&name.value);
        is_written.then_some(Asked { site, selector, name })
    })
}

impl<'w> Asked<'w> {
    /// The one matcher of a label that decides whether scraped series are selected: it demands a value.
    pub fn demand(&self, label: &'static str) -> Option<&'w Matcher> {
        let mut matchers = self.selector.matchers_of(label);
        let matcher = matchers.next().filter(|_| matchers.next().is_none())?;
        let is_demand = !matcher.op.value.is_negative() && !matcher.matches("");
        (is_demand && !self.site.is_open(self.selector.span)).then_some(matcher)
    }
}

impl Asked<'_> {
    /// Whether docs vouch for the metric; they do not for what they ask for themselves.
    pub fn is_documented(&self, facts: &Facts<'_>) -> bool {
        !matches!(self.site.owner, Owner::Docs) && facts.inventory.documented().contains_key(self.name.value.as_str())
    }

    /// Whether the expression reads another metric, too: the old name of a metric beside its new one takes both
    /// versions of an exporter on purpose.
    pub fn reads_beside(&self, metric: &str) -> bool {
        let metric = metric.split('{').next().unwrap_or_default();
        of_query(self.site).any(|other| other.name.value == metric)
    }
}

/// Whether a series is made by Prometheus or by a recording rule, and not scraped.
pub fn is_made(name: &str, facts: &Facts<'_>) -> bool {
    let by_prometheus = name.starts_with("ALERTS") || name == "up" || name.starts_with("scrape_");
    by_prometheus || name.contains(':') || !facts.rules.records(name).is_empty()
}

/// One finding for all the places that one cause shows itself at: at the first, with the others beside it. The message
/// gets "(here and 3 times more)" behind it.
pub fn at_all<'o>(places: &[Span], message: &str, out: &'o mut Sink<'_>) -> Option<Finding<'o>> {
    let (first, others) = places.split_first()?;
    let finding = out.report(*first, format!("{message}{}", here_and_more(places.len())));
    Some(others.iter().take(MOST_SHOWN).fold(finding, |finding, place| finding.label(*place, "and here")))
}
