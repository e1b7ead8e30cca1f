//! What the Kubernetes manifests at hand say of each other: services, pods, monitors, and the servers that take them.

use std::path::Path;

use crate::{
    model::{
        Document,
        manifest::{Manifest, Resource, Server, Service, Takes, Workload},
    },
    text::{SourceFile, Spanned},
    workspace::Workspace,
};

/// The label that Kubernetes gives each namespace.
const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

/// What a kustomization may say that changes the manifests it names, or adds others to them.
const CHANGES: [&str; 17] = [
    "bases:",
    "commonAnnotations:",
    "commonLabels:",
    "components:",
    "generators:",
    "helmCharts:",
    "labels:",
    "namePrefix:",
    "nameSuffix:",
    "namespace:",
    "patches:",
    "patchesJson6902:",
    "patchesStrategicMerge:",
    "replacements:",
    "transformers:",
    "vars:",
    "helmGlobals:",
];

/// All manifests.
#[derive(Debug, Default)]
pub struct Cluster<'w> {
    manifests: Vec<&'w Manifest>,
    /// The servers of the operator.
    servers: Vec<(&'w Manifest, &'w Server)>,
    is_open: bool,
}

impl<'w> Cluster<'w> {
    /// Gathers the manifests of a workspace.
    pub fn of(workspace: &'w Workspace) -> Self {
        let manifests: Vec<&Manifest> = workspace.documents.iter().filter_map(Document::manifest).collect();
        let servers = manifests.iter().filter_map(|manifest| match &manifest.resource {
            Resource::Server(server) => Some((*manifest, &**server)),
            _ => None,
        });
        let servers = servers.collect();
        Self { manifests, servers, is_open: workspace.files.iter().any(|(_, file)| may_change(file)) }
    }

    /// Whether the manifests may be others than what is applied: a kustomization or a chart changes them or adds some.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// All manifests, in the order of files.
    pub fn manifests(&self) -> &[&'w Manifest] {
        &self.manifests
    }

    /// Whether a service, or what runs behind one, of this name has a port.
    pub fn answers_on(&self, name: &str, port: u16) -> bool {
        let is_it = |number: &Option<Spanned<i64>>| number.is_some_and(|number| number.value == i64::from(port));
        let named = self.manifests().iter().filter(|one| one.name.as_ref().is_some_and(|own| own.value == name));
        let mut resources = named.map(|manifest| &manifest.resource);
        resources.any(|resource| match resource {
            Resource::Service(service) => service.ports.iter().any(|one| is_it(&one.port)),
            Resource::Workload(workload) => workload.ports.iter().any(|one| is_it(&one.port)),
            _ => false,
        })
    }

    /// Whether servers of the operator are among them.
    pub fn runs_servers(&self) -> bool {
        !self.servers.is_empty()
    }

    /// The services of a name, as it is called inside of the cluster: `shop`, `shop.prod`, `shop.prod.svc.cluster.local`.
    pub fn services_called(&self, host: &str) -> Vec<(&'w Manifest, &'w Service)> {
        let mut parts = host.split('.');
        let (name, namespace, rest) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
        if rest.is_some_and(|rest| rest != "svc") {
            return Vec::new();
        }
        let is_called = |(manifest, _): &(&Manifest, &Service)| {
            manifest.name.as_ref().is_some_and(|own| own.value == name)
                && namespace.is_none_or(|namespace| manifest.own_namespace() == Some(namespace))
        };
        self.services().filter(is_called).collect()
    }

    /// The services.
    pub fn services(&self) -> impl Iterator<Item = (&'w Manifest, &'w Service)> {
        self.manifests.iter().filter_map(|manifest| match &manifest.resource {
            Resource::Service(service) => Some((*manifest, service)),
            _ => None,
        })
    }

    /// What starts pods.
    pub fn workloads(&self) -> impl Iterator<Item = (&'w Manifest, &'w Workload)> {
        self.manifests.iter().filter_map(|manifest| match &manifest.resource {
            Resource::Workload(workload) => Some((*manifest, workload)),
            _ => None,
        })
    }

    /// The servers of the operator that may take a resource of a kind, with what they say of that kind.
    pub fn takers(&self, kind: &str) -> impl Iterator<Item = (&'w Manifest, &'w Server, &'w Takes)> {
        self.servers.iter().filter(|(manifest, _)| manifest.is_of_operator()).filter_map(move |(manifest, server)| {
            let takes = server.takes.iter().find(|takes| takes.kind == kind)?;
            Some((*manifest, *server, takes))
        })
    }

    /// Whether a server takes a resource; `None` when that hangs on labels that are not at hand.
    pub fn takes(&self, server: &Manifest, takes: &Takes, resource: &Manifest) -> Option<bool> {
        let is_wanted = match &takes.objects {
            None => false,
            Some(selector) => selector.selects(&resource.label_values())?,
        };
        if !is_wanted {
            return Some(false);
        }
        let (own, other) = (server.own_namespace(), resource.own_namespace());
        let Some(selector) = &takes.namespaces else {
            return match (own, other) {
                (Some(own), Some(other)) => Some(own == other),
                _ => None,
            };
        };
        if selector.is_empty() {
            return Some(true);
        }
        let other = other?;
        let manifest = self
            .manifests
            .iter()
            .find(|one| one.kind.value == "Namespace" && one.name.as_ref().is_some_and(|name| name.value == other))?;
        let mut of_namespace = manifest.label_values();
        of_namespace.push((NAMESPACE_NAME, other));
        selector.selects(&of_namespace)
    }
}

/// Whether a file changes manifests, or adds some: a chart, or a kustomization that does more than to list them.
fn may_change(file: &SourceFile) -> bool {
    let name = file.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_kustomization = ["kustomization.yaml", "kustomization.yml", "Kustomization"].contains(&name);
    let says = |line: &str| CHANGES.iter().any(|key| line.starts_with(key));
    let is_remote = |line: &str| line.trim_start().starts_with("- ") && (line.contains("://") || line.contains("../"));
    name == "Chart.yaml"
        || Path::new(name).extension().is_some_and(|extension| extension == "tpl")
        || is_kustomization && file.text.lines().any(|line| says(line) || is_remote(line))
}
