//! Credentials that stand in a file in plain text.

use crate::{
    check,
    kit::*,
    model::{
        Document,
        compose::{Compose, EnvFile},
        provisioning::{Provisioning, setting::Setting as GrafanaSetting},
        settings::{Settings, Shape, Value},
    },
    vocab::{known_secret, looks_generated, looks_meant, password_in_address},
    workspace::is_sample,
};

check! {
    /// A password, a token or a webhook stands in a file in plain text.
    ///
    /// ## Why it matters
    /// Whoever can read the repository, a backup of it or a build log can use it, and it stays in the history when it
    /// is taken out. Prometheus and Alertmanager read nearly every credential from a file, Grafana from a file or from the
    /// environment. Of a file of variables such as `.env`, only one that git does not ignore is read. Values such as `changeme` or `admin123` are not reported; in the environment of a container, only what
    /// a generator seems to have made.
    ///
    /// ## Example
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: api
    ///     basic_auth: {username: prometheus, password: kX9vQ2mLw7Rt4Zb}
    ///     static_configs:
    ///       - targets: ["api:8080"]
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: api
    ///     basic_auth: {username: prometheus, password_file: /run/secrets/api}
    ///     static_configs:
    ///       - targets: ["api:8080"]
    /// ```
    pub struct Secret {}
    id: "general/secret", severity: Warning,
}

impl Check for Secret {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        if is_sample(&facts.workspace.files.file(document.file).path) {
            return;
        }
        for settings in settings_of(document) {
            in_settings(settings, out);
        }
        if let Some(provisioning) = document.provisioning() {
            in_provisioning(provisioning, out);
        }
        if let Some(compose) = document.compose() {
            in_environment(compose, out);
        }
        if let Some(file) = document.env_file() {
            in_env_file(file, out);
        }
    }
}

/// Every map of settings of Prometheus or Alertmanager.
fn settings_of(document: &Document) -> Vec<&Settings> {
    let mut all = Vec::new();
    if let Some(config) = document.prometheus() {
        all.extend(config.global.settings.iter().chain(&config.tracing));
        for job in &config.scrape_configs {
            all.push(&job.settings);
            all.extend(job.discoveries.iter().map(|discovery| &discovery.settings));
        }
        for endpoint in &config.alerting.alertmanagers {
            all.push(&endpoint.settings);
            all.extend(endpoint.discoveries.iter().map(|discovery| &discovery.settings));
        }
        all.extend(config.remote_write.iter().map(|remote| &remote.settings));
        all.extend(config.remote_read.iter().map(|remote| &remote.settings));
    }
    if let Some(config) = document.alertmanager() {
        all.extend(&config.global);
        let integrations = config.receivers.iter().flat_map(|receiver| &receiver.integrations);
        all.extend(integrations.map(|integration| &integration.settings));
    }
    all
}

fn in_settings(settings: &Settings, out: &mut Sink<'_>) {
    for setting in settings.deep() {
        let Some(Value::Text(text)) = &setting.value else { continue };
        let holds = if matches!(setting.shape, Shape::Secret) { Holds::Credential } else { Holds::Anything };
        let Some((place, what)) = found(text, holds) else { continue };
        let key = setting.key.value;
        let finding = report(place, key, what, out);
        match setting.file_key {
            Some(file) => {
                finding.help(format!("put it into a file, name that with `{file}`, and replace it where it is used"))
            }
            None => finding.help("put it in from outside before the program starts, and replace it where it is used"),
        };
    }
}

fn in_provisioning(provisioning: &Provisioning, out: &mut Sink<'_>) {
    let mut look = |key: &str, value: &GrafanaSetting, holds: Holds| {
        let Some((place, what)) = value.known().and_then(|_| found(&value.text, holds)) else { return };
        report(place, key, what, out)
            .help("write `$__file{/run/secrets/…}` or `$__env{NAME}` in its place, and replace it where it is used");
    };
    match provisioning {
        Provisioning::Datasources(file) => {
            for datasource in &file.datasources {
                datasource.url.iter().for_each(|url| look("url", url, Holds::Anything));
                datasource
                    .secrets
                    .iter()
                    .for_each(|(key, value)| look(&key.value, value, Holds::of_datasource(&key.value)));
            }
        }
        Provisioning::Alerting(file) => {
            let receivers = file.contact_points.iter().flat_map(|point| &point.receivers);
            for (key, value) in receivers.flat_map(|receiver| &receiver.settings) {
                look(&key.value, value, Holds::by_name(&key.value));
            }
        }
        Provisioning::Dashboards(_) => {}
    }
}

fn in_environment(compose: &Compose, out: &mut Sink<'_>) {
    for (name, value) in compose.services.iter().flat_map(|service| &service.environment) {
        let Some(value) = value.as_ref().filter(|value| value.asks().is_empty()) else { continue };
        let Some((place, what)) = found(&value.text, Holds::by_name(&name.value)) else { continue };
        report(place, &name.value, what, out)
            .help("take it from the environment or from a file under `secrets`, and replace it where it is used");
    }
}

/// The names are pointed at: nobody is shown the values.
fn in_env_file(file: &EnvFile, out: &mut Sink<'_>) {
    for (name, value) in file.literals() {
        let known = known_secret(value).or(password_in_address(value).map(|_| "a password"));
        let is_generated =
            || (Holds::by_name(&name.value) == Holds::Likely && looks_generated(value)).then_some("a credential");
        if let Some(what) = known.or_else(is_generated) {
            report(name.span, &name.value, what, out).help(
                "keep the file out of the repository by `.gitignore`, and replace the credential where it is used",
            );
        }
    }
}

fn report<'o>(place: Span, key: &str, what: &str, out: &'o mut Sink<'_>) -> Finding<'o> {
    out.report(place, format!("`{key}` holds {what} in plain text"))
}

/// What belongs into a place.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Holds {
    /// Nothing but a credential.
    Credential,
    /// A credential, as its name says.
    Likely,
    /// Whatever it may be.
    Anything,
}

impl Holds {
    /// Headers of a datasource are kept among its secrets, but often name a tenant only.
    fn of_datasource(name: &str) -> Self {
        if name.starts_with("httpHeaderValue") { Self::Likely } else { Self::Credential }
    }

    fn by_name(name: &str) -> Self {
        if is_name_of_secret(name) { Self::Likely } else { Self::Anything }
    }
}

/// The credential in a text, with its place, and what it is.
fn found(text: &Excerpt, holds: Holds) -> Option<(Span, &'static str)> {
    if let Some(kind) = known_secret(text.text()) {
        return Some((text.full_span(), kind));
    }
    if let Some(range) = password_in_address(text.text()) {
        return Some((text.span(range), "a password"));
    }
    let is_credential = match holds {
        Holds::Credential => looks_meant(text.text()),
        Holds::Likely => looks_generated(text.text()),
        Holds::Anything => false,
    };
    is_credential.then(|| (text.full_span(), "a credential"))
}

/// Whether a name promises a credential: `GF_SECURITY_ADMIN_PASSWORD`, `integrationKey`.
fn is_name_of_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('_', "");
    // etcd's says which cluster is meant, and nothing else.
    if name.ends_with("initialclustertoken") {
        return false;
    }
    let ends =
        ["password", "passwd", "token", "secret", "apikey", "secretkey", "accesskey", "integrationkey", "servicekey"];
    ends.iter().any(|end| name.ends_with(end))
}
