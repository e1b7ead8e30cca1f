//! Whether the metrics that are asked for exist.

pub mod job_unknown;
pub mod label_unknown;
pub mod unknown;
