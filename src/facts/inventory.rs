//! Which metrics exist, as far as captured `/metrics` pages, recording rules and well-known exporters tell.

use std::collections::BTreeSet;

use crate::{
    exposition::{Exposition, Family, MetricKind},
    model::{Document, prometheus::ScrapeConfig},
    workspace::Workspace,
};

use super::{Job, exporters};

/// A captured page of metrics.
#[derive(Debug)]
pub struct Page<'w> {
    /// The document.
    pub document: &'w Document,
    /// The page.
    pub exposition: &'w Exposition,
    /// The file's name without extension: the job, service or host that it was captured from.
    pub source: &'w str,
    names: BTreeSet<&'w str>,
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
#[derive(Debug, Default)]
pub struct Inventory<'w> {
    pages: Vec<Page<'w>>,
}

impl<'w> Inventory<'w> {
    /// Gathers the captured pages of a workspace.
    pub fn of(workspace: &'w Workspace) -> Self {
        let pages = workspace.documents.iter().filter_map(|document| {
            let exposition = document.exposition()?;
            let source = workspace.files.file(document.file).path.file_stem()?.to_str()?;
            let names = exposition.families.iter().flat_map(|family| names(exposition, family)).collect();
            Some(Page { document, exposition, source, names })
        });
        Self { pages: pages.collect() }
    }

    /// All captured pages, in the order of files.
    pub fn pages(&self) -> &[Page<'w>] {
        &self.pages
    }

    /// Whether any page has a metric of this name.
    pub fn has(&self, name: &str) -> bool {
        self.pages.iter().any(|page| page.names.contains(name))
    }

    /// All names of all pages, sorted.
    pub fn names(&self) -> BTreeSet<&'w str> {
        self.pages.iter().flat_map(|page| page.names.iter().copied()).collect()
    }

    /// The pages captured from the targets of a job: named like the job, or like the host of a target.
    pub fn pages_of<'i>(&'i self, job: &'i ScrapeConfig) -> impl Iterator<Item = &'i Page<'w>> {
        self.pages.iter().filter(move |page| {
            let is_job = job.job_name.as_ref().is_some_and(|name| name.value == page.source);
            is_job || job.targets().any(|(target, _)| target.value.split(':').next() == Some(page.source))
        })
    }

    /// Whether a metric can come from these jobs.
    pub fn verdict(&self, name: &str, jobs: &[Job<'_, 'w>]) -> Verdict<'_, 'w> {
        let mut seen: Vec<&Page<'w>> = Vec::new();
        for job in jobs {
            if renames(job.config) {
                return Verdict::MayExist;
            }
            let before = seen.len();
            seen.extend(self.pages.iter().filter(|page| self.pages_of(job.config).any(|own| std::ptr::eq(own, *page))));
            if seen.len() == before && !exporters::rules_out(job.config, name) {
                return Verdict::MayExist;
            }
        }
        if seen.is_empty() || self.has(name) { Verdict::MayExist } else { Verdict::Absent(seen) }
    }
}

/// Whether a job stores metrics under other names than its targets offer.
fn renames(job: &ScrapeConfig) -> bool {
    let is_name = |rule: &crate::model::prometheus::RelabelRule| {
        rule.target_label.as_ref().is_some_and(|target| target.value == "__name__" || target.value.contains('$'))
    };
    job.metric_relabel_configs.iter().any(is_name) || job.metrics_path() == "/federate"
}

/// The names of a family's series: those of its samples and, where it has none yet, those its type makes.
fn names<'w>(page: &'w Exposition, family: &'w Family) -> Vec<&'w str> {
    let mut names: Vec<&'w str> = family.samples.iter().map(|sample| page.name(sample).value).collect();
    let is_plain =
        !matches!(family.kind.as_ref().map(|kind| kind.value), Some(MetricKind::Histogram | MetricKind::Summary));
    if is_plain || family.samples.is_empty() {
        names.push(&family.name.value);
    }
    names.sort_unstable();
    names.dedup();
    names
}
