//! `prometheus.yml`: what it loads, scrapes and tells.

pub mod duplicate_target;
pub mod external_labels;
pub mod interval;
pub mod invalid;
pub mod newer;
pub mod no_alertmanager;
pub mod placeholder;
pub mod relabel_effect;
mod relabel_groups;
pub mod removed;
pub mod rule_file_missing;
pub mod rule_file_orphan;
pub mod rule_glob_empty;
pub mod suspicious_path;
