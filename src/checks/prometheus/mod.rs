//! `prometheus.yml`: what it loads, scrapes and tells.

pub mod no_alertmanager;
pub mod rule_file_missing;
pub mod rule_file_orphan;
pub mod rule_glob_empty;
