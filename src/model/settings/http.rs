//! Keys that every HTTP client of the Prometheus family shares (prometheus/common, `config`).

use super::{
    Schema,
    Shape::{
        AnyMap, AnyUrl, Boolean, Duration, Integer, Map, NamedMaps, Number, Path, Secret, Text, TextListMap, TextMap,
        Texts,
    },
};

/// Keys of an HTTP client: how it authenticates, encrypts, and goes through proxies.
pub static HTTP_CLIENT: Schema = Schema {
    what: "HTTP client configuration",
    keys: &[
        ("basic_auth", Map(&BASIC_AUTH)),
        ("authorization", Map(&AUTHORIZATION)),
        ("oauth2", Map(&OAUTH2)),
        ("bearer_token", Secret),
        ("bearer_token_file", Path),
        ("tls_config", Map(&TLS)),
        ("follow_redirects", Boolean),
        ("enable_http2", Boolean),
        ("http_headers", NamedMaps(&HEADERS)),
    ],
    also: &[&PROXY],
};

static PROXY: Schema = Schema {
    what: "proxy configuration",
    keys: &[
        ("proxy_url", AnyUrl),
        ("no_proxy", Text),
        ("proxy_from_environment", Boolean),
        ("proxy_connect_header", TextListMap),
    ],
    also: &[],
};

/// Keys of one header that an HTTP client adds.
pub static HEADERS: Schema =
    Schema { what: "HTTP header", keys: &[("values", Texts), ("secrets", Texts), ("files", Texts)], also: &[] };

/// Keys of a TLS client.
pub static TLS: Schema = Schema {
    what: "TLS configuration",
    keys: &[
        ("ca", Text),
        ("cert", Text),
        ("key", Secret),
        ("ca_file", Path),
        ("cert_file", Path),
        ("key_file", Path),
        ("ca_ref", Text),
        ("cert_ref", Text),
        ("key_ref", Text),
        ("server_name", Text),
        ("insecure_skip_verify", Boolean),
        ("min_version", Text),
        ("max_version", Text),
    ],
    also: &[],
};

static BASIC_AUTH: Schema = Schema {
    what: "basic authentication",
    keys: &[
        ("username", Text),
        ("username_file", Path),
        ("username_ref", Text),
        ("password", Secret),
        ("password_file", Path),
        ("password_ref", Text),
    ],
    also: &[],
};

static AUTHORIZATION: Schema = Schema {
    what: "authorization",
    keys: &[("type", Text), ("credentials", Secret), ("credentials_file", Path), ("credentials_ref", Text)],
    also: &[],
};

static OAUTH2: Schema = Schema {
    what: "OAuth 2.0 configuration",
    keys: &[
        ("client_id", Text),
        ("client_secret", Secret),
        ("client_secret_file", Path),
        ("client_secret_ref", Text),
        ("client_certificate_key_id", Text),
        ("client_certificate_key", Secret),
        ("client_certificate_key_file", Path),
        ("client_certificate_key_ref", Text),
        ("grant_type", Text),
        ("signature_algorithm", Text),
        ("iss", Text),
        ("audience", Text),
        ("claims", AnyMap),
        ("scopes", Texts),
        ("token_url", Text),
        ("endpoint_params", TextMap),
        ("tls_config", Map(&TLS)),
    ],
    also: &[&PROXY],
};

/// Keys of AWS request signing (prometheus/sigv4 0.4).
pub static SIGV4: Schema = Schema {
    what: "AWS signature configuration",
    keys: &[
        ("region", Text),
        ("access_key", Text),
        ("secret_key", Secret),
        ("profile", Text),
        ("role_arn", Text),
        ("external_id", Text),
        ("use_fips_sts_endpoint", Boolean),
        ("service_name", Text),
    ],
    also: &[],
};

/// The same of newer programs, which name the session of a role and tag it (prometheus/sigv4 0.5).
pub static SIGV4_SESSION: Schema =
    Schema { what: "AWS signature configuration", keys: &[("session_name", Text), ("tags", TextMap)], also: &[&SIGV4] };

/// Keys of a tracing exporter.
pub static TRACING: Schema = Schema {
    what: "tracing configuration",
    keys: &[
        ("client_type", Text),
        ("endpoint", Text),
        ("sampling_fraction", Number),
        ("insecure", Boolean),
        ("tls_config", Map(&TLS)),
        ("headers", TextMap),
        ("compression", Text),
        ("timeout", Duration),
    ],
    also: &[],
};

/// Keys of the running process.
pub static RUNTIME: Schema =
    Schema { what: "runtime configuration", keys: &[("gogc", Integer), ("log_level", Text)], also: &[] };
