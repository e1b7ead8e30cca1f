//! Test files in folders, told from what they contain.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use crate::{
    config::Config,
    text::FileId,
    workspace::{self, Disk, Fate},
};

use super::error::CliError;

/// What only a test file says, for those that cannot be read.
const MARKS: [&str; 3] = ["input_series:", "alert_rule_test:", "promql_expr_test:"];

/// Paths with each folder replaced by the test files in it, in order, each file once.
pub fn expanded(paths: &[PathBuf]) -> Result<Vec<PathBuf>, CliError> {
    let mut files = Vec::new();
    let mut seen = BTreeSet::new();
    for path in paths {
        let found = if Disk::Real.is_folder(path) { in_folder(path)? } else { vec![path.clone()] };
        files.extend(found.into_iter().filter(|file| seen.insert(file.clone())));
    }
    Ok(files)
}

/// The test files below a folder, with those that were meant to be some and cannot be read.
fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, CliError> {
    let roots = vec![folder.to_owned()];
    let workspace = workspace::load(workspace::discover(&roots, &Config::default()), roots);
    let suites: BTreeSet<FileId> = workspace
        .documents
        .iter()
        .filter(|document| document.suite().is_some() && !document.in_manifest)
        .map(|document| document.file)
        .collect();
    let is_broken = |id: FileId, text: &str| {
        workspace.readings[id.0 as usize].fate == Fate::Unreadable && MARKS.iter().any(|mark| text.contains(mark))
    };
    let files: Vec<PathBuf> = workspace
        .files
        .iter()
        .filter(|(id, file)| suites.contains(id) || is_broken(*id, &file.text))
        .map(|(_, file)| file.path.clone())
        .collect();
    if files.is_empty() { Err(CliError::NoTests(folder.to_owned())) } else { Ok(files) }
}
