//! What came to `prometheus.yml` with which release of Prometheus since 2.36 (the structs of its `config` and `discovery`
//! packages, and of the releases of prometheus/common and sigv4 that each was built with).

use crate::{
    diag::Diagnostic,
    model::settings::{Newer, Settings, Since, Value},
    vocab::Version,
};

use super::{Discovery, Prometheus, RelabelAction, RelabelRule};

/// A release 2.
const fn v2(minor: u32) -> Version {
    Version::new(2, minor)
}

/// A release 3.
const fn v3(minor: u32) -> Version {
    Version::new(3, minor)
}

const SECTIONS: [Since; 3] = [("otlp", v2(55)), ("runtime", v2(53)), ("scrape_config_files", v2(43))];

/// Of `global` alone; jobs have had the limits for longer.
const GLOBAL: [Since; 10] = [
    ("body_size_limit", v2(45)),
    ("label_limit", v2(45)),
    ("label_name_length_limit", v2(45)),
    ("label_value_length_limit", v2(45)),
    ("query_max_duration", v3(16)),
    ("query_max_samples_read", v3(16)),
    ("query_max_series", v3(16)),
    ("rule_query_offset", v2(53)),
    ("sample_limit", v2(45)),
    ("target_limit", v2(45)),
];

/// Of scrape configurations alone.
const SCRAPE: [Since; 7] = [
    ("always_scrape_classic_histograms", v3(0)),
    ("convert_classic_histograms_to_nhcb", v3(0)),
    ("enable_compression", v2(49)),
    ("fallback_scrape_protocol", v3(0)),
    ("native_histogram_bucket_limit", v2(45)),
    ("native_histogram_min_bucket_factor", v2(50)),
    ("track_timestamps_staleness", v2(48)),
];

/// Of `global`, to which they came later than to the jobs.
const GLOBAL_LATER: [Since; 2] =
    [("always_scrape_classic_histograms", v3(5)), ("convert_classic_histograms_to_nhcb", v3(4))];

/// Of `global` and of scrape configurations.
const SHARED: [Since; 7] = [
    ("extra_scrape_metrics", v3(10)),
    ("keep_dropped_targets", v2(47)),
    ("metric_name_escaping_scheme", v3(4)),
    ("metric_name_validation_scheme", v2(55)),
    ("scrape_failure_log_file", v2(55)),
    ("scrape_native_histograms", v3(8)),
    ("scrape_protocols", v2(49)),
];

const ALERTMANAGER: [Since; 2] = [("alert_relabel_configs", v2(51)), ("sigv4", v2(48))];

const REMOTE_WRITE: [Since; 7] = [
    ("azuread", v2(45)),
    ("convert_nhcb_to_classic", v3(16)),
    ("failed_request_logging", v3(15)),
    ("google_iam", v2(55)),
    ("protobuf_message", v2(54)),
    ("round_robin_dns", v3(1)),
    ("send_native_histograms", v2(40)),
];

const REMOTE_READ: [Since; 1] = [("chunked_read_limit", v2(55))];

const OTLP: [Since; 8] = [
    ("convert_histograms_to_nhcb", v3(4)),
    ("ignore_resource_attributes", v3(5)),
    ("keep_identifying_resource_attributes", v3(1)),
    ("label_name_preserve_multiple_underscores", v3(8)),
    ("label_name_underscore_sanitization", v3(8)),
    ("promote_all_resource_attributes", v3(5)),
    ("promote_scope_metadata", v3(6)),
    ("translation_strategy", v3(0)),
];

const STORAGE: [Since; 1] = [("tsdb", v2(39))];

const RUNTIME: [Since; 1] = [("log_level", v3(15))];

/// Keys of maps within settings, each with the key of its map.
const WITHIN: [(&str, &str, Version); 43] = [
    ("attach_metadata", "cronjob", v3(11)),
    ("attach_metadata", "deployment", v3(11)),
    ("attach_metadata", "job", v3(11)),
    ("attach_metadata", "namespace", v3(6)),
    ("authorization", "credentials_ref", v2(53)),
    ("azuread", "certificate", v3(13)),
    ("azuread", "oauth", v2(48)),
    ("azuread", "scope", v3(9)),
    ("azuread", "sdk", v2(52)),
    ("azuread", "workload_identity", v3(7)),
    ("basic_auth", "password_ref", v2(53)),
    ("basic_auth", "username_file", v2(49)),
    ("basic_auth", "username_ref", v2(53)),
    ("oauth2", "audience", v3(8)),
    ("oauth2", "claims", v3(8)),
    ("oauth2", "client_certificate_key", v3(8)),
    ("oauth2", "client_certificate_key_file", v3(8)),
    ("oauth2", "client_certificate_key_id", v3(8)),
    ("oauth2", "client_certificate_key_ref", v3(8)),
    ("oauth2", "client_secret_ref", v2(53)),
    ("oauth2", "grant_type", v3(8)),
    ("oauth2", "iss", v3(8)),
    ("oauth2", "no_proxy", v2(43)),
    ("oauth2", "proxy_connect_header", v2(43)),
    ("oauth2", "proxy_from_environment", v2(43)),
    ("oauth2", "signature_algorithm", v3(8)),
    ("queue_config", "sample_age_limit", v2(50)),
    ("retention", "percentage", v3(11)),
    ("sigv4", "external_id", v3(10)),
    ("sigv4", "service_name", v3(5)),
    ("sigv4", "session_name", v3(15)),
    ("sigv4", "tags", v3(15)),
    ("sigv4", "use_fips_sts_endpoint", v3(1)),
    ("tls_config", "ca", v2(45)),
    ("tls_config", "ca_ref", v2(53)),
    ("tls_config", "cert", v2(45)),
    ("tls_config", "cert_ref", v2(53)),
    ("tls_config", "key", v2(45)),
    ("tls_config", "key_ref", v2(53)),
    ("tls_config", "max_version", v2(41)),
    ("tsdb", "chunk_encoding", v3(13)),
    ("tsdb", "retention", v3(8)),
    ("tsdb", "stale_series_compaction_threshold", v3(10)),
];

/// Keys of the map in which an HTTP client is set up.
const HTTP: [Since; 4] = [
    ("http_headers", v2(53)),
    ("no_proxy", v2(43)),
    ("proxy_connect_header", v2(41)),
    ("proxy_from_environment", v2(43)),
];

/// Kinds of service discovery.
const DISCOVERIES: [Since; 12] = [
    ("aws", v3(8)),
    ("ecs", v3(8)),
    ("elasticache", v3(11)),
    ("ionos", v2(36)),
    ("msk", v3(10)),
    ("nomad", v2(37)),
    ("oci", v3(14)),
    ("outscale", v3(12)),
    ("ovhcloud", v2(40)),
    ("rds", v3(11)),
    ("stackit", v3(5)),
    ("vultr", v2(36)),
];

/// Keys of a service discovery.
const OF_DISCOVERY: [(&str, &str, Version); 15] = [
    ("aws", "external_id", v3(12)),
    ("consul", "filter", v3(0)),
    ("consul", "health_filter", v3(12)),
    ("consul", "partition", v2(40)),
    ("consul", "path_prefix", v2(45)),
    ("digitalocean", "role", v3(12)),
    ("docker", "match_first_network", v2(54)),
    ("ec2", "external_id", v3(12)),
    ("ecs", "external_id", v3(12)),
    ("elasticache", "external_id", v3(12)),
    ("hetzner", "label_selector", v3(5)),
    ("lightsail", "external_id", v3(12)),
    ("linode", "region", v2(52)),
    ("msk", "external_id", v3(12)),
    ("rds", "external_id", v3(12)),
];

/// What a configuration uses that came after a release, which therefore refuses it.
pub fn newer_than(config: &Prometheus, version: Version) -> Vec<Diagnostic> {
    let mut newer = Newer::than("Prometheus", version);
    newer.keys(&config.keys, &SECTIONS);
    newer.keys(&config.global.keys, &GLOBAL);
    newer.keys(&config.global.keys, &GLOBAL_LATER);
    newer.keys(&config.global.keys, &SHARED);
    for job in &config.scrape_configs {
        newer.keys(&job.keys, &SCRAPE);
        newer.keys(&job.keys, &SHARED);
        client(&mut newer, &job.settings, &[]);
        job.discoveries.iter().for_each(|one| discovery(&mut newer, one));
        relabelling(&mut newer, job.relabel_configs.iter().chain(&job.metric_relabel_configs));
    }
    relabelling(&mut newer, &config.alerting.alert_relabel_configs);
    for endpoint in &config.alerting.alertmanagers {
        newer.keys(&endpoint.keys, &ALERTMANAGER);
        client(&mut newer, &endpoint.settings, &ALERTMANAGER);
        endpoint.discoveries.iter().for_each(|one| discovery(&mut newer, one));
        relabelling(&mut newer, endpoint.relabel_configs.iter().chain(&endpoint.alert_relabel_configs));
    }
    for remote in &config.remote_write {
        newer.keys(&remote.keys, &REMOTE_WRITE);
        client(&mut newer, &remote.settings, &REMOTE_WRITE);
        relabelling(&mut newer, &remote.write_relabel_configs);
    }
    for remote in &config.remote_read {
        newer.keys(&remote.keys, &REMOTE_READ);
        client(&mut newer, &remote.settings, &[]);
    }
    if let Some(otlp) = config.otlp.as_ref().filter(|_| !newer.is_newer(v2(55))) {
        newer.settings(otlp, &OTLP);
    }
    if let Some(runtime) = config.runtime.as_ref().filter(|_| !newer.is_newer(v2(53))) {
        newer.settings(runtime, &RUNTIME);
    }
    if let Some(storage) = &config.storage {
        newer.settings(storage, &STORAGE);
        within(&mut newer, storage, &STORAGE);
    }
    if let Some(tracing) = &config.tracing {
        client(&mut newer, tracing, &[]);
    }
    newer.complaints()
}

/// The settings of an HTTP client, and what else stands among them: maps that are newer as a whole are in `maps`.
fn client(newer: &mut Newer, settings: &Settings, maps: &[Since]) {
    newer.settings(settings, &HTTP);
    within(newer, settings, maps);
}

fn discovery(newer: &mut Newer, discovery: &Discovery) {
    if let Some((_, came)) =
        DISCOVERIES.iter().find(|(kind, came)| *kind == discovery.kind.value && newer.is_newer(*came))
    {
        newer.told(Some(discovery.kind.span), &format!("{}_sd_configs", discovery.kind.value), *came);
        return;
    }
    let of_kind = OF_DISCOVERY.iter().filter(|(kind, ..)| *kind == discovery.kind.value);
    let keys: Vec<Since> = of_kind.map(|(_, key, came)| (*key, *came)).collect();
    newer.settings(&discovery.settings, &keys);
    client(newer, &discovery.settings, &[]);
}

/// The maps within settings; in one that is newer as a whole, as `maps` tells, nothing else is told.
fn within(newer: &mut Newer, settings: &Settings, maps: &[Since]) {
    for setting in settings.iter() {
        let Some(Value::Map(map)) = &setting.value else { continue };
        let name = setting.key.value;
        if maps.iter().any(|(known, came)| *known == name && newer.is_newer(*came)) {
            continue;
        }
        let of_map = WITHIN.iter().filter(|(of, ..)| *of == name);
        let keys: Vec<Since> = of_map.map(|(_, key, came)| (*key, *came)).collect();
        newer.settings(map, &keys);
        within(newer, map, &keys);
    }
}

fn relabelling<'r>(newer: &mut Newer, rules: impl IntoIterator<Item = &'r RelabelRule>) {
    for written in rules.into_iter().filter_map(|rule| rule.action.as_ref()) {
        let came = match RelabelAction::of(&written.value) {
            Some(RelabelAction::Lowercase | RelabelAction::Uppercase) => v2(36),
            Some(RelabelAction::KeepEqual | RelabelAction::DropEqual) => v2(41),
            _ => continue,
        };
        newer.told(Some(written.span), &written.value, came);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{prometheus::lower, specimen};

    /// Whether a configuration is refused by every release before one, and by none from it on.
    fn came(text: &str, key: &str, came: Version) {
        let (config, complaints) = specimen::read(text, lower);
        assert!(complaints.iter().all(|one| !one.contains("unknown")), "{text}: {complaints:?}");
        let before = if came == v3(0) { v2(55) } else { Version::new(came.major, came.minor - 1) };
        let told: Vec<String> = newer_than(&config, before).into_iter().map(|one| one.message).collect();
        let message = format!("`{key}` came with Prometheus {}.{}", came.major, came.minor);
        assert!(told.len() == 1 && told[0].starts_with(&message), "{text}: {told:?}");
        assert_eq!(newer_than(&config, came), [], "{text}");
    }

    #[test]
    fn each_key_is_known_and_told() {
        let in_map = |head: &str, table: &[Since]| {
            table.iter().for_each(|(key, since)| came(&format!("{head}{key}:\n"), key, *since));
        };
        in_map("", &SECTIONS);
        [&GLOBAL[..], &GLOBAL_LATER, &SHARED].iter().for_each(|table| in_map("global:\n  ", table));
        [&SCRAPE[..], &SHARED, &HTTP].iter().for_each(|table| in_map("scrape_configs:\n- job_name: a\n  ", table));
        in_map("alerting:\n  alertmanagers:\n  - ", &ALERTMANAGER);
        in_map("remote_write:\n- url: http://a\n  ", &REMOTE_WRITE);
        in_map("remote_read:\n- url: http://a\n  ", &REMOTE_READ);
        in_map("otlp:\n  ", &OTLP);
        in_map("runtime:\n  ", &RUNTIME);
        for (kind, since) in DISCOVERIES {
            let key = format!("{kind}_sd_configs");
            came(&format!("scrape_configs:\n- job_name: a\n  {key}: [{{}}]\n"), &key, since);
        }
        for (kind, key, since) in OF_DISCOVERY {
            came(&format!("scrape_configs:\n- job_name: a\n  {kind}_sd_configs: [{{{key}: }}]\n"), key, since);
        }
        for (map, key, since) in WITHIN {
            let head = match map {
                "attach_metadata" => "scrape_configs:\n- job_name: a\n  kubernetes_sd_configs:\n  - ",
                "authorization" | "basic_auth" | "oauth2" | "tls_config" => "scrape_configs:\n- job_name: a\n  ",
                "retention" => "storage:\n  tsdb:\n    ",
                "tsdb" => "storage:\n  ",
                _ => "remote_write:\n- url: http://a\n  ",
            };
            came(&format!("{head}{map}: {{{key}: }}\n"), key, since);
        }
    }

    #[test]
    fn what_is_newer_as_a_whole_is_told_once() {
        let text = "remote_write:\n- url: http://a\n  azuread: {oauth: {client_id: a}}\nstorage: {tsdb: {retention: {percentage: 3}}}\n";
        let (config, _) = specimen::read(text, lower);
        let told: Vec<String> = newer_than(&config, v2(30)).into_iter().map(|one| one.message).collect();
        assert_eq!(told.len(), 2, "{told:?}");
        let (config, _) =
            specimen::read("alerting: {alert_relabel_configs: [{action: KeepEqual}, {action: drop}]}", lower);
        assert_eq!((newer_than(&config, v2(40)).len(), newer_than(&config, v2(41)).len()), (1, 0));
    }
}
