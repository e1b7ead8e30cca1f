//! Where the configuration lies.

use std::path::{Path, PathBuf};

/// The names it may have, the usual one first.
pub const NAMES: [&str; 2] = [".promcheck.yml", ".promcheck.yaml"];

/// The configuration of a path: the nearest in its folder or the folders above, up to the root of the
/// repository (the folder that holds `.git`).
pub fn find(path: &Path) -> Option<PathBuf> {
    let start = std::path::absolute(path).ok()?;
    let folder = if start.is_dir() { start.as_path() } else { start.parent()? };
    for folder in folder.ancestors() {
        let found = NAMES.iter().map(|name| folder.join(name)).find(|candidate| candidate.is_file());
        if found.is_some() {
            return found;
        }
        if folder.join(".git").exists() {
            break;
        }
    }
    None
}
