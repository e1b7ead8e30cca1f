//! `promcheck lint --baseline`, `--changed-since` and `--in-context`: of all that is found, what is told.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use clap::Args;

use crate::{
    config::absolute,
    lint::{self, BaselineFrom, Entry, Scope, Session},
    report::one_line,
    workspace::Disk,
};

use super::{error::CliError, git, replace::put};

/// What to tell of.
#[derive(Debug, Args)]
pub struct Telling {
    /// Tell only what this file of known findings does not hold [default: `baseline` of .promcheck.yml]
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write all that is found to the baseline, and tell none of it
    #[arg(long, conflicts_with_all = ["changed_since", "in_context", "fixes", "no_baseline"])]
    pub update_baseline: bool,
    /// Tell what the baseline of the configuration holds, too
    #[arg(long, conflicts_with = "baseline")]
    pub no_baseline: bool,
    /// Read everything, but tell only what the changes since this revision of git touch or brought
    #[arg(long, value_name = "REVISION")]
    pub changed_since: Option<String>,
    /// Read the folder that the given files belong to (that of .promcheck.yml, else the repository),
    /// but tell only what concerns these files
    #[arg(long, conflicts_with = "changed_since")]
    pub in_context: bool,
}

impl Telling {
    /// Where the known findings stand.
    pub fn baseline(&self) -> BaselineFrom {
        match &self.baseline {
            path if self.update_baseline => BaselineFrom::Renewed(path.clone()),
            Some(path) => BaselineFrom::File(path.clone()),
            None if self.no_baseline => BaselineFrom::Nothing,
            None => BaselineFrom::Configured,
        }
    }

    /// What to read for the paths that were typed, and the places that the run is about.
    ///
    /// # Errors
    /// When git does not tell what changed.
    pub fn scope(&self, paths: &[PathBuf]) -> Result<(Vec<PathBuf>, Scope), CliError> {
        if let Some(revision) = &self.changed_since {
            return Ok((paths.to_vec(), Scope::Since(git::earlier(paths, revision)?)));
        }
        if !self.in_context {
            return Ok((paths.to_vec(), Scope::Everything));
        }
        let context = lint::context_of(paths);
        // What the folder holds is read as the configuration says; the rest is read because it was named.
        let is_outside = |path: &&PathBuf| {
            let (path, context) = (absolute(path), absolute(&context));
            path.zip(context).is_none_or(|(path, context)| !path.starts_with(context) || !Disk::Real.exists(&path))
        };
        let outside: Vec<PathBuf> = paths.iter().filter(is_outside).cloned().collect();
        Ok((std::iter::once(context).chain(outside).collect(), Scope::Files(paths.to_vec())))
    }
}

/// Writes the baseline anew and says so.
///
/// # Errors
/// When nothing says where it lies, or it cannot be written.
pub fn renew(session: &Session, quiet: bool, out: &mut dyn Write) -> Result<(), CliError> {
    let (Some(path), Some(known)) = (&session.baseline, &session.known) else { return Err(CliError::NoBaselinePath) };
    put(path, &known.renewed.render())?;
    if quiet {
        return Ok(());
    }
    let (held, new, gone) = (counted(known.renewed.len()), known.new, gone(&known.stale));
    let name = one_line(&path.to_string_lossy()).into_owned();
    writeln!(out, "`{name}` holds {held} now, {new} new and {gone} gone").map_err(CliError::Output)
}

/// Says what the baseline holds and is found no more.
pub fn tell_stale(session: &Session, verbose: bool, out: &mut dyn Write) -> io::Result<()> {
    let (Some(path), Some(known)) = (&session.baseline, &session.known) else { return Ok(()) };
    if known.stale.is_empty() {
        return Ok(());
    }
    if verbose {
        for Entry { path, check, count, message, .. } in &known.stale {
            let times = if *count == 1 { String::new() } else { format!(" ({count} times)") };
            writeln!(out, "{}: no longer found{times}: {} [{check}]", one_line(path), one_line(message))?;
        }
    }
    let (gone, name) = (gone(&known.stale), one_line(&path.to_string_lossy()).into_owned());
    let (held, are) = (counted(gone), if gone == 1 { "is" } else { "are" });
    writeln!(out, "{held} of `{name}` {are} no longer there; --update-baseline forgets what is gone")
}

fn counted(count: usize) -> String {
    format!("{count} finding{}", if count == 1 { "" } else { "s" })
}

fn gone(stale: &[Entry]) -> usize {
    stale.iter().map(|entry| entry.count).sum()
}
