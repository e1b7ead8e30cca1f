//! `promcheck graph`: how everything hangs together, drawn.

#![expect(clippy::disallowed_methods, reason = "the command knows the clock and writes the page")]

mod arguments;
mod dot;
mod findings;
mod html;
mod json;
mod mermaid;
mod schema;

use std::{
    fs,
    io::{self, Write},
};

use jiff::Zoned;

use crate::{
    facts::Facts,
    graph::Graph,
    lint::{self, Opened, Options, Today},
    text::Files,
    vocab::nearest,
    workspace::{Drafts, Progress},
};

use super::{error::CliError, screen::Screen};

pub use arguments::{GraphArguments, GraphFormat};
pub use dot::write as write_dot;
pub use mermaid::write as write_mermaid;
pub use schema::schema;

use findings::Findings;

/// Draws the graph.
pub fn run(request: &GraphArguments, screen: Screen, out: &mut dyn Write) -> Result<(), CliError> {
    let is_page = request.format == GraphFormat::Html;
    if is_page && screen.terminal && request.output.is_none() {
        return Err(CliError::PageOnTerminal);
    }
    let Opened { workspace, config, complaints } =
        lint::open(&request.paths, &request.config(), &Drafts::new(), &Progress::default())?;
    let graph = narrowed(Graph::of(&Facts::of(&workspace, &config)), request)?;
    let found = if matches!(request.format, GraphFormat::Html | GraphFormat::Json) {
        let options = Options { complaints, ..Options::default() };
        lint::lint(&workspace, &config, options, Today::told_by(|| Zoned::now().date()))
            .map_err(lint::Failure::from)?
            .findings
    } else {
        Vec::new()
    };
    let drawn = Drawn { findings: Findings::of(&graph, &found), graph, files: &workspace.files };
    let mut text = Vec::new();
    match request.format {
        GraphFormat::Html => html::write(&drawn, &workspace.roots, &mut text),
        GraphFormat::Json => json::write(&drawn, &mut text),
        GraphFormat::Dot => dot::write(&drawn.graph.gathered(), "promcheck", &mut text),
        GraphFormat::Mermaid => {
            let graph = drawn.graph.gathered();
            mermaid::warn(&graph, &mut io::stderr().lock()).and_then(|()| mermaid::write(&graph, &mut text))
        }
    }
    .map_err(CliError::Output)?;
    match &request.output {
        Some(path) => fs::write(path, text).map_err(|error| CliError::Unwritable { path: path.clone(), error }),
        None => out.write_all(&text).map_err(CliError::Output),
    }
}

/// A graph with what was found at its nodes.
struct Drawn<'w> {
    graph: Graph,
    findings: Findings<'w>,
    files: &'w Files,
}

/// The part of a graph that was asked for.
fn narrowed(graph: Graph, request: &GraphArguments) -> Result<Graph, CliError> {
    let mut focus = Vec::new();
    for name in &request.focus {
        let found = graph.named(name);
        if found.is_empty() {
            let near = nearest(name, graph.nodes.iter().map(|node| node.name.as_str()));
            return Err(CliError::NoNode { name: name.clone(), near: near.map(str::to_owned) });
        }
        focus.extend(found);
    }
    let graph = match focus.as_slice() {
        [] => graph,
        focus => graph.around(focus, request.depth.unwrap_or(usize::MAX)),
    };
    let is_whole = request.only.is_empty() && request.without.is_empty();
    Ok(if is_whole { graph } else { graph.of_kinds(&|kind| request.wants(kind)) })
}
