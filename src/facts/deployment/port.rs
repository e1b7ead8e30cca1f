//! The ports that containers listen on, where that is certain.

use crate::{
    model::compose::{Port, Service},
    text::Span,
};

use super::Container;

/// The ports a container listens on, all of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listening {
    /// The ports.
    pub ports: Vec<u16>,
    /// The flag that sets them, or the image whose default they are.
    pub proof: Span,
    /// Whether a flag sets them.
    pub is_set: bool,
}

/// Images whose programs listen on these ports unless told otherwise, by the last parts of their names
/// (the programs' own documentation; <https://github.com/prometheus/prometheus/wiki/Default-port-allocations>).
const DEFAULTS: &[(&str, &[u16])] = &[
    ("cadvisor/cadvisor", &[8080]),
    ("danielqsj/kafka-exporter", &[9308]),
    ("google/cadvisor", &[8080]),
    ("grafana/grafana", &[3000]),
    ("grafana/grafana-enterprise", &[3000]),
    ("grafana/grafana-oss", &[3000]),
    ("justwatch/elasticsearch_exporter", &[9114]),
    ("kbudde/rabbitmq-exporter", &[9419]),
    ("ncabatoff/process-exporter", &[9256]),
    ("nginx/nginx-prometheus-exporter", &[9113]),
    ("oliver006/redis_exporter", &[9121]),
    ("percona/mongodb_exporter", &[9216]),
    ("postgres", &[5432]),
    ("prom/alertmanager", &[9093, 9094]),
    ("prom/blackbox-exporter", &[9115]),
    ("prom/cloudwatch-exporter", &[9106]),
    ("prom/consul-exporter", &[9107]),
    ("prom/haproxy-exporter", &[9101]),
    ("prom/memcached-exporter", &[9150]),
    ("prom/mysqld-exporter", &[9104]),
    ("prom/node-exporter", &[9100]),
    ("prom/prometheus", &[9090]),
    ("prom/pushgateway", &[9091]),
    ("prom/snmp-exporter", &[9116]),
    ("prom/statsd-exporter", &[9102, 9125]),
    ("prometheuscommunity/elasticsearch-exporter", &[9114]),
    ("prometheuscommunity/postgres-exporter", &[9187]),
    ("redis", &[6379]),
    ("utkuozdemir/nvidia_gpu_exporter", &[9835]),
    ("wrouesnel/postgres_exporter", &[9187]),
];

impl Container<'_> {
    /// The ports it listens on, if the files leave no doubt: a well-known image, told another port by a
    /// flag at most.
    pub fn listening(&self) -> Option<Listening> {
        let image = self.image()?;
        let name = maker_and_name(image.name.as_deref()?);
        let (_, defaults) = DEFAULTS.iter().find(|(known, _)| *known == name)?;
        if self.inherits_unread || self.services().any(|service| !service.entrypoint.is_empty()) {
            return None;
        }
        if let Some(flag) = self.flag("web.listen-address").or_else(|| self.flag("port")) {
            let port = flag.value.rsplit(':').next()?.parse().ok()?;
            return Some(Listening { ports: vec![port], proof: flag.span, is_set: true });
        }
        let may_change = |service: &Service| service.command.iter().any(|word| mentions_port(word.text.text()));
        let is_told = self.environment()?.iter().any(|variable| changes_port(&variable.name.value));
        let certain = !is_told && !self.services().any(may_change);
        certain.then(|| Listening { ports: defaults.to_vec(), proof: image.value.span(), is_set: false })
    }

    /// All ports that it publishes.
    pub fn mappings(&self) -> impl Iterator<Item = &Port> {
        self.services().flat_map(|service| &service.ports)
    }

    /// Its own port behind a port of the host.
    pub fn publishes(&self, port: u16) -> Option<u16> {
        self.mappings().find_map(|mapping| {
            let published = mapping.published.filter(|range| range.contains(port))?;
            Some(
                mapping.container.first
                    + (port - published.first).min(mapping.container.last - mapping.container.first),
            )
        })
    }

    /// Whether it may be reached on a port: of the host only, or on one of its own, too. It may where its ports are not
    /// all known, or where it publishes none at all.
    pub fn may_answer_on(&self, port: u16, is_of_host: bool) -> bool {
        let is_known = !self.inherits_unread
            && self.services().all(|service| service.knows_ports && service.network_mode.is_none())
            && self.mappings().any(|mapping| mapping.published.is_some());
        let mentioned = |text: &str| text.split(|c: char| !c.is_ascii_digit()).any(|number| number == port.to_string());
        let is_own = || {
            let exposed = self.services().flat_map(|service| &service.expose).any(|range| range.value.contains(port));
            let listens = self.listening().is_some_and(|listening| listening.ports.contains(&port));
            let told = self.services().any(|service| {
                let values = service.environment.iter().filter_map(|(_, value)| value.as_ref());
                values.chain(&service.command).chain(&service.entrypoint).any(|value| mentioned(value.text.text()))
            });
            exposed || listens || told || self.mappings().any(|mapping| mapping.container.contains(port))
        };
        !is_known || self.publishes(port).is_some() || !is_of_host && is_own()
    }

    /// The mapping that publishes a port of the host to another port of the container, when the container
    /// names no port of that number of its own.
    pub fn published_as(&self, port: u16) -> Option<&Port> {
        let ports = || self.services().flat_map(|service| &service.ports);
        let exposed = self.services().flat_map(|service| &service.expose).any(|range| range.value.contains(port));
        let mentioned = |text: &str| text.split(|c: char| !c.is_ascii_digit()).any(|number| number == port.to_string());
        let told = self.services().any(|service| {
            let values = service.environment.iter().filter_map(|(_, value)| value.as_ref());
            values.chain(&service.command).chain(&service.entrypoint).any(|value| mentioned(value.text.text()))
        });
        if exposed || told || ports().any(|mapping| mapping.container.contains(port)) {
            return None;
        }
        ports().find(|mapping| mapping.published.is_some_and(|range| range.first == port && range.last == port))
    }
}

/// An image's name without the registry.
pub(super) fn without_registry(name: &str) -> &str {
    match name.split_once('/') {
        Some((registry, rest)) if registry.contains(['.', ':']) || registry == "localhost" => rest,
        _ => name,
    }
}

/// An image's name as the table has it: `quay.io/prometheus/node-exporter` is `prom/node-exporter`.
fn maker_and_name(name: &str) -> String {
    let plain = without_registry(name);
    let plain = plain.strip_prefix("library/").unwrap_or(plain);
    match plain.strip_prefix("prometheus/") {
        Some(rest) => format!("prom/{rest}"),
        None => plain.to_owned(),
    }
}

/// Whether a variable's name promises to set an address or a port: `PG_EXPORTER_WEB_LISTEN_ADDRESS`.
fn changes_port(name: &str) -> bool {
    name.split('_').any(|word| matches!(word, "PORT" | "LISTEN" | "PGPORT" | "ADDRESS"))
}

/// Whether a word of a command line may set a port: `--port`, `-p`, a configuration file of the program's own.
fn mentions_port(word: &str) -> bool {
    word.contains("port") && !word.contains("exporter")
        || word.contains("listen")
        || word == "-p"
        || word.contains(".conf")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registries_and_makers() {
        for (name, plain) in [
            ("prom/prometheus", "prom/prometheus"),
            ("quay.io/prometheus/node-exporter", "prom/node-exporter"),
            ("docker.io/library/redis", "redis"),
            ("localhost:5000/prom/alertmanager", "prom/alertmanager"),
            ("gcr.io/cadvisor/cadvisor", "cadvisor/cadvisor"),
        ] {
            assert_eq!(maker_and_name(name), plain);
        }
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(DEFAULTS.is_sorted_by_key(|(name, _)| *name));
    }

    #[test]
    fn variables_that_set_ports() {
        for (name, expected) in [
            ("REDIS_EXPORTER_WEB_LISTEN_ADDRESS", true),
            ("GF_SERVER_HTTP_PORT", true),
            ("REDIS_EXPORTER_INCL_SYSTEM_METRICS", false),
            ("DATA_SOURCE_NAME", false),
        ] {
            assert_eq!(changes_port(name), expected, "{name}");
        }
    }
}
