//! Notifications that others can read on their way, or that go to nobody knows whom.

use crate::{
    check,
    kit::*,
    model::{
        Document,
        alertmanager::{Alertmanager, Integration, IntegrationKind},
        provisioning::Provisioning,
        settings::{Setting, Settings, Shape, Value},
    },
    vocab::placeholder,
};

check! {
    /// A notification travels unencrypted, or to a server whose certificate nobody looks at.
    ///
    /// ## Why it matters
    /// The address of a webhook is mostly its password as well, and the text tells what is broken. Whoever can read or
    /// redirect the traffic can silence the pager, too.
    ///
    /// Hosts of the same machine, of the same network and of a cluster are not reported, nor are mail servers there.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: hook
    /// receivers:
    ///   - name: hook
    ///     webhook_configs:
    ///       - url: http://alerts.shop.io/incoming
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: hook
    /// receivers:
    ///   - name: hook
    ///     webhook_configs:
    ///       - url: https://alerts.shop.io/incoming
    /// ```
    pub struct Insecure {}
    id: "alertmanager/insecure", severity: Warning,
}

impl Check for Insecure {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        if let Some(config) = document.alertmanager() {
            in_config(config, facts, out);
        }
        let Some(Provisioning::Alerting(file)) = document.provisioning() else { return };
        let settings = file.contact_points.iter().flat_map(|point| &point.receivers).flat_map(|one| &one.settings);
        for (_, value) in
            settings.filter(|(key, value)| key.value.to_lowercase().ends_with("url") && value.known().is_some())
        {
            plain_url(&value.text, facts, out);
        }
    }
}

fn in_config(config: &Alertmanager, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let integrations = || config.receivers.iter().flat_map(|receiver| &receiver.integrations);
    let maps = || config.global.iter().chain(integrations().map(|integration| &integration.settings));
    for setting in maps().flat_map(Settings::deep) {
        match (setting.shape, &setting.value) {
            (Shape::Url | Shape::SecretUrl | Shape::UrlTemplate, Some(Value::Text(text))) => {
                plain_url(text, facts, out)
            }
            (_, Some(Value::Boolean(true))) if setting.key.value == "insecure_skip_verify" => {
                out.report(
                    setting.span,
                    "the certificate of the server is not looked at, so anybody can answer for it",
                )
                .severity(Severity::Info)
                .help("name the certificate of its authority with `ca_file`");
            }
            _ => {}
        }
    }
    mail(config, integrations(), out);
}

fn plain_url(url: &Excerpt, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let text = url.text();
    let is_open = text.contains("{{") || text.contains('$') || placeholder(text).is_some();
    let Some(rest) = text.strip_prefix("http://").filter(|_| !is_open) else { return };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host(authority.rsplit('@').next().unwrap_or_default());
    if is_near(host) || is_of_cluster(host, facts) {
        return;
    }
    out.report(url.span(0.."http://".len()), format!("this reaches `{host}` unencrypted"))
        .help(format!("write `https://`, if `{host}` answers there"));
}

/// Mail servers of elsewhere that may be spoken to in clear.
fn mail<'c>(config: &Alertmanager, integrations: impl Iterator<Item = &'c Integration>, out: &mut Sink<'_>) {
    let global = config.global.as_ref();
    let mut said: Vec<Span> = Vec::new();
    for integration in integrations.filter(|one| one.kind == IntegrationKind::Email) {
        let own = &integration.settings;
        let setting = |key: &str, of_all: &str| -> Option<&Setting> {
            own.get(key).or_else(|| global.and_then(|global| global.get(of_all)))
        };
        let is = |key: &str, of_all: &str, wanted: bool| {
            setting(key, of_all).filter(|one| matches!(one.value, Some(Value::Boolean(on)) if on == wanted))
        };
        let Some(Value::Text(smarthost)) = setting("smarthost", "smtp_smarthost").and_then(|one| one.value.as_ref())
        else {
            continue;
        };
        let Some(plain) = is("require_tls", "smtp_require_tls", false) else { continue };
        let (host, port) = smarthost.text().rsplit_once(':').unwrap_or((smarthost.text(), ""));
        // Port 465 is encrypted from the first byte on.
        let is_implicit = port == "465" || is("force_implicit_tls", "smtp_force_implicit_tls", true).is_some();
        let is_open = host.contains('$') || placeholder(host).is_some();
        if is_implicit || is_open || is_near(host) || said.contains(&plain.span) {
            continue;
        }
        said.push(plain.span);
        let secret = setting("auth_password", "smtp_auth_password")
            .or_else(|| setting("auth_password_file", "smtp_auth_password_file"));
        let what = if secret.is_some() { "the password and all mails go" } else { "all mails go" };
        out.report(plain.span, format!("{what} to `{host}` unencrypted, unless it offers encryption by itself"))
            .severity(if secret.is_some() { Severity::Warning } else { Severity::Info })
            .label(smarthost.full_span(), "this server")
            .help(format!("leave out `{}`: encryption is demanded by default", plain.key.value));
    }
}

/// The host of `host:port`.
fn host(address: &str) -> &str {
    match address.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => address.split(':').next().unwrap_or_default(),
    }
}

/// Whether a host is this machine or one of the same network: a bare name, a private address, a name that no public
/// server has.
fn is_near(host: &str) -> bool {
    const PRIVATE: [&str; 10] =
        [".local", ".internal", ".svc", ".lan", ".home", ".intra", ".localhost", ".home.arpa", ".corp", ".private"];
    if let Ok(address) = host.parse::<std::net::IpAddr>() {
        return match address {
            std::net::IpAddr::V4(four) => {
                four.is_private() || four.is_loopback() || four.is_link_local() || four.is_unspecified()
            }
            std::net::IpAddr::V6(six) => six.is_loopback() || six.is_unique_local() || six.is_unspecified(),
        };
    }
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    !name.contains('.') || PRIVATE.iter().any(|end| name.ends_with(end)) || name.contains(".svc.")
}

/// Whether a host is a service of a namespace of the manifests at hand, by its short name: `hooks.monitoring`.
fn is_of_cluster(host: &str, facts: &Facts<'_>) -> bool {
    let mut namespaces = facts.cluster.manifests().iter().filter_map(|manifest| manifest.own_namespace());
    host.split_once('.').is_some_and(|(_, rest)| namespaces.any(|namespace| namespace == rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_is_near() {
        for host in [
            "localhost",
            "hooks",
            "10.0.0.5",
            "192.168.1.1",
            "::1",
            "am.monitoring.svc.cluster.local",
            "nas.lan",
            "127.0.0.1",
        ] {
            assert!(is_near(host), "{host}");
        }
        for host in ["hooks.shop.io", "8.8.8.8", "example.org", "2001:db8::1", "svc.shop.io"] {
            assert!(!is_near(host), "{host}");
        }
    }
}
