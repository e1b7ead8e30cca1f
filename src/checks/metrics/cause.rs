//! Why a metric that is asked for is not there: the one cause that is nearest to its cure, so that no two checks
//! report the same.

use crate::{
    catalog::{self, Catalogue, Provenance, Renamed, Slip, misnamed, renamed},
    facts::{Asked, Job, Scraping, asked_addresses},
    kit::*,
    model::prometheus::ScrapeConfig,
    vocab::Version,
};

use super::{asked::is_made, collectors, drop};

/// Why a metric is not there.
#[derive(Clone, Debug)]
pub enum Cause<'f> {
    /// The exporter calls it otherwise since some version.
    Renamed(&'static Renamed),
    /// It has an ending too many or too few.
    Suffix {
        /// What it is called.
        metric: String,
        /// How the names differ.
        slip: Slip,
        /// Whose metric it is.
        source: String,
        /// Where it was captured.
        proof: Option<Span>,
    },
    /// Relabelling drops it; here is the rule.
    Dropped(Span),
    /// It comes from another job than the selector demands.
    WrongJob {
        /// The value of the matcher.
        matcher: Spanned<Name>,
        /// The job that has it.
        offering: Option<&'f Spanned<String>>,
    },
    /// The collector that makes it is off.
    CollectorOff(collectors::Off),
    /// No job scrapes the exporter that has it.
    NotScraped(&'static Catalogue),
}

/// The cause, as far as the jobs tell that could deliver the metric: they drop it, or are the wrong ones. It is what
/// [`cause`] finds first.
pub fn cause_by_jobs<'f>(asked: Asked<'f>, facts: &'f Facts<'f>) -> Option<Cause<'f>> {
    let name = asked.name.value.as_str();
    if is_made(name, facts) || facts.inventory.is_served(name) {
        return None;
    }
    by_jobs(asked, &facts.servers.scraping(asked.site.document), facts)
}

fn by_jobs<'f>(asked: Asked<'f>, scraping: &Scraping<'f, 'f>, facts: &'f Facts<'f>) -> Option<Cause<'f>> {
    let jobs = scraping.jobs(asked.selector)?;
    let dropping = drop::of_metric(&asked.name.value, &jobs, facts).map(Cause::Dropped);
    dropping.or_else(|| wrong_job(asked, &jobs, scraping, facts))
}

/// The cause, where there is proof of one.
pub fn cause<'f>(asked: Asked<'f>, facts: &'f Facts<'f>) -> Option<Cause<'f>> {
    let name = asked.name.value.as_str();
    if is_made(name, facts) || facts.inventory.is_served(name) {
        return None;
    }
    let scraping = facts.servers.scraping(asked.site.document);
    if let Some(found) = by_jobs(asked, &scraping, facts) {
        return Some(found);
    }
    if facts.inventory.has(name) || facts.instrumented.has(name) || asked.is_documented(facts) {
        return None;
    }
    if let Some(old) = renamed(name) {
        let is_meant = old.now.is_some_and(|now| asked.reads_beside(now)) || runs_older(old, facts);
        return (!is_meant).then_some(Cause::Renamed(old));
    }
    suffix(asked, facts)
        .or_else(|| collectors::off(name, facts).map(Cause::CollectorOff))
        .or_else(|| not_scraped(asked, &scraping, facts))
}

/// Whether a name is nearly another that is known, so that its ending may be wrong.
pub fn is_nearly_known(name: &str, facts: &Facts<'_>) -> bool {
    let inventory = &facts.inventory;
    let is_there = |name: &str| inventory.has(name) || facts.instrumented.has(name) || inventory.is_served(name);
    let of_base = || name.strip_suffix("_total").is_some_and(is_there);
    ["_bucket", "_total"].iter().any(|ending| is_there(&format!("{name}{ending}")))
        || of_base()
        || misnamed(name).is_some()
}

/// Whether an exporter is known to have a metric, and not every program with some library.
pub fn has_exporter(name: &str) -> bool {
    let having = catalog::having(name);
    !having.is_empty() && !having.iter().any(|one| one.is_library())
}

/// Whether a container runs a version of the exporter that still has the metric.
fn runs_older(old: &Renamed, facts: &Facts<'_>) -> bool {
    facts.deployment.containers().iter().any(|container| {
        let Some(image) = &container.service.image else { return false };
        let scraped = catalog::Scraped { image: image.name.as_deref(), ..catalog::Scraped::default() };
        let is_it = catalog::recognised(scraped).is_some_and(|catalogue| catalogue.exporter == old.exporter);
        let version = image.tag.as_deref().and_then(Version::parse);
        is_it && version.is_some_and(|version| old.is_before(version))
    })
}

/// A name with an ending too many or too few, by captured pages or by the catalogues.
fn suffix<'f>(asked: Asked<'_>, facts: &Facts<'_>) -> Option<Cause<'f>> {
    let name = asked.name.value.as_str();
    let page = |metric: String, slip: Slip| {
        let (source, proof) = facts.inventory.captured(&metric)?;
        Some(Cause::Suffix { metric, slip, source: format!("`{source}`"), proof: Some(proof) })
    };
    let code = |metric: String, slip: Slip| {
        let proof = facts.instrumented.defining(&metric).first()?.name.span;
        Some(Cause::Suffix { metric, slip, source: "the source code".to_owned(), proof: Some(proof) })
    };
    let live = |metric: String, slip: Slip| {
        let server = facts.inventory.server().filter(|server| server.has(&metric))?;
        Some(Cause::Suffix { metric, slip, source: format!("`{}`", server.address), proof: None })
    };
    let known = |metric: String, slip: Slip| {
        page(metric.clone(), slip).or_else(|| code(metric.clone(), slip)).or_else(|| live(metric, slip))
    };
    known(format!("{name}_bucket"), Slip::Histogram)
        .or_else(|| known(format!("{name}_total"), Slip::Ending))
        .or_else(|| known(name.strip_suffix("_total")?.to_owned(), Slip::Surplus))
        .or_else(|| {
            let found =
                misnamed(name).filter(|found| found.slip != Slip::Letter && !asked.reads_beside(&found.metric))?;
            // What is pushed was made by other programs, some of which call it so.
            if facts.servers.takes_pushes() {
                return None;
            }
            let source = format!("the current {}", found.maker());
            Some(Cause::Suffix { metric: found.metric, slip: found.slip, source, proof: None })
        })
}

/// Whether a job certainly or very likely has a metric: by its captured page or its exporter.
fn offers(job: &ScrapeConfig, name: &str, facts: &Facts<'_>) -> bool {
    facts.inventory.pages_of(job).any(|page| page.has(name))
        || facts.instrumented.of_job(job).is_some_and(|code| code.has(name))
        || facts.exporters.of_job(job).iter().any(|catalogue| catalogue.named(name).is_some())
}

fn wrong_job<'f>(
    asked: Asked<'f>,
    jobs: &[Job<'f, 'f>],
    scraping: &Scraping<'f, 'f>,
    facts: &'f Facts<'f>,
) -> Option<Cause<'f>> {
    let matcher = asked.demand("job")?;
    let name = asked.name.value.as_str();
    if jobs.is_empty() || !jobs.iter().all(|job| facts.inventory.lacks(job.config, name)) {
        return None;
    }
    let all = scraping.servers().iter().flat_map(|server| &server.config.scrape_configs);
    let offering = all.filter(|job| offers(job, name, facts)).find_map(|job| job.job_name.as_ref())?;
    Some(Cause::WrongJob { matcher: matcher.value.clone(), offering: Some(offering) })
}

/// The exporter that has the metric, where no job of the servers can be one.
fn not_scraped<'f>(asked: Asked<'_>, scraping: &Scraping<'_, '_>, facts: &Facts<'_>) -> Option<Cause<'f>> {
    let name = asked.name.value.as_str();
    let mut having = catalog::having(name);
    having.retain(|one| !one.is_library());
    having.sort_by_key(|one| one.provenance != Provenance::Recorded);
    let first = having.first()?;
    let every = scraping.every_job()?;
    let may_be = |job: &ScrapeConfig| {
        let exporters = facts.exporters.of_job(job);
        !job.is_static()
            || exporters.iter().any(|exporter| having.iter().any(|one| one.exporter == exporter.exporter))
            || exporters.is_empty() && having.iter().any(|one| answers_like(job, one))
            || passes_on(job) && facts.instrumented.of_job(job).is_none() && !asks_itself(job)
    };
    let is_loaded = scraping.is_certain() || scraping.servers().len() == 1;
    (is_loaded && !every.iter().any(|job| may_be(job.config))).then_some(Cause::NotScraped(first))
}

/// Whether what a job asks may be an exporter, by its port or a word of its host.
fn answers_like(job: &ScrapeConfig, exporter: &Catalogue) -> bool {
    let name = job.job_name.as_ref().map_or("", |name| name.value.as_str());
    asked_addresses(job).into_iter().any(|address| {
        let (host, port) = address.rsplit_once(':').unwrap_or((address, ""));
        catalog::may_be(exporter, name, host, port.parse().ok())
    })
}

/// Words of programs that hand on what others export.
const RELAYS: [&str; 16] = [
    "agent",
    "alloy",
    "collector",
    "cortex",
    "federat",
    "gateway",
    "metrics",
    "mimir",
    "netdata",
    "otel",
    "push",
    "statsd",
    "telegraf",
    "thanos",
    "vector",
    "victoria",
];

/// Whether a job asks nothing but the server for its own metrics, which are no others', whatever its labels are for.
fn asks_itself(job: &ScrapeConfig) -> bool {
    let is_named_so = job.job_name.as_ref().is_some_and(|name| name.value == "prometheus");
    let mut targets = job.targets().map(|(target, _)| target.value.as_str()).peekable();
    is_named_so
        && job.metrics_path() == "/metrics"
        && targets.peek().is_some()
        && targets.all(|target| matches!(target, "localhost:9090" | "127.0.0.1:9090" | "prometheus:9090"))
}

/// Whether a job may deliver metrics of programs that are not its targets.
fn passes_on(job: &ScrapeConfig) -> bool {
    let is_relay = |name: &str| RELAYS.iter().any(|relay| name.to_lowercase().contains(relay));
    job.honor_labels.is_some_and(|honor| honor.value)
        || job.metrics_path() == "/federate"
        || job.job_name.as_ref().is_none_or(|name| is_relay(&name.value))
        || job.targets().any(|(target, _)| is_relay(&target.value))
}
