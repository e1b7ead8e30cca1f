//! Where the series of an expression are scraped: which jobs can deliver them, and what all of them carry.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use crate::{
    model::{
        Document,
        prometheus::{Prometheus, RelabelAction, RelabelRule, ScrapeConfig, TargetFate, target_fate},
    },
    promql::ast::{MatchOp, Matcher, VectorSelector},
    text::{Span, Spanned},
    vocab::{Pattern, PatternUse, is_left_open},
};

use super::{Server, Servers};

/// The servers that the expressions of a document are evaluated by.
#[derive(Debug)]
pub struct Scraping<'f, 'w> {
    servers: Vec<&'f Server<'w>>,
    is_certain: bool,
    takes_pushes: bool,
    /// Whether a server whose configuration could not be read may be meant.
    hides: bool,
}

/// A job that can deliver the series of a selector.
#[derive(Copy, Clone, Debug)]
pub struct Job<'f, 'w> {
    /// The server it belongs to.
    pub server: &'f Server<'w>,
    /// Its configuration.
    pub config: &'w ScrapeConfig,
    delivery: &'f Delivery<'w>,
}

/// What the jobs of a server deliver.
#[derive(Debug)]
pub(super) struct Deliveries<'w> {
    jobs: Vec<Delivery<'w>>,
    by_label: BTreeMap<Option<&'w str>, Vec<usize>>,
    /// Whether every series of every job has `job` and `instance`.
    keep_target_labels: bool,
    /// What every series of every job has from its target: what a selector gets that names no job.
    fixed: FixedLabels<'w>,
}

/// Labels that series have from their targets, with the value where it is the same for all.
type FixedLabels<'w> = BTreeMap<&'w str, Option<&'w str>>;

/// What is known of the labels of a job's series.
#[derive(Debug)]
struct Delivery<'w> {
    config: &'w ScrapeConfig,
    /// The `job` label of all its series, if nothing rewrites it.
    label: Option<&'w str>,
    /// Whether every series of it has `job` and `instance`.
    keeps_target_labels: bool,
    /// What every series of it has from its target, `instance` aside.
    fixed: FixedLabels<'w>,
    /// The `instance` labels of its targets, once somebody has asked for them.
    instances: OnceLock<Option<BTreeSet<String>>>,
}

impl<'w> Deliveries<'w> {
    pub(super) fn of(jobs: &'w [ScrapeConfig]) -> Self {
        let of_job = |config| Delivery {
            config,
            label: fixed_job_label(config),
            keeps_target_labels: carries_target_labels(config),
            fixed: fixed_labels_of(config),
            instances: OnceLock::new(),
        };
        let jobs: Vec<Delivery<'w>> = jobs.iter().map(of_job).collect();
        let mut by_label: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        jobs.iter().enumerate().for_each(|(at, job)| by_label.entry(job.label).or_default().push(at));
        let keep_target_labels = jobs.iter().all(|job| job.keeps_target_labels);
        let fixed = of_all(jobs.iter().map(|job| &job.fixed));
        Self { jobs, by_label, keep_target_labels, fixed }
    }

    /// The jobs that may deliver series with a certain `job` label, or all, in the order written.
    fn labelled(&self, label: Option<&str>) -> impl Iterator<Item = &Delivery<'w>> {
        let mut places: Vec<usize> = Vec::new();
        if label.is_some() {
            places.extend([label, None].into_iter().filter_map(|label| self.by_label.get(&label)).flatten());
            places.sort_unstable();
        }
        let all = if label.is_none() { self.jobs.as_slice() } else { &[] };
        all.iter().chain(places.into_iter().map(|at| &self.jobs[at]))
    }
}

/// Whether scraped series carry `job` and `instance`.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum TargetLabels {
    /// All of them do, by the configuration here.
    Certain(Span),
    /// It is the rule; there is no configuration to prove it.
    Likely,
    /// Labels are taken from elsewhere, or rewritten.
    Unknown,
}

impl<'w> Servers<'w> {
    /// The servers that evaluate a document: of a rule file those that load it; of other documents all.
    pub fn scraping<'f>(&'f self, document: &Document) -> Scraping<'f, 'w> {
        let (takes_pushes, hides) = (self.takes_pushes(), self.hides_server());
        if self.all().is_empty() {
            return Scraping { servers: Vec::new(), is_certain: false, takes_pushes, hides };
        }
        let everybody = || self.all().iter().collect();
        if document.rule_file().is_none() {
            return Scraping { servers: everybody(), is_certain: false, takes_pushes, hides };
        }
        let servers = self.evaluating(document.file);
        let is_certain = !servers.is_empty() && !document.in_manifest;
        let hides = hides && !is_certain;
        Scraping { servers: if servers.is_empty() { everybody() } else { servers }, is_certain, takes_pushes, hides }
    }
}

impl<'f, 'w> Scraping<'f, 'w> {
    /// Whether it is known which servers evaluate the document.
    pub fn is_certain(&self) -> bool {
        self.is_certain
    }

    /// The servers.
    pub fn servers(&self) -> &[&'f Server<'w>] {
        &self.servers
    }

    /// The jobs whose targets can deliver the series of a selector, as far as its matchers of `job` tell.
    /// `None` when some series come from elsewhere than the jobs written down.
    pub fn jobs(&self, selector: &VectorSelector) -> Option<Vec<Job<'f, 'w>>> {
        let wanted = selector.matchers_of("job").find(|matcher| matcher.op.value == MatchOp::Equal);
        // What takes any job, as dashboards ask for all of them, need not be held against each.
        let takes_any = |matcher: &Matcher| {
            let is_any = matcher.pattern().is_some_and(|pattern| pattern.matches_any_text());
            is_any && !matcher.op.is_negative()
        };
        let of_job = selector.matchers_of("job").filter(|matcher| !takes_any(matcher));
        let tests: Vec<_> = of_job.map(|matcher| matcher.test()).collect();
        let mut jobs = self.jobs_labelled(wanted.map(|matcher| matcher.value.value.as_str()))?;
        if tests.is_empty() {
            return Some(jobs);
        }
        jobs.retain(|job| job.delivery.label.is_none_or(|label| tests.iter().all(|test| test(label))));
        Some(jobs)
    }

    /// All jobs; `None` when some series come from elsewhere than the jobs written down.
    pub fn every_job(&self) -> Option<Vec<Job<'f, 'w>>> {
        self.jobs_labelled(None)
    }

    /// The jobs that may deliver series with a certain `job` label, or all.
    pub fn jobs_labelled(&self, label: Option<&str>) -> Option<Vec<Job<'f, 'w>>> {
        if !self.is_complete() {
            return None;
        }
        let jobs = self.servers.iter().flat_map(|server| {
            let deliveries = server.deliveries.labelled(label);
            deliveries.map(|delivery| Job { server, config: delivery.config, delivery })
        });
        Some(jobs.collect())
    }

    /// Whether all series come from the jobs written down, of which each server has some.
    fn is_complete(&self) -> bool {
        let is_complete = |server: &&Server<'_>| {
            let config = server.config;
            !config.scrape_configs.is_empty()
                && !server.is_filled_in
                && config.scrape_config_files.is_empty()
                && config.remote_read.is_empty()
                && config.otlp.is_none()
        };
        !self.takes_pushes && !self.hides && !self.servers.is_empty() && self.servers.iter().all(is_complete)
    }

    /// The `instance` labels of all targets that can deliver the series of a selector; `None` when some target is not
    /// written down, or brings or gets another label.
    pub fn instances(&self, selector: &VectorSelector) -> Option<BTreeSet<&'f str>> {
        let mut instances = BTreeSet::new();
        for job in self.jobs(selector)? {
            let own = job.delivery.instances.get_or_init(|| instances_of(job.server.config, job.config));
            instances.extend(own.as_ref()?.iter().map(String::as_str));
        }
        Some(instances)
    }

    /// Whether every scraped series that a selector picks carries `job` and `instance`.
    pub fn target_labels(&self, selector: &VectorSelector) -> TargetLabels {
        if self.servers.is_empty() || self.hides {
            return if self.takes_pushes { TargetLabels::Unknown } else { TargetLabels::Likely };
        }
        // Most selectors name no job, and of all jobs together it is known already.
        if selector.matchers_of("job").next().is_none() {
            return self.target_labels_of_all();
        }
        let Some(jobs) = self.jobs(selector) else { return TargetLabels::Unknown };
        if !jobs.iter().all(|job| job.delivery.keeps_target_labels) {
            return TargetLabels::Unknown;
        }
        match jobs.as_slice() {
            [] => TargetLabels::Unknown,
            _ if !self.is_certain => TargetLabels::Likely,
            [only] => TargetLabels::Certain(place_of(only.config)),
            [first, ..] => TargetLabels::Certain(place_of_all(first.server.config)),
        }
    }

    /// Whether every scraped series carries `job` and `instance`, whatever its job.
    fn target_labels_of_all(&self) -> TargetLabels {
        let keep = self.servers.iter().all(|server| server.deliveries.keep_target_labels);
        match self.servers.as_slice() {
            _ if !keep || !self.is_complete() => TargetLabels::Unknown,
            _ if !self.is_certain => TargetLabels::Likely,
            [server] if server.deliveries.jobs.len() == 1 => {
                TargetLabels::Certain(place_of(server.deliveries.jobs[0].config))
            }
            [first, ..] => TargetLabels::Certain(place_of_all(first.config)),
            [] => TargetLabels::Unknown,
        }
    }
}

/// Where a job is configured.
fn place_of(job: &ScrapeConfig) -> Span {
    job.job_name.as_ref().map_or(job.span, |name| name.span)
}

/// Where all jobs of a server are configured.
fn place_of_all(config: &Prometheus) -> Span {
    config.keys.span("scrape_configs").unwrap_or(config.span)
}

impl<'w> Scraping<'_, 'w> {
    /// Labels that every series which a selector picks has from its target, besides `instance`: its job, and what all
    /// static targets are given. With the value where it is the same for all.
    pub fn fixed_labels(&self, selector: &VectorSelector) -> BTreeMap<&'w str, Option<&'w str>> {
        if selector.matchers_of("job").next().is_some() {
            let jobs = self.jobs(selector).unwrap_or_default();
            return of_all(jobs.iter().map(|job| &job.delivery.fixed));
        }
        if self.is_complete() {
            of_all(self.servers.iter().map(|server| &server.deliveries.fixed))
        } else {
            FixedLabels::new()
        }
    }
}

/// The `instance` labels of all targets of a job; `None` when some target is not written down, or brings or gets another
/// label.
fn instances_of(config: &Prometheus, job: &ScrapeConfig) -> Option<BTreeSet<String>> {
    let is_rewritten = job.metric_relabel_configs.iter().any(|rule| may_write(rule, "instance"));
    if !job.is_static() || honors_labels(job) || is_rewritten {
        return None;
    }
    let mut instances = BTreeSet::new();
    for (address, own) in job.targets() {
        if is_left_open(&address.value) {
            return None;
        }
        match target_fate(config, job, &address.value, own)? {
            TargetFate::Kept(mut labels) => instances.extend(labels.remove("instance")),
            TargetFate::Dropped(_) | TargetFate::Refused(_) => {}
        }
    }
    Some(instances)
}

fn fixed_labels_of(job: &ScrapeConfig) -> FixedLabels<'_> {
    let mut labels = BTreeMap::new();
    if honors_labels(job) {
        return labels;
    }
    let rules = || job.relabel_configs.iter().chain(&job.metric_relabel_configs);
    let is_kept = |name: &str| !rules().any(|rule| may_write(rule, name) || may_remove(rule, name));
    if job.discoveries.is_empty() {
        let each = job.static_configs.iter().map(|config| {
            let own = config.labels.iter().filter(|label| !label.name.value.starts_with("__"));
            own.map(|label| (label.name.value.as_str(), Some(label.value.text()))).collect()
        });
        labels = each.reduce(|one, other| common(one, &other)).unwrap_or_default();
        labels.retain(|name, value| is_kept(name) && *value != Some(""));
    }
    if let Some(name) = fixed_job_label(job).filter(|_| is_kept("job")) {
        labels.insert("job", Some(name));
    }
    labels
}

/// The labels that all have.
fn of_all<'a: 'm, 'm>(mut each: impl Iterator<Item = &'m FixedLabels<'a>>) -> FixedLabels<'a> {
    let first = each.next().cloned().unwrap_or_default();
    each.fold(first, common)
}

/// The labels that both have.
fn common<'a>(one: FixedLabels<'a>, other: &FixedLabels<'a>) -> FixedLabels<'a> {
    let both = one.into_iter().filter_map(|(name, value)| {
        let theirs = other.get(name)?;
        Some((name, value.filter(|_| *theirs == value)))
    });
    both.collect()
}

/// The `job` label of all series of a job, if nothing rewrites it.
fn fixed_job_label(job: &ScrapeConfig) -> Option<&str> {
    let name: &Spanned<String> = job.job_name.as_ref()?;
    let is_set = job.static_configs.iter().flat_map(|config| &config.labels).any(|label| label.name.value == "job");
    let rewrites = |rules: &[RelabelRule]| rules.iter().any(|rule| may_write(rule, "job"));
    let is_rewritten = rewrites(&job.relabel_configs) || rewrites(&job.metric_relabel_configs);
    (!is_set && !is_rewritten && job.discoveries.is_empty() && !honors_labels(job)).then_some(name.value.as_str())
}

fn honors_labels(job: &ScrapeConfig) -> bool {
    job.honor_labels.is_some_and(|honor| honor.value) || job.metrics_path() == "/federate"
}

/// Whether every series of a job has `job` and `instance`. Prometheus itself fills in an `instance` that
/// relabelling of targets leaves empty, but no `job`.
fn carries_target_labels(job: &ScrapeConfig) -> bool {
    let keeps = |rules: &[RelabelRule], label| !rules.iter().any(|rule| may_remove(rule, label));
    !honors_labels(job)
        && keeps(&job.relabel_configs, "job")
        && keeps(&job.metric_relabel_configs, "job")
        && keeps(&job.metric_relabel_configs, "instance")
}

fn may_write(rule: &RelabelRule, label: &str) -> bool {
    match rule.action() {
        Some(RelabelAction::Keep | RelabelAction::Drop | RelabelAction::KeepEqual | RelabelAction::DropEqual) => false,
        Some(RelabelAction::LabelMap | RelabelAction::LabelDrop | RelabelAction::LabelKeep) | None => {
            may_remove(rule, label) || rule.action() == Some(RelabelAction::LabelMap)
        }
        Some(_) => rule.target_label.as_ref().is_none_or(|target| target.value == label || target.value.contains('$')),
    }
}

fn may_remove(rule: &RelabelRule, label: &str) -> bool {
    let names = || Pattern::of(rule.regex(), PatternUse::Relabel);
    match rule.action() {
        None => true,
        Some(RelabelAction::LabelDrop) => names().map_or(true, |names| names.is_match(label)),
        Some(RelabelAction::LabelKeep) => names().map_or(true, |names| !names.is_match(label)),
        Some(RelabelAction::Replace | RelabelAction::Lowercase | RelabelAction::Uppercase) => {
            let is_target =
                rule.target_label.as_ref().is_some_and(|target| target.value == label || target.value.contains('$'));
            is_target && (rule.replacement().contains('$') || rule.replacement().is_empty())
        }
        Some(_) => false,
    }
}
