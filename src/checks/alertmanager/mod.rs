//! Checks of Alertmanager's configuration: routing, receivers, inhibition.

pub mod alert_default_only;
pub mod continue_noop;
pub mod deprecated;
pub mod double_notify;
pub mod empty_receiver;
pub mod group_by;
pub mod inhibit_never_matches;
pub mod inhibit_wide;
pub mod interval_never;
pub mod invalid;
pub mod matcher_misread;
pub mod newer;
pub mod placeholder;
pub mod regex_as_literal;
pub mod route_matches_no_rule;
pub mod setting_misread;
mod severity;
pub mod severity_drift;
pub mod template_label;
pub mod template_syntax;
pub mod template_undefined;
pub mod timing;
pub mod unreachable_route;
pub mod unused_interval;
pub mod unused_receiver;
