//! One run of the linter over paths on the disk: find the configuration, discover, load, lint.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    config::{self, Config, FailOn},
    diag::{Diagnostic, Severity},
    live::Live,
    text::{FileId, SourceFile},
    workspace::{self, Comments, Drafts, Earlier, Fate, Progress, RecordsThen, Workspace, normalised},
};

use super::{
    Baseline, Findings, HeldBack, Known, Options, Scope, Selection, Telling, Today, UnknownCheck, lint,
    telling::FoundThen,
};

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

/// Where the known findings stand.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum BaselineFrom {
    /// Where the configuration says, if it does.
    #[default]
    Configured,
    /// In this file.
    File(PathBuf),
    /// In this file, which is about to be written and need not be there; else where the configuration says.
    Renewed(Option<PathBuf>),
    /// Nowhere: all findings are told.
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
    /// Where the known findings stand.
    pub baseline: BaselineFrom,
    /// Whether comments for pint and promruval count, too; the configuration may say so as well.
    pub comments: Comments,
    /// The places that the run is about.
    pub scope: Scope,
    /// The day that suppressions are measured against.
    pub today: Today,
    /// Where it is told how far the run is.
    pub progress: Arc<Progress>,
    /// What the network said, as far as it was asked.
    pub live: Arc<Live>,
}

impl Request {
    /// Everything below the paths, as the configuration beside them says, with suppressions measured against a day.
    pub fn of(paths: Vec<PathBuf>, today: impl Into<Today>) -> Self {
        Self {
            paths,
            config: ConfigFrom::default(),
            selection: Selection::default(),
            min_severity: None,
            baseline: BaselineFrom::default(),
            comments: Comments::default(),
            scope: Scope::default(),
            today: today.into(),
            progress: Arc::default(),
            live: Arc::default(),
        }
    }
}

/// A run that is over: what was read, and what was found in it.
#[derive(Debug)]
pub struct Session {
    /// Everything that was read.
    pub workspace: Workspace,
    /// The findings, sorted.
    pub findings: Vec<Diagnostic>,
    /// How many findings are there and not told.
    pub held_back: HeldBack,
    /// What became of the baseline, if there is one.
    pub known: Option<Known>,
    /// The baseline's file, if there is one.
    pub baseline: Option<PathBuf>,
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
        let is_baseline = |file: &SourceFile| self.baseline.as_ref().is_some_and(|path| file.path == normalised(path));
        let readings = self.workspace.files.iter().zip(&self.workspace.readings);
        let unrelated = readings.filter(|((_, file), reading)| reading.fate == Fate::Unrelated && !is_baseline(file));
        unrelated.count() + self.workspace.passed_by
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
    /// A path that was given is out of reach.
    #[error("{}: permission denied", .0.display())]
    Closed(PathBuf),
    /// The configuration cannot be read.
    #[error("{}: {}", .0.display(), .1)]
    Unreadable(PathBuf, String),
    /// The baseline is not there.
    #[error("there is no baseline `{}`", .0.display())]
    NoBaseline(PathBuf),
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
    let Opened { mut workspace, config, complaints } = open_as(request, drafts, None)?;
    let path = baseline_path(&request.baseline, &config);
    let baseline = path.as_deref().map(|path| read_baseline(path, &request.baseline, &config.base)).transpose()?;
    let scope = match &request.scope {
        Scope::Since(earlier) => {
            let (then, recorded) = look_back(request, earlier)?;
            workspace.recorded_then = Some(recorded);
            Scope::Compared(earlier.clone(), then)
        }
        other => other.clone(),
    };
    let options = Options {
        selection: request.selection.clone(),
        min_severity: request.min_severity,
        complaints,
        honours_peers: honoured(request.comments, &config) == Comments::OfPeers,
        telling: Telling { baseline, scope, apart: false },
        progress: Arc::clone(&request.progress),
    };
    let Findings { findings, held_back, known, checks } = lint(&workspace, &config, options, request.today.clone())?;
    let fail_on = config.fail_on.map(|level| level.value);
    Ok(Session { workspace, findings, held_back, known, baseline: path, checks, fail_on })
}

/// What an earlier state of the files held; the configuration is that of now.
fn look_back(request: &Request, earlier: &Earlier) -> Result<(FoundThen, RecordsThen), Failure> {
    let Opened { workspace, config, complaints } = open_as(request, &earlier.drafts(), Some(earlier))?;
    let options = Options {
        selection: request.selection.clone(),
        min_severity: Some(Severity::Info),
        complaints,
        honours_peers: honoured(request.comments, &config) == Comments::OfPeers,
        telling: Telling { apart: true, ..Telling::default() },
        progress: Arc::clone(&request.progress),
    };
    let found = lint(&workspace, &config, options, request.today.clone())?;
    Ok((FoundThen::of(&workspace.files, &found.findings), RecordsThen::of(&workspace, &earlier.name)))
}

fn baseline_path(from: &BaselineFrom, config: &Config) -> Option<PathBuf> {
    let configured = || config.baseline.as_ref().map(|path| config.base.join(&path.value));
    match from {
        BaselineFrom::Nothing => None,
        BaselineFrom::File(path) | BaselineFrom::Renewed(Some(path)) => Some(path.clone()),
        BaselineFrom::Configured | BaselineFrom::Renewed(None) => configured(),
    }
}

fn read_baseline(path: &Path, from: &BaselineFrom, base: &Path) -> Result<Baseline, Failure> {
    let is_there = workspace::Disk::Real.exists(path);
    let is_configured = matches!(from, BaselineFrom::Configured | BaselineFrom::Renewed(None));
    let place = if is_there { path } else { path.parent().unwrap_or(path) };
    if is_configured && !config::is_within(place, base) {
        let why = "the configuration names it, but it lies outside of the repository".to_owned();
        return Err(Failure::Unreadable(path.to_path_buf(), why));
    }
    if !is_there {
        let is_renewed = matches!(from, BaselineFrom::Renewed(_));
        return if is_renewed { Ok(Baseline::empty(path)) } else { Err(Failure::NoBaseline(path.to_path_buf())) };
    }
    Baseline::read(path).map_err(|why| Failure::Unreadable(path.to_path_buf(), why))
}

/// The folder that files belong to: that of the nearest `.promcheck.yml` at or above the first of them, else the root of
/// its repository, else the working directory.
pub fn context_of(paths: &[PathBuf]) -> PathBuf {
    let folder = paths.first().and_then(|path| config::home(path));
    let folder = folder.map(relative_to_here).unwrap_or_default();
    if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder }
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
pub fn open(paths: &[PathBuf], config: &ConfigFrom, drafts: &Drafts, progress: &Progress) -> Result<Opened, Failure> {
    opened(paths, config, Comments::Own, drafts, None, progress)
}

fn open_as(request: &Request, drafts: &Drafts, earlier: Option<&Earlier>) -> Result<Opened, Failure> {
    let mut opened = opened(&request.paths, &request.config, request.comments, drafts, earlier, &request.progress)?;
    opened.workspace.live = Arc::clone(&request.live);
    Ok(opened)
}

fn honoured(comments: Comments, config: &Config) -> Comments {
    let is_configured = config.honour_pint.is_some_and(|honours| honours.value);
    if is_configured { Comments::OfPeers } else { comments }
}

fn opened(
    paths: &[PathBuf],
    config: &ConfigFrom,
    comments: Comments,
    drafts: &Drafts,
    earlier: Option<&Earlier>,
    progress: &Progress,
) -> Result<Opened, Failure> {
    progress.begin("looking for files", 0);
    if let Some(missing) = paths.iter().find(|path| !workspace::Disk::Real.exists(path)) {
        let is_closed = workspace::Disk::Real.is_closed(missing);
        return Err(if is_closed { Failure::Closed } else { Failure::NoSuchPath }(missing.clone()));
    }
    let text = match config_path(paths, config) {
        Some(path) => Some((config_text(&path, drafts)?, path)),
        None => None,
    };
    let config = text.as_ref().map_or_else(Config::default, |(text, path)| read_config(FileId(0), text, path).0);
    let mut discovered = workspace::discover(paths, &config);
    discovered.add(captured_pages(&config));
    discovered.comments = honoured(comments, &config);
    if let Some(earlier) = earlier {
        discovered = earlier.discovered(discovered, |path| config.takes(path));
    }
    let mut workspace = workspace::load_drafts(discovered, paths.to_vec(), drafts, progress);
    if let Some(earlier) = earlier {
        workspace.disk = workspace::Disk::Then(earlier.paths());
    }
    let code = workspace::code_paths(&workspace, &config);
    workspace::add_code(&mut workspace, code, drafts);
    let Some((text, path)) = text else { return Ok(Opened { workspace, config, complaints: Vec::new() }) };
    let (config, complaints) = read_config(FileId(workspace.files.len() as u32), &text, &path);
    workspace.add_config(SourceFile::new(path.clone(), workspace::shown(&path), text));
    Ok(Opened { workspace, config, complaints })
}

/// What a run depends on, as far as names tell: the files that it would read now, and the folders and the files in them
/// that decide which those are. Some of them may not be there.
pub fn followed(request: &Request) -> Vec<PathBuf> {
    let mut followed = request.paths.clone();
    match (&request.config, request.paths.first()) {
        (ConfigFrom::File(path), _) => followed.push(path.clone()),
        (ConfigFrom::Found, Some(path)) => followed.extend(config::candidates(path)),
        _ => {}
    }
    let path = config_path(&request.paths, &request.config);
    let text = path.and_then(|path| Some((config_text(&path, &Drafts::new()).ok()?, path)));
    let config = text.map_or_else(Config::default, |(text, path)| read_config(FileId(0), &text, &path).0);
    let discovered = workspace::discover(&request.paths, &config);
    for folder in &discovered.folders {
        followed.extend([".gitignore", ".ignore", workspace::EXEMPTIONS].map(|name| folder.join(name)));
    }
    followed.extend(baseline_path(&request.baseline, &config));
    followed.extend(captured_pages(&config));
    let strays = discovered.strays.into_iter().map(|(path, _)| path);
    followed.extend(discovered.folders.into_iter().chain(discovered.files).chain(strays));
    followed
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

/// The captured `/metrics` pages of the repository that the configuration names, whatever their extension.
fn captured_pages(config: &Config) -> Vec<PathBuf> {
    let disk = workspace::Disk::Real;
    let pages = config.metrics.iter().flat_map(|glob| disk.glob(&config.base.join(glob.value.as_str())));
    pages.filter(|path| config::is_within(path, &config.base)).collect()
}
