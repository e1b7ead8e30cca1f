//! Kubernetes' own resources that monitoring leans on: services to scrape, and texts to mount.

use crate::{
    model::Pair,
    text::Spanned,
    tree::{Complaints, Fields, Node},
};

/// A `Service`.
#[derive(Clone, Debug, Default)]
pub struct Service {
    /// Its ports.
    pub ports: Vec<ServicePort>,
    /// Labels of the pods behind it.
    pub selector: Vec<Pair>,
    /// Whether its name leads to the pods themselves or elsewhere, so that its ports do not count.
    pub is_headless: bool,
}

/// A port of a service.
#[derive(Clone, Debug)]
pub struct ServicePort {
    /// Its name.
    pub name: Option<Spanned<String>>,
    /// Its number.
    pub port: Option<Spanned<i64>>,
    /// The port of the pods, by name or number.
    pub target_port: Option<Spanned<String>>,
}

/// Texts by name, each of which may be a file of its own: dashboards, rules, configurations.
#[derive(Clone, Debug, Default)]
pub struct ConfigMap {
    /// The texts, in the order of the file.
    pub texts: Vec<Pair>,
}

pub(super) fn lower_service(spec: Node<'_>) -> Service {
    let mut unsaid = Complaints::new();
    let Some(mut fields) = Fields::of(spec, "service", &mut unsaid) else { return Service::default() };
    let ports = fields.list("ports", &mut unsaid).into_iter();
    let is_headless = spec.get("clusterIP").and_then(Node::text) == Some("None")
        || spec.get("type").and_then(Node::text) == Some("ExternalName");
    Service {
        is_headless,
        ports: ports.filter_map(|port| lower_port(port, &mut unsaid)).collect(),
        selector: Pair::all(fields.string_map("selector", &mut unsaid)),
    }
}

fn lower_port(node: Node<'_>, unsaid: &mut Complaints) -> Option<ServicePort> {
    let mut fields = Fields::of(node, "port", unsaid)?;
    Some(ServicePort {
        name: fields.string("name", unsaid),
        port: fields.integer("port", unsaid),
        target_port: fields.string("targetPort", unsaid),
    })
}

pub(super) fn lower_texts(node: Node<'_>, key: &'static str) -> ConfigMap {
    let mut unsaid = Complaints::new();
    let fields = Fields::of(node, "manifest", &mut unsaid);
    let texts = fields.map(|mut fields| fields.string_map(key, &mut unsaid)).unwrap_or_default();
    ConfigMap { texts: Pair::all(texts) }
}
