//! `promcheck metrics`: every metric, where it comes from and who reads it.

mod arguments;
mod graph;
mod json;
mod story;
mod table;

use std::io::Write;

use crate::{
    census::{Census, Origin},
    facts::Facts,
    lint::{self, Opened},
    report::one_line,
    text::{Files, Span},
    workspace::{Drafts, Progress},
};

use super::{error::CliError, screen::Screen};

pub use arguments::{MetricsArguments, MetricsFormat};

/// Shows the metrics.
pub fn run(request: &MetricsArguments, screen: Screen, out: &mut dyn Write) -> Result<(), CliError> {
    let (names, paths) = request.names_and_paths();
    let Opened { workspace, config, .. } = lint::open(&paths, &request.config(), &Drafts::new(), &Progress::default())?;
    let mut census = Census::of(&Facts::of(&workspace, &config));
    if !names.is_empty() && request.format != MetricsFormat::Human {
        let named: Vec<String> =
            names.iter().filter_map(|name| census.metric(name)).map(|(name, _)| name.to_owned()).collect();
        census.metrics.retain(|name, _| named.contains(name));
    }
    let files = &workspace.files;
    match request.format {
        MetricsFormat::Human if names.is_empty() => table::write(&census, files, screen, out),
        MetricsFormat::Human => story::write(&census, &names, files, screen, out),
        MetricsFormat::Json => json::write(&census, files, out),
        MetricsFormat::Dot => graph::write_dot(&census, out),
        MetricsFormat::Mermaid => graph::write_mermaid(&census, out),
    }
    .map_err(CliError::Output)
}

/// Where something stands, as `file:line`.
fn place(files: &Files, span: Span) -> String {
    let file = files.file(span.file);
    format!("{}:{}", one_line(&file.name), file.position(span.start).line)
}

/// An origin in a word or two.
fn short(origin: &Origin) -> String {
    match origin {
        Origin::Prometheus => "Prometheus".to_owned(),
        Origin::Rule(_) => "rule".to_owned(),
        Origin::Code(_) => "source code".to_owned(),
        Origin::Page(_, source) => format!("page {}", one_line(source)),
        Origin::Exporter(name, _) | Origin::Unscraped(name, _) => (*name).to_owned(),
        Origin::Library(name) => format!("{name} library"),
    }
}

/// A number with its noun.
fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
