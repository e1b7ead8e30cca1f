//! What expressions mean, whoever they belong to.

pub mod alert_condition;
pub mod always_fires;
pub mod avg_of_quantile;
pub mod constant_compare;
pub mod counter_raw;
pub mod domain;
pub mod empty_matchers;
pub mod features;
pub mod function_kind;
pub mod future_offset;
pub mod impossible_join;
pub mod irate_alert;
pub mod missing_silent;
pub mod never_fires;
pub mod percent_scale;
pub mod quantile_input;
pub mod quantile_no_le;
pub mod rate_of_sum;
pub mod rate_window;
pub mod regex;
pub mod retention;
pub mod self_ratio;
pub mod syntax;
pub mod topk_alert;
pub mod zero_divisor;
