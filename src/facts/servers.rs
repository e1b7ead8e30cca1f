//! Prometheus servers and the rule files that each of them loads.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsStr,
    path::{Path, PathBuf},
};

use crate::{
    model::{
        Document,
        compose::{Mount, Service},
        manifest::Resource,
        prometheus::{Prometheus, is_too_wild},
    },
    text::{FileId, SourceFile, Span, Spanned},
    vocab::FileGlob,
    workspace::{Fate, Workspace, normalised},
};

use super::{Container, Deployment, Place, Program, scraping::Deliveries};

/// A Prometheus configuration with what its `rule_files` lead to.
#[derive(Debug)]
pub struct Server<'w> {
    /// The document of the configuration.
    pub document: &'w Document,
    /// The configuration.
    pub config: &'w Prometheus,
    /// The file of the configuration.
    pub file: &'w SourceFile,
    /// Each entry of `rule_files`, resolved.
    pub rule_files: Vec<RuleFiles<'w>>,
    /// What its jobs deliver.
    pub(super) deliveries: Deliveries<'w>,
    /// Whether somebody fills in addresses before Prometheus reads the file, and may add jobs.
    pub(super) is_filled_in: bool,
}

/// An entry of `rule_files` and where it leads.
#[derive(Debug)]
pub struct RuleFiles<'w> {
    /// The entry as written.
    pub entry: &'w Spanned<String>,
    /// Where it leads.
    pub leads_to: LeadsTo,
    /// The mount that brings it into the container which reads it.
    pub mount: Option<Span>,
    /// The last part of the entry; `None` when it is no pattern that can be read.
    name: Option<FileGlob>,
}

/// Where an entry of `rule_files` leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LeadsTo {
    /// To these files, at least one.
    Files(BTreeSet<PathBuf>),
    /// To this path (or pattern) on the disk, where nothing is.
    Nothing(PathBuf),
    /// Into a container or a place made at run time, which the files do not show, or nowhere, as
    /// Prometheus refuses the entry.
    Unknown,
}

impl Server<'_> {
    /// Whether the configuration does nothing but name rule files to a script that checks them.
    pub fn only_names_rules(&self) -> bool {
        let others = ["global", "scrape_configs", "scrape_config_files", "alerting", "remote_read", "remote_write"];
        let is_of_scripts =
            |part: &OsStr| ["ci", "hack", "scripts", "test", "tests", "tools"].iter().any(|name| part == *name);
        others.iter().all(|key| self.config.keys.span(key).is_none()) && self.file.path.iter().any(is_of_scripts)
    }

    /// The files that it certainly loads, each once.
    fn loaded(&self) -> BTreeSet<&Path> {
        let files = self.rule_files.iter().filter_map(|entry| match &entry.leads_to {
            LeadsTo::Files(files) => Some(files),
            LeadsTo::Nothing(_) | LeadsTo::Unknown => None,
        });
        files.flatten().map(PathBuf::as_path).collect()
    }

    /// Whether it certainly loads a file.
    pub fn loads(&self, path: &Path) -> bool {
        self.rule_files.iter().any(|entry| matches!(&entry.leads_to, LeadsTo::Files(files) if files.contains(path)))
    }

    /// Whether it may load a file: an entry that leads to an unknown place ends in a name or pattern
    /// that the file's name fits.
    pub fn may_load(&self, path: &Path) -> bool {
        self.rule_files.iter().any(|entry| entry.leads_to == LeadsTo::Unknown && entry.is_named_like(path))
    }
}

impl<'w> RuleFiles<'w> {
    fn of(entry: &'w Spanned<String>, leads_to: LeadsTo, mount: Option<Span>) -> Self {
        let pattern = entry.value.rsplit('/').next().unwrap_or_default();
        Self { entry, leads_to, mount, name: FileGlob::parse(pattern) }
    }

    /// Whether the last part of the entry is the name of a file, or a pattern that it fits.
    pub fn is_named_like(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        self.name.as_ref().is_some_and(|pattern| pattern.matches(&name))
    }
}

/// All servers.
#[derive(Debug, Default)]
pub struct Servers<'w> {
    all: Vec<Server<'w>>,
    /// Which of them certainly load what lies at a path.
    loading: BTreeMap<PathBuf, Vec<usize>>,
    /// Which of them evaluate the rules of a file: those that load it, else those that may.
    evaluating: BTreeMap<FileId, Vec<usize>>,
    /// Which of them name rule files that the files here do not show.
    unshown: Vec<usize>,
    takes_pushes: bool,
    hides: bool,
}

impl<'w> Servers<'w> {
    /// Gathers the servers of a workspace. Where a configuration is mounted into a container, its paths
    /// are those of the container.
    pub fn of(workspace: &'w Workspace, deployment: &Deployment<'w>) -> Self {
        let all = workspace.documents.iter().filter_map(|document| {
            let config = document.prometheus()?;
            let file = workspace.files.file(document.file);
            let inside = Inside::of(workspace, deployment, Program::Prometheus, &file.path);
            let rule_files = config.rule_files.iter().map(|entry| {
                let (leads_to, mount) = if document.in_manifest || is_open(&entry.value) || is_too_wild(&entry.value) {
                    (LeadsTo::Unknown, None)
                } else {
                    inside.follow(Path::new(&entry.value))
                };
                RuleFiles::of(entry, leads_to, mount)
            });
            let deliveries = Deliveries::of(&config.scrape_configs);
            let rule_files = rule_files.collect();
            Some(Server { document, config, file, rule_files, deliveries, is_filled_in: is_filled_in(config) })
        });
        let services = workspace.documents.iter().filter_map(Document::compose).flat_map(|compose| &compose.services);
        let all: Vec<Server<'w>> = all.collect();
        let rule_files = workspace.documents.iter().filter(|document| document.rule_file().is_some());
        let mut loading: BTreeMap<PathBuf, Vec<usize>> = BTreeMap::new();
        for (at, server) in all.iter().enumerate() {
            for path in server.loaded() {
                loading.entry(path.to_owned()).or_default().push(at);
            }
        }
        let evaluating = rule_files.map(|document| {
            let path = &workspace.files.file(document.file).path;
            let may_load = || (0..all.len()).filter(|at| all[*at].may_load(path)).collect();
            (document.file, loading.get(path).cloned().unwrap_or_else(may_load))
        });
        let evaluating = evaluating.collect();
        let is_open = all.iter().any(|server| server.config.otlp.is_some());
        let is_fed = || services.clone().any(is_built_server) && services.clone().any(sends_metrics);
        let takes_pushes = is_open || services.clone().any(takes_pushes) || is_fed();
        let hides = hides_server(workspace) || is_operated(workspace) || runs_unread(workspace, deployment);
        let names_unshown = |server: &Server<'_>| server.rule_files.iter().any(|one| one.leads_to == LeadsTo::Unknown);
        let unshown = (0..all.len()).filter(|at| names_unshown(&all[*at])).collect();
        Self { all, loading, evaluating, unshown, takes_pushes, hides }
    }

    /// All of them, in the order of files.
    pub fn all(&self) -> &[Server<'w>] {
        &self.all
    }

    /// The server that a document configures.
    pub fn of_document(&self, document: &Document) -> Option<&Server<'w>> {
        self.all.iter().find(|server| std::ptr::eq(server.document, document))
    }

    /// Whether there is a configuration that could not be read, because it has to be rendered first, because an
    /// operator makes it, or because it is kept out of the repository.
    pub fn hides_server(&self) -> bool {
        self.hides
    }

    /// Whether some server is started or configured so that others can push series to it, by remote write or OTLP.
    pub fn takes_pushes(&self) -> bool {
        self.takes_pushes
    }

    /// The servers that load the rules of a file, else those that may.
    pub(super) fn evaluating(&self, file: FileId) -> Vec<&Server<'w>> {
        self.evaluating.get(&file).into_iter().flatten().map(|at| &self.all[*at]).collect()
    }

    /// The servers that may load the rules of a file in a place that the files here do not show.
    pub fn that_may_load(&self, path: &Path) -> impl Iterator<Item = &Server<'w>> {
        self.unshown.iter().map(|at| &self.all[*at]).filter(move |server| server.may_load(path))
    }

    /// The servers that certainly load the rules of a file.
    pub fn loading(&self, path: &Path) -> impl Iterator<Item = &Server<'w>> {
        self.loading.get(path).into_iter().flatten().map(|at| &self.all[*at])
    }
}

/// Whether a service runs with a flag of Prometheus that opens it to pushes, as of version 2.25 and 3.0.
fn takes_pushes(service: &Service) -> bool {
    let receivers = ["remote-write-receiver", "otlp-receiver", "otlp-write-receiver"];
    let words = service.entrypoint.iter().chain(&service.command);
    words.into_iter().any(|word| receivers.iter().any(|receiver| word.text.text().contains(receiver)))
}

/// Whether a service is a Prometheus in an image of one's own, whose flags its entry point may hold.
fn is_built_server(service: &Service) -> bool {
    service.build.is_some() && service.command.is_empty() && service.name.value.to_lowercase().contains("prometheus")
}

/// Whether a service is one of the programs that collect metrics and send them on.
fn sends_metrics(service: &Service) -> bool {
    const AGENTS: [&str; 5] = ["alloy", "grafana-agent", "otel", "telegraf", "vmagent"];
    let image = service.image.as_ref().and_then(|image| image.name.as_deref()).unwrap_or_default();
    let names = [service.name.value.as_str(), image].map(str::to_lowercase);
    AGENTS.iter().any(|agent| names.iter().any(|name| name.contains(agent)))
}

/// Whether a file that has to be rendered first is a configuration of Prometheus.
fn hides_server(workspace: &Workspace) -> bool {
    let mut templates = workspace
        .files
        .iter()
        .zip(&workspace.readings)
        .filter_map(|((_, file), reading)| matches!(reading.fate, Fate::Templated(_)).then_some(&file.text));
    templates.any(|text| text.contains("scrape_configs:") && text.contains("job_name:"))
}

/// Whether a container of Prometheus is started with a file that was not read, since `.gitignore` keeps it out.
fn runs_unread(workspace: &Workspace, deployment: &Deployment<'_>) -> bool {
    let of_prometheus = deployment.containers().iter().filter(|one| one.program == Some(Program::Prometheus));
    of_prometheus.filter_map(|container| Some(container.look_at(&container.config_path()?))).any(|place| match place {
        Place::Host(path, _) => workspace.file_at(&path).is_none() && workspace.disk.is_ignored(&path),
        Place::Image | Place::Unknown => false,
    })
}

/// Whether manifests say to an operator what is scraped.
fn is_operated(workspace: &Workspace) -> bool {
    let mut manifests = workspace.documents.iter().filter_map(Document::manifest);
    manifests.any(|manifest| {
        matches!(manifest.resource, Resource::ServiceMonitor(_) | Resource::PodMonitor(_) | Resource::ScrapeConfig(_))
    })
}

/// Whether addresses are variables, which Prometheus expands nowhere: then the file is made into another one.
fn is_filled_in(config: &Prometheus) -> bool {
    let alertmanagers = config.alerting.alertmanagers.iter().flat_map(|one| &one.static_configs);
    let addresses = alertmanagers.flat_map(|one| &one.targets);
    let targets = config.scrape_configs.iter().flat_map(|job| job.targets().map(|(target, _)| target));
    addresses.chain(targets).any(|address| is_open(&address.value))
}

/// Whether a path is completed at run time.
pub(super) fn is_open(entry: &str) -> bool {
    entry.contains("${") || entry.contains("{{")
}

/// Where the paths in a configuration file lead to.
pub(super) struct Inside<'f, 'w> {
    workspace: &'w Workspace,
    /// The folder of the file on the host.
    folder: &'f Path,
    /// The containers it is mounted into, with its path in each.
    containers: Vec<(&'f Container<'w>, PathBuf)>,
    /// All containers that may be of its program.
    others: Vec<&'f Container<'w>>,
}

impl<'f, 'w> Inside<'f, 'w> {
    pub(super) fn of(
        workspace: &'w Workspace,
        deployment: &'f Deployment<'w>,
        program: Program,
        config: &'f Path,
    ) -> Self {
        let containers = deployment.seeing(program, config).collect();
        // An image of one's own is of no program that is known.
        let may_be = |one: &&Container<'_>| one.program.is_none_or(|own| own == program);
        let others = deployment.containers().iter().filter(may_be).collect();
        Self { workspace, folder: config.parent().unwrap_or(Path::new("")), containers, others }
    }

    pub(super) fn follow(&self, entry: &Path) -> (LeadsTo, Option<Span>) {
        if self.containers.is_empty() {
            let beside = self.beside(entry);
            let elsewhere = || self.brought(entry).map(|(files, mount)| (LeadsTo::Files(files), Some(mount)));
            return match beside {
                LeadsTo::Nothing(_) => elsewhere().unwrap_or((beside, None)),
                known => (known, None),
            };
        }
        let mut answer = None;
        for (container, config) in &self.containers {
            let path = config.parent().unwrap_or(Path::new("/")).join(entry);
            match container.look_at(&normalised(&path)) {
                Place::Host(path, mount) => match self.files_at(&path) {
                    files if !files.is_empty() => return (LeadsTo::Files(files), Some(mount.span)),
                    _ if self.has_source(container, mount) => {
                        answer = answer.or(Some((LeadsTo::Nothing(path), Some(mount.span))));
                    }
                    _ => {}
                },
                Place::Unknown => match self.beside(entry) {
                    LeadsTo::Nothing(_) => return (LeadsTo::Unknown, None),
                    known => return (known, None),
                },
                Place::Image => {}
            }
        }
        answer.unwrap_or((LeadsTo::Unknown, None))
    }

    /// What some container finds at a path of the program, where it is told by itself and the configuration comes with
    /// the image.
    fn brought(&self, entry: &Path) -> Option<(BTreeSet<PathBuf>, Span)> {
        let path = normalised(&Path::new("/etc/prometheus").join(entry));
        self.others.iter().find_map(|container| match container.look_at(&path) {
            Place::Host(path, mount) => Some((self.files_at(&path), mount.span)).filter(|(files, _)| !files.is_empty()),
            _ => None,
        })
    }

    fn has_source(&self, container: &Container<'_>, mount: &Mount) -> bool {
        container.source(mount).is_some_and(|source| self.workspace.disk.exists(&source))
    }

    /// Relative to the folder of the configuration.
    fn beside(&self, path: &Path) -> LeadsTo {
        let beside = if path.is_absolute() { path.to_owned() } else { normalised(&self.folder.join(path)) };
        match self.files_at(&beside) {
            files if !files.is_empty() => LeadsTo::Files(files),
            _ if path.is_absolute() || self.is_put_elsewhere() => LeadsTo::Unknown,
            _ => LeadsTo::Nothing(beside),
        }
    }

    /// Whether the configuration lies in a role of Ansible, whose tasks put its files wherever they like.
    fn is_put_elsewhere(&self) -> bool {
        let is_of_role = |folder: &Path| folder.ends_with("files") || folder.ends_with("templates");
        let mut folders = self.folder.ancestors().filter(|folder| is_of_role(folder));
        folders.any(|folder| self.workspace.disk.exists(&folder.with_file_name("tasks")))
    }

    fn files_at(&self, path: &Path) -> BTreeSet<PathBuf> {
        let is_pattern = path.to_string_lossy().contains(['*', '?', '[']);
        match &self.workspace.disk {
            disk if is_pattern => disk.glob(path).into_iter().collect(),
            disk if disk.exists(path) => BTreeSet::from([normalised(path)]),
            _ => BTreeSet::new(),
        }
    }
}
