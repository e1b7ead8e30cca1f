//! Loki's configuration, as far as it concerns alerts: where its ruler sends them.

use crate::{
    text::{Excerpt, Spanned},
    tree::Node,
};

/// A configuration of Loki.
#[derive(Clone, Debug)]
pub struct Loki {
    /// The Alertmanagers that its ruler tells (`ruler.alertmanager_url`), each a URL.
    pub alertmanagers: Vec<Excerpt>,
    /// The port it answers HTTP on, when the configuration says so.
    pub http_port: Option<Spanned<u16>>,
    /// The port it answers gRPC on, when the configuration says so.
    pub grpc_port: Option<Spanned<u16>>,
}

/// Whether a document is a configuration of Loki: how it stores logs from which day on, and no metrics.
pub fn looks_like(root: Node<'_>) -> bool {
    let periods = root.at(&["schema_config", "configs"]);
    let is_period = |period: Node<'_>| period.get("store").is_some() && period.get("schema").is_some();
    periods.is_some_and(|periods| periods.items().any(is_period)) && root.get("blocks_storage").is_none()
}

/// Reads a configuration of Loki.
pub fn lower(root: Node<'_>) -> Loki {
    let listed = root.at(&["ruler", "alertmanager_url"]).and_then(Node::excerpt);
    let port = |key: &str| {
        let node = root.at(&["server", key])?;
        Some(Spanned::new(node.span(), node.text()?.parse().ok()?))
    };
    Loki {
        alertmanagers: listed.map_or_else(Vec::new, |listed| split(&listed)),
        http_port: port("http_listen_port"),
        grpc_port: port("grpc_listen_port"),
    }
}

/// The URLs of a list separated by commas.
fn split(listed: &Excerpt) -> Vec<Excerpt> {
    let text = listed.text();
    let mut start = 0;
    let mut urls = Vec::new();
    for part in text.split(',') {
        let trimmed = part.trim();
        if !trimmed.is_empty() {
            let from = start + (part.len() - part.trim_start().len());
            urls.push(listed.sub(from..from + trimmed.len()));
        }
        start += part.len() + 1;
    }
    urls
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::specimen::read;

    #[test]
    fn reads_where_alerts_go() {
        let text = "
schema_config: {configs: [{from: 2024-01-01, store: tsdb, schema: v13}]}
server: {http_listen_port: 3200, grpc_listen_port: x}
ruler: {alertmanager_url: 'http://a:9093, http://b:9093'}
";
        let ((is_loki, loki), _) = read(text, |root, _| (looks_like(root), lower(root)));
        assert!(is_loki);
        assert_eq!(
            loki.alertmanagers.iter().map(Excerpt::text).collect::<Vec<_>>(),
            ["http://a:9093", "http://b:9093"]
        );
        assert_eq!((loki.http_port.map(|port| port.value), loki.grpc_port), (Some(3200), None));
        for other in ["ruler: {alertmanager_url: 'http://a'}", "schema_config: {configs: [{name: a}]}"] {
            assert!(!read(other, |root, _| looks_like(root)).0, "{other}");
        }
    }
}
