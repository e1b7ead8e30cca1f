//! What may be typed behind `promcheck graph`.

use std::path::PathBuf;

use clap::Args;

use crate::{graph::Kind, lint::ConfigFrom};

use super::super::arguments::one_of;

const EXAMPLES: &str = "\
Examples:
  promcheck graph -o graph.html                      everything below the working directory, to look at
  promcheck graph monitoring/ grafana/ -o graph.html of two folders, read as one
  promcheck graph --focus HighErrorRate -f mermaid   what leads to one alert, and whom it reaches
  promcheck graph --focus pager --depth 2 -o a.html  what is at most two steps away from a receiver
  promcheck graph --only alert,receiver -f dot | dot -Tsvg > who.svg
  promcheck graph --without dashboard,runbook -f mermaid > alerting.mmd
  promcheck graph -f json | jq -r '.nodes[] | select(.concerns | index(\"unheard\")).name'

A focus is a name as it is shown, or an id of the JSON, such as metric:up or alert:HighErrorRate.
Kinds are job, source, metric, record, alert, dashboard, route, receiver and runbook; what was joined
by way of a kind that is left out is joined directly. `promcheck schema graph` describes the JSON.

Exit status: 0 done, 2 the work could not be done.";

/// How to draw the graph.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct GraphArguments {
    /// Files and folders; together they are one workspace
    #[arg(default_value = ".", hide_default_value = true)]
    pub paths: Vec<PathBuf>,
    /// How to draw: html (default; one page that needs nothing else), mermaid, dot (for Graphviz) or json
    #[arg(long, short, default_value = "html", hide_default_value = true, value_name = "FORMAT")]
    #[arg(hide_possible_values = true, value_parser = one_of(&GraphFormat::ALL, GraphFormat::word))]
    pub format: GraphFormat,
    /// Write to this file instead of the standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Only what leads to this alert, metric, receiver, … and what it leads to; may be given several times
    #[arg(long, value_name = "NAME")]
    pub focus: Vec<String>,
    /// How many steps to go from the focus [default: all the way]
    #[arg(long, value_name = "N", requires = "focus")]
    pub depth: Option<usize>,
    /// Only these kinds, separated by commas
    #[arg(long, value_name = "KIND", value_delimiter = ',', hide_possible_values = true)]
    #[arg(value_parser = one_of(&Kind::ALL, Kind::word))]
    pub only: Vec<Kind>,
    /// Not these kinds, separated by commas
    #[arg(long, value_name = "KIND", value_delimiter = ',', hide_possible_values = true)]
    #[arg(value_parser = one_of(&Kind::ALL, Kind::word))]
    pub without: Vec<Kind>,
    /// Read this configuration instead of looking for .promcheck.yml from the first path upwards
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Look for no configuration
    #[arg(long)]
    pub no_config: bool,
}

/// How to draw a graph.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum GraphFormat {
    /// A page.
    Html,
    /// A graph as Markdown viewers draw it.
    Mermaid,
    /// A graph in the language of Graphviz.
    Dot,
    /// One object.
    Json,
}

impl GraphFormat {
    /// All.
    pub const ALL: [GraphFormat; 4] = [Self::Html, Self::Mermaid, Self::Dot, Self::Json];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Mermaid => "mermaid",
            Self::Dot => "dot",
            Self::Json => "json",
        }
    }
}

impl GraphArguments {
    /// Whether nodes of a kind are wanted.
    pub fn wants(&self, kind: Kind) -> bool {
        (self.only.is_empty() || self.only.contains(&kind)) && !self.without.contains(&kind)
    }

    /// Where the configuration comes from.
    pub fn config(&self) -> ConfigFrom {
        match &self.config {
            Some(path) => ConfigFrom::File(path.clone()),
            None if self.no_config => ConfigFrom::Nothing,
            None => ConfigFrom::Found,
        }
    }
}
