//! What expressions mean, whoever they belong to.

pub mod alert_condition;
pub mod features;
pub mod impossible_join;
pub mod quantile_input;
pub mod quantile_no_le;
pub mod rate_window;
pub mod self_ratio;
pub mod syntax;
