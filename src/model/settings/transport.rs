//! What is demanded of HTTP clients, their encryption and their signatures (prometheus/common, `config`;
//! prometheus/sigv4).

use crate::{diag::Diagnostic, text::Spanned};

use super::{
    Settings, Value,
    demands::{at_most_one, both, first_of, has, one_of, place},
};

/// Judges the HTTP client and the encryption within some settings.
pub fn judge(settings: &Settings, complaints: &mut Vec<Diagnostic>) {
    if let Some(http) = settings.map("http_config") {
        client(http, complaints);
    }
    for key in ["tls_config", "smtp_tls_config"] {
        if let Some(tls) = settings.map(key) {
            encryption(tls, complaints);
        }
    }
}

/// The key by which an HTTP client authorises itself with a token; `bearer_token` is the old spelling.
pub fn authorization(http: &Settings) -> Option<Spanned<&'static str>> {
    let keys = ["authorization", "bearer_token", "bearer_token_file"];
    keys.into_iter().find(|key| has(http, key)).map(|key| Spanned::new(place(http, key), key))
}

/// Headers that a client sets itself.
const RESERVED_HEADERS: [&str; 18] = [
    "authorization",
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
    "x-prometheus-scrape-timeout-seconds",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-content-sha256",
];

fn headers(http: &Settings, complaints: &mut Vec<Diagnostic>) {
    let Some(Value::Named(headers)) = http.value("http_headers") else { return };
    for (name, _) in headers {
        if RESERVED_HEADERS.contains(&name.value.to_ascii_lowercase().as_str()) {
            let complaint = Diagnostic::error(name.span, format!("the header `{}` cannot be set", name.value));
            let help = match name.value.eq_ignore_ascii_case("authorization") {
                true => "use `authorization`, `basic_auth` or `oauth2` beside `http_headers`",
                false => "the HTTP client sets it itself",
            };
            complaints.push(complaint.help(help));
        }
    }
}

/// Judges how requests to AWS are signed.
pub fn signature(signature: &Settings, complaints: &mut Vec<Diagnostic>) {
    for (key, needed) in [
        ("access_key", "secret_key"),
        ("secret_key", "access_key"),
        ("external_id", "role_arn"),
        ("session_name", "role_arn"),
        ("tags", "role_arn"),
    ] {
        if has(signature, key) && !has(signature, needed) {
            let message = format!("`{key}` is set, but there is no `{needed}`");
            complaints.push(Diagnostic::error(place(signature, key), message));
        }
    }
    if let Some(name) = signature.text("session_name").filter(|name| !is_session_name(name.text())) {
        let complaint = Diagnostic::error(name.full_span(), format!("`{}` is no name of a session", name.text()));
        complaints.push(complaint.help("AWS takes 2 to 64 letters, digits and `_+=,.@-`"));
    }
    for tag in signature.pairs("tags") {
        let (name, value) = (&tag.name.value, tag.value.text());
        if name.is_empty() {
            complaints.push(Diagnostic::error(tag.name.span, "this tag has an empty name"));
        } else if name.len() > LONGEST_TAG {
            let message = format!("the name of this tag is longer than {LONGEST_TAG} bytes");
            complaints.push(Diagnostic::error(tag.name.span, message));
        }
        if value.len() > LONGEST_TAG_VALUE {
            let message = format!("the value of `{name}` is longer than {LONGEST_TAG_VALUE} bytes");
            complaints.push(Diagnostic::error(tag.value.full_span(), message));
        }
    }
}

/// How long the name of a tag may be, and how long its value (prometheus/sigv4).
const LONGEST_TAG: usize = 128;
const LONGEST_TAG_VALUE: usize = 256;

/// Whether AWS takes a name for a session; without any, it makes one up.
fn is_session_name(name: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    name.is_empty() || ((2..=64).contains(&name.len()) && name.bytes().all(is_fit))
}

/// Judges how a client gets a token.
pub fn oauth2(way: &Settings, http: &Settings, complaints: &mut Vec<Diagnostic>) {
    for needed in ["client_id", "token_url"].into_iter().filter(|needed| !has(way, needed)) {
        complaints.push(Diagnostic::error(place(http, "oauth2"), format!("`oauth2` has no `{needed}`")));
    }
    if way.text("grant_type").is_some_and(|kind| kind.text() == "urn:ietf:params:oauth:grant-type:jwt-bearer") {
        let keys = ["client_certificate_key", "client_certificate_key_file", "client_certificate_key_ref"];
        at_most_one(way, &keys, complaints);
        one_of(way, "signature_algorithm", &["", "RS256", "RS384", "RS512"], complaints);
    } else {
        at_most_one(way, &["client_secret", "client_secret_file", "client_secret_ref"], complaints);
    }
    if let Some(tls) = way.map("tls_config") {
        encryption(tls, complaints);
    }
    proxy(way, complaints);
}

fn proxy(settings: &Settings, complaints: &mut Vec<Diagnostic>) {
    let from_environment = settings.boolean("proxy_from_environment") == Some(true);
    if let Some(other) = first_of(settings, &["proxy_url", "no_proxy"]).filter(|_| from_environment) {
        complaints.push(both(settings, "proxy_from_environment", other));
    }
    let missing =
        |key: &str| Diagnostic::error(place(settings, key), format!("`{key}` is set, but there is no `proxy_url`"));
    if !from_environment && !has(settings, "proxy_url") && has(settings, "proxy_connect_header") {
        complaints.push(missing("proxy_connect_header"));
    }
    // Here an empty `proxy_url` will do.
    if !from_environment && !settings.is_set("proxy_url") && has(settings, "no_proxy") {
        complaints.push(missing("no_proxy"));
    }
}

/// Judges how a client logs in, and how it gets to its server.
pub fn client(http: &Settings, complaints: &mut Vec<Diagnostic>) {
    let ways: Vec<&str> = ["basic_auth", "authorization", "oauth2", "bearer_token", "bearer_token_file"]
        .into_iter()
        .filter(|key| has(http, key))
        .collect();
    if let [one, other, ..] = ways.as_slice() {
        complaints.push(both(http, one, other));
    }
    if let Some(basic) = http.map("basic_auth") {
        at_most_one(basic, &["username", "username_file", "username_ref"], complaints);
        at_most_one(basic, &["password", "password_file", "password_ref"], complaints);
    }
    if let Some(token) = http.map("authorization") {
        at_most_one(token, &["credentials", "credentials_file", "credentials_ref"], complaints);
        if let Some(kind) = token.text("type").filter(|kind| kind.text().trim().eq_ignore_ascii_case("basic")) {
            let complaint = Diagnostic::error(kind.full_span(), "`authorization` cannot do `Basic`");
            complaints.push(complaint.help("use `basic_auth` instead"));
        }
    }
    if let Some(way) = http.map("oauth2") {
        oauth2(way, http, complaints);
    }
    if let Some(tls) = http.map("tls_config") {
        encryption(tls, complaints);
    }
    headers(http, complaints);
    proxy(http, complaints);
}

/// Judges how a connection is encrypted.
pub fn encryption(tls: &Settings, complaints: &mut Vec<Diagnostic>) {
    for keys in [["ca", "ca_file", "ca_ref"], ["cert", "cert_file", "cert_ref"], ["key", "key_file", "key_ref"]] {
        at_most_one(tls, &keys, complaints);
    }
    let cert = first_of(tls, &["cert", "cert_file", "cert_ref"]);
    let key = first_of(tls, &["key", "key_file", "key_ref"]);
    match (cert, key) {
        (Some(cert), None) => complaints.push(Diagnostic::error(place(tls, cert), "the certificate has no key")),
        (None, Some(key)) => complaints.push(Diagnostic::error(place(tls, key), "the key has no certificate")),
        _ => {}
    }
    for key in ["min_version", "max_version"] {
        let Some(version) = tls.text(key) else { continue };
        if !["TLS10", "TLS11", "TLS12", "TLS13"].contains(&version.text()) {
            let message = format!("`{}` is no version of TLS", version.text());
            let complaint = Diagnostic::error(version.full_span(), message);
            complaints.push(complaint.help("versions are `TLS10`, `TLS11`, `TLS12` and `TLS13`"));
        }
    }
}
