//! One run of the linter over paths on the disk: find the configuration, discover, load, lint.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::{
    config::{self, Config, FailOn},
    diag::{Diagnostic, Severity},
    text::{FileId, SourceFile},
    workspace::{self, Drafts, Fate, Workspace},
};

use super::{Findings, Options, Selection, UnknownCheck, lint};

/// Where the configuration comes from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum ConfigFrom {
    /// The nearest `.promcheck.yml` at or above the first path.
    #[default]
    Found,
    /// This file.
    File(PathBuf),
    /// Nowhere.
    Nothing,
}

/// What to lint and how.
#[derive(Clone, Debug)]
pub struct Request {
    /// Files and folders; together they are one workspace.
    pub paths: Vec<PathBuf>,
    /// Where the configuration comes from.
    pub config: ConfigFrom,
    /// Which checks to run.
    pub selection: Selection,
    /// Findings below this are left out.
    pub min_severity: Option<Severity>,
    /// The day that suppressions are measured against.
    pub today: Date,
}

/// A run that is over: what was read, and what was found in it.
#[derive(Debug)]
pub struct Session {
    /// Everything that was read.
    pub workspace: Workspace,
    /// The findings, sorted.
    pub findings: Vec<Diagnostic>,
    /// How many findings were suppressed.
    pub suppressed: usize,
    /// Ids of the checks that ran, sorted.
    pub checks: Vec<&'static str>,
    /// From which severity on the run fails, if the configuration says.
    pub fail_on: Option<FailOn>,
}

impl Session {
    /// Files that were read and understood.
    pub fn read(&self) -> usize {
        self.workspace.readings.iter().filter(|reading| reading.fate == Fate::Read).count()
    }

    /// Files that are none of the kinds promcheck knows.
    pub fn unrelated(&self) -> usize {
        let unrelated = self.workspace.readings.iter().filter(|reading| reading.fate == Fate::Unrelated).count();
        unrelated + self.workspace.passed_by
    }

    /// Files that are templates, or could not be read at all.
    pub fn not_analysed(&self) -> usize {
        let blocked = |fate: &Fate| matches!(fate, Fate::Templated(_) | Fate::Unreadable);
        self.workspace.readings.iter().filter(|reading| blocked(&reading.fate)).count()
    }
}

/// Why nothing could be linted.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A path that was given is not there.
    #[error("{}: no such file or folder", .0.display())]
    NoSuchPath(PathBuf),
    /// The configuration cannot be read.
    #[error("{}: {}", .0.display(), .1)]
    Unreadable(PathBuf, String),
    /// A selected check does not exist.
    #[error(transparent)]
    UnknownCheck(#[from] UnknownCheck),
}

/// Lints what a request names.
///
/// # Errors
/// When a path or the configuration cannot be read, or a selected check does not exist.
pub fn run(request: &Request) -> Result<Session, Failure> {
    run_on(request, &Drafts::new())
}

/// Lints what a request names as if the files had these texts.
///
/// # Errors
/// As [`run`].
pub fn run_on(request: &Request, drafts: &Drafts) -> Result<Session, Failure> {
    let Opened { workspace, config, complaints } = open(&request.paths, &request.config, drafts)?;
    let options = Options { selection: request.selection.clone(), min_severity: request.min_severity, complaints };
    let found = lint(&workspace, &config, options, request.today)?;
    let fail_on = config.fail_on.map(|level| level.value);
    let Findings { findings, suppressed, checks } = found;
    Ok(Session { workspace, findings, suppressed, checks, fail_on })
}

/// What paths lead to.
#[derive(Debug)]
pub struct Opened {
    /// Everything that was read.
    pub workspace: Workspace,
    /// The configuration.
    pub config: Config,
    /// What is wrong with the configuration.
    pub complaints: Vec<Diagnostic>,
}

/// Reads the configuration and, as it says, the files that paths name; what has a draft is not read from the disk.
///
/// # Errors
/// When a path or the configuration cannot be read.
pub fn open(paths: &[PathBuf], config: &ConfigFrom, drafts: &Drafts) -> Result<Opened, Failure> {
    if let Some(missing) = paths.iter().find(|path| !workspace::Disk::Real.exists(path)) {
        return Err(Failure::NoSuchPath(missing.clone()));
    }
    let text = match config_path(paths, config) {
        Some(path) => Some((config_text(&path, drafts)?, path)),
        None => None,
    };
    let config = text.as_ref().map_or_else(Config::default, |(text, path)| read_config(FileId(0), text, path).0);
    let mut discovered = workspace::discover(paths, &config);
    discovered.add(captured_pages(&config));
    let mut workspace = workspace::load_drafts(discovered, paths.to_vec(), drafts);
    let Some((text, path)) = text else { return Ok(Opened { workspace, config, complaints: Vec::new() }) };
    let (config, complaints) = read_config(FileId(workspace.files.len() as u32), &text, &path);
    workspace.add_config(SourceFile::new(path.clone(), workspace::shown(&path), text));
    Ok(Opened { workspace, config, complaints })
}

fn config_text(path: &Path, drafts: &Drafts) -> Result<String, Failure> {
    if let Some(draft) = drafts.get(path) {
        return Ok(draft.to_string());
    }
    let unreadable = |why| Failure::Unreadable(path.to_path_buf(), why);
    let bytes = workspace::read_bytes(path).map_err(unreadable)?;
    String::from_utf8(bytes).map_err(|error| unreadable(format!("it is not UTF-8: {}", error.utf8_error())))
}

fn config_path(paths: &[PathBuf], config: &ConfigFrom) -> Option<PathBuf> {
    match config {
        ConfigFrom::Nothing => None,
        ConfigFrom::File(path) => Some(path.clone()),
        ConfigFrom::Found => {
            let found = config::find(paths.first()?)?;
            Some(relative_to_here(found))
        }
    }
}

/// The path as it would be given by hand, so that it is shown and joined like all others.
#[expect(clippy::disallowed_methods, reason = "paths that were given are relative to here")]
fn relative_to_here(path: PathBuf) -> PathBuf {
    let Ok(here) = std::env::current_dir() else { return path };
    path.strip_prefix(&here).map(Path::to_path_buf).unwrap_or(path)
}

fn read_config(file: FileId, text: &str, path: &Path) -> (Config, Vec<Diagnostic>) {
    Config::read(file, text, path.parent().unwrap_or(Path::new("")).to_path_buf())
}

/// The captured `/metrics` pages that the configuration names, whatever their extension.
fn captured_pages(config: &Config) -> Vec<PathBuf> {
    let disk = workspace::Disk::Real;
    config.metrics.iter().flat_map(|glob| disk.glob(&config.base.join(glob.value.as_str()))).collect()
}
