//! Services that select no pods, though those that they seem to be for are there.

use crate::{check, kit::*, model::manifest::Manifest, vocab::listed, workspace::Workspace};

check! {
    /// A `Service` selects no pods, though those of a workload of its name are there.
    ///
    /// ## Why it matters
    /// A service without pods has no endpoints: nothing is scraped through it, and a monitor that selects it finds no
    /// target. The selector is compared with the labels of the pods, not with those of the deployment itself.
    ///
    /// ## Example
    /// ```yaml path=shop.yaml
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: shop}
    /// spec:
    ///   selector: {app: webshop}
    ///   ports: [{name: http, port: 8080}]
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: shop}
    /// spec:
    ///   template:
    ///     metadata: {labels: {app: shop}}
    ///     spec: {containers: [{name: shop, image: "example/shop:1"}]}
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=shop.yaml
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: shop}
    /// spec:
    ///   selector: {app: shop}
    ///   ports: [{name: http, port: 8080}]
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: shop}
    /// spec:
    ///   template:
    ///     metadata: {labels: {app: shop}}
    ///     spec: {containers: [{name: shop, image: "example/shop:1"}]}
    /// ```
    pub struct ServiceSelectsNothing {}
    id: "deploy/service-selects-nothing", severity: Warning,
}

impl Check for ServiceSelectsNothing {
    type Subject = Whole;

    fn check(&self, _: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let cluster = &facts.cluster;
        if cluster.is_open() {
            return;
        }
        for (manifest, service) in cluster.services().filter(|(_, service)| !service.selector.is_empty()) {
            let near = || cluster.workloads().filter(|(owner, _)| are_together(manifest, owner));
            let lacks = |labels: &[crate::model::Pair]| -> Vec<String> {
                let has = |wanted: &crate::model::Pair| {
                    labels
                        .iter()
                        .any(|own| own.name.value == wanted.name.value && own.value.text() == wanted.value.text())
                };
                let lacking = service.selector.iter().filter(|wanted| !has(wanted));
                lacking.map(|pair| format!("{}: {}", pair.name.value, pair.value.text())).collect()
            };
            if near().any(|(_, pods)| lacks(&pods.labels).is_empty()) {
                continue;
            }
            let mut meant = near().filter(|(owner, _)| name(owner).is_some() && name(owner) == name(manifest));
            let (Some((_, pods)), None) = (meant.next(), meant.next()) else { continue };
            let place = service.selector.first().map_or(manifest.kind.span, |pair| pair.name.span);
            let lacking = listed(lacks(&pods.labels), " and ");
            out.report(place, "this service selects no pods")
                .label(pods.span, format!("these pods do not have {lacking}"))
                .help("select labels that they have, or give them these");
        }
    }
}

fn name(manifest: &Manifest) -> Option<&str> {
    manifest.name.as_ref().map(|name| name.value.as_str())
}

/// Whether both are in one namespace, as far as they say.
fn are_together(one: &Manifest, other: &Manifest) -> bool {
    match (one.own_namespace(), other.own_namespace()) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    }
}
