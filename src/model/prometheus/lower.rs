//! Reads `prometheus.yml` out of the tree.

use crate::{
    diag::Diagnostic,
    model::{
        Keys, Pair,
        settings::{RUNTIME, Settings, TRACING, empty_item},
    },
    tree::{Complaints, Fields, Kind, Node, Notation, Style, unknown_key},
};

use super::{
    Alerting, AlertmanagerEndpoint, Global, Prometheus, RemoteRead, RemoteWrite, ScrapeConfig, StaticConfig,
    discovery::lower_discoveries, relabel::lower_rules, removed::other_api, schema,
};

/// Reads a server's configuration.
pub fn lower(root: Node<'_>, complaints: &mut Complaints) -> Prometheus {
    let mut config = Prometheus {
        span: root.span(),
        keys: Keys::of(root),
        global: Global::default(),
        rule_files: Vec::new(),
        scrape_config_files: Vec::new(),
        scrape_configs: Vec::new(),
        alerting: Alerting::default(),
        remote_write: Vec::new(),
        remote_read: Vec::new(),
        runtime: None,
        storage: None,
        tracing: None,
        otlp: None,
    };
    let Some(mut fields) = Fields::of(root, "Prometheus configuration", complaints) else { return config };
    config.global = fields.value("global").and_then(|node| lower_global(node, complaints)).unwrap_or_default();
    config.rule_files = fields.strings("rule_files", complaints);
    config.rule_files.iter().filter(|entry| is_too_wild(&entry.value)).for_each(|entry| {
        complaints.push(
            Diagnostic::error(
                entry.span,
                format!("Prometheus refuses `{}`: `*` may stand in the last part only", entry.value),
            )
            .help("name each folder in an entry of its own"),
        );
    });
    config.scrape_config_files = fields.strings("scrape_config_files", complaints);
    config.scrape_configs = items(&mut fields, "scrape_configs", lower_scrape_config, complaints);
    config.alerting = fields.value("alerting").and_then(|node| lower_alerting(node, complaints)).unwrap_or_default();
    config.remote_write = items(&mut fields, "remote_write", lower_remote_write, complaints);
    config.remote_read = items(&mut fields, "remote_read", lower_remote_read, complaints);
    config.runtime = Settings::under(&mut fields, "runtime", &RUNTIME, complaints);
    let before = complaints.len();
    config.storage = Settings::under(&mut fields, "storage", &schema::STORAGE, complaints);
    point_to_flags(complaints, before, "`tsdb`", &FLAGS_OF_TSDB, "storage.tsdb.");
    config.tracing = Settings::under(&mut fields, "tracing", &TRACING, complaints);
    config.otlp = Settings::under(&mut fields, "otlp", &schema::OTLP, complaints);
    let before = complaints.len();
    fields.finish(complaints);
    point_to_flags(complaints, before, "Prometheus configuration", &GROUPS_OF_FLAGS, "");
    config
}

/// What the command line alone sets of the TSDB, below `--storage.tsdb.`.
const FLAGS_OF_TSDB: [&str; 9] = [
    "allow-overlapping-blocks",
    "max-block-duration",
    "min-block-duration",
    "no-lockfile",
    "path",
    "retention.size",
    "retention.time",
    "wal-compression",
    "wal-segment-size",
];

/// Beginnings of flags, which are taken for sections of the file.
const GROUPS_OF_FLAGS: [&str; 4] = ["log", "query", "rules", "web"];

/// Says of unknown keys that are flags what they are.
fn point_to_flags(complaints: &mut [Diagnostic], from: usize, what: &str, flags: &[&str], prefix: &str) {
    for complaint in &mut complaints[from..] {
        let is_meant = |flag: &&&str| complaint.message == unknown_key(flag, what);
        let Some(flag) = flags.iter().find(is_meant) else { continue };
        let rest = if prefix.is_empty() { ".…" } else { "" };
        complaint.help = vec![format!("it is a flag of the command line: `--{prefix}{flag}{rest}`")];
    }
}

/// Reads a file of scrape configurations (`scrape_config_files`).
pub fn lower_scrape_configs(root: Node<'_>, complaints: &mut Complaints) -> Vec<ScrapeConfig> {
    let Some(mut fields) = Fields::of(root, "file of scrape configurations", complaints) else { return Vec::new() };
    let jobs = items(&mut fields, "scrape_configs", lower_scrape_config, complaints);
    fields.finish(complaints);
    jobs
}

/// Reads a file of targets (`file_sd_configs`): a list of groups. JSON takes strings only where YAML takes any scalar.
pub fn lower_target_groups(root: Node<'_>, complaints: &mut Complaints) -> Vec<StaticConfig> {
    if root.kind() != Kind::Sequence {
        if !root.is_null() {
            complaints.push(Diagnostic::error(root.span(), "a file of targets is a list of groups"));
        }
        return Vec::new();
    }
    let is_json = root.tree().notation() == Notation::Json;
    let mut groups = Vec::new();
    for item in root.items() {
        if item.is_null() {
            complaints.push(empty_item(item, "targets"));
            continue;
        }
        if is_json {
            for (_, value) in item.raw_entries() {
                let in_list = value.items();
                let in_map = value.raw_entries().map(|(_, value)| value);
                let strange =
                    in_list.chain(in_map).filter(|text| text.kind() == Kind::Scalar(Style::Plain) && !text.is_null());
                complaints.extend(strange.map(|text| {
                    let message = format!("`{}` is not a string", text.text().unwrap_or_default());
                    Diagnostic::error(text.span(), message).help("put it in quotes; JSON knows more than strings")
                }));
            }
        }
        groups.extend(lower_static(item, complaints));
    }
    groups
}

/// Whether a pattern has a `*` before its last `/`, as in `rules/**/*.yml`.
///
/// Source: `patRulePath` in Prometheus' config.go.
pub fn is_too_wild(pattern: &str) -> bool {
    pattern.rsplit_once('/').is_some_and(|(folders, _)| folders.contains('*'))
}

/// The items of a list of maps; complains of null items.
fn items<T>(
    fields: &mut Fields<'_>,
    key: &'static str,
    lower: fn(Node<'_>, &mut Complaints) -> Option<T>,
    complaints: &mut Complaints,
) -> Vec<T> {
    let mut all = Vec::new();
    for item in fields.list(key, complaints) {
        if item.is_null() {
            complaints.push(empty_item(item, key));
        } else {
            all.extend(lower(item, complaints));
        }
    }
    all
}

fn lower_global(node: Node<'_>, complaints: &mut Complaints) -> Option<Global> {
    let mut fields = Fields::of(node, "`global`", complaints)?;
    let global = Global {
        span: Some(node.span()),
        keys: Keys::of(node),
        scrape_interval: fields.duration("scrape_interval", complaints),
        scrape_timeout: fields.duration("scrape_timeout", complaints),
        evaluation_interval: fields.duration("evaluation_interval", complaints),
        rule_query_offset: fields.duration("rule_query_offset", complaints),
        external_labels: Pair::all(fields.string_map("external_labels", complaints)),
        settings: Some(Settings::take(&mut fields, &schema::GLOBAL, complaints)),
    };
    fields.finish(complaints);
    Some(global)
}

fn lower_scrape_config(node: Node<'_>, complaints: &mut Complaints) -> Option<ScrapeConfig> {
    let mut fields = Fields::of(node, "scrape configuration", complaints)?;
    let params = Settings::take(&mut fields, &schema::PARAMS, complaints);
    let config = ScrapeConfig {
        span: node.span(),
        keys: Keys::of(node),
        job_name: fields.string("job_name", complaints),
        scrape_interval: fields.duration("scrape_interval", complaints),
        scrape_timeout: fields.duration("scrape_timeout", complaints),
        metrics_path: fields.string("metrics_path", complaints),
        scheme: fields.string("scheme", complaints),
        honor_labels: fields.boolean("honor_labels", complaints),
        params: params.pairs("params").to_vec(),
        static_configs: items(&mut fields, "static_configs", lower_static, complaints),
        discoveries: lower_discoveries(&mut fields, complaints),
        relabel_configs: lower_rules(&mut fields, "relabel_configs", complaints),
        metric_relabel_configs: lower_rules(&mut fields, "metric_relabel_configs", complaints),
        settings: Settings::take(&mut fields, &schema::SCRAPE, complaints),
    };
    fields.finish(complaints);
    Some(config)
}

fn lower_static(node: Node<'_>, complaints: &mut Complaints) -> Option<StaticConfig> {
    let mut fields = Fields::of(node, "static configuration", complaints)?;
    let config = StaticConfig {
        span: node.span(),
        targets: fields.strings("targets", complaints),
        labels: Pair::all(fields.string_map("labels", complaints)),
    };
    fields.finish(complaints);
    Some(config)
}

fn lower_alerting(node: Node<'_>, complaints: &mut Complaints) -> Option<Alerting> {
    let mut fields = Fields::of(node, "`alerting`", complaints)?;
    let alerting = Alerting {
        span: Some(node.span()),
        alert_relabel_configs: lower_rules(&mut fields, "alert_relabel_configs", complaints),
        alertmanagers: items(&mut fields, "alertmanagers", lower_endpoint, complaints),
    };
    fields.finish(complaints);
    Some(alerting)
}

fn lower_endpoint(node: Node<'_>, complaints: &mut Complaints) -> Option<AlertmanagerEndpoint> {
    let mut fields = Fields::of(node, "Alertmanager endpoint", complaints)?;
    let endpoint = AlertmanagerEndpoint {
        span: node.span(),
        keys: Keys::of(node),
        scheme: fields.string("scheme", complaints),
        path_prefix: fields.string("path_prefix", complaints),
        api_version: fields.string("api_version", complaints),
        static_configs: items(&mut fields, "static_configs", lower_static, complaints),
        discoveries: lower_discoveries(&mut fields, complaints),
        relabel_configs: lower_rules(&mut fields, "relabel_configs", complaints),
        alert_relabel_configs: lower_rules(&mut fields, "alert_relabel_configs", complaints),
        settings: Settings::take(&mut fields, &schema::ALERTMANAGER, complaints),
    };
    if let Some(version) = endpoint.api_version.as_ref().filter(|version| !["v1", "v2"].contains(&&*version.value)) {
        complaints.push(other_api(version));
    }
    fields.finish(complaints);
    Some(endpoint)
}

fn lower_remote_write(node: Node<'_>, complaints: &mut Complaints) -> Option<RemoteWrite> {
    let mut fields = Fields::of(node, "remote write configuration", complaints)?;
    let remote = RemoteWrite {
        span: node.span(),
        keys: Keys::of(node),
        url: fields.excerpt("url", complaints),
        name: fields.string("name", complaints),
        write_relabel_configs: lower_rules(&mut fields, "write_relabel_configs", complaints),
        settings: Settings::take(&mut fields, &schema::REMOTE_WRITE, complaints),
    };
    fields.finish(complaints);
    Some(remote)
}

fn lower_remote_read(node: Node<'_>, complaints: &mut Complaints) -> Option<RemoteRead> {
    let mut fields = Fields::of(node, "remote read configuration", complaints)?;
    let remote = RemoteRead {
        span: node.span(),
        keys: Keys::of(node),
        url: fields.excerpt("url", complaints),
        name: fields.string("name", complaints),
        settings: Settings::take(&mut fields, &schema::REMOTE_READ, complaints),
    };
    fields.finish(complaints);
    Some(remote)
}
