//! Grafana dashboards: what they ask, whom they ask, and the variables they use.

pub mod ds_type;
pub mod ds_unknown;
pub mod promql;
pub mod var_undefined;
