//! Where the configuration lies.

#![expect(clippy::disallowed_methods, reason = "the configuration is looked for on the disk")]

use std::path::{Component, Path, PathBuf};

/// The names it may have, the usual one first.
pub const NAMES: [&str; 2] = [".promcheck.yml", ".promcheck.yaml"];

/// The configuration of a path: the nearest in its folder or the folders above, up to the root of the
/// repository (the folder that holds `.git`).
pub fn find(path: &Path) -> Option<PathBuf> {
    // A link to a file of the machine would show parts of it in complaints.
    let is_ours = |candidate: &PathBuf| {
        candidate.is_file() && candidate.parent().is_some_and(|folder| is_within(candidate, folder))
    };
    candidates(path).into_iter().find(is_ours)
}

/// Where the configuration of a path is looked for, in this order.
pub fn candidates(path: &Path) -> Vec<PathBuf> {
    let Some(start) = absolute(path) else { return Vec::new() };
    let folder = if start.is_dir() { Some(start.as_path()) } else { start.parent() };
    let mut found = Vec::new();
    for folder in folder.into_iter().flat_map(Path::ancestors) {
        found.extend(NAMES.iter().map(|name| folder.join(name)));
        if folder.join(".git").exists() {
            break;
        }
    }
    found
}

/// The folder that a path belongs to: that of its configuration, else the root of its repository.
pub fn home(path: &Path) -> Option<PathBuf> {
    if let Some(config) = find(path) {
        return config.parent().map(Path::to_path_buf);
    }
    let start = absolute(path)?;
    start.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_path_buf)
}

/// The path by which the system knows a folder: the working directory, which is empty to us, is `.` to it.
pub fn spelled_out(path: &Path) -> &Path {
    if path.as_os_str().is_empty() { Path::new(".") } else { path }
}

/// Whether a path leads, through whatever symbolic links, to something in the repository of `base`, or where that lies in
/// none, to something below `base`. What is not there leads nowhere.
pub fn is_within(path: &Path, base: &Path) -> bool {
    let Some(start) = absolute(base) else { return false };
    let repository = start.ancestors().find(|folder| folder.join(".git").exists());
    let folder = match repository {
        Some(repository) => repository,
        None if start.is_dir() => &start,
        None => start.parent().unwrap_or(&start),
    };
    let (Ok(path), Ok(folder)) = (spelled_out(path).canonicalize(), folder.canonicalize()) else { return false };
    path.starts_with(folder)
}

/// A path from the root of the disk on, without `.` and with `..` resolved by its text alone.
pub fn absolute(path: &Path) -> Option<PathBuf> {
    // `absolute` refuses the empty path, which is the working directory here.
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    let mut clean = PathBuf::new();
    for component in std::path::absolute(path).ok()?.components() {
        match component {
            Component::ParentDir => {
                clean.pop();
            }
            Component::CurDir => {}
            other => clean.push(other),
        }
    }
    Some(clean)
}
