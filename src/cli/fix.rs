//! `promcheck lint --fix` and `--diff`: the fixes that findings offer, written to the files or shown.

use std::io::{self, Write};

use clap::Args;

use crate::{
    diag::Applicability,
    lint::{Mended, Mending},
    report::{self, Look, one_line},
};

use super::{error::CliError, git, replace::replace};

/// What to do with fixes.
#[derive(Debug, Args)]
pub struct Fixing {
    /// Change the files: apply the fixes that cannot be wrong
    #[arg(long, group = "fixes")]
    pub fix: bool,
    /// With --fix or --diff: also the fixes that change what a file does
    #[arg(long = "unsafe", requires = "fixes")]
    pub bold: bool,
    /// Show what --fix would change as a unified diff, and change nothing; exit with 1 if it would
    #[arg(long, group = "fixes", conflicts_with_all = ["output", "format"])]
    pub diff: bool,
    /// With --fix: change files even when they have changes that are not committed
    #[arg(long, requires = "fix")]
    pub allow_dirty: bool,
}

impl Fixing {
    /// Which fixes are wanted, if any.
    pub fn boldest(&self) -> Option<Applicability> {
        let boldest = if self.bold { Applicability::Unsafe } else { Applicability::Safe };
        (self.fix || self.diff).then_some(boldest)
    }
}

/// Writes the fixed texts to their files; first makes sure that git has the old ones.
///
/// # Errors
/// When a file has changes that are not committed, then none is changed; or when one cannot be written.
pub fn write(mended: &Mended, fixing: &Fixing) -> Result<(), CliError> {
    if !fixing.allow_dirty {
        mended.drafts.iter().try_for_each(|draft| git::demand_committed(&draft.path))?;
    }
    mended.drafts.iter().try_for_each(|draft| replace(&draft.path, &draft.before, &draft.after))
}

/// Shows what would change.
pub fn show(mended: &Mended, look: Look, out: &mut dyn Write) -> io::Result<()> {
    for draft in &mended.drafts {
        report::unified(&draft.name, &draft.before, &draft.after, out, look)?;
    }
    out.flush()
}

/// Tells what was, or would be, changed, and why: a line for each fix, and their number.
pub fn tell(mended: &Mended, done: &str, out: &mut dyn Write) -> io::Result<()> {
    for Mending { check, title, name, line } in &mended.mendings {
        writeln!(out, "{}:{line}: {} [{check}]", one_line(name), one_line(title))?;
    }
    if mended.mendings.is_empty() {
        return writeln!(out, "there is nothing to fix");
    }
    let counted = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let (findings, files) = (mended.mendings.len(), mended.drafts.len());
    writeln!(out, "{done} {} in {}", counted(findings, "finding"), counted(files, "file"))
}
