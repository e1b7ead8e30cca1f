//! `promcheck completions`: what a shell needs to complete commands and flags.

use std::io::{self, Write};

use clap::CommandFactory;
use clap_complete::Shell;

use super::{arguments::Arguments, error::CliError};

/// How to make use of it.
pub const EXAMPLES: &str = "\
Examples:
  promcheck completions bash > ~/.local/share/bash-completion/completions/promcheck
  promcheck completions zsh > ~/.zfunc/_promcheck
  promcheck completions fish > ~/.config/fish/completions/promcheck.fish
  promcheck completions powershell >> $PROFILE";

/// Writes the completions for a shell.
pub fn run(shell: Shell, out: &mut dyn Write) -> Result<(), CliError> {
    // What generates them stops the program when the reader goes away, so they are made in memory.
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "promcheck", &mut text);
    out.write_all(&text).and_then(|()| io::Write::flush(out)).map_err(CliError::Output)
}
