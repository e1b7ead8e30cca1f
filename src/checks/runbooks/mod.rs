//! Runbook links: whether an alert has one, and whether it leads somewhere.

pub mod anchor;
pub mod dead;
pub mod local;
pub mod missing;
pub mod orphan;
pub mod url;
