//! The features of Prometheus that `--enable-feature` names.

use crate::{
    diag::Diagnostic,
    engine::Options,
    promql::{self, Query},
};

/// A feature that changes what an expression may say or what it evaluates to.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Feature {
    /// One that lets more be said.
    Syntax(promql::Feature),
    /// `promql-delayed-name-removal`.
    DelayedNameRemoval,
    /// `type-and-unit-labels`.
    TypeAndUnitLabels,
    /// `use-start-timestamps`.
    StartTimestamps,
}

impl Feature {
    /// All.
    pub const ALL: [Feature; 8] = [
        Feature::Syntax(promql::Feature::ExperimentalFunctions),
        Feature::Syntax(promql::Feature::DurationExpressions),
        Feature::Syntax(promql::Feature::ExtendedRangeSelectors),
        Feature::Syntax(promql::Feature::FillModifiers),
        Feature::Syntax(promql::Feature::UnquotedNames),
        Feature::DelayedNameRemoval,
        Feature::TypeAndUnitLabels,
        Feature::StartTimestamps,
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Feature::Syntax(feature) => feature.flag(),
            Feature::DelayedNameRemoval => "promql-delayed-name-removal",
            Feature::TypeAndUnitLabels => "type-and-unit-labels",
            Feature::StartTimestamps => "use-start-timestamps",
        }
    }
}

/// Those that let more be said.
pub fn of_syntax(features: &[Feature]) -> Vec<promql::Feature> {
    let syntax = |feature: &Feature| match feature {
        Feature::Syntax(feature) => Some(*feature),
        _ => None,
    };
    features.iter().filter_map(syntax).collect()
}

/// Sets an engine up with features.
pub fn switch_on(features: &[Feature], options: &mut Options) {
    for feature in features {
        match feature {
            Feature::Syntax(_) => {}
            Feature::DelayedNameRemoval => options.delayed_name_removal = true,
            Feature::TypeAndUnitLabels => options.features.type_and_unit_labels = true,
            Feature::StartTimestamps => options.features.start_timestamps = true,
        }
    }
}

/// What the expression uses without its feature being on.
pub fn missing(query: &Query, features: &[Feature]) -> Vec<Diagnostic> {
    let off = query
        .features()
        .iter()
        .filter(|used| used.feature.on_since().is_none() && !features.contains(&Feature::Syntax(used.feature)));
    let complaint = off.map(|used| {
        Diagnostic::error(used.span, format!("{} is behind a feature flag of Prometheus", used.what))
            .help(format!("add `--enable-feature={}`, if your server has it", used.feature))
    });
    complaint.collect()
}
