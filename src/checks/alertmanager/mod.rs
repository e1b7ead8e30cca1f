//! Checks of Alertmanager's configuration: routing, receivers, inhibition.

pub mod empty_receiver;
pub mod inhibit_never_matches;
pub mod inhibit_wide;
pub mod invalid;
pub mod matcher_misread;
pub mod placeholder;
pub mod regex_as_literal;
pub mod route_matches_no_rule;
pub mod template_syntax;
pub mod timing;
pub mod unreachable_route;
pub mod unused_interval;
pub mod unused_receiver;
