//! What is known of the series that a query selects, where the query stands.

use std::{cell::RefCell, collections::BTreeMap};

use crate::{
    facts::{Facts, KnownSeries, QuerySite, Recordings},
    promql::{
        Expr,
        ast::VectorSelector,
        flow::{Flow, Source},
        values::{Outcome, Values},
    },
    text::Span,
};

/// Knows recorded and scraped series, and which parts of the query are open.
#[derive(Debug)]
pub struct SiteSource<'f, 'w> {
    /// What is known of series.
    pub known: KnownSeries<'f, 'w>,
    site: QuerySite<'w>,
    /// The labels of operators' results, as far as they were asked for: who asks for each operator of a long chain
    /// would otherwise follow its beginning again and again.
    followed: RefCell<BTreeMap<*const Expr, Flow>>,
}

/// Knows the values of recorded series, and which parts of the query are open. It knows no labels, and costs
/// nothing to have.
#[derive(Copy, Clone, Debug)]
pub struct SiteValues<'f, 'w> {
    recordings: &'f Recordings<'w>,
    site: QuerySite<'w>,
}

impl<'w> QuerySite<'w> {
    /// What is known of the series that the query selects.
    pub fn source<'f>(&self, facts: &'f Facts<'w>) -> SiteSource<'f, 'w> {
        let known = facts.series.at(&facts.servers, self.document);
        SiteSource { known, site: *self, followed: RefCell::default() }
    }
}

impl<'w> QuerySite<'w> {
    /// What is known of the values of the series that the query selects.
    pub fn values<'f>(&self, facts: &'f Facts<'w>) -> SiteValues<'f, 'w> {
        SiteValues { recordings: &facts.recordings, site: *self }
    }
}

impl Source for SiteValues<'_, '_> {
    fn values(&self, selector: &VectorSelector) -> Option<Values> {
        self.recordings.values(selector)
    }

    fn outcome(&self, selector: &VectorSelector) -> Option<Outcome> {
        self.recordings.outcome(selector)
    }

    fn is_open(&self, place: Span) -> bool {
        self.site.is_open(place)
    }
}

impl SiteSource<'_, '_> {
    /// The labels of an expression of the query.
    pub fn flow(&self, expr: &Expr) -> Flow {
        let flow = Flow::of(expr, self);
        if matches!(expr, Expr::Binary(_)) {
            self.followed.borrow_mut().insert(std::ptr::from_ref(expr), flow.clone());
        }
        flow
    }
}

impl Source for SiteSource<'_, '_> {
    fn series(&self, selector: &VectorSelector) -> Flow {
        match selector.metric_name() {
            Some(name) if self.is_open(name.span) => Flow::unknown(),
            _ => self.known.series(selector),
        }
    }

    fn is_recorded(&self, selector: &VectorSelector) -> bool {
        self.known.is_recorded(selector)
    }

    fn followed(&self, expr: &Expr) -> Option<Flow> {
        self.followed.borrow().get(&std::ptr::from_ref(expr)).cloned()
    }

    fn is_open(&self, place: Span) -> bool {
        self.site.is_open(place)
    }
}
