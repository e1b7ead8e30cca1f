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
