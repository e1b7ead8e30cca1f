//! Puts a new text in the place of a file, whole or not at all.

#![expect(clippy::disallowed_methods, reason = "files are changed here, when the user asked for it")]

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::workspace::read_bytes;

use super::error::CliError;

/// Replaces the text of a file, which must still be `before`, by `after`: it is written beside the file and renamed, so
/// that no reader ever sees half of it. Permissions stay; a symbolic link stays, and the file it leads to changes.
///
/// # Errors
/// When the file is no longer what was read, or cannot be written; then it is as it was.
pub fn replace(path: &Path, before: &str, after: &str) -> Result<(), CliError> {
    let unwritable = |error| CliError::Unwritable { path: path.to_path_buf(), error };
    let now = read_bytes(path).map_err(|reason| CliError::Unreadable { path: path.to_path_buf(), reason })?;
    if now != before.as_bytes() {
        return Err(CliError::Moved(path.to_path_buf()));
    }
    let target = path.canonicalize().map_err(unwritable)?;
    put_whole(&target, after).map_err(unwritable)
}

/// Writes a file of promcheck's own, whole or not at all, whether it is there or not.
///
/// # Errors
/// When it cannot be written; then it is as it was.
pub fn put(path: &Path, text: &str) -> Result<(), CliError> {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    put_whole(&target, text).map_err(|error| CliError::Unwritable { path: path.to_path_buf(), error })
}

fn put_whole(target: &Path, text: &str) -> io::Result<()> {
    let beside = beside(target);
    let written = write_beside(&beside, target, text).and_then(|()| fs::rename(&beside, target));
    written.inspect_err(|_| {
        // Nothing is lost when it cannot be removed, either.
        let _ = fs::remove_file(&beside);
    })
}

fn write_beside(beside: &Path, target: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(beside)?;
    file.write_all(text.as_bytes())?;
    match fs::metadata(target) {
        Ok(metadata) => file.set_permissions(metadata.permissions())?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    file.sync_all()
}

/// A name in the same folder, hidden, that no other run uses.
fn beside(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.promcheck-{}", std::process::id()))
}
