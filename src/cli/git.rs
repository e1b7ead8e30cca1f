//! What git says of a file: whether its text can be had back.

#![expect(clippy::disallowed_methods, reason = "whether a file lies in a repository is asked of the disk")]

use std::{
    path::Path,
    process::{Command, Stdio},
};

use super::error::CliError;

/// Refuses a file with changes that are not committed, or that git does not know. A file outside of every repository
/// passes.
///
/// # Errors
/// When it is such a file, or git cannot be asked.
pub fn demand_committed(path: &Path) -> Result<(), CliError> {
    let Ok(file) = path.canonicalize() else { return Ok(()) };
    let Some(folder) = file.parent() else { return Ok(()) };
    if !folder.ancestors().any(|above| above.join(".git").exists()) {
        return Ok(());
    }
    // The repository's own settings must not make git start another program.
    let answer = Command::new("git")
        .args(["--no-optional-locks", "-c", "core.fsmonitor=false", "status", "--porcelain", "--"])
        .arg(&file)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output();
    let unknown = |reason: String| CliError::GitSilent { path: path.to_path_buf(), reason };
    let answer = answer.map_err(|error| unknown(error.to_string()))?;
    if !answer.status.success() {
        let said = String::from_utf8_lossy(&answer.stderr);
        return Err(unknown(said.lines().next().unwrap_or("it failed").to_owned()));
    }
    if answer.stdout.is_empty() { Ok(()) } else { Err(CliError::Uncommitted(path.to_path_buf())) }
}
