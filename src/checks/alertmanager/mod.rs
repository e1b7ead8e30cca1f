//! Checks of Alertmanager's configuration: routing, receivers, inhibition.

pub mod inhibit_never_matches;
pub mod invalid;
pub mod matcher_misread;
pub mod placeholder;
pub mod route_matches_no_rule;
pub mod template_syntax;
pub mod unreachable_route;
pub mod unused_receiver;
