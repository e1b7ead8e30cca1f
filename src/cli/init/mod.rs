//! `promcheck init`: a configuration for what lies here, and on request hooks, a workflow and a baseline.

#![expect(clippy::disallowed_methods, reason = "the command knows the clock, and writes files where none are")]

mod survey;
mod text;

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use clap::Args;
use jiff::Zoned;

use crate::{
    diag::Severity,
    lint::{self, Baseline, BaselineFrom, ConfigFrom, Request, Today},
    report::one_line,
    workspace::Disk,
};

use super::{Verdict, error::CliError, replace::put};

use survey::Survey;

const EXAMPLES: &str = "\
Examples:
  promcheck init                        .promcheck.yml for the working directory
  promcheck init monitoring/            for a folder
  promcheck init --baseline             and accept what is found today
  promcheck init --hooks --workflow     and run in pre-commit and in GitHub Actions
  promcheck init --force                write anew what is there

Exit status: 0 all is written, 2 nothing is: a file is there, or the work could not be done.";

/// What the configuration is called.
const CONFIG: &str = ".promcheck.yml";

/// What the file of known findings is called.
const BASELINE: &str = ".promcheck-baseline.json";

/// What to begin with.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct InitArguments {
    /// The folder to begin with
    #[arg(default_value = ".", hide_default_value = true)]
    pub path: PathBuf,
    /// Also write .pre-commit-config.yaml
    #[arg(long)]
    pub hooks: bool,
    /// Also write .github/workflows/promcheck.yml
    #[arg(long)]
    pub workflow: bool,
    /// Also write .promcheck-baseline.json with all that is found today
    #[arg(long)]
    pub baseline: bool,
    /// Replace files that are there
    #[arg(long)]
    pub force: bool,
}

/// Looks at what lies in a folder and writes what was asked for; a file that is there stops it before it writes any.
pub fn run(arguments: &InitArguments, out: &mut dyn Write) -> Result<Verdict, CliError> {
    if !Disk::Real.is_folder(&arguments.path) {
        return Err(CliError::Lint(lint::Failure::NoSuchPath(arguments.path.clone())));
    }
    let path = |name: &str| arguments.path.join(name);
    let survey = Survey::of(&lint::run(&request(arguments, ConfigFrom::Nothing))?, &arguments.path);
    let mut files = vec![(path(CONFIG), text::configuration(&survey, arguments.baseline.then_some(BASELINE)))];
    if arguments.hooks {
        files.push((path(".pre-commit-config.yaml"), text::hooks(&survey)));
    }
    if arguments.workflow {
        files.push((path(".github/workflows/promcheck.yml"), text::workflow(&survey)));
    }
    let baseline = arguments.baseline.then(|| path(BASELINE));
    let is_there = |path: &&PathBuf| !arguments.force && Disk::Real.exists(path);
    if let Some(there) = files.iter().map(|(path, _)| path).chain(&baseline).find(is_there) {
        return Err(CliError::AlreadyThere(there.clone()));
    }
    for (path, text) in &files {
        write(path, text, out)?;
    }
    // What is found counts from now on, by the configuration that was written.
    let mut request = request(arguments, ConfigFrom::File(path(CONFIG)));
    if let Some(path) = &baseline {
        put(path, &Baseline::empty(path).render())?;
        request.baseline = BaselineFrom::File(path.clone());
    }
    let session = lint::run(&request)?;
    if let (Some(path), Some(known)) = (&baseline, &session.known) {
        write(path, &known.renewed.render(), out)?;
    }
    let told = text::advice(&session.findings, arguments.baseline);
    out.write_all(told.as_bytes()).and_then(|()| out.flush()).map_err(CliError::Output)?;
    Ok(Verdict::Clean)
}

fn write(path: &Path, text: &str, out: &mut dyn Write) -> Result<(), CliError> {
    let unwritable = |error| CliError::Unwritable { path: path.to_path_buf(), error };
    path.parent().map_or(Ok(()), fs::create_dir_all).map_err(unwritable)?;
    put(path, text)?;
    writeln!(out, "wrote {}", one_line(&path.to_string_lossy())).map_err(CliError::Output)
}

/// A lint of everything, hints too, without a baseline.
fn request(arguments: &InitArguments, config: ConfigFrom) -> Request {
    Request {
        config,
        min_severity: Some(Severity::Info),
        baseline: BaselineFrom::Nothing,
        ..Request::of(vec![arguments.path.clone()], Today::told_by(|| Zoned::now().date()))
    }
}
