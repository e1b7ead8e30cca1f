//! What files mean: rule files, server configurations, manifests, as plain data with places.

pub mod alertmanager;
pub mod compose;
pub mod dashboard;
pub mod exemptions;
pub mod loki;
pub mod manifest;
pub mod prometheus;
pub mod provisioning;
pub mod proxy;
pub mod rules;
pub mod settings;
pub mod suite;

mod document;
mod keys;
mod pair;
#[cfg(test)]
mod properties;
#[cfg(test)]
pub(crate) mod specimen;

pub use document::{Body, Document};
pub use keys::{Key, Keys};
pub use pair::Pair;
