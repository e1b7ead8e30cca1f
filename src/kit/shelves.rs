//! What checks look at, and the shelves that armed checks stand on while the walker passes by.

use std::fmt;

use crate::{
    diag::Diagnostic,
    facts::{Facts, QuerySite, RuleSite},
    model::Document,
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
