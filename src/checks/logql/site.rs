//! Every LogQL expression of a document, wherever it stands.

use crate::{
    logql::Query,
    model::{
        Document,
        dashboard::{Dashboard, interpolation::Interpolated, variable::VariableQuery},
        rules::{Group, Language},
    },
    text::Span,
};

/// A LogQL expression.
pub enum Site<'d> {
    /// A dashboard's, with variables.
    Dashboard(&'d Interpolated<Query>),
    /// The streams that a variable of a dashboard asks for.
    Variable(&'d Interpolated<Query>),
    /// A rule's.
    Rule(Box<Query>),
}

/// The LogQL expressions of a document.
pub fn sites(document: &Document) -> impl Iterator<Item = Site<'_>> {
    let of_dashboard = document.dashboard().into_iter().flat_map(Dashboard::log_queries).map(Site::Dashboard);
    let groups = document.rule_file().into_iter().flat_map(|file| {
        let is_logql = |group: &&Group| file.language(group) == Language::LogQl;
        file.groups.iter().filter(is_logql)
    });
    let exprs = groups.flat_map(|group| &group.rules).filter_map(|rule| rule.expr.as_ref());
    let queries = exprs.map(|expr| Query::parse(expr.text.clone()));
    let variables = document.dashboard().into_iter().flat_map(|dashboard| &dashboard.variables);
    let of_variables = variables.filter_map(|variable| match &variable.query {
        VariableQuery::Streams(streams) => Some(Site::Variable(streams)),
        _ => None,
    });
    of_dashboard.chain(of_variables).chain(queries.map(|query| Site::Rule(Box::new(query))))
}

impl Site<'_> {
    /// The expression, unless its shape depends on variables.
    pub fn query(&self) -> Option<&Query> {
        match self {
            Self::Dashboard(interpolated) | Self::Variable(interpolated) => interpolated.query.as_ref(),
            Self::Rule(query) => Some(query),
        }
    }

    /// Whether a variable stands in a part of the expression.
    pub fn has_variable(&self, span: Span) -> bool {
        match self {
            Self::Dashboard(interpolated) | Self::Variable(interpolated) => interpolated.uses_in(span).next().is_some(),
            Self::Rule(_) => false,
        }
    }
}
