//! Metrics that the scraped programs define in their own source code.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use crate::{
    catalog,
    exposition::MetricKind,
    model::prometheus::ScrapeConfig,
    source::Defined,
    text::{Span, Spanned},
    workspace::{Code, Workspace, normalised},
};

use super::{Container, Deployment};

/// What source code defines, by name and by the container that is built of it.
#[derive(Debug, Default)]
pub struct Instrumented<'w> {
    series: BTreeMap<String, Vec<&'w Defined>>,
    /// Words of programs that write out metrics by themselves.
    mentioned: BTreeSet<&'w str>,
    /// Whether some program adds labels to all its metrics.
    adds_labels: bool,
    /// The host names of each container that is built here, with the code it is built of.
    programs: Vec<Program<'w>>,
}

/// A container with the code that it is built of.
#[derive(Debug)]
struct Program<'w> {
    hosts: Vec<String>,
    code: Vec<&'w Code>,
}

/// What a job's programs define.
#[derive(Debug)]
pub struct JobCode<'i, 'w> {
    code: Vec<&'i &'w Code>,
}

impl<'w> Instrumented<'w> {
    /// Gathers what the code of a workspace defines.
    pub fn of(workspace: &'w Workspace, deployment: &Deployment<'w>) -> Self {
        let mut series: BTreeMap<String, Vec<&'w Defined>> = BTreeMap::new();
        for defined in workspace.code.iter().flat_map(|code| &code.instrumentation.defined) {
            for name in names(defined) {
                series.entry(name).or_default().push(defined);
            }
        }
        let programs = deployment.containers().iter().filter_map(|container| {
            let folder = context(container)?;
            let below = |code: &&Code| normalised(&workspace.files.file(code.file).path).starts_with(&folder);
            let code: Vec<&Code> = workspace.code.iter().filter(below).collect();
            (!code.is_empty()).then(|| Program { hosts: container.service.host_names(), code })
        });
        let mentioned = workspace.code.iter().flat_map(|code| &code.instrumentation.mentioned).map(String::as_str);
        let adds_labels = workspace.code.iter().any(|code| code.instrumentation.adds_labels);
        Self { series, mentioned: mentioned.collect(), adds_labels, programs: programs.collect() }
    }

    /// Whether some code defines a series of this name, or may write it out.
    pub fn has(&self, series: &str) -> bool {
        self.series.contains_key(series) || self.mentioned.contains(series)
    }

    /// The names of all series that code defines, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.series.keys().map(String::as_str)
    }

    /// The definitions that make a series of this name.
    pub fn defining(&self, series: &str) -> &[&'w Defined] {
        self.series.get(series).map_or(&[], Vec::as_slice)
    }

    /// The labels that the code gives to a series, the same wherever it is defined, and one of the places; `None` where a
    /// definition leaves them to run time, and where a program adds labels to all its metrics.
    pub fn labels(&self, series: &str) -> Option<(BTreeSet<&'w str>, Span)> {
        let definitions = self.defining(series);
        let first = definitions.first().filter(|_| !self.adds_labels)?;
        let own = first.labels.as_ref()?;
        let is_same = |other: &&&Defined| other.labels.as_ref() == Some(own) && other.kind == first.kind;
        if definitions.iter().filter(is_same).count() < definitions.len() {
            return None;
        }
        let of_kind = match first.kind? {
            MetricKind::Histogram if series.ends_with("_bucket") => Some("le"),
            MetricKind::Summary if series == first.name.value => Some("quantile"),
            _ => None,
        };
        Some((own.iter().map(String::as_str).chain(of_kind).collect(), first.name.span))
    }

    /// Where the highest bucket with an end has it that some code gives to a histogram, by the name of its buckets, and
    /// what says so; `None` where one of the definitions leaves it to run time.
    pub fn highest(&self, buckets: &str) -> Option<Spanned<f64>> {
        highest(self.defining(buckets).iter().copied())
    }

    /// What the programs behind all targets of a job define; `None` where the code of one is not here.
    pub fn of_job<'i>(&'i self, job: &ScrapeConfig) -> Option<JobCode<'i, 'w>> {
        let mut code = Vec::new();
        for (target, _) in job.targets() {
            let host = target.value.split(':').next().unwrap_or_default();
            let program = self.programs.iter().find(|program| program.hosts.iter().any(|name| name == host))?;
            code.extend(&program.code);
        }
        (job.is_static() && !code.is_empty()).then_some(JobCode { code })
    }
}

impl<'w> JobCode<'_, 'w> {
    /// Whether a name may be made at run time, so that what the code does not define may still be there.
    pub fn is_open(&self) -> bool {
        self.code.iter().any(|code| !code.instrumentation.open.is_empty())
    }

    /// All definitions.
    pub fn defined(&self) -> impl Iterator<Item = &'w Defined> {
        self.code.iter().flat_map(|code| &code.instrumentation.defined)
    }

    /// Whether a series of this name is defined, made by a client library, or may be written out.
    pub fn has(&self, series: &str) -> bool {
        let of_library = catalog::having(series).iter().any(|one| one.is_library());
        let is_mentioned =
            |code: &&&Code| code.instrumentation.mentioned.binary_search_by(|word| word.as_str().cmp(series)).is_ok();
        self.code.iter().any(is_mentioned)
            || of_library
            || self.defined().any(|defined| names(defined).iter().any(|name| name == series))
    }

    /// Like [`Instrumented::highest`], of these programs alone.
    pub fn highest(&self, buckets: &str) -> Option<Spanned<f64>> {
        highest(self.defined().filter(|one| names(one).iter().any(|name| name == buckets)))
    }

    /// The labels of a series that is defined, with those of the target, and one place; `None` where a definition
    /// leaves them to run time.
    pub fn labels(&self, series: &str) -> Option<(BTreeSet<&'w str>, Span)> {
        if self.code.iter().any(|code| code.instrumentation.adds_labels) {
            return None;
        }
        let mut labels = BTreeSet::new();
        let mut place = None;
        for defined in self.defined().filter(|one| names(one).iter().any(|name| name == series)) {
            labels.extend(defined.labels.as_ref()?.iter().map(String::as_str));
            labels.extend(match defined.kind {
                Some(MetricKind::Histogram) => Some("le"),
                Some(MetricKind::Summary) => Some("quantile"),
                _ => None,
            });
            place = place.or(Some(defined.name.span));
        }
        Some((labels, place?))
    }
}

/// The highest end of the buckets of several definitions, if each tells its own.
fn highest<'d>(definitions: impl Iterator<Item = &'d Defined>) -> Option<Spanned<f64>> {
    let mut highest: Option<Spanned<f64>> = None;
    for defined in definitions {
        let end = defined.highest?;
        highest = highest.filter(|other| other.value >= end.value).or(Some(end));
    }
    highest
}

/// The folder that a container is built of.
fn context(container: &Container<'_>) -> Option<PathBuf> {
    let context = container.service.context.as_ref()?.known()?;
    Some(normalised(&container.home.folder.join(Path::new(&context))))
}

/// The names of the series that a definition makes. Where the type is not said, it may be any.
fn names(defined: &Defined) -> Vec<String> {
    let name = &defined.name.value;
    let with = |endings: &[&str]| endings.iter().map(|ending| format!("{name}{ending}")).collect();
    match defined.kind {
        Some(MetricKind::Histogram | MetricKind::GaugeHistogram) => {
            with(&["_bucket", "_count", "_sum", "_max", "_created"])
        }
        Some(MetricKind::Summary) => with(&["", "_count", "_sum", "_max", "_created"]),
        Some(MetricKind::Counter) => with(&["", "_created"]),
        Some(_) => with(&[""]),
        None => with(&["", "_total", "_bucket", "_count", "_sum"]),
    }
}
