//! What expressions ask for: every selector that names its metric.

use rustc_hash::FxHashMap;

use crate::{
    model::dashboard::interpolation::is_placeholder,
    promql::{
        Expr,
        ast::{Matcher, VectorSelector},
    },
    text::Spanned,
    workspace::Workspace,
};

use super::{QuerySite, queries_of};

/// A selector that names its metric.
#[derive(Copy, Clone, Debug)]
pub struct Asked<'w> {
    /// The expression it stands in.
    pub site: QuerySite<'w>,
    /// The selector.
    pub selector: &'w VectorSelector,
    /// The name of the metric.
    pub name: &'w Spanned<String>,
}

/// Every selector of the workspace whose metric's name is written there, with nothing left to a variable. Those of
/// rules come first: a finding for many places stands where it matters most.
#[derive(Debug, Default)]
pub struct AskedFor<'w> {
    sites: Vec<QuerySite<'w>>,
    /// Each selector with the place of its expression among the sites.
    all: Vec<(u32, &'w VectorSelector)>,
    /// The names, in the order they are first asked for, each with its places among all.
    names: Vec<(&'w str, Vec<u32>)>,
}

impl<'w> AskedFor<'w> {
    /// Gathers the selectors of a workspace.
    pub fn of(workspace: &'w Workspace) -> Self {
        let mut asked = Self::default();
        let mut places: FxHashMap<&'w str, usize> = FxHashMap::default();
        let rules = workspace.documents.iter().filter(|document| document.rule_file().is_some());
        let others = workspace.documents.iter().filter(|document| document.rule_file().is_none());
        for site in rules.chain(others).flat_map(queries_of) {
            let number = asked.sites.len() as u32;
            for one in of_query(site) {
                let names = &mut asked.names;
                let place = *places.entry(&one.name.value).or_insert_with(|| {
                    names.push((&one.name.value, Vec::new()));
                    names.len() - 1
                });
                names[place].1.push(asked.all.len() as u32);
                asked.all.push((number, one.selector));
            }
            if asked.all.last().is_some_and(|(last, _)| *last == number) {
                asked.sites.push(site);
            }
        }
        asked
    }

    /// The names of all metrics that are asked for, each once.
    pub fn names(&self) -> impl Iterator<Item = &'w str> + '_ {
        self.names.iter().map(|(name, _)| *name)
    }

    /// The selectors of certain metrics.
    pub fn named(&self, mut is_meant: impl FnMut(&'w str) -> bool) -> impl Iterator<Item = Asked<'w>> + '_ {
        let meant = self.names.iter().filter(move |(name, _)| is_meant(name));
        let mut places: Vec<u32> = meant.flat_map(|(_, places)| places).copied().collect();
        places.sort_unstable();
        places.into_iter().filter_map(|place| {
            let (site, selector) = self.all[place as usize];
            Some(Asked { site: self.sites[site as usize], selector, name: selector.metric_name()? })
        })
    }
}

/// The selectors of one expression that name their metric.
pub fn of_query(site: QuerySite<'_>) -> impl Iterator<Item = Asked<'_>> {
    let selections = site.expr().into_iter().flat_map(Expr::selections);
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

    /// Whether the expression reads another metric, too: the old name of a metric beside its new one takes both
    /// versions of an exporter on purpose.
    pub fn reads_beside(&self, metric: &str) -> bool {
        let metric = metric.split('{').next().unwrap_or_default();
        of_query(self.site).any(|other| other.name.value == metric)
    }
}
