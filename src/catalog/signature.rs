//! How exporters are told by the job, the host, the port and the image of what is scraped.

use super::{Catalogue, of};

/// What is known of a scraped target.
#[derive(Copy, Clone, Default, Debug)]
pub struct Scraped<'t> {
    /// The name of the job.
    pub job: &'t str,
    /// The host, without its port; none where targets are discovered.
    pub host: Option<&'t str>,
    /// The port.
    pub port: Option<u16>,
    /// The image of the container behind the host, without its tag.
    pub image: Option<&'t str>,
}

/// What gives an exporter away.
#[derive(Debug)]
struct Signature {
    exporter: &'static str,
    /// The port it listens on unless told otherwise; 0 where it has none of its own.
    port: u16,
    /// Names of images, jobs and hosts that nothing else has; in jobs and hosts as a part.
    names: &'static [&'static str],
    /// Words of jobs and hosts that tell it together with its port.
    hints: &'static [&'static str],
}

/// Ports are those of the default port allocations of the Prometheus project, and of the programs' own documentation.
/// The first that fits counts.
const SIGNATURES: &[Signature] = &[
    Signature { exporter: "kube-state-metrics", port: 8080, names: &["kube-state-metrics"], hints: &["ksm"] },
    Signature { exporter: "node", port: 9100, names: &["node-exporter"], hints: &["node", "host", "server"] },
    Signature {
        exporter: "postgres",
        port: 9187,
        names: &["postgres-exporter", "postgresql-exporter", "pg-exporter"],
        hints: &["postgres", "pg", "db"],
    },
    Signature {
        exporter: "mysqld",
        port: 9104,
        names: &["mysqld-exporter", "mysql-exporter", "mariadb-exporter"],
        hints: &["mysql", "mariadb", "db"],
    },
    Signature {
        exporter: "redis",
        port: 9121,
        names: &["redis-exporter", "valkey-exporter"],
        hints: &["redis", "valkey", "cache"],
    },
    Signature { exporter: "mongodb", port: 9216, names: &["mongodb-exporter", "mongo-exporter"], hints: &["mongo"] },
    Signature { exporter: "pgbouncer", port: 9127, names: &["pgbouncer-exporter"], hints: &["pgbouncer"] },
    Signature {
        exporter: "nginx",
        port: 9113,
        names: &["nginx-prometheus-exporter", "nginx-exporter"],
        hints: &["nginx"],
    },
    Signature { exporter: "apache", port: 9117, names: &["apache-exporter"], hints: &["apache", "httpd"] },
    Signature { exporter: "haproxy", port: 9101, names: &["haproxy-exporter"], hints: &["haproxy"] },
    Signature { exporter: "haproxy", port: 8404, names: &["haproxytech/haproxy"], hints: &["haproxy"] },
    Signature { exporter: "blackbox", port: 9115, names: &["blackbox-exporter"], hints: &["blackbox", "probe"] },
    Signature { exporter: "process", port: 9256, names: &["process-exporter"], hints: &["process"] },
    Signature {
        exporter: "elasticsearch",
        port: 9114,
        names: &["elasticsearch-exporter", "opensearch-exporter"],
        hints: &["elastic", "opensearch"],
    },
    Signature { exporter: "kafka", port: 9308, names: &["kafka-exporter"], hints: &["kafka"] },
    Signature { exporter: "cadvisor", port: 8080, names: &["cadvisor"], hints: &["container"] },
    Signature { exporter: "kubelet", port: 10250, names: &["kubelet"], hints: &["node"] },
    Signature { exporter: "pushgateway", port: 9091, names: &["pushgateway"], hints: &["push"] },
    Signature { exporter: "alertmanager", port: 9093, names: &["alertmanager"], hints: &["alert"] },
    Signature { exporter: "prometheus", port: 9090, names: &["prom/prometheus"], hints: &["prometheus", "localhost"] },
    Signature { exporter: "grafana", port: 3000, names: &["grafana/grafana"], hints: &["grafana"] },
    Signature { exporter: "loki", port: 3100, names: &["grafana/loki"], hints: &["loki"] },
    Signature {
        exporter: "rabbitmq",
        port: 15692,
        names: &["rabbitmq-exporter", "library/rabbitmq"],
        hints: &["rabbit"],
    },
    Signature { exporter: "minio", port: 9000, names: &["minio/minio"], hints: &["minio"] },
    Signature { exporter: "traefik", port: 8080, names: &["library/traefik"], hints: &["traefik"] },
    Signature { exporter: "traefik", port: 8082, names: &[], hints: &["traefik"] },
    Signature { exporter: "caddy", port: 2019, names: &["library/caddy"], hints: &["caddy"] },
    Signature { exporter: "etcd", port: 2379, names: &["etcd-io/etcd", "coreos/etcd"], hints: &["etcd"] },
    Signature { exporter: "etcd", port: 2381, names: &[], hints: &["etcd"] },
    Signature { exporter: "coredns", port: 9153, names: &["coredns"], hints: &["dns"] },
    Signature { exporter: "bind", port: 9119, names: &["bind-exporter"], hints: &["bind", "named", "dns"] },
    Signature { exporter: "varnish", port: 9131, names: &["varnish-exporter"], hints: &["varnish"] },
    Signature { exporter: "squid", port: 9301, names: &["squid-exporter"], hints: &["squid", "proxy"] },
    Signature { exporter: "postfix", port: 9154, names: &["postfix-exporter"], hints: &["postfix", "mail"] },
    Signature { exporter: "smokeping", port: 9374, names: &["smokeping-prober"], hints: &["smokeping", "ping"] },
    Signature { exporter: "bird", port: 9324, names: &["bird-exporter"], hints: &["bird", "bgp", "router"] },
    Signature { exporter: "frr", port: 9342, names: &["frr-exporter"], hints: &["frr", "bgp", "router"] },
    Signature { exporter: "statsd", port: 9102, names: &["statsd-exporter"], hints: &["statsd"] },
    Signature {
        exporter: "otelcol",
        port: 8888,
        names: &["opentelemetry-collector", "opentelemetry-collector-contrib", "otel-collector", "otelcol"],
        hints: &["otel", "collector"],
    },
    Signature { exporter: "snmp", port: 9116, names: &["snmp-exporter"], hints: &["snmp"] },
    Signature { exporter: "memcached", port: 9150, names: &["memcached-exporter"], hints: &["memcache", "cache"] },
    Signature { exporter: "windows", port: 9182, names: &["windows-exporter", "wmi-exporter"], hints: &["win"] },
    Signature { exporter: "promtail", port: 9080, names: &["promtail"], hints: &["log"] },
    Signature { exporter: "thanos", port: 10902, names: &["thanos"], hints: &["thanos"] },
    Signature { exporter: "velero", port: 8085, names: &["velero"], hints: &["backup"] },
    Signature { exporter: "cert-manager", port: 9402, names: &["cert-manager"], hints: &["cert"] },
    Signature {
        exporter: "ingress-nginx",
        port: 10254,
        names: &["ingress-nginx", "ingress-nginx/controller"],
        hints: &["ingress"],
    },
    Signature { exporter: "apiserver", port: 6443, names: &["kube-apiserver"], hints: &["kube", "apiserver"] },
    Signature { exporter: "kube-scheduler", port: 10259, names: &["kube-scheduler"], hints: &["scheduler"] },
    Signature {
        exporter: "kube-controller-manager",
        port: 10257,
        names: &["kube-controller-manager"],
        hints: &["controller-manager"],
    },
    Signature { exporter: "kube-proxy", port: 10249, names: &["kube-proxy"], hints: &["proxy"] },
    Signature { exporter: "envoy", port: 9901, names: &["envoyproxy/envoy"], hints: &["envoy"] },
];

/// The exporter that answers at a target, as far as its names tell: by the image of its container, by a name that
/// nothing else has, or by its port together with a word of its job or host.
pub fn recognised(target: Scraped<'_>) -> Option<&'static Catalogue> {
    let image = target.image.map(with_maker);
    let by_image = || {
        let image = image.as_deref()?;
        SIGNATURES.iter().find(|one| one.names.iter().any(|name| image.ends_with(name)))
    };
    let names = [Some(target.job), target.host].map(|name| name.unwrap_or_default().to_lowercase().replace('_', "-"));
    let called = |words: &[&str]| words.iter().any(|word| names.iter().any(|name| name.contains(word)));
    let by_name = || SIGNATURES.iter().find(|one| called(one.names));
    let by_port = || SIGNATURES.iter().find(|one| target.port == Some(one.port) && called(one.hints));
    by_image().or_else(by_name).or_else(by_port).and_then(|signature| of(signature.exporter))
}

/// Whether an exporter listens on a port unless told otherwise.
pub fn is_port_of(exporter: &Catalogue, port: u16) -> bool {
    SIGNATURES.iter().any(|one| one.exporter == exporter.exporter && one.port == port)
}

/// Whether a target may be an exporter, though it was not recognised: by its port or by a word of its job or host.
pub fn may_be(exporter: &Catalogue, job: &str, host: &str, port: Option<u16>) -> bool {
    let called = |words: &[&str]| words.iter().any(|word| job.contains(word) || host.contains(word));
    SIGNATURES
        .iter()
        .filter(|one| one.exporter == exporter.exporter)
        .any(|one| port == Some(one.port) || called(one.hints) || called(one.names) || called(&[one.exporter]))
}

/// An image's name with its maker, `_` written as `-`: those of Docker itself belong to `library`.
fn with_maker(image: &str) -> String {
    let name = image.to_lowercase().replace('_', "-");
    if name.contains('/') { name } else { format!("library/{name}") }
}

#[cfg(test)]
mod tests {
    use super::{super::all, *};

    #[test]
    fn exporters_are_recognised() {
        for (job, host, port, image, expected) in [
            ("node", Some("node-exporter"), Some(9100), None, Some("node")),
            ("hosts", Some("10.0.0.1"), Some(9100), None, Some("node")),
            ("machines", Some("10.0.0.1"), Some(9100), None, None),
            ("kube-state-metrics", None, None, None, Some("kube-state-metrics")),
            (
                "db",
                Some("exporter"),
                Some(9999),
                Some("quay.io/prometheuscommunity/postgres-exporter"),
                Some("postgres"),
            ),
            ("app", Some("backend"), Some(3000), Some("shop/backend"), None),
            ("queue", Some("queue"), Some(1), Some("rabbitmq"), Some("rabbitmq")),
            ("prometheus", Some("localhost"), Some(9090), None, Some("prometheus")),
            ("grafana", Some("grafana"), Some(3000), None, Some("grafana")),
            ("backend", Some("backend"), Some(8080), None, None),
            ("dns", Some("10.0.0.2"), Some(9119), None, Some("bind")),
            ("dns", Some("10.0.0.2"), Some(9153), None, Some("coredns")),
            ("switches", Some("snmp-exporter"), Some(9116), Some("prom/snmp-exporter"), Some("snmp")),
            ("cache", Some("cache"), Some(9150), None, Some("memcached")),
            ("proxy", Some("varnish"), Some(80), None, None),
            (
                "edge",
                Some("edge"),
                Some(10254),
                Some("registry.k8s.io/ingress-nginx/controller"),
                Some("ingress-nginx"),
            ),
        ] {
            let found = recognised(Scraped { job, host, port, image }).map(|catalogue| catalogue.exporter);
            assert_eq!(found, expected, "{job} {host:?}");
        }
    }

    #[test]
    fn every_exporter_has_a_signature() {
        for catalogue in all().iter().filter(|catalogue| !catalogue.is_library()) {
            assert!(SIGNATURES.iter().any(|one| one.exporter == catalogue.exporter), "{}", catalogue.exporter);
        }
        assert!(SIGNATURES.iter().all(|one| of(one.exporter).is_some()));
    }
}
