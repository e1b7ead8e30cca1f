//! What may be typed behind `promcheck query`.

use std::path::PathBuf;

use clap::Args;

use crate::vocab::Duration;

use super::{
    super::arguments::one_of,
    features::Feature,
    times::{self, Moment},
};

const EXAMPLES: &str = "\
Series come from files, in any of three forms:
  lines of a name and values      up{job=\"api\"} 1 1 _ 0x3           (a value each --interval)
  a test file of rules            the input_series of its tests, at the test's interval
  a captured page of metrics      curl -s localhost:9100/metrics > node.prom

Examples:
  promcheck query 'sum by (job) (up)' --series up.series
  promcheck query 'rate(requests_total[5m])' --series tests/api.yml --at 10m
  promcheck query 'rate(requests_total[5m])' --series tests/api.yml --test 'slow api' --step 1m
  promcheck query 'node_load1 > 2' --series node.prom -f json | jq '.result[].metric'
  promcheck query 'requests_total' --series api.series --from 0 --to 2h --step 1m -f plot

A time is a duration since the beginning (10m), seconds since 1970 (1700000000), or a date
(2024-02-29T12:00:00Z). Without times the expression is evaluated at the last sample.

Exit status: 0 evaluated, 1 the expression or a series is wrong, 2 the work could not be done.";

/// What to evaluate, over what, and when.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct QueryArguments {
    /// The expression
    pub expr: String,
    /// Files with series
    #[arg(long, short, value_name = "FILE", required = true, num_args = 1..)]
    pub series: Vec<PathBuf>,
    /// Evaluate once, at this time [default: that of the last sample]
    #[arg(long, value_name = "TIME", value_parser = times::moment, conflicts_with_all = ["from", "to", "step"])]
    pub at: Option<Moment>,
    /// Evaluate again and again from this time on [default: that of the first sample]
    #[arg(long, value_name = "TIME", value_parser = times::moment)]
    pub from: Option<Moment>,
    /// Evaluate again and again until this time [default: that of the last sample]
    #[arg(long, value_name = "TIME", value_parser = times::moment)]
    pub to: Option<Moment>,
    /// From one evaluation to the next [default: the interval of the series]
    #[arg(long, value_name = "DURATION", value_parser = times::length)]
    pub step: Option<Duration>,
    /// From one value of a series to the next, where the file does not say
    #[arg(long, value_name = "DURATION", default_value = "1m", value_parser = times::length)]
    pub interval: Duration,
    /// Of a file with several tests: which, by name or number from 1 [default: the first]
    #[arg(long, value_name = "TEST")]
    pub test: Option<String>,
    /// Take the samples of a captured page at the times it gives, not all at time 0
    #[arg(long)]
    pub page_times: bool,
    /// How to write the result: table (default), json (as Prometheus' API has it) or plot
    #[arg(long, short, default_value = "table", value_parser = one_of(&ResultFormat::ALL, ResultFormat::word))]
    #[arg(hide_default_value = true, hide_possible_values = true)]
    pub format: ResultFormat,
    /// Features of Prometheus that are on, by their names there, separated by commas
    #[arg(long, value_name = "FEATURE", value_delimiter = ',', hide_possible_values = true)]
    #[arg(value_parser = one_of(&Feature::ALL, Feature::word))]
    pub enable_feature: Vec<Feature>,
    /// How long a sample counts when no newer one comes
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = times::length)]
    pub lookback: Duration,
}

/// How to write a result.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum ResultFormat {
    /// Aligned columns, for people.
    Table,
    /// `resultType` and `result`, as Prometheus' API answers.
    Json,
    /// Lines over time, drawn with characters.
    Plot,
}

impl ResultFormat {
    /// All.
    pub const ALL: [ResultFormat; 3] = [ResultFormat::Table, ResultFormat::Json, ResultFormat::Plot];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            ResultFormat::Table => "table",
            ResultFormat::Json => "json",
            ResultFormat::Plot => "plot",
        }
    }
}
