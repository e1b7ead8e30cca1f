//! READMEs and runbooks: whether what they say of the alerts is so.

pub mod abridged;
pub mod address;
pub mod alert_missing;
pub mod alert_undocumented;
pub mod anchor;
pub mod arrow;
pub mod count;
pub mod dashboard;
pub mod deploy;
pub mod duration;
pub mod expr;
pub mod link;
pub mod metric;
pub mod near;
mod retired;
pub mod sections;
pub mod severity;
pub mod shown;
mod slips;
pub mod spoken;
pub mod target;
pub mod threshold;
