//! What prometheus-operator scrapes: `ServiceMonitor`, `PodMonitor`, `Probe`. Keys that no check asks for
//! are passed over; the operator's versions differ in them.

use crate::{
    model::{
        Keys,
        prometheus::{RelabelKeys, RelabelRule, lower_relabel_rules},
    },
    text::{Span, Spanned},
    tree::{Complaints, Fields, Node},
    vocab::Duration,
};

use super::Selector;

/// A set of services or pods, and how they are scraped.
#[derive(Clone, Debug)]
pub struct Monitor {
    /// The whole `spec`.
    pub span: Span,
    /// Where the keys of `spec` stand.
    pub keys: Keys,
    /// The label of the service or pod that becomes `job`.
    pub job_label: Option<Spanned<String>>,
    /// Which services or pods.
    pub selector: Option<Selector>,
    /// In which namespaces; its own when unset.
    pub namespaces: Option<Namespaces>,
    /// How they are scraped.
    pub endpoints: Vec<Endpoint>,
}

/// One way to scrape the targets of a monitor.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The whole map.
    pub span: Span,
    /// Where its keys stand.
    pub keys: Keys,
    /// Name of the service's or pod's port.
    pub port: Option<Spanned<String>>,
    /// The pod's port, by name or number.
    pub target_port: Option<Spanned<String>>,
    /// Path that is asked for; unset means `/metrics`.
    pub path: Option<Spanned<String>>,
    /// `http` or `https`.
    pub scheme: Option<Spanned<String>>,
    /// How often it is scraped; unset means as often as the server says.
    pub interval: Option<Spanned<Duration>>,
    /// How long a scrape may take.
    pub scrape_timeout: Option<Spanned<Duration>>,
    /// Whether labels of the targets win over the server's.
    pub honor_labels: Option<Spanned<bool>>,
    /// What happens to targets before they are scraped.
    pub relabelings: Vec<RelabelRule>,
    /// What happens to samples before they are stored.
    pub metric_relabelings: Vec<RelabelRule>,
}

/// In which namespaces to look.
#[derive(Clone, Debug)]
pub struct Namespaces {
    /// The whole map.
    pub span: Span,
    /// Whether in all.
    pub any: bool,
    /// By name.
    pub names: Vec<Spanned<String>>,
}

/// Targets that a prober asks for.
#[derive(Clone, Debug)]
pub struct Probe {
    /// The whole `spec`.
    pub span: Span,
    /// Where the keys of `spec` stand.
    pub keys: Keys,
    /// Value of the label `job`.
    pub job_name: Option<Spanned<String>>,
    /// The prober's module.
    pub module: Option<Spanned<String>>,
    /// The prober's address.
    pub prober: Option<Spanned<String>>,
    /// How the prober is asked: `http` or `https`.
    pub scheme: Option<Spanned<String>>,
    /// How often it is asked.
    pub interval: Option<Spanned<Duration>>,
    /// How long it may take.
    pub scrape_timeout: Option<Spanned<Duration>>,
    /// Targets written down.
    pub targets: Vec<Spanned<String>>,
    /// The `Ingress` resources whose hosts are asked for.
    pub ingress: Option<Ingresses>,
    /// Whether it says in any way what is asked for.
    pub has_targets: bool,
}

/// Which `Ingress` resources a probe is for.
#[derive(Clone, Debug)]
pub struct Ingresses {
    /// By their labels.
    pub selector: Option<Selector>,
    /// In which namespaces; its own when unset.
    pub namespaces: Option<Namespaces>,
}

/// A `ScrapeConfig`, as far as targets are written down in it.
#[derive(Clone, Debug)]
pub struct ScrapeTargets {
    /// The targets; none where relabelling may rewrite them.
    pub targets: Vec<Spanned<String>>,
    /// `HTTP` or `HTTPS`.
    pub scheme: Option<Spanned<String>>,
}

pub(super) fn lower_scrape_config(spec: Node<'_>, complaints: &mut Complaints) -> ScrapeTargets {
    let Some(mut fields) = Fields::of(spec, "scrape configuration", complaints) else {
        return ScrapeTargets { targets: Vec::new(), scheme: None };
    };
    let scheme = fields.string("scheme", complaints);
    let is_rewritten = spec.get("relabelings").is_some_and(|rules| !rules.is_null());
    let groups = fields.list("staticConfigs", complaints).into_iter().filter(|_| !is_rewritten);
    let mut of_group = |group: Node<'_>| {
        let fields = Fields::of(group, "static targets", complaints);
        fields.map(|mut fields| fields.strings("targets", complaints)).unwrap_or_default()
    };
    ScrapeTargets { targets: groups.flat_map(&mut of_group).collect(), scheme }
}

const RELABEL_KEYS: RelabelKeys = RelabelKeys { source_labels: "sourceLabels", target_label: "targetLabel" };

pub(super) fn lower_monitor(spec: Node<'_>, list: &'static str, complaints: &mut Complaints) -> Monitor {
    let mut monitor = Monitor {
        span: spec.span(),
        keys: Keys::of(spec),
        job_label: None,
        selector: None,
        namespaces: None,
        endpoints: Vec::new(),
    };
    let Some(mut fields) = Fields::of(spec, "monitor", complaints) else { return monitor };
    monitor.job_label = fields.string("jobLabel", complaints);
    monitor.selector = fields.value("selector").and_then(|node| Selector::lower(node, complaints));
    monitor.namespaces = fields.value("namespaceSelector").and_then(|node| lower_namespaces(node, complaints));
    let endpoints = fields.list(list, complaints).into_iter();
    monitor.endpoints = endpoints.filter_map(|node| lower_endpoint(node, complaints)).collect();
    monitor
}

fn lower_endpoint(node: Node<'_>, complaints: &mut Complaints) -> Option<Endpoint> {
    let mut fields = Fields::of(node, "endpoint", complaints)?;
    Some(Endpoint {
        span: node.span(),
        keys: Keys::of(node),
        port: fields.string("port", complaints),
        target_port: fields.string("targetPort", complaints),
        path: fields.string("path", complaints),
        scheme: fields.string("scheme", complaints),
        interval: fields.duration("interval", complaints),
        scrape_timeout: fields.duration("scrapeTimeout", complaints),
        honor_labels: fields.boolean("honorLabels", complaints),
        relabelings: lower_relabel_rules(&mut fields, "relabelings", RELABEL_KEYS, complaints),
        metric_relabelings: lower_relabel_rules(&mut fields, "metricRelabelings", RELABEL_KEYS, complaints),
    })
}

fn lower_namespaces(node: Node<'_>, complaints: &mut Complaints) -> Option<Namespaces> {
    let mut fields = Fields::of(node, "namespace selector", complaints)?;
    Some(Namespaces {
        span: node.span(),
        any: fields.boolean("any", complaints).is_some_and(|any| any.value),
        names: fields.strings("matchNames", complaints),
    })
}

pub(super) fn lower_probe(spec: Node<'_>, complaints: &mut Complaints) -> Probe {
    let mut probe = Probe {
        span: spec.span(),
        keys: Keys::of(spec),
        job_name: None,
        module: None,
        prober: None,
        scheme: None,
        interval: None,
        scrape_timeout: None,
        targets: Vec::new(),
        ingress: None,
        has_targets: false,
    };
    let Some(mut fields) = Fields::of(spec, "probe", complaints) else { return probe };
    probe.job_name = fields.string("jobName", complaints);
    probe.module = fields.string("module", complaints);
    probe.interval = fields.duration("interval", complaints);
    probe.scrape_timeout = fields.duration("scrapeTimeout", complaints);
    let of_prober = |key| {
        let value = spec.at(&["prober", key]).filter(|value: &Node<'_>| !value.is_null())?;
        Some(Spanned::new(value.span(), value.text()?.to_owned()))
    };
    (probe.prober, probe.scheme) = (of_prober("url"), of_prober("scheme"));
    let fixed = spec.at(&["targets", "staticConfig"]);
    let fixed = fixed.and_then(|fixed| Fields::of(fixed, "static targets", complaints));
    probe.targets = fixed.map(|mut fixed| fixed.strings("static", complaints)).unwrap_or_default();
    let ingress = spec.at(&["targets", "ingress"]);
    probe.ingress =
        ingress.and_then(|ingress| Fields::of(ingress, "ingress targets", complaints)).map(|mut ingress| Ingresses {
            selector: ingress.value("selector").and_then(|node| Selector::lower(node, complaints)),
            namespaces: ingress.value("namespaceSelector").and_then(|node| lower_namespaces(node, complaints)),
        });
    let kinds = spec.get("targets").map(Node::entries).unwrap_or_default();
    probe.has_targets = kinds.iter().any(|(_, targets)| !targets.is_null());
    probe
}
