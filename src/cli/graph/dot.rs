//! The graph in the language of Graphviz.

use std::io::{self, Write};

use crate::{
    graph::{About, Graph, Kind, Node},
    report::one_line,
};

/// Writes a graph under a name.
pub fn write(graph: &Graph, name: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "digraph {name} {{")?;
    writeln!(out, "  graph [rankdir=LR, ranksep=1.1, nodesep=0.16, fontname=\"Helvetica,Arial,sans-serif\"];")?;
    writeln!(
        out,
        "  node [fontname=\"Helvetica,Arial,sans-serif\", fontsize=11, style=filled, fillcolor=white, color=\"#8c959f\"];"
    )?;
    writeln!(out, "  edge [color=\"#8c959f\", arrowsize=0.6];")?;
    for (number, node) in graph.nodes.iter().enumerate() {
        let colours = if node.concerns.is_empty() { "" } else { ", color=\"#9a3412\", fillcolor=\"#fff1e6\"" };
        writeln!(out, "  n{number} [shape={}{colours}, label=\"{}\"];", shape(node.kind()), label(node))?;
    }
    for edge in &graph.edges {
        let style = if edge.certain { "" } else { " [style=dashed]" };
        writeln!(out, "  n{} -> n{}{style};", edge.from, edge.to)?;
    }
    writeln!(out, "}}")
}

fn shape(kind: Kind) -> &'static str {
    match kind {
        Kind::Job => "component",
        Kind::Source => "cylinder",
        Kind::Metric => "box",
        Kind::Record => "cds",
        Kind::Alert => "octagon",
        Kind::Dashboard => "tab",
        Kind::Route => "diamond",
        Kind::Receiver => "house",
        Kind::Runbook => "note",
    }
}

/// The name, and in lines of their own the severity and what stands out.
fn label(node: &Node) -> String {
    lines(node).iter().map(|line| escaped(line)).collect::<Vec<_>>().join("\\n")
}

/// What is written on a node in formats without a panel beside it.
pub fn lines(node: &Node) -> Vec<String> {
    let severity = match &node.about {
        About::Alert(alerting) => alerting.severity().map(str::to_owned),
        _ => None,
    };
    let concerns = node.concerns.iter().map(|concern| concern.told().to_owned());
    std::iter::once(node.name.clone())
        .chain(severity)
        .chain(concerns)
        .map(|line| one_line(&line).into_owned())
        .collect()
}

/// Text between double quotes.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
