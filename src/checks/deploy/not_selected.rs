//! Rules, monitors and parts of configurations that no server of the cluster takes.

use crate::{
    check,
    kit::*,
    model::{
        Pair,
        manifest::{Manifest, Selector, Takes},
    },
    vocab::listed,
    workspace::Workspace,
};

check! {
    /// No server takes this rule, monitor or configuration: its labels or its namespace are not selected.
    ///
    /// ## Why it matters
    /// The operator takes a `PrometheusRule`, a `ServiceMonitor` or an `AlertmanagerConfig` only if the selectors of a
    /// `Prometheus` or an `Alertmanager` mean it. Of one that is left out nobody is told: its alerts are never evaluated, its
    /// targets never scraped. A server without the selector takes none.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yaml
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: Prometheus
    /// metadata: {name: main, namespace: monitoring}
    /// spec:
    ///   ruleSelector: {matchLabels: {role: alert-rules}}
    /// ```
    /// ```yaml path=rules.yaml
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: PrometheusRule
    /// metadata: {name: shop, namespace: monitoring, labels: {app: shop}}
    /// spec:
    ///   groups: [{name: shop, rules: [{alert: ShopDown, expr: up == 0}]}]
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yaml
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: Prometheus
    /// metadata: {name: main, namespace: monitoring}
    /// spec:
    ///   ruleSelector: {matchLabels: {role: alert-rules}}
    /// ```
    /// ```yaml path=rules.yaml
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: PrometheusRule
    /// metadata: {name: shop, namespace: monitoring, labels: {app: shop, role: alert-rules}}
    /// spec:
    ///   groups: [{name: shop, rules: [{alert: ShopDown, expr: up == 0}]}]
    /// ```
    pub struct NotSelected {}
    id: "deploy/not-selected", severity: Warning,
}

impl Check for NotSelected {
    type Subject = Whole;

    fn check(&self, _: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let cluster = &facts.cluster;
        if cluster.is_open() {
            return;
        }
        for resource in cluster.manifests().iter().filter(|manifest| manifest.is_of_operator()) {
            let takers: Vec<_> = cluster.takers(&resource.kind.value).collect();
            let is_named = takers.iter().any(|(_, server, _)| {
                server
                    .global_config
                    .as_ref()
                    .zip(resource.name.as_ref())
                    .is_some_and(|(one, own)| one.value == own.value)
            });
            let is_left_out =
                |(server, _, takes): &(&Manifest, _, &Takes)| cluster.takes(server, takes, resource) == Some(false);
            let Some((server, _, takes)) = takers.first().filter(|_| !is_named && takers.iter().all(is_left_out))
            else {
                continue;
            };
            report(resource, server, takes, takers.len(), out);
        }
    }
}

fn report(resource: &Manifest, server: &Manifest, takes: &Takes, servers: usize, out: &mut Sink<'_>) {
    let kind = &resource.kind.value;
    let place = resource.name.as_ref().map_or(resource.kind.span, |name| name.span);
    let who = if servers == 1 { format!("the only {} here", server.kind.value) } else { "each server here".to_owned() };
    let server_place = server.name.as_ref().map_or(server.kind.span, |name| name.span);
    let finding = out.report(place, format!("no server takes this {kind}"));
    let Some(selector) = &takes.objects else {
        finding
            .label(server_place, format!("{who} has no `{}`, and so takes none", takes.key))
            .help(format!("add `{}: {{}}` to its `spec`, which takes all of its namespace", takes.key));
        return;
    };
    let lacking = lacking(selector, resource);
    if lacking.is_empty() {
        let namespace = resource.own_namespace().unwrap_or_default();
        finding
            .label(
                takes.namespaces.as_ref().map_or(server_place, |selector| selector.span),
                match takes.namespaces {
                    Some(_) => {
                        format!("{who} takes those of other namespaces than `{namespace}`, or with other labels")
                    }
                    None => format!("{who} takes those of its own namespace only"),
                },
            )
            .help("let the server select the namespace, or move the resource");
    } else {
        finding
            .label(selector.span, format!("{who} takes those with these labels"))
            .help(format!("add the label {}", listed(lacking, " and ")));
    }
}

/// The labels that a selector wants and a resource has not; the conditions count as one of no name.
fn lacking(selector: &Selector, resource: &Manifest) -> Vec<String> {
    let own = resource.label_values();
    let pairs = Pair::texts(&selector.match_labels);
    let missing = pairs.filter(|pair| !own.contains(pair)).map(|(name, value)| format!("{name}: {value}"));
    let keys = selector.expressions.iter().filter_map(|one| Some(one.key.as_ref()?.value.clone()));
    let is_unmet = selector.selects(&own) == Some(false);
    let mut lacking: Vec<String> = missing.collect();
    if lacking.is_empty() && is_unmet {
        lacking.extend(keys);
    }
    lacking
}
