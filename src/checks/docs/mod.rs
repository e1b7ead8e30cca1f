//! READMEs and runbooks: whether what they say of the alerts is so.

pub mod alert_missing;
pub mod alert_undocumented;
pub mod count;
pub mod dashboard;
pub mod duration;
pub mod expr;
pub mod metric;
pub mod severity;
pub mod threshold;
