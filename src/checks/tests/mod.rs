//! Test files of rules: what makes a test say less than it seems to.

pub mod coverage;
pub mod invalid;
pub mod only_empty;
pub mod order;
pub mod time;
pub mod unknown_alert;
pub mod unknown_label;
pub mod unused_series;
