//! Programs that refuse to be scraped, or exporters that their database refuses.

use crate::{
    check,
    facts::{Container, Variable},
    kit::*,
    model::{
        compose::Value,
        prometheus::{Prometheus, ScrapeConfig},
    },
    workspace::Workspace,
};

check! {
    /// A job scrapes a program that refuses it, or an exporter that its database refuses.
    ///
    /// MinIO answers scrapes only with a token, unless `MINIO_PROMETHEUS_AUTH_TYPE` is `public`. postgres_exporter hands
    /// each parameter of its `DATA_SOURCE_NAME` to PostgreSQL, which refuses those it does not know, such as Prisma's
    /// `schema`; and it insists on TLS, which the image `postgres` does not offer, unless `sslmode` says otherwise.
    /// Where the address comes from a variable, what counts is the `.env` file beside the compose file or the one that
    /// `env_file` names, else the samples by which people write theirs (`.env.example`).
    ///
    /// ## Why it matters
    /// The target is down, or `pg_up` is 0, from the first day on, and an alert says so although nothing is broken.
    ///
    /// ## Example
    /// ```yaml path=docker-compose.yml
    /// services:
    ///   minio:
    ///     image: minio/minio
    ///   postgres-exporter:
    ///     image: prometheuscommunity/postgres-exporter
    ///     environment:
    ///       DATA_SOURCE_NAME: postgresql://shop:secret@db:5432/shop?schema=public&sslmode=disable
    /// ```
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: minio
    ///     metrics_path: /minio/v2/metrics/cluster
    ///     static_configs: [{targets: ["minio:9000"]}]
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=docker-compose.yml
    /// services:
    ///   minio:
    ///     image: minio/minio
    ///     environment:
    ///       MINIO_PROMETHEUS_AUTH_TYPE: public
    ///   postgres-exporter:
    ///     image: prometheuscommunity/postgres-exporter
    ///     environment:
    ///       DATA_SOURCE_NAME: postgresql://shop:secret@db:5432/shop?sslmode=disable
    /// ```
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: minio
    ///     metrics_path: /minio/v2/metrics/cluster
    ///     static_configs: [{targets: ["minio:9000"]}]
    /// ```
    pub struct ExporterRefused {}
    id: "deploy/exporter-refused", severity: Warning,
}

/// Parameters of connections that only Prisma knows.
const OF_PRISMA: [&str; 5] = ["schema", "connection_limit", "pool_timeout", "pgbouncer", "socket_timeout"];

/// Keys of a job by which it shows who it is.
const CREDENTIALS: [&str; 6] =
    ["authorization", "basic_auth", "bearer_token", "bearer_token_file", "oauth2", "http_headers"];

impl Check for ExporterRefused {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let configs = workspace.documents.iter().filter_map(|document| document.prometheus());
        for job in configs.flat_map(|config: &Prometheus| &config.scrape_configs) {
            minio(job, facts, out);
        }
        for container in facts.deployment.containers().iter().filter(|one| runs(one, "postgres", "exporter")) {
            postgres(container, facts, out);
        }
    }
}

/// Whether a container runs an image whose name has these words.
fn runs(container: &Container<'_>, word: &str, other: &str) -> bool {
    let name = container.image().and_then(|image| image.name.as_deref()).unwrap_or_default();
    name.contains(word) && name.contains(other)
}

/// Reports a job that scrapes MinIO without a token, where every container of the name wants one.
fn minio(job: &ScrapeConfig, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let path = job.metrics_path();
    let shows_itself = CREDENTIALS.iter().any(|key| job.keys.span(key).is_some());
    if !path.starts_with("/minio/") || !path.contains("metrics") || shows_itself {
        return;
    }
    for (target, _) in job.targets() {
        let host = target.value.split(':').next().unwrap_or_default();
        let named = facts.deployment.containers().iter().filter(|one| one.host_names().iter().any(|name| name == host));
        let named: Vec<&Container<'_>> = named.collect();
        let wants_token = |one: &&Container<'_>| {
            let environment = one.environment();
            runs(one, "minio", "minio")
                && environment.is_some_and(|all| all.iter().all(|one| one.name.value != "MINIO_PROMETHEUS_AUTH_TYPE"))
        };
        let Some(first) = named.first().filter(|_| named.iter().all(wants_token)) else { continue };
        out.report(target.span, format!("`{host}` answers a scrape only with a token, and this job has none"))
            .label(first.place_of_name(), "MinIO runs here without `MINIO_PROMETHEUS_AUTH_TYPE: public`")
            .help("set `MINIO_PROMETHEUS_AUTH_TYPE` to `public`, or give the job an `authorization`");
        return;
    }
}

/// Reports an exporter whose connection PostgreSQL refuses.
fn postgres(container: &Container<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let environment = container.environment().unwrap_or_default();
    let Some(source) = environment.iter().find(|one| one.name.value == "DATA_SOURCE_NAME") else { return };
    let addresses = addresses(container, source, facts.workspace);
    let flaws: Option<Vec<Flaw<'_, '_>>> = addresses.iter().map(|one| flaw(&one.text, facts)).collect();
    let (Some(address), Some(flaw)) = (addresses.first(), flaws.as_ref().and_then(|flaws| flaws.first())) else {
        return;
    };
    let place = source.written.map_or(source.name.span, Value::span);
    let finding = match flaw {
        Flaw::Parameter(parameter) => {
            let name = parameter.split('=').next().unwrap_or_default();
            let written = source.written.and_then(|value| {
                let text = value.text.text();
                let start = text.find('?')? + text.split_once('?')?.1.find(parameter)? + 1;
                Some(value.text.span(start..start + parameter.len()))
            });
            out.report(written.unwrap_or(place), format!("PostgreSQL refuses connections with the parameter `{name}`"))
                .help("leave it out: it is one of Prisma's own")
        }
        Flaw::WithoutTls(host, database) => out
            .report(place, format!("the exporter insists on TLS, which `{host}` does not offer"))
            .label(database.place_of_name(), "this image starts without TLS")
            .help("add `?sslmode=disable` to the address"),
    };
    if let Some((origin, words)) = address.origin {
        finding.label(origin, words);
    }
}

/// An address that an exporter may be given.
struct Address {
    text: String,
    /// Which file of variables says so, and what that is.
    origin: Option<(Span, &'static str)>,
}

/// The address that an exporter is given; where that is not known, those that samples show.
fn addresses(container: &Container<'_>, source: &Variable<'_>, workspace: &Workspace) -> Vec<Address> {
    let Some(written) = source.written else {
        return source.known.iter().map(|text| Address { text: text.clone(), origin: None }).collect();
    };
    if let Some(supplied) = container.supplied(workspace, written) {
        return vec![Address { text: supplied.value, origin: Some((supplied.place, "the address stands here")) }];
    }
    if address_of(written.text.text()).is_some() {
        return vec![Address { text: written.text.text().to_owned(), origin: None }];
    }
    let documented = container.documented(workspace, written).into_iter();
    let origin = |place: Span| Some((place, "this sample shows such an address"));
    documented.map(|sample| Address { text: sample.value, origin: origin(sample.place) }).collect()
}

/// Why PostgreSQL refuses a connection.
enum Flaw<'f, 'w> {
    /// This parameter is unknown to it.
    Parameter(String),
    /// The host, where this database runs, offers no TLS.
    WithoutTls(String, &'f Container<'w>),
}

/// What follows the scheme of an address of PostgreSQL.
fn address_of(text: &str) -> Option<&str> {
    ["postgres://", "postgresql://"].iter().find_map(|scheme| text.strip_prefix(scheme))
}

fn flaw<'f, 'w>(text: &str, facts: &'f Facts<'w>) -> Option<Flaw<'f, 'w>> {
    let address = address_of(text)?;
    let (address, parameters) = address.split_once('?').unwrap_or((address, ""));
    let name = |parameter: &str| parameter.split('=').next().unwrap_or_default().to_owned();
    if let Some(unknown) = parameters.split('&').find(|one| OF_PRISMA.contains(&name(one).as_str())) {
        return Some(Flaw::Parameter(unknown.to_owned()));
    }
    let is_open = parameters.contains('$') || parameters.split('&').any(|one| name(one) == "sslmode");
    let host = address.rsplit('@').next().and_then(|rest| rest.split([':', '/']).next()).unwrap_or_default();
    let database = without_tls(host, facts).filter(|_| !is_open)?;
    Some(Flaw::WithoutTls(host.to_owned(), database))
}

/// The one database of a name, where it certainly offers no TLS: the plain image, told nothing of it.
fn without_tls<'f, 'w>(host: &str, facts: &'f Facts<'w>) -> Option<&'f Container<'w>> {
    let mut named = facts.deployment.containers().iter().filter(|one| one.host_names().iter().any(|name| name == host));
    let only = named.next().filter(|_| named.next().is_none())?;
    let name = only.image()?.name.as_deref()?;
    let is_plain =
        matches!(name, "postgres" | "docker.io/postgres" | "library/postgres" | "docker.io/library/postgres");
    let says = |values: &[Value]| values.iter().any(|value| value.text.text().contains("ssl"));
    (is_plain && !says(&only.service.command) && !says(&only.service.entrypoint) && only.overlays.is_empty())
        .then_some(only)
}
