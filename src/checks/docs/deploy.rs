//! Documented ports, paths, intervals, retention and versions that are not those of the configuration.

use crate::{
    check,
    facts::{
        Program,
        documented::{Setting, SettingClaim, is_promised, is_wanted, settings},
    },
    kit::*,
    markdown::Markdown,
    model::{Document, manifest::Resource, settings::Value},
    promql::ast::duration_of,
    vocab::Duration,
};

use super::{
    address,
    arrow::is_replaced,
    near::{Near, speaks_of_cluster, speaks_of_compose},
    retired,
};

check! {
    /// The docs say another port, path, interval, retention or version than the configuration.
    ///
    /// A statement counts where it is certain what it is about: "everything is scraped every 15 seconds", "Prometheus
    /// keeps 30 days", a row of a table that names a job and its interval, or a service and its port, an address such as
    /// `http://localhost:3000` beside the name of the service or with a path that it alone has, the tag of an image, the path of a metrics page, the first API of
    /// an Alertmanager that has none any more. One
    /// configuration that agrees is enough.
    ///
    /// ## Why it matters
    /// Whoever looks for the data of last month, or for the page on a port, looks in vain.
    ///
    /// ## Example
    /// ```markdown path=README.md
    /// | Service | Port |
    /// | --- | --- |
    /// | Grafana | 3000 |
    ///
    /// Prometheus keeps 30 days.
    /// ```
    /// ```yaml path=docker-compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v3.1.0
    ///     command: ["--storage.tsdb.retention.time=15d"]
    ///   grafana:
    ///     image: registry.example/tools/grafana-with-plugins
    ///     ports: ["3001:3001"]
    /// ```
    ///
    /// ## Instead
    /// ```markdown path=README.md
    /// | Service | Port |
    /// | --- | --- |
    /// | Grafana | 3001 |
    ///
    /// Prometheus keeps 15 days.
    /// ```
    /// ```yaml path=docker-compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v3.1.0
    ///     command: ["--storage.tsdb.retention.time=15d"]
    ///   grafana:
    ///     image: registry.example/tools/grafana-with-plugins
    ///     ports: ["3001:3001"]
    /// ```
    pub struct Deploy {}
    id: "docs/deploy", severity: Warning,
}

impl Check for Deploy {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(page) = document.docs().filter(|_| is_wanted(facts.workspace, facts.config, document)) else { return };
        let near = Near::of(document, facts);
        let is_of_cluster = is_of_cluster(page, facts);
        for claim in settings(page).iter().filter(|claim| !is_of_cluster || claim.setting == Setting::Retention) {
            compare(claim, &near, facts, out);
        }
        if is_of_cluster {
            return;
        }
        versions(page, &near, out);
        address::ports(page, &near, facts, out);
        address::paths(page, &near, facts, out);
        retired::report(page, &near, out);
    }
}

/// Whether a page speaks of what runs in Kubernetes: then a compose file beside it says nothing of its ports, versions
/// and jobs.
fn is_of_cluster(page: &Markdown, facts: &Facts<'_>) -> bool {
    !facts.cluster.manifests().is_empty() && speaks_of_cluster(page) && !speaks_of_compose(page)
}

/// Compares what is said of a setting with what is configured.
fn compare(claim: &SettingClaim, near: &Near<'_, '_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let Some(configured) = configured(claim, near, facts) else { return };
    // Days are rounded: 200 hours are 8 days.
    let rounding = if claim.setting == Setting::Retention { claim.unit / 2.0 } else { 1e-3 };
    let off = |one: &Spanned<Duration>| (one.value.as_seconds() - claim.seconds).abs();
    if configured.iter().any(|one| off(one) < rounding) {
        return;
    }
    let first = match claim.setting {
        // Of several servers, the page means the one that it is nearest to.
        Setting::Retention => configured.iter().min_by(|one, other| off(one).total_cmp(&off(other))),
        _ => configured.first(),
    };
    let Some(first) = first else { return };
    let said = claim.said.text();
    let value = duration_of(first.value.as_seconds());
    let (message, label) = match claim.setting {
        Setting::ScrapeInterval => {
            (format!("the docs say `{said}`, but it is scraped every {value}"), "configured here")
        }
        Setting::EvaluationInterval => {
            (format!("the docs say `{said}`, but rules are evaluated every {value}"), "configured here")
        }
        Setting::Retention => (format!("the docs say `{said}`, but samples are kept for {value}"), "this decides"),
    };
    out.report(claim.said.full_span(), message)
        .label(first.span, label)
        .help("change whichever of the two is out of date");
}

/// All values that a setting has; `None` where one of them cannot be told.
fn configured(claim: &SettingClaim, near: &Near<'_, '_>, facts: &Facts<'_>) -> Option<Vec<Spanned<Duration>>> {
    match claim.setting {
        // Jobs that Prometheus has none of are those of another program.
        Setting::ScrapeInterval if claim.jobs.as_ref().is_some_and(|jobs| named_jobs(jobs, near).is_empty()) => None,
        Setting::ScrapeInterval => Some(scrape_intervals(&claim.about, near)),
        Setting::EvaluationInterval => Some(evaluation_intervals(near, facts)),
        Setting::Retention => kept(claim, near, facts),
    }
}

/// The intervals of the one job that a text names, or of all jobs and servers.
fn scrape_intervals(about: &str, near: &Near<'_, '_>) -> Vec<Spanned<Duration>> {
    let named = named_jobs(about, near);
    if !named.is_empty() {
        return named;
    }
    let globals = near.servers.iter().filter_map(|server| server.config.global.scrape_interval);
    globals.chain(jobs(near).map(|(_, interval)| interval)).collect()
}

/// The intervals of the jobs that a text names.
fn named_jobs(text: &str, near: &Near<'_, '_>) -> Vec<Spanned<Duration>> {
    // The folders and files of a path are no jobs.
    let plain = text.split_whitespace().filter(|part| !part.trim_matches('/').contains('/'));
    let words: Vec<&str> = plain
        .flat_map(|part| part.split(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '-' | '_')))
        .collect();
    let named = jobs(near).filter(|(name, _)| name.is_some_and(|name| words.contains(&name)));
    named.map(|(_, interval)| interval).collect()
}

/// The name of each job, and how often it scrapes.
fn jobs<'n>(near: &'n Near<'_, '_>) -> impl Iterator<Item = (Option<&'n str>, Spanned<Duration>)> {
    let jobs = near.servers.iter().flat_map(|server| server.config.scrape_configs.iter().map(move |job| (server, job)));
    jobs.map(|(server, job)| {
        let global = server.config.global.scrape_interval.map(|interval| interval.span);
        let span = job.scrape_interval.map(|interval| interval.span).or(global).unwrap_or(job.span);
        let name = job.job_name.as_ref().map(|name| name.value.as_str());
        (name, Spanned::new(span, server.config.scrape_interval(job)))
    })
}

fn evaluation_intervals(near: &Near<'_, '_>, facts: &Facts<'_>) -> Vec<Spanned<Duration>> {
    let evaluating = near.servers.iter().filter(|server| !server.config.rule_files.is_empty());
    let of_servers = evaluating.map(|server| {
        let span = server.config.global.evaluation_interval.map_or(server.config.span, |interval| interval.span);
        Spanned::new(span, server.config.evaluation_interval())
    });
    let mut all: Vec<_> = of_servers.collect();
    if !all.is_empty() {
        let files = facts.workspace.documents.iter().filter_map(Document::rule_file);
        all.extend(files.flat_map(|file| &file.groups).filter_map(|group| group.interval));
    }
    all
}

/// How long each server keeps samples.
fn kept(claim: &SettingClaim, near: &Near<'_, '_>, facts: &Facts<'_>) -> Option<Vec<Spanned<Duration>>> {
    let mut all = Vec::new();
    let mut is_open = false;
    for server in &near.servers {
        let tsdb = server.config.storage.as_ref().and_then(|storage| storage.map("tsdb"));
        if let Some(time) = tsdb.and_then(|tsdb| tsdb.map("retention")).and_then(|retention| retention.get("time")) {
            let Some(Value::Duration(kept)) = time.value else { return None };
            all.push(Spanned::new(time.span, kept));
        } else {
            is_open |= facts.deployment.seeing(Program::Prometheus, &server.file.path).next().is_none();
        }
    }
    // How long another server keeps them, nothing here may say.
    if is_open && !all.is_empty() {
        return None;
    }
    let of_operator = facts.cluster.manifests().iter().filter_map(|manifest| match &manifest.resource {
        Resource::Server(server) => server.retention,
        _ => None,
    });
    all.extend(of_operator);
    if all.is_empty() {
        let running = near.containers.iter().filter(|container| container.program == Some(Program::Prometheus));
        let kept = running.map(|container| {
            let kept = container.retention()?;
            Some((kept, container.image().is_some_and(|image| image.value.span() == kept.span)))
        });
        let kept: Vec<(_, bool)> = kept.collect::<Option<_>>()?;
        // Where the files say how long one of them keeps samples, what another does of itself is nobody's decision.
        let is_said = kept.iter().any(|(_, of_itself)| !of_itself);
        let counts = |(kept, of_itself): &(Spanned<Duration>, bool)| {
            !is_said || !of_itself || (kept.value.as_seconds() - claim.seconds).abs() < claim.unit / 2.0
        };
        return Some(kept.into_iter().filter(counts).map(|(kept, _)| kept).collect());
    }
    Some(all)
}

/// Reports images of which the docs name another tag than every service that runs them.
fn versions(page: &Markdown, near: &Near<'_, '_>, out: &mut Sink<'_>) {
    let cells = page.tables.iter().flat_map(|table| &table.rows).flat_map(|row| &row.cells);
    let spans = page.prose().into_iter().chain(cells).flat_map(crate::markdown::Inline::code_spans);
    for code in spans {
        let Some((name, tag)) =
            code.text().rsplit_once(':').filter(|(name, tag)| is_image(name, tag) && is_version(tag))
        else {
            continue;
        };
        if is_promised(page, code.full_span()) || is_replaced(page, code.full_span()) {
            continue;
        }
        let images = near.containers.iter().filter_map(|container| container.image());
        let same: Vec<_> = images.filter(|image| image.name.as_deref() == Some(name)).collect();
        let tags: Option<Vec<&str>> = same.iter().map(|image| image.tag.as_deref()).collect();
        let (Some(first), Some(tags)) = (same.first(), tags) else { continue };
        // What runs without a version may be any.
        if tags.iter().any(|own| is_of(own, tag) || is_edition_of(tag, own) || !is_version(own)) {
            continue;
        }
        let at = code.text().len() - tag.len()..code.text().len();
        out.report(code.span(at), format!("the docs say `{name}:{tag}`, but the tag that runs is `{}`", tags[0]))
            .label(first.value.span(), "this runs")
            .help("change whichever of the two is out of date");
    }
}

/// Whether a tag is one of those that another stands for, which says less of the version: `3.6.1-alpine` of `3-alpine`.
fn is_of(tag: &str, wider: &str) -> bool {
    let (version, build) = tag.split_once('-').unwrap_or((tag, ""));
    let (wider, wider_build) = wider.split_once('-').unwrap_or((wider, ""));
    build == wider_build && version.strip_prefix(wider).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Whether a tag names an edition of the very version that another names: `v1.4.0-enterprise` of `v1.4.0`.
fn is_edition_of(tag: &str, own: &str) -> bool {
    const EDITIONS: [&str; 6] = ["community", "ee", "enterprise", "fips", "oss", "ubi"];
    let edition = tag.strip_prefix(own).and_then(|rest| rest.strip_prefix('-'));
    edition.is_some_and(|edition| edition.split('-').all(|word| EDITIONS.contains(&word)))
}

/// Whether a tag is that of a release, and not of any of several: `latest`, `v1.4.x`.
fn is_version(tag: &str) -> bool {
    tag.trim_start_matches('v').starts_with(|letter: char| letter.is_ascii_digit()) && !tag.ends_with(".x")
}

fn is_image(name: &str, tag: &str) -> bool {
    let is_tag = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_' | '/');
    name.contains('/') && !tag.is_empty() && tag.chars().all(is_tag) && name.chars().all(is_name)
}
