//! `promcheck check`: promtool's commands of that name, with every reason at its place.
//!
//! Headings go to the standard output and what is wrong to the standard error, as in promtool; a report in another
//! format than the human one goes to the standard output, and nothing else does.

#![expect(clippy::disallowed_methods, reason = "a file to check may come from the standard input")]

mod arguments;
mod config;
mod lints;
mod metrics;
mod rules;
mod telling;

use std::{
    ffi::OsString,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use crate::workspace::read_bytes;

use super::{Verdict, error::CliError, screen::Screen};

pub use arguments::{CheckArguments, WhatToCheck};

const STANDARD_INPUT: &str = "/dev/stdin";

/// Whether one of these commands was typed, of which even trouble ends with status 1.
pub fn is_drop_in(arguments: &[OsString]) -> bool {
    arguments.iter().skip(1).find(|word| !word.to_string_lossy().starts_with('-')).is_some_and(|word| word == "check")
}

/// Checks and tells.
pub fn run(
    arguments: &CheckArguments,
    screens: Screens,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Verdict, CliError> {
    match &arguments.what {
        WhatToCheck::Config(what) => config::run(what, arguments, screens, out, err),
        WhatToCheck::Metrics(what) => metrics::run(what, arguments, screens, out, err),
        WhatToCheck::Rules(what) => rules::run(what, arguments, screens, out, err),
    }
}

/// How bad it is.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Fault {
    /// Nothing is wrong.
    None,
    /// Prometheus loads it, and `--lint` finds something.
    Lint,
    /// Prometheus refuses it.
    Refused,
}

impl Fault {
    fn verdict(self, lint_is_fatal: bool) -> Verdict {
        match self {
            Fault::Refused => Verdict::Findings,
            Fault::Lint if lint_is_fatal => Verdict::Lint,
            Fault::Lint | Fault::None => Verdict::Clean,
        }
    }
}

/// What the two outputs look like.
#[derive(Copy, Clone, Debug)]
pub struct Screens {
    /// The standard output.
    pub out: Screen,
    /// The standard error.
    pub err: Screen,
}

/// Refuses to begin when a file that was named is not there, as promtool does.
fn demand_files(paths: &[PathBuf]) -> Result<(), CliError> {
    let Some(missing) = paths.iter().find(|path| !path.exists() || path.is_dir()) else { return Ok(()) };
    let reason = if missing.is_dir() { "it is a folder" } else { "no such file" };
    Err(CliError::Unreadable { path: missing.clone(), reason: reason.to_owned() })
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, String> {
    if path != Path::new(STANDARD_INPUT) {
        return read_bytes(path);
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}
