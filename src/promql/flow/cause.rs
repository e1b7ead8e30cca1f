//! Where a label was set or dropped, and how to say so.

use crate::text::Span;

use super::super::ast::AggregationOp;

/// What made a label certain or absent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cause {
    /// Where.
    pub span: Span,
    /// What stands there.
    pub origin: Origin,
}

/// What sets or drops labels.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// A matcher of a selector, or its name.
    Matcher,
    /// The target that the series is scraped from.
    Target {
        /// The configuration that proves it, if there is one.
        proof: Option<Span>,
    },
    /// A label that a recording rule sets.
    Rule,
    /// An aggregation.
    Aggregation(AggregationOp),
    /// A label in `by (…)`.
    Grouping,
    /// `on (…)` or `ignoring (…)`, which leave only the labels they compare.
    Matching,
    /// A function.
    Function(&'static str),
    /// A number, a text, or a function that gives one.
    Scalar,
    /// An operator or function that computes a new value, which drops the metric name.
    Computed,
}

impl Cause {
    /// A cause.
    pub fn new(span: Span, origin: Origin) -> Self {
        Self { span, origin }
    }

    /// How a label came to be there, to stand at the cause: "every scraped series has `job`".
    pub fn keeps(&self, label: &str) -> String {
        match &self.origin {
            Origin::Matcher => format!("`{label}` is there, by this matcher"),
            Origin::Target { .. } => format!("every scraped series has `{label}`"),
            Origin::Rule => format!("this rule sets `{label}`"),
            Origin::Aggregation(op) => format!("this `{}` sets `{label}`", op.text()),
            Origin::Function(name) => format!("this `{name}` sets `{label}`"),
            Origin::Grouping => format!("`{label}` is kept here"),
            Origin::Matching | Origin::Scalar | Origin::Computed => format!("`{label}` is there"),
        }
    }

    /// How a label came to be missing, to stand at the cause: "this `sum` drops `job`".
    pub fn drops(&self, label: &str) -> String {
        self.drops_all(&format!("`{label}`"))
    }

    /// The same of several labels, listed in backticks.
    pub fn drops_all(&self, labels: &str) -> String {
        match &self.origin {
            Origin::Matcher => format!("this matcher wants series without {labels}"),
            Origin::Aggregation(op) => format!("this `{}` drops {labels}", op.text()),
            Origin::Function(name) => format!("the result of this `{name}` has no {labels}"),
            Origin::Matching => format!("this drops {labels}"),
            Origin::Rule => format!("this rule removes {labels}"),
            Origin::Grouping | Origin::Scalar | Origin::Computed | Origin::Target { .. } => {
                format!("there is no {labels}")
            }
        }
    }
}
