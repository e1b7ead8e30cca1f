//! What a project demands of its rules. Each of these checks is silent until the configuration says what.

pub mod aggregation;
pub mod annotations;
pub mod banned;
mod demands;
pub mod durations;
pub mod groups;
pub mod labels;
pub mod ranges;
pub mod selectors;
