//! The whole program, run as a person or a pipeline runs it. One binary, so that it is linked once.

#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may stop at what cannot be")]

mod adoption;
mod begin;
mod browser;
mod chains;
mod check;
mod check_config;
mod cli;
mod coverage;
mod failures;
mod fix;
mod folder;
mod format;
mod graph;
mod handbook;
mod hostile;
mod links;
mod metrics;
mod notifications;
mod pipeline;
mod query;
mod readme;
mod repeatable;
mod routes;
mod security;
mod server;
mod stacks;
mod unit_tests;
mod unquoted_names;
mod watch;
mod web;
#[path = "../../benches/workload/mod.rs"]
mod workload;

/// Five monitoring stacks of small teams, as they stand in their repositories: `rules-fixtures/NAME` and
/// `dashboards-fixtures/NAME` are one workspace.
const STACKS: [&str; 5] = ["allin", "arq", "love-parser", "magacin-track", "social-selling"];
