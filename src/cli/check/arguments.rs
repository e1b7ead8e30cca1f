//! What may be typed behind `promcheck check`: promtool's flags.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::{
    cli::{arguments::one_of, test::is_known_feature},
    promql::Feature,
    report::Format,
    vocab::Duration,
};

const RULES_EXAMPLES: &str = "\
Examples:
  promcheck check rules rules/*.yml                what `promtool check rules` says, and all reasons with their places
  promcheck check rules --lint-fatal rules.yml     3 when the only fault is a duplicate
  promcheck check rules < rules.yml                from the standard input
  promcheck check rules -f github rules/*.yml      annotations in a pull request

The files are read as Prometheus reads them: manifests, templates and files of Loki or vmalert are refused.
`promcheck lint` knows those.

Exit status: 0 Prometheus loads all of them, 1 it refuses some, or a file cannot be read, 3 duplicates and
--lint-fatal.";

const CONFIG_EXAMPLES: &str = "\
Examples:
  promcheck check config prometheus.yml            what `promtool check config` says, and all reasons with their places
  promcheck check config --syntax-only prometheus.yml   without the files that it names
  promcheck check config --lint=all --lint-fatal prometheus.yml
  promcheck check config --agent agent.yml -f github    annotations in a pull request

Exit status: 0 Prometheus loads all of them with their rule files, 1 it refuses some, or a file cannot be read,
3 only a lint found something and --lint-fatal.";

const METRICS_EXAMPLES: &str = "\
Examples:
  promcheck check metrics < captured.prom                    names, units, help texts
  promcheck check metrics --extended < captured.prom         and how many series each metric has
  promcheck check metrics --extended --lint=none < captured.prom
  curl -s http://localhost:9100/metrics | promcheck check metrics

Exit status: 0 nothing questionable, 1 the page cannot be read, 3 something is questionable.";

const EXAMPLES: &str = "\
Examples:
  promcheck check rules rules/*.yml
  promcheck check config prometheus.yml
  promcheck check metrics < captured.prom

Exit status: 0 all is as Prometheus wants it, 1 it is not, 3 only a lint found something.";

/// What to check.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CheckArguments {
    /// Which kind of files.
    #[command(subcommand)]
    pub what: WhatToCheck,
    /// Parts of PromQL that Prometheus has behind a flag, by the flag's name, separated by commas
    #[arg(long, global = true, value_name = "FLAG", value_delimiter = ',')]
    pub enable_feature: Vec<String>,
    /// How far back a query of the server looks for a sample
    #[arg(long = "query.lookback-delta", global = true, value_name = "DURATION", default_value = "5m")]
    #[arg(value_parser = go_duration)]
    pub lookback_delta: Duration,
    /// Tell how many series each metric has (`check metrics`)
    #[arg(long, global = true)]
    pub extended: bool,
    /// How to write what is wrong: human (default), concise (a line each), json, sarif, github,
    /// gitlab, junit, checkstyle or markdown
    #[arg(long, short, global = true, default_value = "human", value_parser = one_of(&Format::ALL, Format::word))]
    #[arg(hide_default_value = true, hide_possible_values = true)]
    pub format: Format,
}

impl CheckArguments {
    /// The flags that Prometheus does not have.
    pub fn unknown_features(&self) -> Vec<String> {
        self.enable_feature.iter().filter(|flag| !is_known_feature(flag)).cloned().collect()
    }

    /// The parts of PromQL that are switched on.
    pub fn features(&self) -> Vec<Feature> {
        self.enable_feature.iter().filter_map(|flag| Feature::of_flag(flag)).collect()
    }
}

/// Which kind of files to check.
#[derive(Debug, Subcommand)]
pub enum WhatToCheck {
    /// Say whether Prometheus loads configurations, as `promtool check config` does, with every reason
    Config(ConfigArguments),
    /// Say what is questionable about a page of metrics, in the words of `promtool check metrics`
    Metrics(MetricsArguments),
    /// Say whether Prometheus loads rule files, as `promtool check rules` does, with every reason
    Rules(RulesArguments),
}

fn go_duration(text: &str) -> Result<Duration, String> {
    Duration::parse(text).map_err(|error| error.to_string())
}

/// Which configurations to check, and how.
#[derive(Debug, Args)]
#[command(after_help = CONFIG_EXAMPLES)]
pub struct ConfigArguments {
    /// Configurations of Prometheus
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Leave the files alone that a configuration names
    #[arg(long)]
    pub syntax_only: bool,
    /// Check for an agent, which evaluates no rules
    #[arg(long)]
    pub agent: bool,
    /// What to look for beyond what Prometheus refuses: all, duplicate-rules (default),
    /// too-long-scrape-interval or none, separated by commas
    #[arg(long, value_name = "LINTS", default_value = "duplicate-rules", hide_default_value = true)]
    pub lint: String,
    /// How strict to be.
    #[command(flatten)]
    pub strictness: Strictness,
}

/// Which rule files to check, and how.
#[derive(Debug, Args)]
#[command(after_help = RULES_EXAMPLES)]
pub struct RulesArguments {
    /// Rule files; the standard input when there are none
    pub files: Vec<PathBuf>,
    /// What to look for beyond what Prometheus refuses: all, duplicate-rules (default) or none,
    /// separated by commas
    #[arg(long, value_name = "LINTS", default_value = "duplicate-rules", hide_default_value = true)]
    pub lint: String,
    /// How strict to be.
    #[command(flatten)]
    pub strictness: Strictness,
}

/// How to check a page of metrics, which comes from the standard input.
#[derive(Debug, Args)]
#[command(after_help = METRICS_EXAMPLES)]
pub struct MetricsArguments {
    /// What to look for: all (default) or none
    #[arg(long, value_name = "LINTS", default_value = "all", hide_default_value = true)]
    pub lint: String,
}

/// How strict to be.
#[derive(Debug, Args)]
pub struct Strictness {
    /// End with 3 when `--lint` finds something and nothing is refused
    #[arg(long)]
    pub lint_fatal: bool,
    /// Pass over keys of rule files that Prometheus does not know
    #[arg(long)]
    pub ignore_unknown_fields: bool,
}
