//! Every PromQL expression, wherever it stands: in rules, dashboards, and rules of Grafana's own ruler.

use crate::{
    model::{
        Document,
        dashboard::{Dashboard, interpolation::Interpolated, queries::DashboardQuery, target::Language},
        provisioning::{
            Provisioning,
            alerting::{AlertQuery, AlertRule},
        },
    },
    promql::{self, Expr},
    text::Span,
};

use super::RuleSite;

/// One expression and where it stands.
#[derive(Copy, Clone, Debug)]
pub struct QuerySite<'w> {
    /// The document it stands in.
    pub document: &'w Document,
    /// The expression, with its syntax tree.
    pub query: &'w promql::Query,
    /// Whose expression it is.
    pub owner: Owner<'w>,
}

/// Whose expression a query is.
#[derive(Copy, Clone, Debug)]
pub enum Owner<'w> {
    /// A rule's.
    Rule(RuleSite<'w>),
    /// A dashboard's. Its variables were replaced: what lies in an open part proves nothing.
    Dashboard(DashboardQuery<'w>),
    /// That of a rule of Grafana's own ruler. Its variables were replaced as those of dashboards are.
    Provisioned(&'w AlertRule, &'w AlertQuery),
    /// Nobody's: docs quote it. [`queries_of`] does not give it.
    Docs,
}

/// Every PromQL expression of a document.
pub fn queries_of<'w>(document: &'w Document) -> impl Iterator<Item = QuerySite<'w>> {
    let rules = document.rules().map(move |(group, rule)| RuleSite { document, group, rule });
    rules.filter_map(RuleSite::query).chain(queries_beside_rules(document))
}

/// Every PromQL expression of a document but for those of its rules.
pub fn queries_beside_rules<'w>(document: &'w Document) -> impl Iterator<Item = QuerySite<'w>> {
    let of_dashboard = document.dashboard().into_iter().flat_map(Dashboard::queries).filter_map(move |one| {
        let query = one.interpolated.query.as_ref()?;
        let is_promql = one.certain || query.valid().is_some();
        is_promql.then_some(QuerySite { document, query, owner: Owner::Dashboard(one) })
    });
    let of_alerting = alert_queries(document).filter_map(move |(rule, one)| {
        let query = one.query.as_ref()?.query.as_ref()?;
        is_promql(one, query).then_some(QuerySite { document, query, owner: Owner::Provisioned(rule, one) })
    });
    of_dashboard.chain(of_alerting)
}

/// The queries of the rules of Grafana's own ruler.
fn alert_queries(document: &Document) -> impl Iterator<Item = (&AlertRule, &AlertQuery)> {
    let groups = match document.provisioning() {
        Some(Provisioning::Alerting(file)) => file.groups.as_slice(),
        _ => &[],
    };
    let rules = groups.iter().flat_map(|group| &group.rules);
    rules.flat_map(|rule| rule.data.iter().map(move |query| (rule, query)))
}

/// Whether a query says that Prometheus answers it, or, if it does not say who, can be nothing but PromQL: LogQL parses
/// as PromQL at times, but its selectors have no names.
fn is_promql(alert: &AlertQuery, query: &promql::Query) -> bool {
    match &alert.plugin {
        Some(plugin) => Language::of_plugin(plugin) == Language::PromQl,
        None => query
            .valid()
            .is_some_and(|expr| expr.selections().all(|selection| selection.selector.metric_name().is_some())),
    }
}

impl<'w> RuleSite<'w> {
    /// The expression of the rule, where it is PromQL.
    pub fn query(self) -> Option<QuerySite<'w>> {
        let query = self.document.promql_of(self.group, self.rule)?;
        Some(QuerySite { document: self.document, query, owner: Owner::Rule(self) })
    }
}

impl<'w> QuerySite<'w> {
    /// The rule whose expression it is.
    pub fn rule(&self) -> Option<RuleSite<'w>> {
        match self.owner {
            Owner::Rule(site) => Some(site),
            Owner::Dashboard(_) | Owner::Provisioned(..) | Owner::Docs => None,
        }
    }

    /// The expression, if Prometheus would accept it.
    pub fn expr(&self) -> Option<&'w Expr> {
        self.query.valid()
    }

    /// Whether what stands at a span was written there as it is read, without any variable.
    pub fn is_literal(&self, span: Span) -> bool {
        self.interpolated().is_none_or(|interpolated| interpolated.uses_in(span).next().is_none())
    }

    /// Whether what stands at a span depends on a dashboard variable, so that it proves nothing.
    pub fn is_open(&self, span: Span) -> bool {
        self.interpolated().is_some_and(|interpolated| interpolated.is_open(span))
    }

    /// The expression with its variables told apart, where there may be some.
    pub fn interpolated(&self) -> Option<&'w Interpolated> {
        match self.owner {
            Owner::Rule(_) | Owner::Docs => None,
            Owner::Dashboard(query) => Some(query.interpolated),
            Owner::Provisioned(_, query) => query.query.as_ref(),
        }
    }
}
