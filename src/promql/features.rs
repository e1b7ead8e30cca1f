//! Parts of PromQL that Prometheus has behind a feature flag.

use std::fmt;

use crate::{text::Span, vocab::Version};

/// A flag of Prometheus that PromQL syntax or functions hide behind.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Feature {
    /// Functions and aggregations that may still change.
    ExperimentalFunctions,
    /// Arithmetic in durations.
    DurationExpressions,
    /// `anchored` and `smoothed`.
    ExtendedRangeSelectors,
    /// `fill`, `fill_left`, `fill_right`.
    FillModifiers,
}

/// One use of a feature in an expression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeatureUse {
    /// Which feature.
    pub feature: Feature,
    /// What makes use of it.
    pub span: Span,
    /// The same in words: "`limitk`", "arithmetic in a duration".
    pub what: String,
}

impl Feature {
    /// All of them.
    pub const ALL: [Feature; 4] = [
        Feature::ExperimentalFunctions,
        Feature::DurationExpressions,
        Feature::ExtendedRangeSelectors,
        Feature::FillModifiers,
    ];

    /// The value of `--enable-feature` that switches it on.
    pub fn flag(self) -> &'static str {
        match self {
            Feature::ExperimentalFunctions => "promql-experimental-functions",
            Feature::DurationExpressions => "promql-duration-expr",
            Feature::ExtendedRangeSelectors => "promql-extended-range-selectors",
            Feature::FillModifiers => "promql-binop-fill-modifiers",
        }
    }

    /// The feature that a value of `--enable-feature` switches on.
    pub fn of_flag(flag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|feature| feature.flag() == flag)
    }

    /// The release since which Prometheus has it on without its flag, if it has.
    pub fn on_since(self) -> Option<Version> {
        match self {
            Feature::DurationExpressions => Some(Version::new(3, 14)),
            Feature::ExtendedRangeSelectors => Some(Version::new(3, 16)),
            Feature::ExperimentalFunctions | Feature::FillModifiers => None,
        }
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.flag())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        promql::Query,
        text::{Excerpt, FileId},
    };

    #[test]
    fn are_noted_once_each() {
        for (text, feature, marked) in [
            ("limitk(1, x)", Feature::ExperimentalFunctions, "limitk"),
            ("mad_over_time(x[5m])", Feature::ExperimentalFunctions, "mad_over_time"),
            ("x[(5m + 1) * 2]", Feature::DurationExpressions, "(5m + 1) * 2"),
            ("x offset -(5m + 1)", Feature::DurationExpressions, "-(5m + 1)"),
            ("rate(x[5m] smoothed)", Feature::ExtendedRangeSelectors, "smoothed"),
            ("a + fill_left (1) b", Feature::FillModifiers, "fill_left"),
        ] {
            let query = Query::parse(Excerpt::whole(FileId(0), text));
            let found: Vec<_> =
                query.features().iter().map(|one| (one.feature, &text[query.range_of(one.span)])).collect();
            assert_eq!(found, [(feature, marked)]);
            assert_eq!(Feature::of_flag(feature.flag()), Some(feature));
        }
    }
}
