//! What runs pods: deployments and their like, as far as monitors select them.

use crate::{
    model::Pair,
    text::{Span, Spanned},
    tree::{Complaints, Fields, Node},
};

/// The pods that a resource starts.
#[derive(Clone, Debug)]
pub struct Workload {
    /// Where the labels of the pods stand, or the pods themselves when they have none.
    pub span: Span,
    /// Their labels.
    pub labels: Vec<Pair>,
    /// The ports that their containers name.
    pub ports: Vec<ContainerPort>,
}

/// A port of a container.
#[derive(Clone, Debug)]
pub struct ContainerPort {
    /// Its name.
    pub name: Option<Spanned<String>>,
    /// Its number.
    pub port: Option<Spanned<i64>>,
}

impl Workload {
    /// Reads the pods of a resource; `None` when its kind starts none.
    pub(super) fn lower(kind: &str, resource: Node<'_>) -> Option<Self> {
        let pod = match kind {
            "Pod" => resource,
            "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" => resource.at(&["spec", "template"])?,
            "CronJob" => resource.at(&["spec", "jobTemplate", "spec", "template"])?,
            _ => return None,
        };
        let mut unsaid = Complaints::new();
        let metadata = pod.get("metadata").filter(|metadata| !metadata.is_null());
        let labels = metadata.and_then(|metadata| Fields::of(metadata, "metadata", &mut unsaid));
        let labels = labels.map(|mut fields| fields.string_map("labels", &mut Complaints::new())).unwrap_or_default();
        let lists = ["containers", "initContainers"];
        let containers = lists.iter().filter_map(|list| pod.at(&["spec", list])).flat_map(Node::items);
        let ports = containers.filter_map(|one| one.get("ports")).flat_map(Node::items);
        let ports = ports.filter_map(|port| ContainerPort::lower(port, &mut unsaid)).collect();
        Some(Self { span: metadata.map_or(pod.span(), Node::span), labels: Pair::all(labels), ports })
    }
}

impl ContainerPort {
    fn lower(node: Node<'_>, unsaid: &mut Complaints) -> Option<Self> {
        let mut fields = Fields::of(node, "port", unsaid)?;
        Some(Self { name: fields.string("name", unsaid), port: fields.integer("containerPort", unsaid) })
    }
}
