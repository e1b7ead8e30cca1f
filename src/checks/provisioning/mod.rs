//! What Grafana is provisioned with.

pub mod ds_url;
