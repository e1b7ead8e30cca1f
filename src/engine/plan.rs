//! A query made ready for evaluation.

use crate::{
    promql::{Query, ast::Expr},
    text::Span,
};

use super::{Answer, Answered, Failure, LabelMatcher, Moments, Notes, Options, Storage};

/// A query made ready, so that what costs time is done once: patterns are read and functions are found.
#[derive(Debug)]
pub struct Plan {
    root: Node,
}

#[derive(Debug)]
enum Node {
    Number(f64),
    Text(String),
    Selector(Vec<LabelMatcher>),
    Other(Span),
}

impl Plan {
    /// Makes a query ready; `None` when Prometheus would not accept it.
    pub fn of(query: &Query) -> Option<Self> {
        let root = match query.valid()?.unwrap_parens() {
            Expr::Number(number) => Node::Number(number.value),
            Expr::String(text) => Node::Text(text.value.clone()),
            Expr::Selector(selector) => Node::Selector(LabelMatcher::all_of(selector)?),
            other => Node::Other(other.span()),
        };
        Some(Self { root })
    }

    /// Evaluates the query.
    ///
    /// # Errors
    ///
    /// When the expression has no result, such as for a join of many series with many.
    pub fn evaluate(&self, storage: &Storage, moments: Moments, options: &Options) -> Result<Answer, Failure> {
        let value = match &self.root {
            Node::Number(value) => Answered::Scalar(*value),
            Node::Text(text) => Answered::String(text.clone()),
            Node::Selector(matchers) => {
                let latest = storage.select(matchers).into_iter().filter_map(|series| {
                    let point = series.latest(moments.start - options.lookback_delta, moments.start)?;
                    Some((series.labels.clone(), point.value))
                });
                Answered::Vector(latest.collect())
            }
            Node::Other(span) => return Err(Failure::new(*span, "only selectors are evaluated")),
        };
        Ok(Answer { value, notes: Notes::default() })
    }
}
