//! `promcheck metrics`: every metric, where it comes from and who reads it.

mod arguments;
mod json;
mod story;
mod table;

use std::{
    io::{self, Write},
    sync::Arc,
};

use crate::{
    census::{Census, Origin},
    facts::Facts,
    graph::{Graph, Kind},
    lint::{self, Opened},
    live::Live,
    report::one_line,
    text::{Files, Span},
    workspace::{Drafts, Progress},
};

use super::{
    error::CliError,
    graph::{write_dot, write_mermaid},
    screen::Screen,
};

pub use arguments::{MetricsArguments, MetricsFormat};
pub use json::{at, of_origin};

/// Shows the metrics.
pub fn run(request: &MetricsArguments, screen: Screen, out: &mut dyn Write) -> Result<(), CliError> {
    let (names, paths) = request.names_and_paths();
    let Opened { mut workspace, config, .. } =
        lint::open(&paths, &request.config(), &Drafts::new(), &Progress::default())?;
    workspace.live = Arc::new(Live { server: request.server.ask(&workspace)?, pages: None });
    let facts = Facts::of(&workspace, &config);
    if matches!(request.format, MetricsFormat::Dot | MetricsFormat::Mermaid) {
        return draw(&Graph::of(&facts), &names, request.format, out).map_err(CliError::Output);
    }
    let mut census = Census::of(&facts);
    if !names.is_empty() && request.format != MetricsFormat::Human {
        let named: Vec<String> =
            names.iter().filter_map(|name| census.metric(name)).map(|(name, _)| name.to_owned()).collect();
        census.metrics.retain(|name, _| named.contains(name));
    }
    let files = &workspace.files;
    match request.format {
        MetricsFormat::Human if names.is_empty() => table::write(&census, files, screen, out),
        MetricsFormat::Human => story::write(&census, &names, files, screen, out),
        MetricsFormat::Json | MetricsFormat::Dot | MetricsFormat::Mermaid => json::write(&census, files, out),
    }
    .map_err(CliError::Output)
}

/// Draws where metrics come from and who reads them: of those that are named, or of all.
fn draw(graph: &Graph, names: &[&str], format: MetricsFormat, out: &mut dyn Write) -> io::Result<()> {
    let part = graph.clone().of_kinds(&|kind| !matches!(kind, Kind::Route | Kind::Receiver | Kind::Runbook));
    let named: Vec<usize> = names.iter().flat_map(|name| part.named(name)).collect();
    let part = if names.is_empty() { part } else { part.around(&named, 1) };
    match format {
        MetricsFormat::Dot => write_dot(&part.gathered(), "metrics", out),
        _ => write_mermaid(&part.gathered(), out),
    }
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
        Origin::Server(address) => one_line(address).into_owned(),
        Origin::Library(name) => format!("{name} library"),
    }
}

/// A number with its noun.
fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
