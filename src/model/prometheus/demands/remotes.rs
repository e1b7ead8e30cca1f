//! Demands on where samples are written to and read from.

use crate::model::{
    prometheus::{Prometheus, RemoteRead, RemoteWrite},
    settings::{Settings, Value, any_url_fault, both, has, place, transport},
};

use super::{Judge, discoveries::is_uuid, number_or, text_or};

/// Headers that are not for the configuration to set.
const RESERVED: [&str; 16] = [
    "host",
    "content-encoding",
    "content-length",
    "content-type",
    "user-agent",
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "www-authenticate",
    "accept-encoding",
    "x-prometheus-remote-write-version",
    "x-prometheus-remote-read-version",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-content-sha256",
];

impl Judge<'_> {
    pub(super) fn remotes(&mut self, config: &Prometheus) {
        for remote in &config.remote_write {
            self.write(remote);
        }
        for remote in &config.remote_read {
            self.read(remote);
        }
        self.unique(config.remote_write.iter().filter_map(|remote| remote.name.as_ref()), "the name");
        self.unique(config.remote_read.iter().filter_map(|remote| remote.name.as_ref()), "the name");
    }

    fn write(&mut self, remote: &RemoteWrite) {
        let settings = &remote.settings;
        self.demand(&remote.keys, "url", remote.url.is_some(), remote.span, "this remote write");
        self.url(remote.url.as_ref());
        self.relabelling(&remote.write_relabel_configs, self.naming.scheme);
        self.headers(settings, "use `basic_auth`, `authorization`, `oauth2`, `sigv4`, `azuread` or `google_iam`");
        let versions = ["prometheus.WriteRequest", "io.prometheus.write.v2.Request"];
        self.one_of(settings, "protobuf_message", versions[0], &versions);
        self.client(settings);
        self.queue(settings);
        let ways: Vec<&str> = ["basic_auth", "authorization", "oauth2", "bearer_token", "bearer_token_file"]
            .into_iter()
            .filter(|way| has(settings, way))
            .take(1)
            .chain(["sigv4", "azuread", "google_iam"].into_iter().filter(|way| settings.map(way).is_some()))
            .collect();
        if let [one, other, ..] = ways.as_slice() {
            self.found.push(both(settings, one, other));
        }
        if let Some(signature) = settings.map("sigv4") {
            transport::signature(signature, &mut self.found);
        }
        if let Some(azure) = settings.map("azuread") {
            self.azure_ad(azure);
        }
    }

    fn read(&mut self, remote: &RemoteRead) {
        self.demand(&remote.keys, "url", remote.url.is_some(), remote.span, "this remote read");
        self.url(remote.url.as_ref());
        self.headers(&remote.settings, "use `basic_auth`, `authorization` or `oauth2`");
        self.client(&remote.settings);
        for matcher in remote.settings.pairs("required_matchers").iter().filter(|pair| pair.name.value.is_empty()) {
            self.refuse(matcher.name.span, "this label has an empty name");
        }
    }

    fn url(&mut self, url: Option<&crate::text::Excerpt>) {
        if let Some((url, fault)) = url.and_then(|url| Some((url, any_url_fault(url.text())?))) {
            self.refuse(url.full_span(), format!("`url` {fault}"));
        }
    }

    pub(super) fn headers(&mut self, settings: &Settings, instead: &str) {
        for header in settings.pairs("headers") {
            let name = header.name.value.to_lowercase();
            if name == "authorization" {
                self.refuse_with(header.name.span, "the header `Authorization` cannot be set here", instead);
            } else if RESERVED.contains(&name.as_str()) {
                let message = format!("the header `{}` cannot be set", header.name.value);
                self.refuse_with(header.name.span, message, "Prometheus sets it itself");
            }
        }
    }

    fn queue(&mut self, settings: &Settings) {
        let Some(queue) = settings.map("queue_config") else {
            if let Some(null) = settings.get("queue_config").filter(|setting| setting.is_null) {
                self.refuse(null.key.span, "`queue_config` is empty, which leaves no shards");
            }
            return;
        };
        for (key, default) in
            [("max_shards", 50), ("min_shards", 1), ("max_samples_per_send", 2000), ("capacity", 10_000)]
        {
            if number_or(queue, key, default) <= 0 {
                self.refuse(place(queue, key), format!("`{key}` is not positive"));
            }
        }
        let (least, most) = (number_or(queue, "min_shards", 1), number_or(queue, "max_shards", 50));
        if least > most && most > 0 {
            let key = if queue.is_set("min_shards") { "min_shards" } else { "max_shards" };
            self.refuse(place(queue, key), format!("`min_shards` is {least}, which is more than {most} `max_shards`"));
        }
        let backoff = |key: &str, default: i64| match queue.get(key) {
            Some(setting) => match setting.value {
                Some(Value::Duration(duration)) => duration.as_milliseconds(),
                _ if setting.is_null => 0,
                _ => default,
            },
            None => default,
        };
        if backoff("max_backoff", 5000) < backoff("min_backoff", 30) {
            let key = if queue.is_set("max_backoff") { "max_backoff" } else { "min_backoff" };
            self.refuse(place(queue, key), "`max_backoff` is less than `min_backoff`");
        }
    }

    fn azure_ad(&mut self, azure: &Settings) {
        self.one_of(azure, "cloud", "", &["", "AzurePublic", "AzureChina", "AzureGovernment"]);
        let ways = ["managed_identity", "workload_identity", "oauth", "sdk", "certificate"];
        let set: Vec<&str> = ways.into_iter().filter(|way| azure.map(way).is_some()).collect();
        match set.as_slice() {
            [] => {
                self.refuse(place(azure, "oauth"), "`azuread` says no way to log in");
            }
            [one, other, ..] => self.found.push(both(azure, one, other)),
            [_] => {}
        }
        for (way, needed) in [
            ("workload_identity", &["client_id", "tenant_id"][..]),
            ("oauth", &["client_id", "client_secret", "tenant_id"]),
            ("certificate", &["client_id", "tenant_id", "certificate_path"]),
        ] {
            if let Some(map) = azure.map(way) {
                let missing: Vec<&str> = needed.iter().copied().filter(|key| !has(map, key)).collect();
                for key in missing {
                    let at = if map.iter().next().is_some() { place(map, key) } else { place(azure, way) };
                    self.refuse(at, format!("`{way}` has no `{key}`"));
                }
            }
        }
        for (way, key) in [
            ("managed_identity", "client_id"),
            ("workload_identity", "client_id"),
            ("workload_identity", "tenant_id"),
            ("oauth", "client_id"),
            ("certificate", "client_id"),
        ] {
            let text = azure.map(way).and_then(|map| map.text(key)).filter(|text| !text.text().is_empty());
            if let Some(text) = text.filter(|text| !is_go_uuid(text.text())) {
                self.refuse(text.full_span(), format!("`{key}` is not a UUID"));
            }
        }
        let is_scope =
            |letter: char| letter.is_ascii_alphanumeric() || letter.is_ascii_whitespace() || "_:/.-".contains(letter);
        if !text_or(azure, "scope", "").chars().all(is_scope)
            && let Some(scope) = azure.text("scope")
        {
            self.refuse(scope.full_span(), format!("`{}` is no scope", scope.text()));
        }
    }
}

/// Whether Go takes a text for a UUID: also without dashes, in braces, or behind `urn:uuid:`.
fn is_go_uuid(text: &str) -> bool {
    let bare = match text.len() {
        45 if text.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("urn:uuid:")) => &text[9..],
        38 => text.get(1..37).unwrap_or_default(),
        32 => return text.bytes().all(|byte| byte.is_ascii_hexdigit()),
        _ => text,
    };
    is_uuid(bare)
}
