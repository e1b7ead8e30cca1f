//! A query made ready for evaluation.

mod call;
mod length;
mod lower;
mod node;
mod outlook;

pub use length::Length;
pub use node::{
    Aggregation, AggregationKind, Call, InfoCall, Join, OverRange, Range, RangeSource, Root, Scalar, ScalarKind,
    Selector, Shift, Subquery, Vector, VectorKind, WithScalar,
};
pub use outlook::Outlook;

use crate::promql::Query;

use super::{Answer, Failure, Moments, Options, Storage, eval};

/// A query made ready, so that what costs time is done once: patterns are read and functions are found.
#[derive(Debug)]
pub struct Plan {
    root: Root,
}

impl Plan {
    /// Makes a query ready; `None` when Prometheus would not accept it.
    pub fn of(query: &Query) -> Option<Self> {
        lower::root(query).map(|root| Self { root })
    }

    /// What its value at a moment depends on, beside the samples up to that moment.
    pub fn outlook(&self) -> Outlook {
        outlook::of_root(&self.root)
    }

    /// Evaluates the query.
    ///
    /// # Errors
    ///
    /// When the expression has no result, such as for a join of many series with many.
    pub fn evaluate(&self, storage: &Storage, moments: Moments, options: &Options) -> Result<Answer, Failure> {
        eval::evaluate(&self.root, storage, moments, options)
    }
}
