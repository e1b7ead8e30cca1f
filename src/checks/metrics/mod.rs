//! Whether the metrics that are asked for exist.

pub mod alerts_series;
pub mod asked;
pub mod captured;
pub mod cause;
pub mod collector_off;
mod collectors;
mod drop;
pub mod dropped;
pub mod instance_unknown;
pub mod job_unknown;
pub mod label_unknown;
pub mod label_value;
pub mod missing;
pub mod not_scraped;
pub mod renamed;
mod rootfs;
mod served;
pub mod unknown;
pub mod up_missing;
pub mod wrong_job;
pub mod wrong_suffix;
