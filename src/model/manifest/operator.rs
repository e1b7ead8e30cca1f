//! What the operator of Prometheus runs: servers that select rules, monitors and parts of configurations.

use crate::{
    text::{Span, Spanned},
    tree::{Complaints, Fields, Node},
    vocab::{Duration, Version},
};

use super::Selector;

/// A `Prometheus`, `PrometheusAgent`, `ThanosRuler` or `Alertmanager`: what it takes from the cluster.
#[derive(Clone, Debug)]
pub struct Server {
    /// The whole `spec`.
    pub span: Span,
    /// What it takes, one entry for each kind of resource that it may take.
    pub takes: Vec<Takes>,
    /// The `AlertmanagerConfig` that is taken for the whole configuration, by its name.
    pub global_config: Option<Spanned<String>>,
    /// How long it keeps samples.
    pub retention: Option<Spanned<Duration>>,
    /// The version that runs; the tag of the image where `version` does not say it.
    pub version: Option<Spanned<Version>>,
}

/// What a server takes of one kind of resource.
#[derive(Clone, Debug)]
pub struct Takes {
    /// The kind: `PrometheusRule`.
    pub kind: &'static str,
    /// The key of the selector of objects: `ruleSelector`.
    pub key: &'static str,
    /// Which objects; none when it is not there.
    pub objects: Option<Selector>,
    /// In which namespaces; its own when it is not there.
    pub namespaces: Option<Selector>,
}

const MONITORS: [(&str, &str, &str); 4] = [
    ("ServiceMonitor", "serviceMonitorSelector", "serviceMonitorNamespaceSelector"),
    ("PodMonitor", "podMonitorSelector", "podMonitorNamespaceSelector"),
    ("Probe", "probeSelector", "probeNamespaceSelector"),
    ("ScrapeConfig", "scrapeConfigSelector", "scrapeConfigNamespaceSelector"),
];
const RULES: (&str, &str, &str) = ("PrometheusRule", "ruleSelector", "ruleNamespaceSelector");
const CONFIGS: (&str, &str, &str) =
    ("AlertmanagerConfig", "alertmanagerConfigSelector", "alertmanagerConfigNamespaceSelector");

impl Server {
    /// Reads the server of a kind; `None` for other kinds.
    pub(super) fn lower(kind: &str, spec: Node<'_>) -> Option<Self> {
        let keys: Vec<(&str, &str, &str)> = match kind {
            "Prometheus" => MONITORS.into_iter().chain([RULES]).collect(),
            "PrometheusAgent" => MONITORS.into(),
            "ThanosRuler" => vec![RULES],
            "Alertmanager" => vec![CONFIGS],
            _ => return None,
        };
        let mut unsaid = Complaints::new();
        let mut fields = Fields::of(spec, "server", &mut unsaid)?;
        let mut takes = Vec::new();
        for (kind, key, namespaces) in keys {
            let objects = fields.value(key).and_then(|node| Selector::lower(node, &mut unsaid));
            let namespaces = fields.value(namespaces).and_then(|node| Selector::lower(node, &mut unsaid));
            takes.push(Takes { kind, key, objects, namespaces });
        }
        let retention = fields.duration("retention", &mut unsaid);
        let global_config = spec.at(&["alertmanagerConfiguration", "name"]);
        let global_config = global_config.and_then(|name| Some(Spanned::new(name.span(), name.text()?.to_owned())));
        let said = fields.string("version", &mut unsaid);
        let of_image = fields.string("image", &mut unsaid).and_then(|image| version(image.span, tag(&image.value)?));
        let version = said.and_then(|said| version(said.span, &said.value)).or(of_image);
        Some(Self { span: spec.span(), takes, global_config, retention, version })
    }
}

/// A version, whatever is said behind it: `v3.1.0-distroless`.
fn version(place: Span, text: &str) -> Option<Spanned<Version>> {
    Version::of_tag(text).map(|version| Spanned::new(place, version))
}

/// The tag of an image.
fn tag(image: &str) -> Option<&str> {
    let name = image.rsplit('/').next()?;
    name.split_once(':').map(|(_, tag)| tag)
}
