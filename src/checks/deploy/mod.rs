//! Configuration against the containers it runs in.

mod cluster;
mod command;
pub mod connections;
pub mod exporter_refused;
pub mod exposed;
pub mod flag;
pub mod localhost;
pub mod memory_limit;
pub mod monitor_port;
pub mod monitor_selects_nothing;
pub mod mount;
pub mod no_eviction;
pub mod not_selected;
pub mod probe_refused;
pub mod reach;
mod scraped;
pub mod service_selects_nothing;
pub mod target;
pub mod unscraped;
