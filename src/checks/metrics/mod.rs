//! Whether the metrics that are asked for exist.

pub mod alerts_series;
pub mod job_unknown;
pub mod label_unknown;
pub mod unknown;
