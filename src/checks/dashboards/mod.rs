//! Grafana dashboards: what they ask, whom they ask, and the variables they use.

pub mod ds_input;
pub mod ds_type;
pub mod ds_unknown;
pub mod identity;
pub mod legend;
pub mod promql;
mod provisioned;
pub mod rate_interval;
pub mod target;
pub mod unit;
pub mod var_multi;
pub mod var_undefined;
pub mod var_unused;
