//! Kubernetes manifests: the resources of prometheus-operator and VictoriaMetrics' operator, and the
//! plain ones that carry configuration.

mod alertmanager_config;
mod monitor;
mod operator;
mod receivers;
mod resource;
mod selector;
#[cfg(test)]
mod tests;
mod workload;

use crate::{
    text::{Excerpt, Span, Spanned},
    tree::{Complaints, Fields, Kind, Node},
};

use super::{
    Keys, Pair,
    rules::{self, RuleFile, Ruler},
};

pub use alertmanager_config::AlertmanagerConfig;
pub use monitor::{Endpoint, Ingresses, Monitor, Namespaces, Probe, ScrapeTargets};
pub use operator::{Server, Takes};
pub use receivers::ManifestReceiver;
pub use resource::{ConfigMap, Service, ServicePort};
pub use selector::{Expression, Selector};
pub use workload::{ContainerPort, Workload};

/// One resource.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The whole map.
    pub span: Span,
    /// Where its keys stand.
    pub keys: Keys,
    /// Its `apiVersion`.
    pub api_version: Spanned<String>,
    /// Its `kind`.
    pub kind: Spanned<String>,
    /// Its name.
    pub name: Option<Spanned<String>>,
    /// Its namespace.
    pub namespace: Option<Spanned<String>>,
    /// Its labels.
    pub labels: Vec<Pair>,
    /// What it says.
    pub resource: Resource,
}

/// What a resource says, as far as it has to do with monitoring.
#[derive(Clone, Debug)]
pub enum Resource {
    /// `PrometheusRule` or `VMRule`; the latter is VictoriaMetrics'.
    Rules(RuleFile),
    /// `ServiceMonitor` or `VMServiceScrape`.
    ServiceMonitor(Monitor),
    /// `PodMonitor` or `VMPodScrape`.
    PodMonitor(Monitor),
    /// `Probe`.
    Probe(Box<Probe>),
    /// `ScrapeConfig` of prometheus-operator.
    ScrapeConfig(ScrapeTargets),
    /// `AlertmanagerConfig`.
    AlertmanagerConfig(Box<AlertmanagerConfig>),
    /// `Prometheus`, `PrometheusAgent`, `ThanosRuler` or `Alertmanager` of prometheus-operator.
    Server(Box<Server>),
    /// `Service`.
    Service(Service),
    /// What starts pods: `Deployment`, `StatefulSet`, `Pod` and the like.
    Workload(Workload),
    /// What is told by kind, name and labels alone: a `Namespace`, an `Ingress`, a `VMAlert`, a `PrometheusRule` whose
    /// rules are a document of their own.
    Named,
    /// `ConfigMap`, or a `Secret` as far as it is in clear text.
    ConfigMap(ConfigMap),
    /// `GrafanaDashboard` of Grafana's operator, with the dashboard's JSON if it is in the manifest.
    GrafanaDashboard(Option<Excerpt>),
    /// Anything else.
    Other,
}

/// The API of prometheus-operator; VictoriaMetrics' operator has kinds of other names.
const OPERATOR: &str = "monitoring.coreos.com/";

impl Manifest {
    /// Whether it belongs to prometheus-operator.
    pub fn is_of_operator(&self) -> bool {
        self.api_version.value.starts_with(OPERATOR)
    }

    /// Its labels, name and value.
    pub fn label_values(&self) -> Vec<(&str, &str)> {
        Pair::texts(&self.labels).collect()
    }

    /// The namespace it says it belongs to.
    pub fn own_namespace(&self) -> Option<&str> {
        self.namespace.as_ref().map(|namespace| namespace.value.as_str())
    }
}

/// Whether a document is a manifest: it has `apiVersion` and `kind`.
pub fn is_manifest(root: Node<'_>) -> bool {
    ["apiVersion", "kind"].iter().all(|key| root.get(key).is_some_and(|value| value.text().is_some()))
}

/// Reads a manifest; a list (`kind: List`) and a template (OpenShift's `kind: Template`) give the
/// resources in them. What is no manifest gives nothing.
pub fn lower(root: Node<'_>, complaints: &mut Complaints) -> Vec<Manifest> {
    let mut manifests = Vec::new();
    gather(root, &mut manifests, complaints);
    manifests
}

fn gather(node: Node<'_>, manifests: &mut Vec<Manifest>, complaints: &mut Complaints) {
    if !is_manifest(node) {
        return;
    }
    let kind = node.get("kind").and_then(Node::text).unwrap_or_default();
    let inner = match kind {
        "Template" => node.get("objects"),
        _ if kind.ends_with("List") => node.get("items"),
        _ => None,
    };
    let Some(inner) = inner else {
        manifests.extend(lower_one(node, complaints));
        return;
    };
    let before = complaints.len();
    inner.items().for_each(|item| gather(item, manifests, complaints));
    if kind == "Template" {
        let parameters = parameters(inner);
        let told = complaints.split_off(before);
        complaints.extend(told.into_iter().filter(|complaint| !parameters.contains(&complaint.span)));
    }
}

/// Where a template is filled in (`${NAME}`, `${{NAME}}`): nothing is known of what will stand there.
fn parameters(node: Node<'_>) -> Vec<Span> {
    match node.kind() {
        Kind::Scalar(_) if node.text().is_some_and(|text| text.contains("${")) => vec![node.span()],
        Kind::Scalar(_) => Vec::new(),
        Kind::Sequence => node.items().flat_map(parameters).collect(),
        Kind::Mapping => node.entries().into_iter().flat_map(|(_, value)| parameters(value)).collect(),
    }
}

fn lower_one(node: Node<'_>, complaints: &mut Complaints) -> Option<Manifest> {
    // What the resource is called is Kubernetes' business; its complaints are not ours.
    let mut unsaid = Complaints::new();
    let mut fields = Fields::of(node, "manifest", &mut unsaid)?;
    let api_version = fields.string("apiVersion", &mut unsaid)?;
    let kind = fields.string("kind", &mut unsaid)?;
    let mut metadata = fields.value("metadata").and_then(|metadata| Fields::of(metadata, "metadata", &mut unsaid));
    let mut named = |key| metadata.as_mut().and_then(|metadata| metadata.string(key, &mut unsaid));
    let (name, namespace) = (named("name"), named("namespace"));
    let labels = metadata.map(|mut metadata| metadata.string_map("labels", &mut unsaid)).unwrap_or_default();
    let mut resource = lower_resource(node, &kind.value, complaints);
    if let (Resource::AlertmanagerConfig(config), Some(namespace)) = (&mut resource, &namespace) {
        config.belongs_to(namespace, name.as_ref().map_or("", |name| &name.value));
    }
    Some(Manifest {
        span: node.span(),
        keys: Keys::of(node),
        resource,
        api_version,
        kind,
        name,
        namespace,
        labels: Pair::all(labels),
    })
}

fn lower_resource(node: Node<'_>, kind: &str, complaints: &mut Complaints) -> Resource {
    let spec = node.get("spec").filter(|spec| !spec.is_null());
    match (kind, spec) {
        ("PrometheusRule", Some(spec)) => {
            Resource::Rules(rules::lower_groups(spec, "PrometheusRule", Ruler::Prometheus, complaints))
        }
        ("VMRule", Some(spec)) => {
            Resource::Rules(rules::lower_groups(spec, "VMRule", Ruler::VictoriaMetrics, complaints))
        }
        ("ServiceMonitor" | "VMServiceScrape", Some(spec)) => {
            Resource::ServiceMonitor(monitor::lower_monitor(spec, "endpoints", complaints))
        }
        ("PodMonitor" | "VMPodScrape", Some(spec)) => {
            Resource::PodMonitor(monitor::lower_monitor(spec, "podMetricsEndpoints", complaints))
        }
        ("Probe" | "VMProbe", Some(spec)) => Resource::Probe(Box::new(monitor::lower_probe(spec, complaints))),
        ("AlertmanagerConfig", Some(spec)) => {
            Resource::AlertmanagerConfig(Box::new(alertmanager_config::lower(spec, complaints)))
        }
        ("Service", Some(spec)) => Resource::Service(resource::lower_service(spec)),
        ("ScrapeConfig", Some(spec)) => Resource::ScrapeConfig(monitor::lower_scrape_config(spec, complaints)),
        ("Namespace" | "Ingress" | "VMAlert", _) => Resource::Named,
        ("ConfigMap", _) => Resource::ConfigMap(resource::lower_texts(node, "data")),
        ("Secret", _) => Resource::ConfigMap(resource::lower_texts(node, "stringData")),
        ("GrafanaDashboard", Some(spec)) => {
            Resource::GrafanaDashboard(spec.get("json").filter(|json| !json.is_null()).and_then(Node::excerpt))
        }
        (_, Some(spec)) => {
            let server = Server::lower(kind, spec).map(|server| Resource::Server(Box::new(server)));
            server.or_else(|| Workload::lower(kind, node).map(Resource::Workload)).unwrap_or(Resource::Other)
        }
        _ => Resource::Other,
    }
}
