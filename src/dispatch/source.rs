//! Where a routing tree comes from: Alertmanager's own file, a manifest of its operator, or Grafana's provisioning.

use crate::model::{Document, alertmanager::Route, manifest::Resource, provisioning::Provisioning};

/// What kind of file a routing tree stands in.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// `alertmanager.yml`.
    Alertmanager,
    /// An `AlertmanagerConfig` of Prometheus' operator. Its root is in fact a child of the operator's own root, which
    /// takes only the alerts of the manifest's namespace.
    Manifest,
    /// Notification policies that Grafana provisions.
    Policies,
}

/// The routing tree of a document, if it has one; of several policies the first.
pub fn route_in(document: &Document) -> Option<(Route, Origin)> {
    if let Some(config) = document.alertmanager() {
        return Some((config.route.clone()?, Origin::Alertmanager));
    }
    if let Some(Resource::AlertmanagerConfig(config)) = document.manifest().map(|manifest| &manifest.resource) {
        return Some((config.route.clone()?, Origin::Manifest));
    }
    let Provisioning::Alerting(file) = document.provisioning()? else { return None };
    Some((file.policies.first()?.route(), Origin::Policies))
}
