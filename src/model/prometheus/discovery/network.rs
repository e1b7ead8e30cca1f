//! Discovery by files, HTTP, DNS, and by what runs in the own network: orchestrators and registries.

use crate::model::settings::{
    HTTP_CLIENT, Schema,
    Shape::{Boolean, Duration, Integer, List, Map, Path, Secret, SparseList, Text, TextMap, Texts, Url},
    TLS,
};

use super::Entry;

pub(super) static KINDS: [Entry; 18] = [
    ("file_sd_configs", "file", &FILE),
    ("http_sd_configs", "http", &HTTP),
    ("dns_sd_configs", "dns", &DNS),
    ("kubernetes_sd_configs", "kubernetes", &KUBERNETES),
    ("docker_sd_configs", "docker", &DOCKER),
    ("dockerswarm_sd_configs", "dockerswarm", &DOCKER_SWARM),
    ("consul_sd_configs", "consul", &CONSUL),
    ("nomad_sd_configs", "nomad", &NOMAD),
    ("eureka_sd_configs", "eureka", &EUREKA),
    ("marathon_sd_configs", "marathon", &MARATHON),
    ("nerve_sd_configs", "nerve", &ZOOKEEPER),
    ("serverset_sd_configs", "serverset", &ZOOKEEPER),
    ("triton_sd_configs", "triton", &TRITON),
    ("puppetdb_sd_configs", "puppetdb", &PUPPETDB),
    ("uyuni_sd_configs", "uyuni", &UYUNI),
    ("kuma_sd_configs", "kuma", &KUMA),
    ("openstack_sd_configs", "openstack", &OPENSTACK),
    ("ionos_sd_configs", "ionos", &IONOS),
];

static FILE: Schema =
    Schema { what: "file discovery", keys: &[("files", Texts), ("refresh_interval", Duration)], also: &[] };

static HTTP: Schema =
    Schema { what: "HTTP discovery", keys: &[("url", Url), ("refresh_interval", Duration)], also: &[&HTTP_CLIENT] };

static DNS: Schema = Schema {
    what: "DNS discovery",
    keys: &[("names", Texts), ("refresh_interval", Duration), ("type", Text), ("port", Integer)],
    also: &[],
};

static KUBERNETES: Schema = Schema {
    what: "Kubernetes discovery",
    keys: &[
        ("role", Text),
        ("api_server", Url),
        ("kubeconfig_file", Path),
        ("namespaces", Map(&NAMESPACES)),
        ("selectors", List(&SELECTOR)),
        ("attach_metadata", Map(&METADATA)),
    ],
    also: &[&HTTP_CLIENT],
};

static NAMESPACES: Schema =
    Schema { what: "namespaces", keys: &[("own_namespace", Boolean), ("names", Texts)], also: &[] };

static SELECTOR: Schema =
    Schema { what: "selector", keys: &[("role", Text), ("label", Text), ("field", Text)], also: &[] };

static METADATA: Schema = Schema {
    what: "attached metadata",
    keys: &[("node", Boolean), ("namespace", Boolean), ("deployment", Boolean), ("job", Boolean), ("cronjob", Boolean)],
    also: &[],
};

pub(super) static FILTER: Schema = Schema { what: "filter", keys: &[("name", Text), ("values", Texts)], also: &[] };

static DOCKER: Schema = Schema {
    what: "Docker discovery",
    keys: &[
        ("host", Text),
        ("port", Integer),
        ("filters", SparseList(&FILTER)),
        ("host_networking_host", Text),
        ("refresh_interval", Duration),
        ("match_first_network", Boolean),
    ],
    also: &[&HTTP_CLIENT],
};

static DOCKER_SWARM: Schema = Schema {
    what: "Docker Swarm discovery",
    keys: &[
        ("host", Text),
        ("role", Text),
        ("port", Integer),
        ("filters", SparseList(&FILTER)),
        ("refresh_interval", Duration),
    ],
    also: &[&HTTP_CLIENT],
};

static CONSUL: Schema = Schema {
    what: "Consul discovery",
    keys: &[
        ("server", Text),
        ("path_prefix", Text),
        ("token", Secret),
        ("datacenter", Text),
        ("namespace", Text),
        ("partition", Text),
        ("tag_separator", Text),
        ("scheme", Text),
        ("username", Text),
        ("password", Secret),
        ("allow_stale", Boolean),
        ("refresh_interval", Duration),
        ("services", Texts),
        ("tags", Texts),
        ("node_meta", TextMap),
        ("filter", Text),
        ("health_filter", Text),
    ],
    also: &[&HTTP_CLIENT],
};

static NOMAD: Schema = Schema {
    what: "Nomad discovery",
    keys: &[
        ("server", Text),
        ("namespace", Text),
        ("region", Text),
        ("allow_stale", Boolean),
        ("tag_separator", Text),
        ("refresh_interval", Duration),
    ],
    also: &[&HTTP_CLIENT],
};

static EUREKA: Schema = Schema {
    what: "Eureka discovery",
    keys: &[("server", Url), ("refresh_interval", Duration)],
    also: &[&HTTP_CLIENT],
};

static MARATHON: Schema = Schema {
    what: "Marathon discovery",
    keys: &[("servers", Texts), ("refresh_interval", Duration), ("auth_token", Secret), ("auth_token_file", Path)],
    also: &[&HTTP_CLIENT],
};

static ZOOKEEPER: Schema = Schema {
    what: "ZooKeeper discovery",
    keys: &[("servers", Texts), ("paths", Texts), ("timeout", Duration)],
    also: &[],
};

static TRITON: Schema = Schema {
    what: "Triton discovery",
    keys: &[
        ("account", Text),
        ("role", Text),
        ("dns_suffix", Text),
        ("endpoint", Text),
        ("groups", Texts),
        ("port", Integer),
        ("refresh_interval", Duration),
        ("tls_config", Map(&TLS)),
        ("version", Integer),
    ],
    also: &[],
};

static PUPPETDB: Schema = Schema {
    what: "PuppetDB discovery",
    keys: &[
        ("url", Url),
        ("query", Text),
        ("include_parameters", Boolean),
        ("port", Integer),
        ("refresh_interval", Duration),
    ],
    also: &[&HTTP_CLIENT],
};

static UYUNI: Schema = Schema {
    what: "Uyuni discovery",
    keys: &[
        ("server", Url),
        ("username", Text),
        ("password", Secret),
        ("entitlement", Text),
        ("separator", Text),
        ("refresh_interval", Duration),
    ],
    also: &[&HTTP_CLIENT],
};

static KUMA: Schema = Schema {
    what: "Kuma discovery",
    keys: &[("server", Url), ("client_id", Text), ("refresh_interval", Duration), ("fetch_timeout", Duration)],
    also: &[&HTTP_CLIENT],
};

static OPENSTACK: Schema = Schema {
    what: "OpenStack discovery",
    keys: &[
        ("identity_endpoint", Text),
        ("username", Text),
        ("userid", Text),
        ("password", Secret),
        ("project_name", Text),
        ("project_id", Text),
        ("domain_name", Text),
        ("domain_id", Text),
        ("application_credential_name", Text),
        ("application_credential_id", Text),
        ("application_credential_secret", Secret),
        ("role", Text),
        ("region", Text),
        ("refresh_interval", Duration),
        ("port", Integer),
        ("all_tenants", Boolean),
        ("tls_config", Map(&TLS)),
        ("availability", Text),
    ],
    also: &[],
};

static IONOS: Schema = Schema {
    what: "IONOS discovery",
    keys: &[("datacenter_id", Text), ("refresh_interval", Duration), ("port", Integer)],
    also: &[&HTTP_CLIENT],
};
