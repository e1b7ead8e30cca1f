//! What may be typed behind `promcheck routes`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::super::{arguments::one_of, catalogue::ListFormat};

const ROUTES_EXAMPLES: &str = "\
Examples:
  promcheck routes alertmanager.yml                                the routing tree
  promcheck routes test alertmanager.yml severity=page team=db     whom such an alert reaches, and why
  promcheck routes test alertmanager.yml severity=page --verify-receivers pager
  promcheck routes rules alertmanager.yml rules/                   whom each rule reaches
  promcheck routes rules old.yml rules/ --diff new.yml             what a change does

Exit status: 0 done, 1 the configuration is refused or other receivers were expected.";

const SHOW_EXAMPLES: &str = "\
Examples:
  promcheck routes show alertmanager.yml
  promcheck routes show alertmanager.yml -f json | jq";

const TEST_EXAMPLES: &str = "\
Examples:
  promcheck routes test alertmanager.yml alertname=Down severity=page
  promcheck routes test alertmanager.yml severity=page --verify-receivers pager,chat";

const RULES_EXAMPLES: &str = "\
Examples:
  promcheck routes rules alertmanager.yml rules/
  promcheck routes rules alertmanager.yml rules/ prometheus.yml    with external labels and relabelling
  promcheck routes rules old.yml rules/ --diff new.yml             only what a change moves

`pager?` is told or not, depending on labels that the files do not fix.";

/// How to look at routing.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, after_help = ROUTES_EXAMPLES)]
pub struct RoutesArguments {
    /// What to do
    #[command(subcommand)]
    pub command: Option<RoutesCommand>,
    /// What to show when nothing else is asked for
    #[command(flatten)]
    pub show: Option<ShowArguments>,
}

/// What to do with a routing tree.
#[derive(Debug, Subcommand)]
pub enum RoutesCommand {
    /// Draw the routing tree: matchers, receivers, and what each route changes of what it inherits
    Show(ShowArguments),
    /// Say whom an alert with some labels reaches, and which routes led there
    Test(TestArguments),
    /// Say of every alerting rule whom its alerts reach, certainly or possibly
    Rules(RulesArguments),
}

/// How to draw a routing tree.
#[derive(Debug, Args)]
#[command(after_help = SHOW_EXAMPLES)]
pub struct ShowArguments {
    /// alertmanager.yml, an AlertmanagerConfig manifest or provisioned notification policies of Grafana
    pub config: PathBuf,
    /// How to write the tree: human (default) or json
    #[arg(long, short, value_name = "FORMAT", default_value = "human", hide_default_value = true)]
    #[arg(hide_possible_values = true, value_parser = one_of(&ListFormat::ALL, ListFormat::word))]
    pub format: ListFormat,
}

/// Which alert to route.
#[derive(Debug, Args)]
#[command(after_help = TEST_EXAMPLES)]
pub struct TestArguments {
    /// alertmanager.yml, an AlertmanagerConfig manifest or provisioned notification policies of Grafana
    pub config: PathBuf,
    /// Labels of the alert: alertname=Down severity=page
    #[arg(value_name = "LABEL=VALUE")]
    pub labels: Vec<String>,
    /// Fail unless exactly these receivers are told, in the order of the tree, separated by commas
    #[arg(long, value_name = "RECEIVERS")]
    pub verify_receivers: Option<String>,
}

/// Which rules to route.
#[derive(Debug, Args)]
#[command(after_help = RULES_EXAMPLES)]
pub struct RulesArguments {
    /// alertmanager.yml, an AlertmanagerConfig manifest or provisioned notification policies of Grafana
    pub config: PathBuf,
    /// Rule files, or folders with them; a prometheus.yml among them adds its external labels and relabelling
    #[arg(required = true)]
    pub rules: Vec<PathBuf>,
    /// Show only the alerts that go elsewhere with this configuration, nothing when none does
    #[arg(long, value_name = "CONFIG")]
    pub diff: Option<PathBuf>,
    /// How to write the table: human (default) or json
    #[arg(long, short, value_name = "FORMAT", default_value = "human", hide_default_value = true)]
    #[arg(hide_possible_values = true, value_parser = one_of(&ListFormat::ALL, ListFormat::word))]
    pub format: ListFormat,
}
