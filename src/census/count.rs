//! Takes the census: asks every document and every index for the metrics it knows.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    catalog::{self, Catalogue, Provenance},
    exposition::MetricKind,
    facts::Facts,
    kit::{Owner, QuerySite, queries_of},
    model::{Document, dashboard::interpolation::is_placeholder},
    text::{Span, Spanned},
};

use super::{Census, Exporter, Metric, Origin, Reader, Standing, Use};

/// Counts all metrics.
pub fn count(facts: &Facts<'_>) -> Census {
    let mut counting = Counting { facts, scraped: scraped(facts), metrics: BTreeMap::new() };
    for site in facts.rules.all() {
        if let Some(name) = &site.rule.record {
            counting.origin(&name.value, None, Origin::Rule(name.span));
        }
    }
    counting.pages();
    counting.code();
    for document in &facts.workspace.documents {
        queries_of(document).for_each(|site| counting.query(site));
        counting.suite(document);
    }
    for (name, place) in facts.inventory.documented() {
        let name = counting.name_of(name);
        counting.metrics.entry(name).or_default().documented.push(*place);
    }
    counting.finish()
}

/// A catalogue with the jobs that scrape its exporter.
struct Known {
    catalogue: &'static Catalogue,
    jobs: BTreeSet<Spanned<String>>,
}

fn scraped(facts: &Facts<'_>) -> Vec<Known> {
    let mut found: BTreeMap<&'static str, Known> = BTreeMap::new();
    for job in facts.servers.all().iter().flat_map(|server| &server.config.scrape_configs) {
        for catalogue in facts.exporters.of_job(job) {
            let known = found.entry(catalogue.exporter).or_insert_with(|| Known { catalogue, jobs: BTreeSet::new() });
            known.jobs.extend(job.job_name.clone());
        }
    }
    found.into_values().collect()
}

struct Counting<'f, 'w> {
    facts: &'f Facts<'w>,
    scraped: Vec<Known>,
    metrics: BTreeMap<String, Metric>,
}

impl<'w> Counting<'_, 'w> {
    /// The name of the metric that a series belongs to: of the parts of a histogram or summary the whole.
    fn name_of(&self, series: &str) -> String {
        let of_page = self.facts.inventory.whole(series).map(str::to_owned);
        let of_catalogue = || {
            let catalogues = self.scraped.iter().map(|known| known.catalogue).chain(catalog::having(series));
            catalogues.filter_map(|catalogue| catalogue.named(series)).map(|(name, _)| name.to_owned()).next()
        };
        let of_code = || {
            let defined = self.facts.instrumented.defining(series).first()?;
            (defined.kind.is_some()).then(|| defined.name.value.clone())
        };
        of_page.or_else(of_code).or_else(of_catalogue).unwrap_or_else(|| series.to_owned())
    }

    fn origin(&mut self, name: &str, kind: Option<MetricKind>, origin: Origin) -> &mut Metric {
        let metric = self.metrics.entry(name.to_owned()).or_default();
        metric.kind = metric.kind.or(kind);
        if !metric.origins.contains(&origin) {
            metric.origins.push(origin);
        }
        metric
    }

    fn pages(&mut self) {
        let facts = self.facts;
        let jobs: Vec<_> = facts.servers.all().iter().flat_map(|server| &server.config.scrape_configs).collect();
        for page in facts.inventory.pages() {
            let by: BTreeSet<Spanned<String>> = jobs
                .iter()
                .filter(|job| facts.inventory.pages_of(job).any(|own| std::ptr::eq(own, page)))
                .filter_map(|job| job.job_name.clone())
                .collect();
            for family in &page.exposition.families {
                let kind = family.kind.as_ref().map(|kind| kind.value);
                let place = family.samples.first().map_or(family.name.span, |one| page.exposition.name(one).span);
                let labels: BTreeSet<String> = family
                    .samples
                    .iter()
                    .flat_map(|sample| page.exposition.labels(sample))
                    .map(|(label, _)| label.value.to_owned())
                    .filter(|label| !matches!(label.as_str(), "le" | "quantile"))
                    .collect();
                let metric = self.origin(&family.name.value, kind, Origin::Page(place, page.source.to_owned()));
                metric.labels.extend(labels);
                metric.jobs.extend(by.iter().cloned());
            }
        }
    }

    fn code(&mut self) {
        let facts = self.facts;
        for defined in facts.workspace.code.iter().flat_map(|code| &code.instrumentation.defined) {
            let metric = self.origin(&defined.name.value, defined.kind, Origin::Code(defined.name.span));
            metric.labels.extend(defined.labels.iter().flatten().cloned());
        }
        for job in facts.servers.all().iter().flat_map(|server| &server.config.scrape_configs) {
            for defined in facts.instrumented.of_job(job).iter().flat_map(|code| code.defined()) {
                let metric = self.metrics.entry(defined.name.value.clone()).or_default();
                metric.jobs.extend(job.job_name.clone());
            }
        }
    }

    fn query(&mut self, site: QuerySite<'w>) {
        let Some(expr) = site.expr() else { return };
        for selection in expr.selections() {
            let Some(name) = selection.selector.metric_name() else { continue };
            let is_written = !site.is_open(name.span) && !is_placeholder(&name.value);
            if let Some(reader) = reader(site).filter(|_| is_written) {
                self.read(&name.value, reader, name.span);
            }
        }
    }

    fn suite(&mut self, document: &'w Document) {
        let Some(suite) = document.suite() else { return };
        for (number, test) in suite.tests.iter().enumerate() {
            let name = test.name.as_ref().map_or_else(|| format!("test {}", number + 1), |name| name.value.clone());
            for metric in test.input_series.iter().filter_map(|input| input.series.as_ref()?.metric.as_ref()) {
                self.read(&metric.value, Reader::Test(name.clone()), metric.span);
            }
        }
    }

    fn read(&mut self, series: &str, by: Reader, place: Span) {
        let name = self.name_of(series);
        let metric = self.metrics.entry(name.clone()).or_default();
        if name != series {
            metric.parts.insert(series.to_owned());
        }
        metric.uses.push(Use { by, place });
    }

    /// Asks the catalogues about all that was read, and counts what is read of each exporter.
    fn finish(mut self) -> Census {
        let mut read: BTreeMap<&'static str, usize> = BTreeMap::new();
        for (name, metric) in &mut self.metrics {
            if is_made_by_prometheus(name) {
                metric.origins.push(Origin::Prometheus);
            }
            for known in &self.scraped {
                let Some((_, family)) = known.catalogue.named(name).or_else(|| known.catalogue.whole(name)) else {
                    continue;
                };
                metric.describe(family);
                metric.origins.push(Origin::Exporter(known.catalogue.exporter, known.catalogue.provenance));
                metric.jobs.extend(known.jobs.iter().cloned());
                *read.entry(known.catalogue.exporter).or_default() += usize::from(!metric.uses.is_empty());
            }
            if let Some(server) = self.facts.inventory.server() {
                let is_there = |name: &str| server.has(name);
                if is_there(name) || metric.parts.iter().any(|part| is_there(part)) {
                    metric.kind = metric.kind.or(server.kind(name));
                    metric.labels.extend(
                        server.labels(name).into_iter().flatten().filter(|label| *label != "__name__").cloned(),
                    );
                    metric.origins.push(Origin::Server(server.address.clone()));
                }
            }
            let is_known =
                |origin: &Origin| matches!(origin, Origin::Exporter(..) | Origin::Prometheus | Origin::Server(_));
            if !metric.origins.iter().any(is_known) {
                metric.ask_all(name);
            }
            metric.origins.sort();
            metric.uses.sort_by_key(|one| (one.by.rank(), one.place));
        }
        // What docs write like a metric, and nothing else knows, is more often a column or a permission.
        self.metrics.retain(|name, metric| metric.standing() != Standing::DocumentedOnly || has_unit(name));
        let exporters = self.scraped.into_iter().map(|Known { catalogue, jobs }| Exporter {
            name: catalogue.exporter,
            provenance: catalogue.provenance,
            jobs,
            known: catalogue.len(),
            read: read.get(catalogue.exporter).copied().unwrap_or_default(),
        });
        Census { exporters: exporters.collect(), metrics: self.metrics }
    }
}

impl Metric {
    fn describe(&mut self, family: &catalog::Family) {
        self.kind = self.kind.or(family.kind);
        let own = family.labels.iter().filter(|label| **label != "quantile");
        self.labels.extend(own.map(|label| (*label).to_owned()));
    }

    /// Looks for the metric in the catalogues of exporters that nothing here scrapes, those that were recorded first.
    fn ask_all(&mut self, name: &str) {
        let mut all: Vec<&'static Catalogue> = catalog::all().iter().collect();
        all.sort_by_key(|catalogue| catalogue.provenance != Provenance::Recorded);
        for catalogue in all {
            let Some((_, family)) = catalogue.named(name).or_else(|| catalogue.whole(name)) else { continue };
            self.describe(family);
            let (exporter, provenance) = (catalogue.exporter, catalogue.provenance);
            let origin = match catalogue.is_library() {
                true => Origin::Library(exporter),
                false => Origin::Unscraped(exporter, provenance),
            };
            self.origins.push(origin);
            return;
        }
    }
}

/// Whether a name ends as only the names of metrics do.
fn has_unit(name: &str) -> bool {
    let units = ["_total", "_seconds", "_bytes", "_bucket", "_info", "_ratio", "_celsius"];
    !name.starts_with('_') && units.iter().any(|unit| name.ends_with(unit))
}

/// Whether Prometheus stores a series of this name without being given it by a target.
fn is_made_by_prometheus(name: &str) -> bool {
    let of_scrapes = [
        "up",
        "scrape_duration_seconds",
        "scrape_samples_scraped",
        "scrape_samples_post_metric_relabeling",
        "scrape_series_added",
        "scrape_timeout_seconds",
        "scrape_sample_limit",
        "scrape_body_size_bytes",
    ];
    matches!(name, "ALERTS" | "ALERTS_FOR_STATE") || of_scrapes.contains(&name)
}

fn reader(site: QuerySite<'_>) -> Option<Reader> {
    Some(match site.owner {
        Owner::Docs => return None,
        Owner::Rule(one) => {
            let name = one.rule.name().map_or_else(String::new, |name| name.value.clone());
            if one.rule.is_recording() { Reader::Record(name) } else { Reader::Alert(name) }
        }
        Owner::Provisioned(rule, _) => {
            let title = rule.title.as_ref().or(rule.uid.as_ref());
            Reader::Alert(title.map_or_else(|| "an alert".to_owned(), |title| title.text.text().to_owned()))
        }
        Owner::Dashboard(query) => {
            let title = site.document.dashboard().and_then(|dashboard| dashboard.title.as_ref());
            let panel = query.panel.and_then(|panel| panel.title.as_ref());
            Reader::Dashboard {
                title: title.map_or_else(|| "a dashboard".to_owned(), |title| title.text().to_owned()),
                panel: panel.map(|panel| panel.text().to_owned()),
            }
        }
    })
}
