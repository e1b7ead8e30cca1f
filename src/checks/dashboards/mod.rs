//! Grafana dashboards: what they ask, whom they ask, and the variables they use.

pub mod ds_type;
pub mod ds_unknown;
pub mod legend;
pub mod promql;
pub mod target;
pub mod var_multi;
pub mod var_undefined;
