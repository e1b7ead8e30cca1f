//! Parts of PromQL that Prometheus has behind a feature flag.

use std::fmt;

use crate::text::Span;

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

    /// Whether Prometheus 3.14 has it on without its flag.
    pub fn is_on_by_default(self) -> bool {
        self == Feature::DurationExpressions
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.flag())
    }
}
