//! Whether the metrics that are asked for exist.

pub mod unknown;
