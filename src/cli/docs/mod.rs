//! `promcheck docs`: the reference pages of the handbook, as Markdown: checks, commands, configuration, names of peers.

#![expect(clippy::disallowed_methods, reason = "pages are written where the user asked for them")]

mod checks;
mod commands;
mod configuration;
mod names;

use std::{collections::BTreeMap, fs, path::Path};

use crate::workspace::{Disk, read_bytes};

use super::error::CliError;

/// How to make use of it.
pub const EXAMPLES: &str = "\
Examples:
  promcheck docs reference/      a page for each check and each command, and one for the configuration

A SUMMARY.md of mdBook that lies there gets its lists where it says <!-- checks --> and <!-- commands -->.";

/// Pages by their path in the book.
type Pages = BTreeMap<String, String>;

/// Writes the pages into a folder.
pub fn run(folder: &Path) -> Result<(), CliError> {
    let mut pages = Pages::new();
    let of_checks = checks::add(&mut pages);
    let of_commands = commands::add(&mut pages);
    pages.insert("configuration.md".to_owned(), configuration::page());
    pages.insert("names.md".to_owned(), names::page());
    let summary = folder.join("SUMMARY.md");
    if Disk::Real.exists(&summary) {
        let bytes = read_bytes(&summary).map_err(|reason| CliError::Unreadable { path: summary.clone(), reason })?;
        let text = String::from_utf8_lossy(&bytes);
        let text = text.replace("<!-- checks -->\n", &of_checks).replace("<!-- commands -->\n", &of_commands);
        pages.insert("SUMMARY.md".to_owned(), text);
    }
    pages.iter().try_for_each(|(name, text)| {
        let path = folder.join(name);
        let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, text));
        written.map_err(|error| CliError::Unwritable { path, error })
    })
}

/// A text in the cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
