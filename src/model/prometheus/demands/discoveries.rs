//! Demands on service discoveries.

use crate::{
    model::{
        prometheus::Discovery,
        settings::{Settings, any_url_fault, at_most_one, both, first_of, has, place, transport, url_fault},
    },
    text::Excerpt,
};

use super::{Judge, is_unreadable, node_selector, number_or, text_or};

/// Discoveries whose client is not judged, because they have none or because Prometheus forgets to.
const WITHOUT_CLIENT: [&str; 9] =
    ["file", "dns", "gce", "openstack", "ovhcloud", "triton", "nerve", "serverset", "aws"];

/// Texts that a discovery cannot do without.
const NEEDS: [(&str, &[&str]); 12] = [
    ("docker", &["host"]),
    ("dockerswarm", &["host", "role"]),
    ("http", &["url"]),
    ("puppetdb", &["url", "query"]),
    ("eureka", &["server"]),
    ("kuma", &["server"]),
    ("ionos", &["datacenter_id"]),
    ("gce", &["project", "zone"]),
    ("openstack", &["region"]),
    ("uyuni", &["server", "username", "password"]),
    ("triton", &["account", "dns_suffix", "endpoint"]),
    ("ovhcloud", &["application_key", "application_secret", "consumer_key"]),
];

/// Words that a setting must be one of: discovery, key, default, words.
const WORDS: [(&str, &str, &str, &[&str]); 11] = [
    ("kubernetes", "role", "", &["pod", "service", "endpoints", "endpointslice", "node", "ingress"]),
    ("dockerswarm", "role", "", &["tasks", "services", "nodes"]),
    ("triton", "role", "container", &["container", "cn"]),
    ("openstack", "role", "", &["instance", "hypervisor", "loadbalancer"]),
    ("openstack", "availability", "public", &["public", "internal", "admin"]),
    ("hetzner", "role", "", &["robot", "hcloud"]),
    ("scaleway", "role", "", &["instance", "baremetal"]),
    ("digitalocean", "role", "droplets", &["droplets", "databases"]),
    ("ovhcloud", "service", "", &["dedicated_server", "vps"]),
    ("oci", "auth", "api_key", &["api_key", "instance_principal"]),
    ("aws", "role", "", &["ec2", "ecs", "elasticache", "lightsail", "msk", "rds"]),
];

impl Judge<'_> {
    pub(super) fn discovery(&mut self, discovery: &Discovery) {
        let (kind, settings) = (discovery.kind.value, &discovery.settings);
        let what = format!("this {kind} discovery");
        for (_, keys) in NEEDS.iter().filter(|(of, _)| *of == kind) {
            self.needs(settings, keys, &what);
        }
        for (_, key, default, words) in WORDS.iter().filter(|(of, ..)| *of == kind) {
            // That it is missing has been said.
            if !NEEDS.iter().any(|(of, keys)| *of == kind && keys.contains(key)) || has(settings, key) {
                self.one_of(settings, key, default, words);
            }
        }
        match kind {
            "file" => self.file(settings),
            "dns" => self.dns(settings),
            "http" | "puppetdb" => self.server_url(settings, "url", url_fault),
            "eureka" | "kuma" => self.server_url(settings, "server", located),
            "docker" | "dockerswarm" => self.server_url(settings, "host", any_url_fault),
            "uyuni" => self.server_url(settings, "server", any_url_fault),
            "kubernetes" => self.kubernetes(settings),
            "consul" => self.consul(settings),
            "nomad" => self.address(settings, ""),
            "marathon" => self.marathon(settings),
            "nerve" | "serverset" => self.zookeeper(settings),
            "triton" => self.positive_interval(settings),
            "azure" => self.azure(settings),
            "ec2" => self.filters(settings),
            "ecs" | "elasticache" | "msk" | "rds" => self.concurrency(settings),
            "oci" => self.oracle(settings),
            "outscale" => self.outscale(settings),
            "scaleway" => self.scaleway(settings),
            "stackit" => self.stackit(settings),
            "ovhcloud" if text_or(settings, "endpoint", "ovh-eu").is_empty() => {
                self.refuse(place(settings, "endpoint"), "this ovhcloud discovery has no `endpoint`");
            }
            _ => {}
        }
        match settings.map("tls_config") {
            Some(tls) if WITHOUT_CLIENT.contains(&kind) => transport::encryption(tls, &mut self.found),
            _ if WITHOUT_CLIENT.contains(&kind) => {}
            _ => self.client(settings),
        }
    }

    fn file(&mut self, settings: &Settings) {
        self.some_of(settings, "files");
        for file in settings.texts("files").iter().filter(|file| !is_target_file(file.text())) {
            self.refuse_with(
                file.full_span(),
                format!("`{}` cannot be a file of targets", file.text()),
                "it ends in `.json`, `.yml` or `.yaml`; `*` may stand in its last part only, once",
            );
        }
    }

    /// Demands at least one text.
    fn some_of(&mut self, settings: &Settings, key: &str) {
        if settings.texts(key).is_empty() && !is_unreadable(settings, key) {
            self.refuse(place(settings, key), format!("there is nothing in `{key}`"));
        }
    }

    fn dns(&mut self, settings: &Settings) {
        self.some_of(settings, "names");
        let kind = text_or(settings, "type", "SRV").to_uppercase();
        match kind.as_str() {
            "SRV" => {}
            "A" | "AAAA" | "MX" | "NS" if is_unreadable(settings, "port") => {}
            "A" | "AAAA" | "MX" | "NS" => {
                if number_or(settings, "port", 0) == 0 {
                    let message = format!("records of type `{kind}` say no port, and there is no `port`");
                    self.refuse(place(settings, "type"), message);
                }
            }
            _ if is_unreadable(settings, "type") => {}
            _ => {
                let place = settings.text("type").map_or_else(|| place(settings, "type"), Excerpt::full_span);
                self.refuse_with(
                    place,
                    format!("`{kind}` is no type of record here"),
                    "known are `SRV`, `A`, `AAAA`, `MX` and `NS`",
                );
            }
        }
    }

    fn server_url(&mut self, settings: &Settings, key: &str, fault: fn(&str) -> Option<String>) {
        let Some(text) = settings.text(key).filter(|text| !text.text().is_empty()) else { return };
        if let Some(fault) = fault(text.text()) {
            self.refuse(text.full_span(), format!("`{key}` {fault}"));
        }
    }

    /// Demands a server, and takes blanks for none.
    fn address(&mut self, settings: &Settings, default: &str) {
        if text_or(settings, "server", default).trim().is_empty() && !is_unreadable(settings, "server") {
            self.refuse(place(settings, "server"), "there is no `server`");
        }
    }

    fn kubernetes(&mut self, settings: &Settings) {
        let (server, file) =
            (settings.get("api_server").is_some_and(|setting| !setting.is_null), has(settings, "kubeconfig_file"));
        self.server_url(settings, "api_server", any_url_fault);
        if server && file {
            self.found.push(both(settings, "api_server", "kubeconfig_file"));
        }
        if let Some(key) = changed_client_key(settings) {
            if file {
                self.found.push(both(settings, "kubeconfig_file", key));
            } else if !server {
                let help = "name the server with `api_server:`";
                self.refuse_with(place(settings, key), format!("`{key}` is set, but there is no `api_server`"), help);
            }
        }
        let own = settings.map("namespaces").filter(|names| names.boolean("own_namespace") == Some(true));
        if let Some(names) = own {
            for key in ["api_server", "kubeconfig_file"]
                .into_iter()
                .filter(|key| has(settings, key) || *key == "api_server" && server)
            {
                let message = format!("`own_namespace` is on although `{key}` is set");
                let set = place(settings, key);
                self.refuse(place(names, "own_namespace"), message)
                    .labels
                    .push(crate::diag::Label { span: set, message: "set here".to_owned() });
            }
        }
        node_selector::judge(self, settings);
    }

    fn consul(&mut self, settings: &Settings) {
        self.address(settings, "localhost:8500");
        if let Some(own) = first_of(settings, &["username", "password"]) {
            let others = ["basic_auth", "authorization", "oauth2", "bearer_token", "bearer_token_file"];
            if let Some(other) = first_of(settings, &others) {
                self.found.push(both(settings, own, other));
            }
        }
        if let Some(other) = first_of(settings, &["authorization", "oauth2"]).filter(|_| has(settings, "token")) {
            self.found.push(both(settings, "token", other));
        }
    }

    fn marathon(&mut self, settings: &Settings) {
        self.some_of(settings, "servers");
        at_most_one(settings, &["auth_token", "auth_token_file"], &mut self.found);
        let others = ["basic_auth", "bearer_token", "bearer_token_file", "authorization"];
        if let (Some(own), Some(other)) =
            (first_of(settings, &["auth_token", "auth_token_file"]), first_of(settings, &others))
        {
            self.found.push(both(settings, own, other));
        }
    }

    fn zookeeper(&mut self, settings: &Settings) {
        self.some_of(settings, "servers");
        self.some_of(settings, "paths");
        for path in settings.texts("paths").iter().filter(|path| !path.text().starts_with('/')) {
            self.refuse(path.full_span(), format!("the path `{}` does not begin with `/`", path.text()));
        }
    }

    fn positive_interval(&mut self, settings: &Settings) {
        let zero = settings.get("refresh_interval").is_some_and(|setting| match setting.value {
            Some(crate::model::settings::Value::Duration(interval)) => interval.as_milliseconds() == 0,
            _ => setting.is_null,
        });
        if zero {
            self.refuse(place(settings, "refresh_interval"), "`refresh_interval` is 0");
        }
    }

    fn azure(&mut self, settings: &Settings) {
        self.needs(settings, &["subscription_id"], "this azure discovery");
        let method = text_or(settings, "authentication_method", "OAuth");
        if method == "OAuth" {
            self.needs(settings, &["tenant_id", "client_id", "client_secret"], "this azure discovery");
        }
        let known = ["OAuth", "ManagedIdentity", "SDK", "WorkloadIdentity"];
        self.one_of(settings, "authentication_method", "OAuth", &known);
    }

    fn filters(&mut self, settings: &Settings) {
        for filter in settings.list("filters").iter().filter(|filter| filter.texts("values").is_empty()) {
            self.refuse(place(filter, "values"), "this filter has no `values`");
        }
    }

    /// Without a request at a time, discovery waits for ever.
    fn concurrency(&mut self, settings: &Settings) {
        if number_or(settings, "request_concurrency", 1) <= 0 {
            self.refuse(place(settings, "request_concurrency"), "`request_concurrency` is not positive");
        }
    }

    fn oracle(&mut self, settings: &Settings) {
        self.needs(settings, &["region"], "this oci discovery");
        let keys = ["tenancy", "user", "fingerprint", "key_file", "key_passphrase", "key_passphrase_file"];
        match text_or(settings, "auth", "api_key") {
            "api_key" => {
                self.needs(settings, &keys[..4], "this oci discovery");
                at_most_one(settings, &keys[4..], &mut self.found);
            }
            "instance_principal" => {
                if let Some(key) = first_of(settings, &keys) {
                    self.refuse(place(settings, key), format!("`instance_principal` does not take `{key}`"));
                }
            }
            _ => {}
        }
        for compartment in settings.texts("compartments").iter().filter(|text| text.text().is_empty()) {
            self.refuse(compartment.full_span(), "this compartment is empty");
        }
        self.positive_interval(settings);
    }

    fn secret_key(&mut self, settings: &Settings, what: &str) {
        if first_of(settings, &["secret_key", "secret_key_file"]).is_none() && !is_unreadable(settings, "secret_key") {
            self.refuse(place(settings, "secret_key"), format!("{what} has no `secret_key`"));
        }
        at_most_one(settings, &["secret_key", "secret_key_file"], &mut self.found);
    }

    fn outscale(&mut self, settings: &Settings) {
        self.needs(settings, &["region", "access_key"], "this outscale discovery");
        self.secret_key(settings, "this outscale discovery");
    }

    fn scaleway(&mut self, settings: &Settings) {
        let what = "this scaleway discovery";
        self.needs(settings, &["project_id", "access_key"], what);
        self.secret_key(settings, what);
        let is_access_key = |key: &str| {
            key.strip_prefix("SCW").is_some_and(|rest| {
                rest.len() == 17 && rest.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            })
        };
        let is_zone = |zone: &str| {
            let parts: Vec<&str> = zone.split('-').collect();
            let letters = |part: &str, count| part.len() == count && part.bytes().all(|byte| byte.is_ascii_lowercase());
            matches!(parts[..], [country, city, number] if letters(country, 2) && letters(city, 3)
                && matches!(number.as_bytes(), [b'1'..=b'9']))
        };
        let is_address = |url: &str| !url.is_empty() && !url.ends_with('/') && any_url_fault(url).is_none();
        let or_empty = |fits: fn(&str) -> bool| move |text: &str| text.is_empty() || fits(text);
        self.shaped(settings, "access_key", or_empty(is_access_key), "`SCW` and 17 capital letters and digits");
        self.shaped(settings, "secret_key", or_empty(is_uuid), "a UUID");
        self.shaped(settings, "project_id", or_empty(is_uuid), "a UUID");
        self.shaped(settings, "zone", is_zone, "a zone such as `fr-par-1`");
        self.shaped(settings, "api_url", is_address, "a URL without a `/` at its end");
    }

    /// Demands a shape of a text, if there is one.
    fn shaped(&mut self, settings: &Settings, key: &str, fits: impl Fn(&str) -> bool, shape: &str) {
        if let Some(text) = settings.text(key).filter(|text| !fits(text.text())) {
            self.refuse(text.full_span(), format!("`{key}` is not {shape}"));
        }
    }

    fn stackit(&mut self, settings: &Settings) {
        if text_or(settings, "endpoint", "").is_empty() && text_or(settings, "region", "").is_empty() {
            self.refuse(place(settings, "region"), "this stackit discovery has neither `region` nor `endpoint`");
        }
        self.server_url(settings, "endpoint", any_url_fault);
    }
}

/// Whether a path may be one of files with targets (`patFileSDName`).
pub(super) fn is_target_file(path: &str) -> bool {
    let ends = [".json", ".yml", ".yaml", ".JSON", ".YML", ".YAML"].iter().find_map(|end| path.strip_suffix(end));
    ends.is_some_and(|stem| match stem.split_once('*') {
        None => true,
        Some((_, rest)) => !rest.contains('/'),
    })
}

/// Why a URL has no scheme or no host, as the end of a sentence; any scheme will do.
fn located(text: &str) -> Option<String> {
    let has_host = text.split_once("://").is_some_and(|(_, rest)| !rest.is_empty() && !rest.starts_with('/'));
    url_fault(text).filter(|_| !has_host || any_url_fault(text).is_some())
}

/// Whether a text is a UUID: 36 characters, digits in groups.
pub(super) fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// A key of an HTTP client that makes it another than the usual one.
fn changed_client_key(settings: &Settings) -> Option<&'static str> {
    let named = [
        "basic_auth",
        "authorization",
        "oauth2",
        "bearer_token",
        "bearer_token_file",
        "proxy_url",
        "no_proxy",
        "proxy_connect_header",
        "http_headers",
    ];
    let on = |key: &&str| settings.boolean(key) == Some(true);
    let off =
        |key: &&str| settings.get(key).is_some_and(|setting| setting.is_null) || settings.boolean(key) == Some(false);
    let tls = settings.map("tls_config").is_some_and(|tls| {
        tls.iter().any(|setting| has(tls, setting.key.value) && tls.boolean(setting.key.value) != Some(false))
    });
    let header = settings.is_set("proxy_connect_header").then_some("proxy_connect_header");
    first_of(settings, &named)
        .or(header)
        .and_then(|found| named.into_iter().find(|key| *key == found))
        .or(["follow_redirects", "enable_http2"].into_iter().find(off))
        .or(["proxy_from_environment"].into_iter().find(on))
        .or(tls.then_some("tls_config"))
}
