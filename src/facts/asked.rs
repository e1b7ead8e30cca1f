//! What expressions ask for: every selector that names its metric.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::{
    catalog,
    model::dashboard::interpolation::is_placeholder,
    promql::{
        Expr,
        ast::{Matcher, VectorSelector},
    },
    text::{Name, Spanned},
    vocab::is_slip,
    workspace::Workspace,
};

use super::{QuerySite, by_name::ByName, queries_of, slips::Slips};

/// A selector that names its metric.
#[derive(Copy, Clone, Debug)]
pub struct Asked<'w> {
    /// The expression it stands in.
    pub site: QuerySite<'w>,
    /// The selector.
    pub selector: &'w VectorSelector,
    /// The name of the metric.
    pub name: &'w Spanned<Name>,
}

/// Every selector of the workspace whose metric's name is written there, with nothing left to a variable. Those of
/// rules come first: a finding for many places stands where it matters most.
#[derive(Debug, Default)]
pub struct AskedFor<'w> {
    sites: Vec<QuerySite<'w>>,
    /// Each selector with the place of its expression among the sites.
    all: Vec<(u32, &'w VectorSelector)>,
    /// The places of the selectors among all, by the names of their metrics.
    places: ByName<'w, u32>,
    /// The names, to find which one another is a slip of; arranged when somebody asks.
    slips: OnceLock<Slips>,
    /// In how many names each word is; counted when somebody asks.
    words: OnceLock<FxHashMap<String, usize>>,
    /// Of how many names each beginning is, and of how many that no well-known exporter has; counted when somebody asks.
    beginnings: OnceLock<FxHashMap<String, (usize, usize)>>,
}

/// Fewer names than these that no exporter has may all be misspelt.
const LEAST_FOREIGN: usize = 5;

impl<'w> AskedFor<'w> {
    /// Gathers the selectors of a workspace.
    pub fn of(workspace: &'w Workspace) -> Self {
        let (mut sites, mut all) = (Vec::new(), Vec::new());
        let rules = workspace.documents.iter().filter(|document| document.rule_file().is_some());
        let others = workspace.documents.iter().filter(|document| document.rule_file().is_none());
        let asked = rules
            .chain(others)
            .flat_map(queries_of)
            .flat_map(|site| of_query(site).enumerate().map(move |(number, asked)| (number == 0, asked)));
        let named = asked.map(|(is_first, asked)| {
            if is_first {
                sites.push(asked.site);
            }
            all.push((sites.len() as u32 - 1, asked.selector));
            (asked.name.value.as_str(), all.len() as u32 - 1)
        });
        let places = ByName::of(named);
        let (slips, words, beginnings) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { sites, all, places, slips, words, beginnings }
    }

    /// Whether most names that begin as one does are those of an exporter of one's own, and only begin as those of a
    /// well-known one do: `pg_` of more than one program.
    pub fn is_of_unknown_exporter(&self, name: &str) -> bool {
        let beginning = |name: &str| name.find('_').map(|end| end + 1);
        let counted = self.beginnings.get_or_init(|| {
            let mut counted: FxHashMap<String, (usize, usize)> = FxHashMap::default();
            for name in self.names().filter(|name| !name.contains(':')) {
                let Some(end) = beginning(name) else { continue };
                let (all, foreign) = counted.entry(name[..end].to_owned()).or_default();
                *all += 1;
                *foreign += usize::from(catalog::having(name).is_empty() && catalog::renamed(name).is_none());
            }
            counted
        });
        let found = beginning(name).and_then(|end| counted.get(&name[..end]));
        found.is_some_and(|(all, foreign)| *foreign >= LEAST_FOREIGN && foreign * 2 > *all)
    }

    /// In how many of all names a word is: `requests` in all that have it between underscores.
    pub fn names_with(&self, word: &str) -> usize {
        let words = self.words.get_or_init(|| {
            let mut words = FxHashMap::default();
            self.names()
                .flat_map(|name| name.split('_'))
                .for_each(|word| *words.entry(word.to_owned()).or_default() += 1);
            words
        });
        words.get(word).copied().unwrap_or_default()
    }

    /// The names of metrics that are asked for and that a name is but for a slip of the finger.
    pub fn nearly_named<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'w str> + 's {
        let near = self.slips.get_or_init(|| Slips::of(self.names())).near(name);
        near.map(|place| self.places.name(place)).filter(move |near| is_slip(name, near))
    }

    /// The names of all metrics that are asked for, each once.
    pub fn names(&self) -> impl Iterator<Item = &'w str> + '_ {
        self.places.names()
    }

    /// The selectors of one metric.
    pub fn of_metric(&self, name: &str) -> impl Iterator<Item = Asked<'w>> + '_ {
        self.places.get(name).iter().filter_map(|place| self.at(*place))
    }

    /// The selectors of certain metrics.
    pub fn named(&self, mut is_meant: impl FnMut(&'w str) -> bool) -> impl Iterator<Item = Asked<'w>> + '_ {
        let meant = self.places.iter().filter(|(name, _)| is_meant(name));
        let mut places: Vec<u32> = meant.flat_map(|(_, places)| places).copied().collect();
        places.sort_unstable();
        places.into_iter().filter_map(|place| self.at(place))
    }

    fn at(&self, place: u32) -> Option<Asked<'w>> {
        let (site, selector) = self.all[place as usize];
        Some(Asked { site: self.sites[site as usize], selector, name: selector.metric_name()? })
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
