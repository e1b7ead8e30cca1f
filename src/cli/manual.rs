//! `promcheck man`: manual pages, one for each command.

#![expect(clippy::disallowed_methods, reason = "pages are written where the user asked for them")]

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::{arguments::Arguments, error::CliError};

/// How to make use of it.
pub const EXAMPLES: &str = "\
Examples:
  promcheck man | man -l -                   the page of the program
  promcheck man ~/.local/share/man/man1      a file for it and for each command";

/// Writes the page of the program, or into a folder all pages.
pub fn run(folder: Option<&Path>, out: &mut dyn Write) -> Result<(), CliError> {
    let mut program = Arguments::command().name("promcheck");
    program.build();
    let Some(folder) = folder else {
        return out.write_all(&page(&program).map_err(CliError::Output)?).map_err(CliError::Output);
    };
    fs::create_dir_all(folder).map_err(|error| CliError::Unwritable { path: folder.to_path_buf(), error })?;
    write(&program, folder)
}

fn write(command: &Command, folder: &Path) -> Result<(), CliError> {
    // `check config` and `check-config` are two, so that only the first blank becomes a dash.
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name()).replacen(' ', "-", 1).replace(' ', "_");
    let path = folder.join(format!("{name}.1"));
    let text = page(command).map_err(CliError::Output)?;
    fs::write(&path, text).map_err(|error| CliError::Unwritable { path, error })?;
    let mut told = command.get_subcommands().filter(|part| !part.is_hide_set() && part.get_name() != "help");
    told.try_for_each(|part| write(part, folder))
}

fn page(command: &Command) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    Man::new(command.clone()).render(&mut text)?;
    Ok(text)
}
