//! Matchers of a selector, ready to be tried on many series.

use crate::{
    promql::ast::{MatchOp, Matcher, VectorSelector},
    vocab::Pattern,
};

use super::{Labels, labels::METRIC_NAME};

/// A matcher whose pattern is read.
#[derive(Clone, Debug)]
pub struct LabelMatcher {
    /// The label's name.
    pub label: String,
    /// The test its value must pass.
    pub test: Test,
}

/// What a label's value must be.
#[derive(Clone, Debug)]
pub enum Test {
    /// This very text.
    Equal(String),
    /// Any other text.
    NotEqual(String),
    /// What the pattern matches.
    Regex(Pattern),
    /// What the pattern does not match.
    NotRegex(Pattern),
}

impl LabelMatcher {
    /// A matcher that takes this very value.
    pub fn equal(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), test: Test::Equal(value.into()) }
    }

    /// Reads the pattern of a matcher; `None` when it is none, which the parser has reported.
    pub fn of(matcher: &Matcher) -> Option<Self> {
        let value = &matcher.value.value;
        let test = match matcher.op.value {
            MatchOp::Equal => Test::Equal(value.to_string()),
            MatchOp::NotEqual => Test::NotEqual(value.to_string()),
            MatchOp::Regex => Test::Regex(Pattern::anchored(value).ok()?),
            MatchOp::NotRegex => Test::NotRegex(Pattern::anchored(value).ok()?),
        };
        Some(Self { label: matcher.label.value.to_string(), test })
    }

    /// The matchers of a selector, the name in front of the braces among them.
    pub fn all_of(selector: &VectorSelector) -> Option<Vec<Self>> {
        let name = selector.name.iter().map(|name| Some(Self::equal(METRIC_NAME, name.value.clone())));
        name.chain(selector.matchers.iter().map(Self::of)).collect()
    }

    /// Whether a label of this value passes; the value of a label that is not there is the empty text.
    pub fn takes(&self, value: &str) -> bool {
        match &self.test {
            Test::Equal(wanted) => value == wanted,
            Test::NotEqual(unwanted) => value != unwanted,
            Test::Regex(pattern) => pattern.is_match(value),
            Test::NotRegex(pattern) => !pattern.is_match(value),
        }
    }

    /// Whether a series passes.
    pub fn takes_series(&self, labels: &Labels) -> bool {
        self.takes(labels.value(&self.label))
    }

    /// The name of the metric, when this matcher allows but one.
    pub fn metric_name(&self) -> Option<&str> {
        match &self.test {
            Test::Equal(name) if self.label == METRIC_NAME && !name.is_empty() => Some(name),
            _ => None,
        }
    }
}
