//! Monitors whose selector misses the service or the pods that they are for.

use std::cell::LazyCell;

use crate::{
    check,
    kit::*,
    model::{
        Pair,
        manifest::{Manifest, Monitor, Namespaces, Resource, Selector, Service, Workload},
    },
    vocab::listed,
    workspace::Workspace,
};

check! {
    /// A monitor or a probe selects nothing, though what it seems to be for is there.
    ///
    /// ## Why it matters
    /// A `ServiceMonitor` selects services by the labels of the service itself, not by those of its pods; a `PodMonitor`
    /// selects pods by the labels of their template, and a `Probe` selects ingresses. If it selects nothing, nothing is scraped, and no `up` tells of it.
    ///
    /// ## Example
    /// ```yaml path=shop.yaml
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   selector: {app: shop}
    ///   ports: [{name: http, port: 8080}]
    /// ---
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: ServiceMonitor
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   selector: {matchLabels: {app: shop}}
    ///   endpoints: [{port: http}]
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=shop.yaml
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: shop, namespace: shop, labels: {app: shop}}
    /// spec:
    ///   selector: {app: shop}
    ///   ports: [{name: http, port: 8080}]
    /// ---
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: ServiceMonitor
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   selector: {matchLabels: {app: shop}}
    ///   endpoints: [{port: http}]
    /// ```
    pub struct MonitorSelectsNothing {}
    id: "deploy/monitor-selects-nothing", severity: Warning,
}

impl Check for MonitorSelectsNothing {
    type Subject = Whole;

    fn check(&self, _: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let cluster = &facts.cluster;
        if cluster.is_open() {
            return;
        }
        let services = LazyCell::new(|| cluster.services().map(Candidate::service).collect::<Vec<_>>());
        let pods = LazyCell::new(|| cluster.workloads().map(Candidate::pods).collect::<Vec<_>>());
        let ingresses = LazyCell::new(|| {
            let all = cluster.manifests().iter().filter(|one| one.kind.value == "Ingress");
            all.map(|one| Candidate::ingress(one)).collect::<Vec<_>>()
        });
        for manifest in cluster.manifests().iter().filter(|manifest| manifest.is_of_operator()) {
            let (looking, candidates): (Looking<'_>, &[Candidate<'_>]) = match &manifest.resource {
                Resource::ServiceMonitor(monitor) => (Looking::of(manifest, monitor), &services),
                Resource::PodMonitor(monitor) => (Looking::of(manifest, monitor), &pods),
                Resource::Probe(probe) => {
                    let Some(ingress) = &probe.ingress else { continue };
                    let (selector, namespaces) = (ingress.selector.as_ref(), ingress.namespaces.as_ref());
                    (Looking { manifest, selector, namespaces }, &ingresses)
                }
                _ => continue,
            };
            if let Some(selector) = looking.selector.filter(|selector| !selector.is_empty()) {
                judge(&looking, selector, candidates, out);
            }
        }
    }
}

/// A monitor or a probe that looks for something.
struct Looking<'w> {
    manifest: &'w Manifest,
    selector: Option<&'w Selector>,
    namespaces: Option<&'w Namespaces>,
}

impl<'w> Looking<'w> {
    fn of(manifest: &'w Manifest, monitor: &'w Monitor) -> Self {
        Self { manifest, selector: monitor.selector.as_ref(), namespaces: monitor.namespaces.as_ref() }
    }
}

/// Something that a monitor may select.
struct Candidate<'w> {
    owner: &'w Manifest,
    /// The labels by which it is selected.
    labels: Vec<(&'w str, &'w str)>,
    /// Other labels, by which it is often meant to be selected.
    also: Vec<(&'w str, &'w str)>,
    place: Span,
    what: &'static str,
}

impl<'w> Candidate<'w> {
    fn service((owner, service): (&'w Manifest, &'w Service)) -> Self {
        let also = Pair::texts(&service.selector).collect();
        let place = owner.name.as_ref().map_or(owner.kind.span, |name| name.span);
        Self { owner, labels: owner.label_values(), also, place, what: "the service" }
    }

    fn pods((owner, pods): (&'w Manifest, &'w Workload)) -> Self {
        let labels = Pair::texts(&pods.labels).collect();
        Self { owner, labels, also: owner.label_values(), place: pods.span, what: "the pods of" }
    }

    fn ingress(owner: &'w Manifest) -> Self {
        let place = owner.name.as_ref().map_or(owner.kind.span, |name| name.span);
        Self { owner, labels: owner.label_values(), also: Vec::new(), place, what: "the ingress" }
    }

    fn name(&self) -> &'w str {
        self.owner.name.as_ref().map_or("", |name| name.value.as_str())
    }

    /// Whether a monitor seems to be for it: the labels of the other kind would be selected, or its name is one of
    /// those that the monitor speaks of.
    fn seems_meant(&self, monitor: &Manifest, selector: &Selector) -> bool {
        let own = monitor.name.as_ref().map_or("", |name| name.value.as_str());
        let name = self.name();
        selector.selects(&self.also) == Some(true)
            || !name.is_empty() && (name == own || selector.match_labels.iter().any(|pair| pair.value.text() == name))
    }
}

fn judge(looking: &Looking<'_>, selector: &Selector, candidates: &[Candidate<'_>], out: &mut Sink<'_>) {
    let manifest = looking.manifest;
    let what = if manifest.kind.value == "Probe" { "probe" } else { "monitor" };
    // A condition that can't be read may select anything.
    if !selector.is_readable() {
        return;
    }
    let is_selected = |one: &&Candidate<'_>| selector.selects(&one.labels) == Some(true);
    if candidates.iter().filter(is_selected).any(|one| looks_into(looking, one.owner)) {
        return;
    }
    let name = manifest.name.as_ref().map_or(manifest.kind.span, |name| name.span);
    if let Some(elsewhere) = candidates.iter().find(is_selected) {
        let there = elsewhere.owner.own_namespace().unwrap_or_default();
        let place = looking.namespaces.map_or(name, |namespaces| namespaces.span);
        out.report(place, format!("this {what} does not look into the namespace `{there}`"))
            .label(elsewhere.place, format!("{} `{}`, which it selects, is there", elsewhere.what, elsewhere.name()))
            .help(format!("let its `namespaceSelector` be `{{matchNames: [{there}]}}`"));
        return;
    }
    let mut meant = candidates.iter().filter(|one| one.seems_meant(manifest, selector));
    let (Some(meant), None) = (meant.next(), meant.next()) else { return };
    let lacking = Pair::texts(&selector.match_labels);
    let lacking = lacking.filter(|pair| !meant.labels.contains(pair)).map(|(name, value)| format!("{name}: {value}"));
    let lacking = listed(lacking, " and ");
    out.report(selector.span, format!("this {what} selects nothing"))
        .label(meant.place, format!("{} `{}` does not have the label {lacking}", meant.what, meant.name()))
        .help("give it the label, or select one that it has");
}

/// Whether a monitor looks into the namespace of a resource, or that can't be told.
fn looks_into(looking: &Looking<'_>, resource: &Manifest) -> bool {
    let Some(there) = resource.own_namespace() else { return true };
    let manifest = looking.manifest;
    match looking.namespaces {
        Some(namespaces) if namespaces.any || namespaces.names.is_empty() => {
            namespaces.any || manifest.own_namespace().is_none_or(|own| own == there)
        }
        Some(namespaces) => namespaces.names.iter().any(|name| name.value == there),
        None => manifest.own_namespace().is_none_or(|own| own == there),
    }
}
