//! Prometheus servers and the rule files that each of them loads.

use std::path::{Path, PathBuf};

use crate::{
    model::{Document, compose::Service, prometheus::Prometheus},
    text::{SourceFile, Spanned},
    workspace::{Workspace, normalised},
};

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
}

/// An entry of `rule_files` and where it leads.
#[derive(Debug)]
pub struct RuleFiles<'w> {
    /// The entry as written.
    pub entry: &'w Spanned<String>,
    /// Where it leads.
    pub leads_to: LeadsTo,
}

/// Where an entry of `rule_files` leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LeadsTo {
    /// To these files, at least one.
    Files(Vec<PathBuf>),
    /// To this path (or pattern) on the disk, where nothing is.
    Nothing(PathBuf),
    /// Into a container or a place made at run time, which the files do not show.
    Unknown,
}

impl Server<'_> {
    /// Whether it certainly loads a file.
    pub fn loads(&self, path: &Path) -> bool {
        self.rule_files
            .iter()
            .any(|entry| matches!(&entry.leads_to, LeadsTo::Files(files) if files.iter().any(|file| file == path)))
    }

    /// Whether it may load a file: an entry that leads to an unknown place ends in a name or pattern
    /// that the file's name fits.
    pub fn may_load(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default();
        self.rule_files.iter().filter(|entry| entry.leads_to == LeadsTo::Unknown).any(|entry| {
            let pattern = entry.entry.value.rsplit('/').next().unwrap_or_default();
            globset::Glob::new(pattern).is_ok_and(|glob| glob.compile_matcher().is_match(Path::new(name)))
        })
    }
}

/// All servers.
#[derive(Debug, Default)]
pub struct Servers<'w> {
    all: Vec<Server<'w>>,
    takes_pushes: bool,
}

impl<'w> Servers<'w> {
    /// Gathers the servers of a workspace. `inside` translates a path inside the container that a
    /// configuration file is mounted into, to paths on the host.
    pub fn of(workspace: &'w Workspace, inside: &dyn Fn(&Path, &Path) -> Option<PathBuf>) -> Self {
        let all = workspace.documents.iter().filter_map(|document| {
            let config = document.prometheus()?;
            let file = workspace.files.file(document.file);
            let rule_files = config
                .rule_files
                .iter()
                .map(|entry| RuleFiles {
                    entry,
                    leads_to: follow(workspace, &file.path, &entry.value, document, inside),
                })
                .collect();
            Some(Server { document, config, file, rule_files })
        });
        let services = workspace.documents.iter().filter_map(Document::compose).flat_map(|compose| &compose.services);
        Self { all: all.collect(), takes_pushes: services.into_iter().any(takes_pushes) }
    }

    /// All of them, in the order of files.
    pub fn all(&self) -> &[Server<'w>] {
        &self.all
    }

    /// Whether some server is started so that others can push series to it, by remote write or OTLP.
    pub fn takes_pushes(&self) -> bool {
        self.takes_pushes
    }

    /// The servers that certainly load the rules of a file.
    pub fn loading(&self, path: &Path) -> impl Iterator<Item = &Server<'w>> {
        self.all.iter().filter(move |server| server.loads(path))
    }
}

/// Whether a service runs with a flag of Prometheus that opens it to pushes, as of version 2.25 and 3.0.
fn takes_pushes(service: &Service) -> bool {
    let receivers = ["remote-write-receiver", "otlp-receiver", "otlp-write-receiver"];
    let words = service.entrypoint.iter().chain(&service.command);
    words.into_iter().any(|word| receivers.iter().any(|receiver| word.text.text().contains(receiver)))
}

/// Follows an entry of `rule_files`: relative to the folder of the configuration, and inside the
/// container that the configuration is mounted into.
fn follow(
    workspace: &Workspace,
    config: &Path,
    entry: &str,
    document: &Document,
    inside: &dyn Fn(&Path, &Path) -> Option<PathBuf>,
) -> LeadsTo {
    if document.in_manifest || entry.contains("${") || entry.contains("{{") {
        return LeadsTo::Unknown;
    }
    let path = Path::new(entry);
    let mounted = inside(config, path);
    let beside = (!path.is_absolute()).then(|| normalised(&config.parent().unwrap_or(Path::new("")).join(path)));
    let is_pattern = entry.contains(['*', '?', '[']);
    for candidate in mounted.iter().chain(&beside) {
        let files = if is_pattern {
            workspace.disk.glob(candidate)
        } else if workspace.disk.exists(candidate) {
            vec![candidate.clone()]
        } else {
            Vec::new()
        };
        if !files.is_empty() {
            return LeadsTo::Files(files);
        }
    }
    match mounted.or(beside) {
        Some(nowhere) => LeadsTo::Nothing(nowhere),
        None if path.is_absolute() && workspace.disk.exists(path) => LeadsTo::Files(vec![normalised(path)]),
        None => LeadsTo::Unknown,
    }
}
