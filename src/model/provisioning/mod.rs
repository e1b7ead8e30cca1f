//! Grafana's provisioning files: datasources, dashboard providers, alerting.

pub mod alerting;
pub mod datasource;
mod policy;
pub mod provider;
pub mod setting;

use crate::tree::{Complaints, Kind, Node};

pub use alerting::AlertingFile;
pub use datasource::{DatasourceFile, derived_uid};
pub use policy::PolicyTree;
pub use provider::ProviderFile;

/// A provisioning file.
#[derive(Clone, Debug)]
pub enum Provisioning {
    /// Datasources.
    Datasources(DatasourceFile),
    /// Folders of dashboards.
    Dashboards(ProviderFile),
    /// Alert rules, contact points, policies, mute timings, templates.
    Alerting(AlertingFile),
}

/// Which kind of provisioning file a document is.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ProvisioningKind {
    /// Datasources.
    Datasources,
    /// Folders of dashboards.
    Dashboards,
    /// Alert rules, contact points, policies, mute timings, templates.
    Alerting,
}

/// Which kind of provisioning file a document is, by its content.
pub fn recognise(root: Node<'_>) -> Option<ProvisioningKind> {
    if root.kind() == Kind::Sequence {
        // The old form of dashboard providers.
        let all = root.items().next().is_some() && root.items().all(is_provider);
        return all.then_some(ProvisioningKind::Dashboards);
    }
    // Kubernetes resources have a string there, such as `v1` or `apps/v1`.
    let version = root.get("apiVersion").and_then(Node::text);
    if version.is_some_and(|version| version.trim().parse::<i64>().is_err()) {
        return None;
    }
    let has = |key: &str, is: fn(Node<'_>) -> bool| {
        root.get(key).is_some_and(|list| list.kind() == Kind::Sequence && list.items().next().is_none_or(is))
    };
    let is_grafanas = |item: Node<'_>| {
        let keys = ["url", "access", "uid", "orgId", "org_id", "isDefault", "is_default", "jsonData", "json_data"];
        keys.iter().any(|key| item.get(key).is_some())
    };
    if has("datasources", |item| {
        item.get("name").is_some() && (item.get("type").is_some() || item.get("url").is_some())
    }) && (version.is_some() || root.get("datasources").is_some_and(|list| list.items().any(is_grafanas)))
        || (version.is_some() && has("deleteDatasources", |item| item.get("name").is_some()))
    {
        return Some(ProvisioningKind::Datasources);
    }
    if has("providers", is_provider)
        && (version.is_some() || root.get("providers").is_some_and(|it| it.items().next().is_some()))
    {
        return Some(ProvisioningKind::Dashboards);
    }
    let keys = ["contactPoints", "policies", "muteTimes", "templates", "deleteRules", "deleteContactPoints"];
    let further = ["resetPolicies", "deleteMuteTimes", "deleteTemplates", "groups"];
    let mentions = |key: &&str| root.get(key).is_some_and(|list| list.kind() == Kind::Sequence);
    let alerting = version.is_some() && keys.iter().chain(&further).any(mentions);
    (alerting || has_grafana_rules(root)).then_some(ProvisioningKind::Alerting)
}

fn is_provider(node: Node<'_>) -> bool {
    let options = node.get("options").is_some_and(|it| it.get("path").is_some() || it.get("folder").is_some());
    options || (node.get("type").and_then(Node::text) == Some("file") && node.get("name").is_some())
}

/// Whether its groups hold rules with `data`, as Grafana's have and Prometheus' have not.
fn has_grafana_rules(root: Node<'_>) -> bool {
    let rules = root.get("groups").into_iter().flat_map(Node::items).filter_map(|group| group.get("rules"));
    rules.flat_map(Node::items).any(|rule| rule.get("data").is_some_and(|data| data.kind() == Kind::Sequence))
}

/// Whether a document is a provisioning file.
pub fn looks_like(root: Node<'_>) -> bool {
    recognise(root).is_some()
}

/// Reads a provisioning file; `None` when it is none.
pub fn lower(root: Node<'_>, complaints: &mut Complaints) -> Option<Provisioning> {
    match recognise(root)? {
        ProvisioningKind::Datasources => DatasourceFile::lower(root, complaints).map(Provisioning::Datasources),
        ProvisioningKind::Dashboards => ProviderFile::lower(root, complaints).map(Provisioning::Dashboards),
        ProvisioningKind::Alerting => AlertingFile::lower(root, complaints).map(Provisioning::Alerting),
    }
}

#[cfg(test)]
mod tests;
