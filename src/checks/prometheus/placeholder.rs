//! Variables in `prometheus.yml` that nobody expands.

use std::{collections::BTreeMap, path::Path};

use crate::{
    check,
    facts::{Container, Fillers, Program, Server, running},
    kit::*,
    model::{
        Pair,
        prometheus::{Prometheus, StaticConfig},
        settings::{Settings, Value},
    },
    vocab::{PlaceholderKind, Version, placeholder},
    workspace::{Workspace, is_sample},
};

check! {
    /// A variable stands in `prometheus.yml` where Prometheus expands none.
    ///
    /// Prometheus expands `$NAME` and `${NAME}` in `external_labels`, since 3.0 without a flag, and nowhere else; a default as in
    /// `${NAME:-value}` it knows nowhere. Only configurations are judged that a compose file mounts as they are.
    ///
    /// ## Why it matters
    /// The token, the address or the label is sent as it stands, `${` included: the scrape is refused, the target does not
    /// exist, and the label is the same everywhere.
    ///
    /// ## Example
    /// ```yaml path=compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v3.1.0
    ///     volumes: ["./prometheus.yml:/etc/prometheus/prometheus.yml:ro"]
    /// ```
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: shop
    ///     bearer_token: ${SHOP_TOKEN}
    ///     static_configs: [{targets: ["shop:8080"]}]
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v3.1.0
    ///     volumes: ["./prometheus.yml:/etc/prometheus/prometheus.yml:ro", "./token:/etc/prometheus/token:ro"]
    /// ```
    /// ```yaml path=prometheus.yml
    /// scrape_configs:
    ///   - job_name: shop
    ///     bearer_token_file: /etc/prometheus/token
    ///     static_configs: [{targets: ["shop:8080"]}]
    /// ```
    pub struct Placeholder {}
    id: "prometheus/placeholder", severity: Warning,
}

/// More variables than these nobody forgets to fill in.
const MOST_VARIABLES: usize = 100;

/// The release that expands variables in external labels without a flag.
const EXPANDING: Version = Version { major: 3, minor: 0, patch: 0 };

impl Check for Placeholder {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let mut fillers = Fillers::of(workspace, Program::Prometheus);
        for server in facts.servers.all() {
            let path = &server.file.path;
            if server.document.in_manifest || is_sample(path) {
                continue;
            }
            let mut readers = facts.deployment.seeing(Program::Prometheus, path);
            let reader = readers.find(|(container, inside)| container.is_stock() && container.may_run(inside));
            let Some((reader, _)) = reader else { continue };
            let blanks = blanks_of(server.config);
            if blanks.len() > MOST_VARIABLES || blanks.iter().any(|blank| fillers.fill_in(blank.said, path)) {
                continue;
            }
            literal(&blanks, reader, out);
            external_labels(server, reader, &mut fillers, facts, out);
        }
    }
}

/// A variable where none is expanded.
struct Blank<'w> {
    /// Where it stands.
    span: Span,
    /// The variable.
    said: &'w str,
    /// The key whose value holds it.
    key: &'w str,
    /// The key that names a file with the value instead.
    file_key: Option<&'static str>,
}

/// All variables of a configuration, but for those in external labels and in relabelling, which has its own.
fn blanks_of(config: &Prometheus) -> Vec<Blank<'_>> {
    let mut all = Vec::new();
    for job in &config.scrape_configs {
        for (key, value) in [("job_name", &job.job_name), ("metrics_path", &job.metrics_path), ("scheme", &job.scheme)]
        {
            all.extend(value.as_ref().and_then(|value| of_text(key, &value.value, value.span)));
        }
        all.extend(job.params.iter().filter_map(of_pair));
        of_static(&job.static_configs, &mut all);
        job.discoveries.iter().for_each(|discovery| of_settings(&discovery.settings, &mut all));
        of_settings(&job.settings, &mut all);
    }
    for endpoint in &config.alerting.alertmanagers {
        of_static(&endpoint.static_configs, &mut all);
        of_settings(&endpoint.settings, &mut all);
    }
    let writes = config.remote_write.iter().map(|remote| (&remote.url, &remote.settings));
    let reads = config.remote_read.iter().map(|remote| (&remote.url, &remote.settings));
    for (url, settings) in writes.chain(reads) {
        all.extend(url.as_ref().and_then(|url| of_excerpt("url", url)));
        of_settings(settings, &mut all);
    }
    all
}

fn of_static<'w>(configs: &'w [StaticConfig], all: &mut Vec<Blank<'w>>) {
    for config in configs {
        all.extend(config.targets.iter().filter_map(|target| of_text("targets", &target.value, target.span)));
        all.extend(config.labels.iter().filter_map(of_pair));
    }
}

fn of_settings<'w>(settings: &'w Settings, all: &mut Vec<Blank<'w>>) {
    for setting in settings.deep() {
        let Some(Value::Text(text)) = &setting.value else { continue };
        let blank = of_excerpt(setting.key.value, text);
        all.extend(blank.map(|blank| Blank { file_key: setting.file_key, ..blank }));
    }
}

fn of_pair(pair: &Pair) -> Option<Blank<'_>> {
    of_excerpt(&pair.name.value, &pair.value)
}

fn of_excerpt<'w>(key: &'w str, text: &'w Excerpt) -> Option<Blank<'w>> {
    let range = variable(text.text())?;
    Some(Blank { span: text.span(range.clone()), said: &text.text()[range], key, file_key: None })
}

fn of_text<'w>(key: &'w str, text: &'w str, span: Span) -> Option<Blank<'w>> {
    let range = variable(text)?;
    Some(Blank { span, said: &text[range], key, file_key: None })
}

/// Where a text holds a variable as a shell would expand it.
fn variable(text: &str) -> Option<std::ops::Range<usize>> {
    let found = placeholder(text).filter(|found| found.kind == PlaceholderKind::Variable)?;
    text[found.range.clone()].starts_with('$').then_some(found.range)
}

/// Reports variables that are taken as they stand; each variable is one finding.
fn literal(blanks: &[Blank<'_>], reader: &Container<'_>, out: &mut Sink<'_>) {
    let mut first: BTreeMap<&str, Span> = BTreeMap::new();
    for Blank { span, said, key, file_key } in blanks {
        let one = *first.entry(said).or_insert(*span);
        let message = format!("Prometheus does not expand `{said}` in `{key}`, but takes it as it stands");
        out.report(*span, message)
            .label(reader.place_of_name(), "this service reads the file as it is")
            .help(match file_key {
                Some(file) => format!("put the value into a file and name it with `{file}`"),
                None => "write the value, or fill the file in with `envsubst` before Prometheus starts".to_owned(),
            })
            .shared(one);
    }
}

/// Reports external labels with a default, which is taken for a part of the variable's name.
fn external_labels<'w>(
    server: &Server<'w>,
    reader: &Container<'_>,
    fillers: &mut Fillers<'w>,
    facts: &Facts<'_>,
    out: &mut Sink<'_>,
) {
    let path: &Path = &server.file.path;
    for label in &server.config.global.external_labels {
        let Some(Blank { span, said, key, .. }) = of_pair(label) else { continue };
        let name = said.trim_start_matches("${").trim_end_matches('}');
        let Some((bare, _)) = name.split_once(':').filter(|_| said.starts_with("${")) else { continue };
        if fillers.fill_in(said, path) {
            continue;
        }
        let running = running(facts, Program::Prometheus, path);
        let message = match running {
            Some(running) if running.version >= EXPANDING => {
                format!("`{key}` is empty: Prometheus knows no defaults, and looks for a variable called `{name}`")
            }
            _ => format!("Prometheus does not expand `{said}` in `{key}`: it knows no defaults of variables"),
        };
        out.report(span, message)
            .label(reader.place_of_name(), "this service reads the file as it is")
            .help(format!("write `${{{bare}}}`, and give the container a variable of that name"));
    }
}
