//! The census as a graph: from where metrics come, over the metrics, to those who read them.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use crate::census::{Census, Origin, Reader};

use super::short;

/// A node: its shape and its words.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Origin(String),
    Metric(String),
    Alert(String),
    Dashboard(String),
    Test(String),
}

impl Node {
    fn words(&self) -> &str {
        match self {
            Self::Origin(words)
            | Self::Metric(words)
            | Self::Alert(words)
            | Self::Dashboard(words)
            | Self::Test(words) => words,
        }
    }
}

/// All arrows, sorted: what is read of exporters, what rules record, who reads it. What nobody reads is left out.
fn arrows(census: &Census) -> BTreeSet<(Node, Node)> {
    let mut arrows = BTreeSet::new();
    for (name, metric) in census.metrics.iter().filter(|(_, metric)| !metric.uses.is_empty()) {
        let own = || Node::Metric(name.clone());
        for origin in metric.origins.iter().filter(|origin| !matches!(origin, Origin::Rule(_))) {
            arrows.insert((Node::Origin(short(origin)), own()));
        }
        for one in &metric.uses {
            let reader = match &one.by {
                Reader::Alert(name) => Node::Alert(name.clone()),
                Reader::Record(name) => Node::Metric(name.clone()),
                Reader::Dashboard { title, .. } => Node::Dashboard(title.clone()),
                Reader::Test(name) => Node::Test(name.clone()),
            };
            arrows.insert((own(), reader));
        }
    }
    arrows
}

/// The nodes of the arrows, numbered in their order.
fn numbered(arrows: &BTreeSet<(Node, Node)>) -> BTreeMap<&Node, usize> {
    let nodes: BTreeSet<&Node> = arrows.iter().flat_map(|(from, to)| [from, to]).collect();
    nodes.into_iter().enumerate().map(|(number, node)| (node, number)).collect()
}

/// Writes a graph for Graphviz.
pub fn write_dot(census: &Census, out: &mut dyn Write) -> io::Result<()> {
    let arrows = arrows(census);
    let numbers = numbered(&arrows);
    writeln!(out, "digraph metrics {{\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];")?;
    for (node, number) in &numbers {
        let shape = match node {
            Node::Origin(_) => "cylinder",
            Node::Metric(_) => "box",
            Node::Alert(_) => "octagon",
            Node::Dashboard(_) => "tab",
            Node::Test(_) => "note",
        };
        let words = node.words().replace('\\', "\\\\").replace('"', "\\\"").replace(['\n', '\r'], " ");
        writeln!(out, "  n{number} [shape={shape}, label=\"{words}\"];")?;
    }
    for (from, to) in &arrows {
        writeln!(out, "  n{} -> n{};", numbers[from], numbers[to])?;
    }
    writeln!(out, "}}")
}

/// Writes a graph as Markdown viewers draw it.
pub fn write_mermaid(census: &Census, out: &mut dyn Write) -> io::Result<()> {
    let arrows = arrows(census);
    let numbers = numbered(&arrows);
    writeln!(out, "flowchart LR")?;
    for (node, number) in &numbers {
        let (open, close) = match node {
            Node::Origin(_) => ("[(", ")]"),
            Node::Metric(_) => ("[", "]"),
            Node::Alert(_) => ("{{", "}}"),
            Node::Dashboard(_) => ("([", "])"),
            Node::Test(_) => (">", "]"),
        };
        let words = node.words().replace('"', "#quot;").replace(['\n', '\r'], " ");
        writeln!(out, "  n{number}{open}\"{words}\"{close}")?;
    }
    for (from, to) in &arrows {
        writeln!(out, "  n{} --> n{}", numbers[from], numbers[to])?;
    }
    Ok(())
}
