//! What Grafana is provisioned with.

pub mod alert_rule;
pub mod dash_path;
pub mod ds_interval;
pub mod ds_refs;
pub mod ds_uid;
pub mod ds_url;
pub mod env;
pub mod invalid;
pub mod unread;
