//! Which metrics exist, as far as captured `/metrics` pages, recording rules and well-known exporters tell.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use crate::{
    config::Config,
    exposition::{Exposition, Family, MetricKind, Sample, whole_of},
    live::Server,
    model::{Document, prometheus::ScrapeConfig},
    text::{SourceFile, Span},
    workspace::Workspace,
};

use super::{Exporters, Instrumented, Job, documented::is_of_other_times, documented_metrics as documented, exporters};

/// A captured page of metrics.
#[derive(Debug)]
pub struct Page<'w> {
    /// The document.
    pub document: &'w Document,
    /// The page.
    pub exposition: &'w Exposition,
    /// The file's name without extension: the job, service or host that it was captured from.
    pub source: &'w str,
    /// What it has of each series' name; a family without samples has the name that its type makes.
    captured: BTreeMap<&'w str, Captured<'w>>,
}

/// The samples of one name on a page.
#[derive(Debug, Default)]
struct Captured<'w> {
    samples: Vec<&'w Sample>,
    /// The labels of all of them; found out when somebody asks, which is so for few names.
    labels: OnceLock<BTreeSet<String>>,
}

/// What is known of a metric's name.
#[derive(Debug)]
pub enum Verdict<'i, 'w> {
    /// Some source offers it, or sources are not known well enough.
    MayExist,
    /// Every job that could deliver it has a captured page without it, or is an exporter of other
    /// metrics; here are the pages, at least one.
    Absent(Vec<&'i Page<'w>>),
}

/// Captured pages, and what they say about names.
#[derive(Debug)]
pub struct Inventory<'w> {
    workspace: &'w Workspace,
    pages: Vec<Page<'w>>,
    /// Where the pages of a source stand among them.
    by_source: BTreeMap<&'w str, Vec<usize>>,
    documented: BTreeMap<&'w str, Span>,
    server: Option<&'w Server>,
    /// Whether node exporters are told of a folder of text files, in which scripts may leave any metric.
    has_text_files: OnceLock<bool>,
}

impl<'w> Page<'w> {
    fn of(document: &'w Document, exposition: &'w Exposition, source: &'w str) -> Self {
        let mut captured: BTreeMap<&str, Captured<'w>> = BTreeMap::new();
        for family in &exposition.families {
            for sample in &family.samples {
                captured.entry(exposition.name(sample).value).or_default().samples.push(sample);
            }
            if family.samples.is_empty() {
                captured.entry(&family.name.value).or_default();
            }
        }
        Self { document, exposition, source, captured }
    }

    /// Whether it has a series of this name.
    pub fn has(&self, name: &str) -> bool {
        self.captured.contains_key(name)
    }

    /// The names of its series, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'w str> {
        self.captured.keys().copied()
    }

    fn samples(&self, name: &str) -> impl Iterator<Item = &'w Sample> {
        self.captured.get(name).into_iter().flat_map(|captured| &captured.samples).copied()
    }

    /// The labels that its samples of a name have.
    fn labels(&self, name: &str) -> impl Iterator<Item = &str> {
        let all = |captured: &Captured<'w>| {
            let labels = captured.samples.iter().flat_map(|sample| self.exposition.labels(sample));
            let names: BTreeSet<&str> = labels.map(|(name, _)| name.value).collect();
            names.into_iter().map(str::to_owned).collect()
        };
        let captured = self.captured.get(name).into_iter();
        captured.flat_map(move |captured| captured.labels.get_or_init(|| all(captured))).map(String::as_str)
    }
}

impl<'w> Inventory<'w> {
    /// Gathers the captured pages of a workspace.
    pub fn of(workspace: &'w Workspace, config: &Config) -> Self {
        let pages = workspace.documents.iter().filter_map(|document| {
            let exposition = document.exposition()?;
            let source = workspace.files.file(document.file).path.file_stem()?.to_str()?;
            Some(Page::of(document, exposition, source))
        });
        let is_past = |document: &&Document| is_of_other_times(config, &workspace.files.file(document.file).path);
        // A page of the present takes the place of one of other times.
        let docs = workspace.documents.iter().filter(|document| document.docs().is_some());
        let (past, present): (Vec<&Document>, Vec<&Document>) = docs.partition(is_past);
        let docs = past.into_iter().chain(present).filter_map(Document::docs);
        let pages: Vec<Page<'w>> = pages.collect();
        let mut by_source: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, page) in pages.iter().enumerate() {
            by_source.entry(page.source).or_default().push(at);
        }
        Self {
            workspace,
            pages,
            by_source,
            documented: docs.flat_map(documented::metrics).collect(),
            server: workspace.live.server.as_ref(),
            has_text_files: OnceLock::new(),
        }
    }

    /// The live server that was asked what it has, if one was.
    pub fn server(&self) -> Option<&'w Server> {
        self.server
    }

    /// Whether the live server has a metric.
    pub fn is_served(&self, name: &str) -> bool {
        self.server.is_some_and(|server| server.has(name))
    }

    /// The metrics that docs speak of, each at one of its places.
    pub fn documented(&self) -> &BTreeMap<&'w str, Span> {
        &self.documented
    }

    /// All captured pages, in the order of files.
    pub fn pages(&self) -> &[Page<'w>] {
        &self.pages
    }

    /// The name of the histogram or summary that a series is a part of, where a page has it.
    pub fn whole(&self, series: &str) -> Option<&'w str> {
        let base = whole_of(series)?;
        let parts = [MetricKind::Histogram, MetricKind::GaugeHistogram, MetricKind::Summary];
        let has_parts = |family: &&Family| family.kind.as_ref().is_some_and(|kind| parts.contains(&kind.value));
        let families = self.pages.iter().flat_map(|page| &page.exposition.families);
        families.filter(has_parts).find(|family| family.name.value == base).map(|family| family.name.value.as_str())
    }

    /// Whether any page has a metric of this name.
    pub fn has(&self, name: &str) -> bool {
        self.pages.iter().any(|page| page.has(name))
    }

    /// The type that captured pages give a metric, and where; `None` when none does, or they differ.
    pub fn kind(&self, name: &str) -> Option<(MetricKind, Span)> {
        let pages = self.pages.iter().filter(|page| page.has(name));
        let families = pages.flat_map(|page| &page.exposition.families).filter(|family| family.name.value == name);
        let mut kinds = families.filter_map(|family| family.kind.as_ref()).map(|kind| (kind.value, kind.span));
        let first = kinds.next().filter(|(kind, _)| *kind != MetricKind::Unknown)?;
        kinds.all(|(kind, _)| kind == first.0).then_some(first)
    }

    /// All names of all pages, sorted.
    pub fn names(&self) -> BTreeSet<&'w str> {
        self.pages.iter().flat_map(Page::names).collect()
    }

    /// The pages captured from the targets of a job: named like the job, or like the host of a target.
    pub fn pages_of<'i>(&'i self, job: &'i ScrapeConfig) -> impl Iterator<Item = &'i Page<'w>> {
        let name = job.job_name.as_ref().map(|name| name.value.as_str());
        let hosts = job.targets().filter_map(|(target, _)| target.value.split(':').next());
        let sources = name.into_iter().chain(hosts).filter(|_| !self.pages.is_empty());
        let pages: BTreeSet<usize> =
            sources.filter_map(|source| self.by_source.get(source)).flatten().copied().collect();
        pages.into_iter().map(|at| &self.pages[at])
    }

    /// What a metric was captured from, and where.
    pub fn captured(&self, name: &str) -> Option<(&'w str, Span)> {
        self.pages.iter().find_map(|page| {
            let sample = page.samples(name).next()?;
            Some((page.source, page.exposition.name(sample).span))
        })
    }

    /// Whether a captured sample of a metric has this value of a label.
    pub fn has_value(&self, metric: &str, label: &str, value: &str) -> bool {
        let mut samples = self.pages.iter().flat_map(|page| page.samples(metric).map(move |sample| (page, sample)));
        samples.any(|(page, sample)| {
            let mut labels = page.exposition.labels(sample);
            labels.any(|(name, own)| name.value == label && own.value == value)
        })
    }

    /// Whether a job certainly does not deliver a metric: its captured page is without it, or it is an exporter of
    /// other metrics.
    pub fn lacks(&self, job: &ScrapeConfig, name: &str) -> bool {
        let mut pages = self.pages_of(job).peekable();
        let is_known = pages.peek().is_some() || self.rules_out(job, name);
        is_known && !renames(job) && !pages.any(|page| page.has(name))
    }

    /// Whether a job is one of an exporter that has no metric of this name.
    fn rules_out(&self, job: &ScrapeConfig, name: &str) -> bool {
        exporters::rules_out(job, name) && !(exporters::may_be_nodes(job) && self.has_text_files())
    }

    fn has_text_files(&self) -> bool {
        let are_named = |(_, file): (_, &SourceFile)| file.text.contains("collector.textfile");
        *self.has_text_files.get_or_init(|| self.workspace.files.iter().any(are_named))
    }

    /// Whether a metric can come from these jobs.
    pub fn verdict(&self, name: &str, jobs: &[Job<'_, 'w>]) -> Verdict<'_, 'w> {
        if self.has(name) {
            return Verdict::MayExist;
        }
        let mut seen: Vec<&Page<'w>> = Vec::new();
        for job in jobs {
            if renames(job.config) {
                return Verdict::MayExist;
            }
            let before = seen.len();
            seen.extend(self.pages_of(job.config));
            if seen.len() == before && !self.rules_out(job.config, name) {
                return Verdict::MayExist;
            }
        }
        if seen.is_empty() { Verdict::MayExist } else { Verdict::Absent(seen) }
    }
}

/// The labels that the series of a metric have, as far as captured pages tell.
#[derive(Debug)]
pub struct CapturedLabels<'i> {
    /// All labels seen, those that the server adds included.
    pub names: BTreeSet<&'i str>,
    /// A captured sample, a definition in source code, or the job of an exporter that was recorded; none where a live
    /// server says so.
    pub sample: Option<Span>,
}

impl CapturedLabels<'_> {
    /// Whether a series of the metric may have a label. A label of its own that the server sets, too, is stored as
    /// `exported_job` and the like.
    pub fn may_have(&self, label: &str) -> bool {
        self.names.contains(label) || label.starts_with("exported_")
    }
}

impl<'w> Inventory<'w> {
    /// The labels of a metric that the live server has, together with those that the source code here gives it, which may
    /// be newer.
    pub fn served_labels<'i>(&'i self, metric: &str, instrumented: &'i Instrumented<'w>) -> Option<CapturedLabels<'i>> {
        let labels = self.server?.labels(metric)?;
        let defined = instrumented.defining(metric);
        if defined.iter().any(|one| one.labels.is_none()) {
            return None;
        }
        let of_code = defined.iter().filter_map(|one| one.labels.as_ref()).flatten();
        Some(CapturedLabels { names: labels.iter().chain(of_code).map(String::as_str).collect(), sample: None })
    }

    /// The labels of a metric that these jobs deliver; `None` unless every job that may deliver it has a
    /// captured page, and none rewrites labels.
    pub fn labels<'i>(
        &'i self,
        metric: &str,
        jobs: &[Job<'i, 'w>],
        instrumented: &'i Instrumented<'w>,
        exporters: &'i Exporters,
    ) -> Option<CapturedLabels<'i>> {
        let mut names = BTreeSet::from(["job", "instance", "__name__"]);
        let mut sample = None;
        for job in jobs {
            let mut pages = self.pages_of(job.config).peekable();
            if pages.peek().is_none() && !self.rules_out(job.config, metric) {
                if relabels(job.config) {
                    return None;
                }
                let code = || instrumented.of_job(job.config);
                match exporters.recorded_labels(job.config, metric).or_else(|| code()?.labels(metric)) {
                    Some((labels, place)) => {
                        names.extend(labels);
                        sample.get_or_insert(place);
                    }
                    None if code()?.is_open() || code()?.has(metric) => return None,
                    None => {}
                }
                let fixed = job.config.static_configs.iter().flat_map(|config| &config.labels);
                names.extend(fixed.map(|label| label.name.value.as_str()));
            }
            for page in pages.filter(|page| page.has(metric)) {
                if relabels(job.config) {
                    return None;
                }
                names.extend(page.labels(metric));
                sample = sample.or_else(|| Some(page.exposition.name(page.samples(metric).next()?).span));
                let fixed = job.config.static_configs.iter().flat_map(|config| &config.labels);
                names.extend(fixed.map(|label| label.name.value.as_str()));
            }
        }
        Some(CapturedLabels { names, sample: Some(sample?) })
    }
}

/// Whether targets of a job get labels that its page does not show.
fn relabels(job: &ScrapeConfig) -> bool {
    !job.is_static() || !job.relabel_configs.is_empty() || !job.metric_relabel_configs.is_empty()
}

/// Whether a job stores metrics under other names than its targets offer.
fn renames(job: &ScrapeConfig) -> bool {
    let is_name = |rule: &crate::model::prometheus::RelabelRule| {
        rule.target_label.as_ref().is_some_and(|target| target.value == "__name__" || target.value.contains('$'))
    };
    job.metric_relabel_configs.iter().any(is_name) || job.metrics_path() == "/federate"
}
