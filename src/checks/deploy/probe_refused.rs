//! Probes that the operator does not take over into the configuration of Prometheus.

use crate::{
    check,
    kit::*,
    model::{
        Document,
        manifest::{Probe, Resource},
    },
    vocab::shortened,
};

check! {
    /// The operator refuses a `Probe`: its prober is no `host:port`, or it has no targets.
    ///
    /// ## Why it matters
    /// A refused probe is left out of the configuration, which only the log of the operator tells: nothing is asked for,
    /// and `probe_success` has no series that an alert could see as 0.
    ///
    /// ## Example
    /// ```yaml
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: Probe
    /// metadata: {name: shop}
    /// spec:
    ///   prober: {url: "http://blackbox-exporter:9115"}
    ///   module: http_2xx
    ///   targets: {staticConfig: {static: ["https://shop.example.org"]}}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: Probe
    /// metadata: {name: shop}
    /// spec:
    ///   prober: {url: "blackbox-exporter:9115"}
    ///   module: http_2xx
    ///   targets: {staticConfig: {static: ["https://shop.example.org"]}}
    /// ```
    pub struct ProbeRefused {}
    id: "deploy/probe-refused", severity: Error,
}

impl Check for ProbeRefused {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(manifest) = document.manifest().filter(|manifest| manifest.is_of_operator()) else { return };
        let Resource::Probe(probe) = &manifest.resource else { return };
        prober(probe, facts, out);
        if !probe.has_targets && !facts.cluster.is_open() {
            let place = probe.keys.span("targets").or(manifest.name.as_ref().map(|name| name.span));
            out.report(place.unwrap_or(manifest.kind.span), "this probe has no targets, so the operator refuses it")
                .help("add `staticConfig` or `ingress` to its `targets`");
        }
    }
}

/// Reports an address of a prober that is more, or less, than host and port.
fn prober(probe: &Probe, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let Some(url) = probe.prober.as_ref().filter(|url| !url.value.contains(['$', '{', '['])) else { return };
    if let Some((scheme, rest)) = url.value.split_once("://") {
        let address = rest.split('/').next().unwrap_or_default();
        let finding = out
            .report(url.span, format!("the operator refuses a prober with `{scheme}://` before its host"))
            .help(format!("write `{}`, and `scheme: {scheme}` beside it", shortened(address, 40)));
        if scheme == "http" && is_address(address) {
            finding.instead(&facts.workspace.files, &url.value, address);
        }
    } else if !is_address(&url.value) {
        out.report(url.span, format!("the operator refuses `{}` as a prober", shortened(&url.value, 40)))
            .help("write host and port alone; what is asked of it belongs into `path`");
    }
}

/// Whether a text is a host, perhaps with a port.
fn is_address(text: &str) -> bool {
    let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !host.is_empty()
        && host.chars().all(is_name)
        && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}
