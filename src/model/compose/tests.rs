//! Compose files, small.

use super::*;
use crate::{
    text::{Excerpt, FileId},
    tree::yaml,
};

fn read(text: &str) -> Compose {
    let stream = yaml(&Excerpt::whole(FileId(0), text));
    let root = stream.first().and_then(|tree| tree.root()).expect("a document");
    assert!(looks_like(root), "{text}");
    lower(root, &Variables::default(), &mut Complaints::new())
}

const STACK: &str = r#"
x-logging: &logging {logging: {driver: json-file}}
services:
  prometheus:
    <<: *logging
    image: prom/prometheus:${PROM_VERSION:-v3.1.0}
    container_name: prom
    command:
      - --config.file=/etc/prometheus/prometheus.yml
      - --storage.tsdb.retention.time
      - 15d
      - --web.enable-lifecycle
    ports: ["127.0.0.1:${PORT:-9090}:9090", {target: 9091, published: "9091"}, "$UNKNOWN:80"]
    expose: [9093, "9100-9101/tcp"]
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro,z
      - data:/prometheus
      - /tmp
      - {type: bind, source: ./rules, target: /etc/prometheus/rules, read_only: true}
      - ${CONF:-./conf}:/conf
      - C:\data:/data
    networks:
      back: {aliases: [metrics]}
    configs: [web, {source: web, target: /web.yml}]
    extra_hosts: ["host.docker.internal:host-gateway"]
  grafana:
    image: registry.example.org:5000/grafana/grafana@sha256:0123
    environment: [GF_A=b, SECRET]
    env_file: [.env, {path: more.env, required: false}]
    networks: [back]
    depends_on: {prometheus: {condition: service_started}}
    command: >-
      grafana server --homepath "/usr/share/grafana"
    profiles: [ui]
  worker:
    extends: {service: grafana, file: base.yml}
    environment: {A: 1, B: null}
    network_mode: host
networks:
  back: {name: shop_back, external: true}
volumes:
  data:
configs:
  web: {file: ./web.yml}
include: [a.yml, {path: [b.yml]}]
"#;

#[test]
fn reads_services() {
    let compose = read(STACK);
    let prometheus = compose.service("prometheus").expect("prometheus");
    let image = prometheus.image.as_ref().expect("an image");
    assert_eq!((image.name.as_deref(), image.tag.as_deref()), (Some("prom/prometheus"), Some("v3.1.0")));
    let config = prometheus.flag("config.file").expect("a flag");
    assert_eq!(config.value, "/etc/prometheus/prometheus.yml");
    assert_eq!(&STACK[config.span.range()], "/etc/prometheus/prometheus.yml");
    assert_eq!(prometheus.flag("storage.tsdb.retention.time").expect("a flag").value, "15d");
    assert_eq!(prometheus.flag("web.enable-lifecycle").expect("a flag").value, "--web.enable-lifecycle");
    assert_eq!(prometheus.flag("web"), None);
    let ports: Vec<_> = prometheus.ports.iter().map(|port| port.container.first).collect();
    assert_eq!(ports, [9090, 9091]);
    assert!(prometheus.expose[1].contains(9101));
    assert_eq!(prometheus.host_names(), ["prometheus", "prom", "metrics"]);
    let grafana = compose.service("grafana").expect("grafana");
    let image = grafana.image.as_ref().expect("an image");
    assert_eq!(
        (image.name.as_deref(), image.tag.as_deref()),
        (Some("registry.example.org:5000/grafana/grafana"), None)
    );
    assert_eq!(grafana.command.len(), 4);
    assert_eq!(grafana.flag("homepath").expect("a flag").value, "/usr/share/grafana");
    assert_eq!(grafana.env_files.len(), 2);
    assert_eq!(grafana.environment[0].1.as_ref().and_then(Value::known).as_deref(), Some("b"));
    assert_eq!(grafana.environment[1].1, None);
    assert_eq!(grafana.depends_on[0].value, "prometheus");
    let worker = compose.service("worker").expect("worker");
    assert_eq!(
        worker.extends.as_ref().and_then(|it| it.file.as_ref()).and_then(Value::known).as_deref(),
        Some("base.yml")
    );
    assert_eq!(worker.environment[1].1, None);
}

#[test]
fn reads_mounts_and_resources() {
    let compose = read(STACK);
    let mounts: Vec<_> = compose.services[0]
        .mounts
        .iter()
        .map(|mount| {
            let text = |value: &Option<Value>| value.as_ref().and_then(Value::known).unwrap_or_default();
            format!(
                "{:?} {}>{}{}",
                mount.kind,
                text(&mount.source),
                text(&mount.target),
                if mount.read_only { " ro" } else { "" }
            )
        })
        .collect();
    assert_eq!(
        mounts,
        [
            "Bind ./prometheus.yml>/etc/prometheus/prometheus.yml ro",
            "Volume data>/prometheus",
            "Volume >/tmp",
            "Bind ./rules>/etc/prometheus/rules ro",
            "Bind ./conf>/conf",
            r"Bind C:\data>/data",
            "Config web> ro",
            "Config web>/web.yml ro",
        ]
    );
    assert!(compose.networks[0].external);
    assert_eq!(compose.networks[0].real_name.as_ref().and_then(Value::known).as_deref(), Some("shop_back"));
    assert_eq!(compose.configs[0].file.as_ref().and_then(Value::known).as_deref(), Some("./web.yml"));
    assert_eq!(compose.includes.len(), 2);
}

#[test]
fn reads_any_beginning_of_a_file() {
    for end in (0..STACK.len()).step_by(7) {
        let stream = yaml(&Excerpt::whole(FileId(0), &STACK[..end]));
        let Some(root) = stream.first().and_then(|tree| tree.root()) else { continue };
        let compose = lower(root, &Variables::default(), &mut Complaints::new());
        assert!(compose.services.iter().all(|service| service.span.range().end <= end), "{end}");
    }
}

#[test]
fn complains_of_ports_that_are_none() {
    let stream = yaml(&Excerpt::whole(FileId(0), "services: {a: {image: x, ports: ['80:http', '${P}:80']}}"));
    let mut complaints = Complaints::new();
    let root = stream.first().and_then(|tree| tree.root()).expect("a document");
    lower(root, &Variables::default(), &mut complaints);
    let said: Vec<_> = complaints.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(said, ["`80:http` is not a port mapping"]);
}

#[test]
fn knows_what_it_is_not() {
    for text in [
        "on: push\njobs: {a: {services: {db: {image: x}}}}",
        "services: [docker:dind]\nimage: x",
        "apiVersion: v1\nservices: {a: {image: x}}",
        "services: {a: {port: 1}}",
        "service: {pipelines: {}}",
        "services: {}",
    ] {
        let stream = yaml(&Excerpt::whole(FileId(0), text));
        let root = stream.first().and_then(|tree| tree.root()).expect("a document");
        assert!(!looks_like(root), "{text}");
    }
}
