//! The list of checks, and the look-up of one.

use std::io::{self, Write};

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::{
    checks,
    config::{CheckKeys, OptionKeys},
    diag::Severity,
    kit::{Entry, Meta},
    lint::UnknownCheck,
    report::{CheckText, Ink, Paint, wrapped},
    vocab::nearest,
};

use super::{error::CliError, screen::Screen};

/// How to write the list of checks.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum ListFormat {
    /// A table by group.
    Human,
    /// An array of objects.
    Json,
}

impl ListFormat {
    /// All.
    pub const ALL: [ListFormat; 2] = [ListFormat::Human, ListFormat::Json];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            ListFormat::Human => "human",
            ListFormat::Json => "json",
        }
    }
}

/// What a word names.
pub enum Named {
    /// One check.
    Check(&'static Meta),
    /// The checks of a group.
    Group(Vec<&'static Meta>),
}

/// Finds a check by id, by the part after the slash when that is unambiguous, or a group.
pub fn named(word: &str) -> Result<Named, UnknownCheck> {
    let all = || checks::TABLE.iter().map(|entry| entry.meta);
    if let Some(meta) = all().find(|meta| meta.id == word) {
        return Ok(Named::Check(meta));
    }
    let group: Vec<&Meta> = all().filter(|meta| meta.group() == word).collect();
    if !group.is_empty() {
        return Ok(Named::Group(group));
    }
    let short: Vec<&Meta> =
        all().filter(|meta| meta.id.split_once('/').is_some_and(|(_, name)| name == word)).collect();
    if let [meta] = short[..] {
        return Ok(Named::Check(meta));
    }
    let near = nearest(word, all().flat_map(|meta| [meta.id, meta.group()])).or_else(|| {
        let name = |meta: &'static Meta| meta.id.split_once('/').map_or(meta.id, |(_, name)| name);
        let near = nearest(word, all().map(name))?;
        all().find(|meta| name(meta) == near).map(|meta| meta.id)
    });
    Err(UnknownCheck { word: word.to_owned(), near })
}

/// Writes the list.
pub fn run(format: ListFormat, screen: Screen, out: &mut dyn Write) -> Result<(), CliError> {
    match format {
        ListFormat::Human => {
            let all: Vec<&Meta> = checks::TABLE.iter().map(|entry| entry.meta).collect();
            list(&all, screen, out).map_err(CliError::Output)
        }
        ListFormat::Json => json(out).map_err(CliError::Output),
    }
}

/// Writes checks with their severity and first line, a paragraph for each group.
pub fn list(checks: &[&Meta], screen: Screen, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(screen.colour);
    let longest = checks.iter().map(|meta| meta.id.width()).max().unwrap_or_default();
    let indent = longest + "warning".len() + 6;
    for (number, group) in checks.chunk_by(|left, right| left.group() == right.group()).enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        for meta in group {
            let word = if meta.opt_in { "off" } else { meta.severity.word() };
            let ink = if meta.opt_in { Ink::Dim } else { Ink::Severity(meta.severity) };
            let (id, word) = (format!("{:longest$}", meta.id), format!("{word:7}"));
            write!(out, "  {}  {}  ", paint.ink(Ink::Bold, id), paint.ink(ink, word))?;
            let lines = wrapped(meta.summary(), screen.width.saturating_sub(indent).max(30));
            writeln!(out, "{}", lines.join(&format!("\n{:indent$}", "")))?;
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct CheckDescription {
    id: &'static str,
    group: &'static str,
    severity: Severity,
    on_by_default: bool,
    /// The flag that it needs.
    flag: Option<&'static str>,
    summary: &'static str,
    options: Vec<OptionDescription>,
}

#[derive(Serialize)]
struct OptionDescription {
    name: &'static str,
    takes: &'static str,
    summary: &'static str,
}

fn json(out: &mut dyn Write) -> io::Result<()> {
    let describe = |entry: &Entry| CheckDescription {
        id: entry.meta.id,
        group: entry.meta.group(),
        severity: entry.meta.severity,
        on_by_default: !entry.meta.opt_in,
        flag: entry.meta.flag,
        summary: entry.meta.summary(),
        options: entry
            .meta
            .options
            .iter()
            .map(|option| OptionDescription { name: option.name, takes: option.kind, summary: option.docs.trim() })
            .collect(),
    };
    let all: Vec<CheckDescription> = checks::TABLE.iter().map(describe).collect();
    serde_json::to_writer_pretty(&mut *out, &all)?;
    writeln!(out)
}

/// What reports say of the checks with these ids.
pub fn check_texts(ids: &[&str]) -> Vec<CheckText> {
    let text = |entry: &Entry| CheckText {
        id: entry.meta.id,
        severity: entry.meta.severity,
        summary: entry.meta.summary(),
        docs: entry.meta.docs,
    };
    checks::TABLE.iter().filter(|entry| ids.contains(&entry.meta.id)).map(text).collect()
}

/// What the schema of the configuration says of the checks.
pub fn check_keys() -> Vec<CheckKeys> {
    let keys = |entry: &Entry| CheckKeys {
        id: entry.meta.id,
        summary: entry.meta.summary(),
        options: entry
            .meta
            .options
            .iter()
            .map(|option| OptionKeys { name: option.name, about: option.docs.trim() })
            .collect(),
    };
    checks::TABLE.iter().map(keys).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(word: &str) -> Option<&'static str> {
        match named(word) {
            Ok(Named::Check(meta)) => Some(meta.id),
            Ok(Named::Group(checks)) => checks.first().map(|meta| meta.group()),
            Err(unknown) => unknown.near,
        }
    }

    #[test]
    fn checks_are_found_by_what_people_type() {
        assert_eq!(id("general/parse"), Some("general/parse"));
        assert_eq!(id("parse"), Some("general/parse"));
        assert_eq!(id("general"), Some("general"));
        assert_eq!(id("general/prase"), Some("general/parse"));
        assert_eq!(id("prase"), Some("general/parse"));
        assert_eq!(id("banana"), None);
    }

    #[test]
    fn the_list_names_every_check() {
        let mut out = Vec::new();
        run(ListFormat::Json, Screen::of_file(), &mut out).unwrap();
        let listed: Vec<serde_json::Value> = serde_json::from_slice(&out).unwrap();
        let ids: Vec<&str> = listed.iter().filter_map(|check| check["id"].as_str()).collect();
        assert_eq!(ids, checks::TABLE.iter().map(|entry| entry.meta.id).collect::<Vec<_>>());
    }
}
