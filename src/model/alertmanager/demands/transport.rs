//! What Alertmanager demands of HTTP clients and their encryption (prometheus/common, `config`).

use crate::{diag::Diagnostic, model::settings::Settings};

use super::{both, exclusive_files, first_of, has, place};

pub(super) fn judge(settings: &Settings, complaints: &mut Vec<Diagnostic>) {
    if let Some(http) = settings.map("http_config") {
        client(http, complaints);
    }
    for key in ["tls_config", "smtp_tls_config"] {
        if let Some(tls) = settings.map(key) {
            encryption(tls, complaints);
        }
    }
}

fn client(http: &Settings, complaints: &mut Vec<Diagnostic>) {
    let ways: Vec<&str> = ["basic_auth", "authorization", "oauth2", "bearer_token", "bearer_token_file"]
        .into_iter()
        .filter(|key| has(http, key))
        .collect();
    if let [one, other, ..] = ways.as_slice() {
        complaints.push(both(http, one, other));
    }
    for key in ["basic_auth", "authorization", "oauth2"] {
        let Some(way) = http.map(key) else { continue };
        exclusive_files(way, &[], complaints);
        if let Some(kind) =
            way.text("type").filter(|kind| key == "authorization" && kind.text().trim().eq_ignore_ascii_case("basic"))
        {
            let complaint = Diagnostic::error(kind.full_span(), "`authorization` cannot do `Basic`");
            complaints.push(complaint.help("use `basic_auth` instead"));
        }
        for needed in ["client_id", "token_url"].into_iter().filter(|needed| key == "oauth2" && !has(way, needed)) {
            complaints.push(Diagnostic::error(place(http, key), format!("`oauth2` has no `{needed}`")));
        }
    }
    if let Some(tls) = http.map("tls_config") {
        encryption(tls, complaints);
    }
    let from_environment = http.boolean("proxy_from_environment") == Some(true);
    if let Some(other) = first_of(http, &["proxy_url", "no_proxy"]).filter(|_| from_environment) {
        complaints.push(both(http, "proxy_from_environment", other));
    }
    if !from_environment && !has(http, "proxy_url") {
        for key in ["no_proxy", "proxy_connect_header"].into_iter().filter(|key| has(http, key)) {
            complaints
                .push(Diagnostic::error(place(http, key), format!("`{key}` is set, but there is no `proxy_url`")));
        }
    }
}

fn encryption(tls: &Settings, complaints: &mut Vec<Diagnostic>) {
    for keys in [["ca", "ca_file", "ca_ref"], ["cert", "cert_file", "cert_ref"], ["key", "key_file", "key_ref"]] {
        let set: Vec<&str> = keys.into_iter().filter(|key| has(tls, key)).collect();
        if let [one, other, ..] = set.as_slice() {
            complaints.push(both(tls, one, other));
        }
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
        if !["", "TLS10", "TLS11", "TLS12", "TLS13"].contains(&version.text()) {
            let message = format!("`{}` is no version of TLS", version.text());
            let complaint = Diagnostic::error(version.full_span(), message);
            complaints.push(complaint.help("versions are `TLS10`, `TLS11`, `TLS12` and `TLS13`"));
        }
    }
}
