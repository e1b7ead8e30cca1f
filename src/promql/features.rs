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
    /// Dots and letters beyond ASCII in names without quotes. Such a name is an error unless its flag is known to be on,
    /// since quotes are all that it mostly lacks.
    UnquotedNames,
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
    pub const ALL: [Feature; 5] = [
        Feature::ExperimentalFunctions,
        Feature::DurationExpressions,
        Feature::ExtendedRangeSelectors,
        Feature::FillModifiers,
        Feature::UnquotedNames,
    ];

    /// The value of `--enable-feature` that switches it on.
    pub fn flag(self) -> &'static str {
        match self {
            Feature::ExperimentalFunctions => "promql-experimental-functions",
            Feature::DurationExpressions => "promql-duration-expr",
            Feature::ExtendedRangeSelectors => "promql-extended-range-selectors",
            Feature::FillModifiers => "promql-binop-fill-modifiers",
            Feature::UnquotedNames => "promql-unquoted-utf8-names",
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
            Feature::ExperimentalFunctions | Feature::FillModifiers | Feature::UnquotedNames => None,
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
            ("http.server.requests", Feature::UnquotedNames, ".server.requests"),
            ("x{größe=\"1\"}", Feature::UnquotedNames, "öße"),
            ("sum by (k8s.pod) (x)", Feature::UnquotedNames, ".pod"),
            ("温度", Feature::UnquotedNames, "温度"),
            ("foo..bar.", Feature::UnquotedNames, "..bar."),
            ("Inf.total + Inf", Feature::UnquotedNames, ".total"),
        ] {
            let query = Query::parse(Excerpt::whole(FileId(0), text)).with_features(&Feature::ALL);
            assert_eq!(query.errors(), []);
            let found: Vec<_> =
                query.features().iter().map(|one| (one.feature, &text[query.range_of(one.span)])).collect();
            assert_eq!(found, [(feature, marked)]);
            assert_eq!(Feature::of_flag(feature.flag()), Some(feature));
        }
    }

    #[test]
    fn names_of_other_signs_always_need_quotes() {
        for text in ["o\u{308}", "x.\u{661}", ".x", "x{.a=\"1\"}", "rate(x[5m.])", "x[é]", "x €"] {
            let query = Query::parse(Excerpt::whole(FileId(0), text)).with_features(&Feature::ALL);
            assert!(query.valid().is_none(), "{text}");
        }
    }
}
