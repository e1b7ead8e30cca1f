//! Endpoints of monitors on ports that the selected services or pods do not name.

use std::cell::LazyCell;

use crate::{
    check,
    facts::Cluster,
    kit::*,
    model::{
        Pair,
        manifest::{Manifest, Monitor, Resource, Service, Workload},
    },
    vocab::{listed, nearest},
    workspace::Workspace,
};

check! {
    /// A monitor names a port that none of the services or pods it selects has.
    ///
    /// ## Why it matters
    /// `port` is the name of a port, not its number. If no selected service names it so, the monitor has no target: nothing
    /// is scraped, and no `up` tells of it.
    ///
    /// ## Example
    /// ```yaml path=shop.yaml
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: shop, labels: {app: shop}}
    /// spec:
    ///   selector: {app: shop}
    ///   ports: [{name: http, port: 8080}]
    /// ---
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: ServiceMonitor
    /// metadata: {name: shop}
    /// spec:
    ///   selector: {matchLabels: {app: shop}}
    ///   endpoints: [{port: metrics}]
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=shop.yaml
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: shop, labels: {app: shop}}
    /// spec:
    ///   selector: {app: shop}
    ///   ports: [{name: http, port: 8080}]
    /// ---
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: ServiceMonitor
    /// metadata: {name: shop}
    /// spec:
    ///   selector: {matchLabels: {app: shop}}
    ///   endpoints: [{port: http}]
    /// ```
    pub struct MonitorPort {}
    id: "deploy/monitor-port", severity: Error,
}

impl Check for MonitorPort {
    type Subject = Whole;

    fn check(&self, _: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let cluster = &facts.cluster;
        if cluster.is_open() {
            return;
        }
        let (services, pods) = (LazyCell::new(|| services(cluster)), LazyCell::new(|| pods(cluster)));
        for manifest in cluster.manifests().iter().filter(|manifest| manifest.is_of_operator()) {
            let (monitor, owners): (_, &[Owner<'_>]) = match &manifest.resource {
                Resource::ServiceMonitor(monitor) => (monitor, &services),
                Resource::PodMonitor(monitor) => (monitor, &pods),
                _ => continue,
            };
            let Some(selector) = &monitor.selector else { continue };
            let owners: Vec<&Owner<'_>> =
                owners.iter().filter(|owner| selector.selects(&owner.labels) == Some(true)).collect();
            let is_of_pods = matches!(manifest.resource, Resource::PodMonitor(_));
            ports(monitor, &owners, is_of_pods, facts, out);
        }
    }
}

/// Something that a monitor selects, with the ports it names.
struct Owner<'w> {
    manifest: &'w Manifest,
    /// The labels by which it is selected.
    labels: Vec<(&'w str, &'w str)>,
    names: Vec<&'w str>,
    /// The numbers of its ports, with the name of each that has one.
    numbers: Vec<(i64, Option<&'w str>)>,
}

fn services<'w>(cluster: &Cluster<'w>) -> Vec<Owner<'w>> {
    let owner = |(manifest, service): (&'w Manifest, &'w Service)| {
        let ports = service.ports.iter().map(|port| (port.port.map(|port| port.value), port.name.as_ref()));
        Owner::of(manifest, manifest.label_values(), ports)
    };
    cluster.services().map(owner).collect()
}

fn pods<'w>(cluster: &Cluster<'w>) -> Vec<Owner<'w>> {
    let owner = |(manifest, pods): (&'w Manifest, &'w Workload)| {
        let labels = Pair::texts(&pods.labels).collect();
        let ports = pods.ports.iter().map(|port| (port.port.map(|port| port.value), port.name.as_ref()));
        Owner::of(manifest, labels, ports)
    };
    cluster.workloads().map(owner).collect()
}

impl<'w> Owner<'w> {
    fn of(
        manifest: &'w Manifest,
        labels: Vec<(&'w str, &'w str)>,
        ports: impl Iterator<Item = (Option<i64>, Option<&'w Spanned<String>>)>,
    ) -> Self {
        let ports = ports.map(|(port, name)| (port, name.map(|name| name.value.as_str())));
        let ports: Vec<_> = ports.collect();
        let names = ports.iter().filter_map(|(_, name)| *name).collect();
        let numbers = ports.into_iter().filter_map(|(port, name)| Some((port?, name))).collect();
        Self { manifest, labels, names, numbers }
    }
}

fn ports(monitor: &Monitor, owners: &[&Owner<'_>], is_of_pods: bool, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let Some(first) = owners.first() else { return };
    for port in monitor.endpoints.iter().filter_map(|endpoint| endpoint.port.as_ref()) {
        if port.value.is_empty() || owners.iter().any(|owner| owner.names.contains(&port.value.as_str())) {
            continue;
        }
        let names: Vec<&str> = owners.iter().flat_map(|owner| owner.names.iter().copied()).collect();
        let number = port.value.parse::<i64>().ok();
        let mut numbers = owners.iter().flat_map(|owner| &owner.numbers);
        let of_number = numbers.find(|(own, _)| Some(*own) == number).and_then(|(_, name)| *name);
        let what = if is_of_pods { "pod" } else { "service" };
        let message = if number.is_some() {
            format!("`port` takes a name, and no selected {what} has a port called `{}`", port.value)
        } else {
            format!("no selected {what} has a port called `{}`", port.value)
        };
        // A container that is put into the pod later may have the port.
        let severity = if is_of_pods { Severity::Warning } else { Severity::Error };
        let place = first.manifest.name.as_ref().map_or(first.manifest.kind.span, |name| name.span);
        let label = match names.as_slice() {
            [] => "its ports have no names".to_owned(),
            names => format!("it has {}", listed(names, ", ")),
        };
        let finding = out.report(port.span, message).severity(severity).label(place, label);
        match of_number.or_else(|| nearest(&port.value, names.iter().copied())) {
            Some(name) => finding.help(format!("say `{name}`")).instead(&facts.workspace.files, &port.value, name),
            None if names.is_empty() => finding.help(format!("give the port of the {what} this name")),
            None => finding.help(format!("name one of {}", listed(names, ", "))),
        };
    }
}
