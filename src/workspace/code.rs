//! The source code of programs that are built here: below the build contexts of compose files, and where the
//! configuration says.

#![expect(clippy::disallowed_methods, reason = "discovery is about what lies on the disk")]

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use ignore::WalkBuilder;

use crate::{
    config::{Config, is_within, spelled_out},
    source::{Instrumentation, Language},
    text::FileId,
};

use super::{Disk, Workspace, normalised};

/// A file of source code that defines metrics.
#[derive(Debug)]
pub struct Code {
    /// The file.
    pub file: FileId,
    /// What it defines.
    pub instrumentation: Instrumentation,
}

/// Folders of other people's code, of what tools make, and of tests.
const FOREIGN: [&str; 15] = [
    "__pycache__",
    "__tests__",
    "bower_components",
    "build",
    "dist",
    "node_modules",
    "obj",
    "out",
    "site-packages",
    "target",
    "test",
    "tests",
    "third_party",
    "vendor",
    "venv",
];

/// Most files that are looked at.
const MOST_FILES: usize = 20_000;

/// The files of source code that belong to a workspace, sorted, each once.
pub fn code_paths(workspace: &Workspace, config: &Config) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for source in &config.sources {
        for path in Disk::Real.matching(&config.base.join(&source.value)).unwrap_or_default() {
            if !is_within(&path, &config.base) {
                continue;
            }
            if path.is_dir() {
                walk(&path, config, &mut found)
            } else {
                found.insert(normalised(&path));
            }
        }
    }
    let mut folders = BTreeSet::new();
    for document in &workspace.documents {
        let Some(compose) = document.compose() else { continue };
        let home = workspace.files.file(document.file).path.parent().unwrap_or(Path::new(""));
        for context in compose.services.iter().filter_map(|service| service.context.as_ref()?.known()) {
            // An address of a repository is no folder, and an absolute path is none of this project.
            let folder = normalised(&home.join(&context));
            let is_ours = || spelled_out(&folder).is_dir() && is_within(&folder, home);
            if Path::new(&context).is_relative() && !context.contains("://") && is_ours() {
                folders.insert(folder);
            }
        }
    }
    // Several services are often built of one folder.
    folders.iter().for_each(|folder| walk(folder, config, &mut found));
    found
}

fn walk(folder: &Path, config: &Config, found: &mut BTreeSet<PathBuf>) {
    let is_own = |entry: &ignore::DirEntry| {
        let name = entry.file_name().to_string_lossy();
        entry.depth() == 0 || !entry.file_type().is_some_and(|kind| kind.is_dir()) || !FOREIGN.contains(&&*name)
    };
    let walker = WalkBuilder::new(spelled_out(folder))
        .require_git(false)
        .sort_by_file_name(Ord::cmp)
        .filter_entry(is_own)
        .build();
    let files = walker.filter_map(Result::ok).filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
    for entry in files.take(MOST_FILES) {
        let path = normalised(entry.path());
        if Language::of(&path).is_some() && config.takes(&path) {
            found.insert(path);
        }
    }
}
