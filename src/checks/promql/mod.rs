//! What expressions mean, whoever they belong to.

pub mod alert_condition;
pub mod constant_compare;
pub mod domain;
pub mod empty_matchers;
pub mod features;
pub mod impossible_join;
pub mod irate_alert;
pub mod quantile_input;
pub mod quantile_no_le;
pub mod rate_window;
pub mod regex;
pub mod self_ratio;
pub mod syntax;
