//! What may be typed behind `promcheck metrics`.

use std::path::PathBuf;

use clap::Args;

use crate::{lint::ConfigFrom, vocab::is_metric_name, workspace::Disk};

use super::super::{arguments::one_of, network::ServerArguments};

const EXAMPLES: &str = "\
Examples:
  promcheck metrics                            every metric below the working directory, worst first
  promcheck metrics monitoring/ docs/          of two folders, read as one
  promcheck metrics http_requests_total        where one metric comes from, and who reads it
  promcheck metrics up monitoring/             the same, below a folder
  promcheck metrics --prometheus http://localhost:9090   with what a server has
  promcheck metrics -f json | jq '.metrics[] | select(.standing == \"undefined\").name'
  promcheck metrics -f dot | dot -Tsvg > metrics.svg

Exit status: 0 done, 2 the work could not be done.";

/// How to look at the metrics.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct MetricsArguments {
    /// Files and folders, read together as one workspace; a word that is no path is the name of a metric
    #[arg(value_name = "NAME|PATH")]
    pub words: Vec<String>,
    /// How to write the metrics: human (default), json, dot (for Graphviz) or mermaid
    #[arg(long, short, default_value = "human", hide_default_value = true, value_name = "FORMAT")]
    #[arg(hide_possible_values = true, value_parser = one_of(&MetricsFormat::ALL, MetricsFormat::word))]
    pub format: MetricsFormat,
    /// Read this configuration instead of looking for .promcheck.yml from the first path upwards
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Look for no configuration
    #[arg(long)]
    pub no_config: bool,
    /// Which server to ask.
    #[command(flatten)]
    pub server: ServerArguments,
}

/// How to write metrics.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum MetricsFormat {
    /// A table, or a story of those that were named.
    Human,
    /// One object.
    Json,
    /// A graph in the language of Graphviz.
    Dot,
    /// A graph as Markdown viewers draw it.
    Mermaid,
}

impl MetricsFormat {
    /// All.
    pub const ALL: [MetricsFormat; 4] = [Self::Human, Self::Json, Self::Dot, Self::Mermaid];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Dot => "dot",
            Self::Mermaid => "mermaid",
        }
    }
}

impl MetricsArguments {
    /// The words that name metrics, and those that are paths: the working directory when none is.
    pub fn names_and_paths(&self) -> (Vec<&str>, Vec<PathBuf>) {
        let is_name = |word: &&str| is_metric_name(word) && !Disk::Real.exists(word.as_ref());
        let (names, paths): (Vec<&str>, Vec<&str>) = self.words.iter().map(String::as_str).partition(is_name);
        let paths = if paths.is_empty() { vec!["."] } else { paths };
        (names, paths.into_iter().map(PathBuf::from).collect())
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
