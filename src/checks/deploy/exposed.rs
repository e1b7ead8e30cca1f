//! Prometheus and Alertmanager that a proxy hands to anybody.

use std::collections::BTreeMap;

use crate::{
    check,
    facts::{Container, Program},
    kit::*,
    model::proxy::{Guard, Pass},
    workspace::Workspace,
};

check! {
    /// nginx hands Prometheus or Alertmanager to anybody under a public name.
    ///
    /// Neither asks for a password by itself. Nothing is told where nginx asks (`auth_basic`, `auth_request`, `allow` and
    /// `deny`, a certificate), includes a file that may do so, or where the program is started with `--web.config.file`.
    ///
    /// ## Why it matters
    /// Whoever finds the name reads every metric, every rule and the configuration, can keep the server busy with
    /// expensive queries, and in Alertmanager can silence every alert.
    ///
    /// ## Example
    /// ```text path=nginx/monitoring.conf
    /// server {
    ///     listen 443 ssl;
    ///     server_name prometheus.shop.io;
    ///     location / {
    ///         proxy_pass http://prometheus:9090;
    ///     }
    /// }
    /// ```
    /// ```yaml path=docker-compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v3.1.0
    /// ```
    ///
    /// ## Instead
    /// ```text path=nginx/monitoring.conf
    /// server {
    ///     listen 443 ssl;
    ///     server_name prometheus.shop.io;
    ///     auth_basic "monitoring";
    ///     auth_basic_user_file /etc/nginx/htpasswd;
    ///     location / {
    ///         proxy_pass http://prometheus:9090;
    ///     }
    /// }
    /// ```
    /// ```yaml path=docker-compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v3.1.0
    /// ```
    pub struct Exposed {}
    id: "deploy/exposed", severity: Warning,
}

/// The ends of names that are known inside of a network only.
const PRIVATE: [&str; 10] =
    [".local", ".localhost", ".internal", ".intranet", ".lan", ".home", ".test", ".example", ".invalid", ".corp"];

impl Check for Exposed {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let proxies = || workspace.documents.iter().filter_map(|document| document.proxy());
        let upstreams: BTreeMap<&str, &[String]> = proxies()
            .flat_map(|proxy| &proxy.upstreams)
            .map(|(name, hosts)| (name.value.as_str(), hosts.as_slice()))
            .collect();
        for site in proxies().flat_map(|proxy| &proxy.sites).filter(|site| !site.is_local) {
            let Some(name) = site.names.iter().find(|name| is_public(&name.value)) else { continue };
            for pass in site.passes.iter().filter(|pass| pass.guard == Guard::None) {
                let hosts = upstreams.get(pass.host.as_str()).copied();
                let hosts = hosts.unwrap_or(std::slice::from_ref(&pass.host));
                if let Some(container) = hosts.iter().find_map(|host| open(host, facts)) {
                    report((pass, name), container, out);
                }
            }
        }
    }
}

fn report((pass, name): (&Pass, &Spanned<String>), container: &Container<'_>, out: &mut Sink<'_>) {
    let program = container.program.map_or("it", Program::name);
    let message = format!("anybody who knows `{}` comes to {program}, which asks for no password", name.value);
    out.report(pass.address.span, message)
        .label(name.span, "under this name")
        .label(container.place_of_name(), format!("{program} runs here"))
        .help("ask who comes with `auth_basic` or `auth_request`, or let only known addresses pass with `allow` and `deny`");
}

/// The Prometheus or Alertmanager that a host is, if it asks for no password itself.
fn open<'f, 'w>(host: &str, facts: &'f Facts<'w>) -> Option<&'f Container<'w>> {
    let is_it = |container: &&Container<'_>| container.host_names().iter().any(|name| name == host);
    let container = facts.deployment.containers().iter().find(is_it)?;
    let is_ours = matches!(container.program, Some(Program::Prometheus | Program::Alertmanager));
    (is_ours && container.is_stock() && container.flag("web.config.file").is_none()).then_some(container)
}

/// Whether a name can be one that the whole world knows.
fn is_public(name: &str) -> bool {
    let is_address = name.chars().all(|sign| sign.is_ascii_digit() || matches!(sign, '.' | ':'));
    name.contains('.')
        && !is_address
        && !name.starts_with('~')
        && !name.contains(['$', '{', '<'])
        && !PRIVATE.iter().any(|end| name.ends_with(end))
}
