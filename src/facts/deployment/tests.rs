//! Compose files and what their containers see.

use std::path::Path;

use super::*;
use crate::workspace::load_texts;

fn workspace(files: &[(&str, &str)]) -> Workspace {
    load_texts(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect())
}

const STACK: &str = "
services:
  prometheus:
    image: prom/prometheus:v3.1.0
    command: ['--config.file=/etc/prometheus/${CONFIG:-prometheus.yml}']
    volumes:
      - ./prometheus:/etc/prometheus:ro
      - ./special/node.yml:/etc/prometheus/rules/node.yml
      - data:/etc/prometheus/generated
      - ${ELSEWHERE}:/elsewhere
    networks: [monitoring]
  db: {image: 'postgres:16', networks: [back], container_name: shop-db}
networks: {monitoring: {}, back: {}}
";

#[test]
fn paths_go_through_the_longest_mount() {
    let workspace = workspace(&[("compose.yml", STACK), ("prometheus/prometheus.yml", "scrape_configs: []")]);
    let deployment = Deployment::of(&workspace);
    let prometheus = &deployment.containers()[0];
    for (path, expected) in [
        ("/etc/prometheus/rules/a.yml", "prometheus/rules/a.yml"),
        ("/etc/prometheus/rules/node.yml", "special/node.yml"),
        ("/etc/prometheus/generated/a.yml", "unknown"),
        ("/elsewhere/a.yml", "unknown"),
        ("/etc/alerts.yml", "image"),
    ] {
        let seen = match prometheus.look_at(Path::new(path)) {
            Place::Host(path, _) => path.display().to_string(),
            Place::Image => "image".to_owned(),
            Place::Unknown => "unknown".to_owned(),
        };
        assert_eq!(seen, expected, "{path}");
    }
    assert_eq!(
        prometheus.paths_of(Path::new("prometheus/prometheus.yml")),
        [Path::new("/etc/prometheus/prometheus.yml")]
    );
    assert_eq!(prometheus.paths_of(Path::new("prometheus/rules/node.yml")), Vec::<PathBuf>::new(), "covered");
    assert_eq!(prometheus.config_path().as_deref(), Some(Path::new("/etc/prometheus/prometheus.yml")));
}

#[test]
fn an_overlay_counts_from_the_folder_of_the_first_file() {
    let overlay = "
services:
  prometheus:
    image: prom/prometheus
    volumes: ['./monitoring/prometheus.yml:/etc/prometheus/prometheus.yml']
";
    let workspace = workspace(&[
        ("shop/monitoring/compose.monitoring.yml", overlay),
        ("shop/monitoring/prometheus.yml", "scrape_configs: []"),
    ]);
    let deployment = Deployment::of(&workspace);
    assert_eq!(deployment.containers()[0].home.folder, Path::new("shop"));
    let file = Path::new("shop/monitoring/prometheus.yml");
    assert_eq!(deployment.seeing(Program::Prometheus, file).count(), 1);
}

#[test]
fn names_are_known_or_not() {
    let workspace = workspace(&[("compose.yml", STACK)]);
    let deployment = Deployment::of(&workspace);
    let prometheus = &deployment.containers()[0];
    let described = |name: &str| match deployment.host(prometheus, name) {
        Hosts::These(these) => these.iter().map(|one| one.name()).collect::<Vec<_>>().join(" "),
        Hosts::Nobody => "nobody".to_owned(),
        Hosts::Unknown => "unknown".to_owned(),
    };
    for (name, expected) in
        [("shop-db", "db"), ("DB", "db"), ("cache", "nobody"), ("db.example.org", "unknown"), ("stack-db-1", "unknown")]
    {
        assert_eq!(described(name), expected, "{name}");
    }
    assert!(!prometheus.shares_network(&deployment.containers()[1]));
}

#[test]
fn files_of_variables_are_read() {
    let compose = "
services:
  prometheus:
    image: prom/prometheus:${VERSION}
    env_file: [first.env, ./more/second.env]
    environment: {OWN: \"${NAME:-x}\"}
    ports: [\"${PORT}:9090\"]
  other: {image: redis, env_file: gone.env}
";
    let workspace = workspace(&[
        ("compose.yml", compose),
        (".env", "VERSION=v3.1.0\nPORT=19090\nNAME='a b'\n"),
        ("first.env", "A=1\nB=1\nOWN=2"),
        ("more/second.env", "B=${PORT}"),
    ]);
    let deployment = Deployment::of(&workspace);
    let prometheus = &deployment.containers()[0];
    assert_eq!(prometheus.image().and_then(|image| image.tag.as_deref()), Some("v3.1.0"));
    assert_eq!(prometheus.publishes(19090), Some(9090));
    let known = |one: &Variable<'_>| format!("{}={}", one.name.value, one.known.as_deref().unwrap_or("?"));
    let environment: Vec<String> = prometheus.environment().expect("known").iter().map(known).collect();
    assert_eq!(environment, ["OWN=a b", "B=19090", "A=1"]);
    assert!(deployment.containers()[1].environment().is_none());
}

#[test]
fn settings_come_from_other_folders() {
    let base = "
services:
  prometheus:
    image: prom/prometheus
    volumes: ['./rules:/etc/prometheus/rules']
    env_file: base.env
";
    let workspace = workspace(&[
        ("base/compose.yml", base),
        ("base/base.env", "A=1"),
        ("base/rules/a.yml", "groups: []"),
        ("compose.yml", "services: {prometheus: {extends: {file: ./base/compose.yml, service: prometheus}}}"),
    ]);
    let deployment = Deployment::of(&workspace);
    let here = &deployment.containers()[1];
    assert_eq!(here.look_at(Path::new("/etc/prometheus/rules/a.yml")), {
        let mount = &here.overlays[0].mounts[0];
        Place::Host("base/rules/a.yml".into(), mount)
    });
    assert_eq!(here.environment().map(<[_]>::len), Some(1));
}

#[test]
fn what_is_included_is_of_the_same_project() {
    let of = |service: &str, rest: &str| format!("services: {{{service}: {{image: x}}}}\n{rest}");
    let workspace = workspace(&[
        (
            "compose.yml",
            &of("web", "include: [monitoring/compose.yml, {path: [db/compose.yml], project_directory: .}]"),
        ),
        ("monitoring/compose.yml", &of("prometheus", "")),
        ("db/compose.yml", &of("db", "")),
    ]);
    let deployment = Deployment::of(&workspace);
    let names: Vec<&str> = deployment.containers().iter().map(|one| one.name()).collect();
    assert_eq!(names, ["web", "db", "prometheus"]);
    let prometheus = &deployment.containers()[2];
    assert!(matches!(deployment.host(prometheus, "db"), Hosts::These(these) if these.len() == 1));
    assert!(matches!(deployment.host(prometheus, "nobody"), Hosts::Nobody));
    assert_eq!(deployment.containers()[1].home.folder, Path::new(""));
}
