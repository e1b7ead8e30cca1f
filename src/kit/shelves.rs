//! What checks look at, and the shelves that armed checks stand on while the walker passes by.

use std::fmt;

use crate::{
    diag::Diagnostic,
    facts::{Facts, QuerySite, RuleSite},
    model::Document,
    promql::{Selection, ast},
    workspace::Workspace,
};

use super::Check;

/// The site that a check is shown.
pub type Site<'w, C> = <<C as Check>::Subject as Subject>::Site<'w>;

/// An armed check, ready to look at a site and to push what it finds.
pub type Run<S> =
    Box<dyn for<'w, 'f, 'o> Fn(<S as Subject>::Site<'w>, &'f Facts<'w>, &'o mut Vec<Diagnostic>) + Send + Sync>;

/// Something that checks look at, one site at a time.
pub trait Subject: Sized + 'static {
    /// One place of the kind.
    type Site<'w>: Copy;

    /// Puts an armed check on the shelf of this kind.
    fn shelve(shelves: &mut Shelves, run: Run<Self>);
}

/// The armed checks, by what they look at.
#[derive(Default)]
pub struct Shelves {
    /// For every rule.
    pub rules: Vec<Run<Rule>>,
    /// For every PromQL expression.
    pub queries: Vec<Run<Query>>,
    /// For every function call.
    pub calls: Vec<Run<EachCall>>,
    /// For every aggregation.
    pub aggregations: Vec<Run<EachAggregation>>,
    /// For every binary operator.
    pub binaries: Vec<Run<EachBinary>>,
    /// For every selector.
    pub selections: Vec<Run<EachSelection>>,
    /// For every document.
    pub documents: Vec<Run<AnyDocument>>,
    /// Once, for everything together.
    pub whole: Vec<Run<Whole>>,
}

impl fmt::Debug for Shelves {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shelves")
            .field("rules", &self.rules.len())
            .field("queries", &self.queries.len())
            .field("calls", &self.calls.len())
            .field("aggregations", &self.aggregations.len())
            .field("binaries", &self.binaries.len())
            .field("selections", &self.selections.len())
            .field("documents", &self.documents.len())
            .field("whole", &self.whole.len())
            .finish()
    }
}

/// Every alerting and recording rule.
#[derive(Debug)]
pub enum Rule {}

impl Subject for Rule {
    type Site<'w> = RuleSite<'w>;

    fn shelve(shelves: &mut Shelves, run: Run<Self>) {
        shelves.rules.push(run);
    }
}

/// Every PromQL expression, wherever it stands.
#[derive(Debug)]
pub enum Query {}

impl Subject for Query {
    type Site<'w> = QuerySite<'w>;

    fn shelve(shelves: &mut Shelves, run: Run<Self>) {
        shelves.queries.push(run);
    }
}

/// A part of a PromQL expression that was read without errors.
#[derive(Copy, Clone, Debug)]
pub struct Part<'w, P> {
    /// The whole expression, and where it stands.
    pub site: QuerySite<'w>,
    /// The part.
    pub part: P,
}

/// Every function call of every PromQL expression.
#[derive(Debug)]
pub enum EachCall {}

impl Subject for EachCall {
    type Site<'w> = Part<'w, &'w ast::Call>;

    fn shelve(shelves: &mut Shelves, run: Run<Self>) {
        shelves.calls.push(run);
    }
}

/// Every aggregation of every PromQL expression.
#[derive(Debug)]
pub enum EachAggregation {}

impl Subject for EachAggregation {
    type Site<'w> = Part<'w, &'w ast::Aggregation>;

    fn shelve(shelves: &mut Shelves, run: Run<Self>) {
        shelves.aggregations.push(run);
    }
}

/// Every binary operator of every PromQL expression, but for those that end chains of hundreds.
#[derive(Debug)]
pub enum EachBinary {}

impl Subject for EachBinary {
    type Site<'w> = Part<'w, &'w ast::Binary>;

    fn shelve(shelves: &mut Shelves, run: Run<Self>) {
        shelves.binaries.push(run);
    }
}

/// Every selector of every PromQL expression, with its range.
#[derive(Debug)]
pub enum EachSelection {}

impl Subject for EachSelection {
    type Site<'w> = Part<'w, Selection<'w>>;

    fn shelve(shelves: &mut Shelves, run: Run<Self>) {
        shelves.selections.push(run);
    }
}

/// Every document of the workspace.
#[derive(Debug)]
pub enum AnyDocument {}

impl Subject for AnyDocument {
    type Site<'w> = &'w Document;

    fn shelve(shelves: &mut Shelves, run: Run<Self>) {
        shelves.documents.push(run);
    }
}

/// All documents together, looked at once.
#[derive(Debug)]
pub enum Whole {}

impl Subject for Whole {
    type Site<'w> = &'w Workspace;

    fn shelve(shelves: &mut Shelves, run: Run<Self>) {
        shelves.whole.push(run);
    }
}
