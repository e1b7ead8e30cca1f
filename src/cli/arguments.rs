//! What may be typed.

use std::{num::NonZeroUsize, path::PathBuf};

use clap::{
    Args, Parser, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};

use clap_complete::Shell;

use crate::{config::FailOn, diag::Severity, report::Format, vocab::Version};

use super::{
    catalogue::ListFormat, check::CheckArguments, completions, docs, exporters::CatalogCommand, fix::Fixing,
    format::FormatArguments, graph::GraphArguments, init::InitArguments, manual, metrics::MetricsArguments,
    network::NetworkArguments, query::QueryArguments, routes::RoutesArguments, scope::Telling, screen::Color,
};

const EXAMPLES: &str = "\
Examples:
  promcheck lint                         everything below the working directory
  promcheck lint monitoring/ docs/       rules, routes, dashboards and docs as one program
  promcheck lint -f github               annotations in a pull request
  promcheck lint -f sarif -o out.sarif   for code scanning
  promcheck query 'up == 0' -s up.series  what an expression gives, without a server
  promcheck test rules_test.yml          unit tests of rules, promtool's files as they are
  promcheck check config prometheus.yml  what promtool says, and all reasons with their places
  promcheck explain general/parse        what a check finds, why, and what to do
  promcheck checks                       all checks, by group

Exit status: 0 nothing found, 1 findings, 2 the work could not be done.";

const LINT_EXAMPLES: &str = "\
Examples:
  promcheck lint rules/ dashboards/      folders that refer to each other, as one workspace
  promcheck lint --select promql,docs    two groups of checks and no others
  promcheck lint --ignore dashboards     everything but dashboards
  promcheck lint --min-severity warning  no hints
  promcheck lint --fail-on error         a pipeline that stops for proven defects only
  promcheck lint --format json | jq '.findings[].check'
  promcheck lint --diff                  what the safe fixes would change
  promcheck lint --fix                   change it
  promcheck lint --baseline known.json --update-baseline   accept what is there
  promcheck lint --baseline known.json   and tell only what is new from now on
  promcheck lint --changed-since main    what a branch touches or brings, in all files
  promcheck lint --in-context a.yml      one file, seen with all others
  promcheck lint --watch monitoring/     again, when a file changes, with what is new and fixed
  promcheck lint --prometheus http://localhost:9090        and ask a server which metrics it has
  promcheck lint --links                 and ask whether the pages are there that links lead to

What a project always wants goes to .promcheck.yml; `promcheck schema` describes it.

Exit status: 0 nothing at or above --fail-on, 1 findings, 2 the work could not be done.";

const CHECK_CONFIG_EXAMPLES: &str = "\
Examples:
  promcheck check-config alertmanager.yml          what `amtool check-config` says, and all reasons with their places
  promcheck check-config a.yml b.yml -f github     annotations in a pull request
  promcheck check-config --alertmanager-version 0.27 alertmanager.yml

Exit status: 0 Alertmanager loads all of them, 1 it refuses some, or a file cannot be read.";

const TEST_EXAMPLES: &str = "\
Examples:
  promcheck test rules_test.yml             what failed, and why
  promcheck test tests/*.yml --run redis    only tests with such a name
  promcheck test rules rules_test.yml       promtool's words and exit status, as a drop-in
  promcheck test tests/*.yml -f github      annotations in a pull request
  promcheck test tests/*.yml --junit out.xml
  promcheck test monitoring/ --coverage     all test files in a folder, and what they show of the rules
  promcheck test monitoring/ --min-coverage 80 -f lcov > lcov.info
  promcheck test monitoring/ --watch        again, when a file changes that they read

Flags for --enable-feature: promql-experimental-functions, promql-binop-fill-modifiers,
promql-unquoted-utf8-names, promql-delayed-name-removal.

Coverage is the number of covered goals in a hundred goals, over all rules of the rule files under
test. The goals of a rule: it is evaluated with data (a recording rule records something); an alert
is seen inactive, pending (where there is a `for`), firing and resolved; `for` elapses, and an alert
goes away before it has; each operand of `and`, `or` and `unless` decides a result by itself; each
comparison is seen to hold and not to hold. Operators in subqueries are left out. Where a test file
names an alertmanager_config, each of its routes is a goal: an alert comes to it.

Exit status: 0 all passed, 1 a test failed or too little is covered, 2 the work could not be done.";

const TEST_RULES_EXAMPLES: &str = "\
Examples:
  promcheck test rules tests/*.yml
  promcheck test rules --run redis --junit out.xml tests/*.yml";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  promcheck explain promql/impossible-join   what the check finds, why it matters, what to write instead
  promcheck explain impossible-join          the same
  promcheck explain promql                   the checks of a group";

const CHECKS_EXAMPLES: &str = "\
Examples:
  promcheck checks                                    all checks, by group
  promcheck checks -f json | jq -r '.[] | select(.on_by_default | not) | .id'";

const POLICY_EXAMPLES: &str = "\
Examples:
  promcheck policy
  promcheck policy monitoring > wiki/Monitoring-policy.md";

const SCHEMA_EXAMPLES: &str = "\
Examples:
  promcheck schema > .promcheck.schema.json
  # and in .promcheck.yml, for editors:
  # yaml-language-server: $schema=.promcheck.schema.json
  promcheck schema graph                 the JSON of `promcheck graph -f json`";

/// Proves what is wrong with a monitoring folder: Prometheus rules and configuration, Alertmanager
/// routing, Grafana dashboards and provisioning, and the docs beside them
#[derive(Debug, Parser)]
#[command(name = "promcheck", version, after_help = EXAMPLES, max_term_width = 100)]
pub struct Arguments {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
    /// When to colour: auto (on a terminal, unless NO_COLOR is set), always or never
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    #[arg(hide_default_value = true, hide_possible_values = true)]
    #[arg(value_parser = one_of(&Color::ALL, Color::word))]
    pub color: Color,
}

impl Arguments {
    /// How many threads were asked for.
    pub fn threads(&self) -> Option<NonZeroUsize> {
        match &self.command {
            Command::Lint(request) => request.threads,
            Command::Test(request) => request.threads,
            _ => None,
        }
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Find defects in the files below the given paths, read together as one workspace
    Lint(LintArguments),
    /// Evaluate an expression over series from files
    Query(QueryArguments),
    /// Format the PromQL of rule files and dashboards
    Fmt(FormatArguments),
    /// Run unit tests of rules, as promtool does and further
    Test(TestArguments),
    /// Say what a check finds, why it matters and what to do instead
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain {
        /// Id of a check, such as promql/syntax, or a group, such as promql
        check: String,
    },
    /// Show every metric: where it comes from, which jobs scrape it, who reads it
    Metrics(MetricsArguments),
    /// Draw how everything hangs together, from the jobs over metrics and alerts to who is told
    Graph(GraphArguments),
    /// What is known of the metrics of exporters, and how to record more
    Catalog {
        /// What to do
        #[command(subcommand)]
        command: CatalogCommand,
    },
    /// List all checks
    #[command(after_help = CHECKS_EXAMPLES)]
    Checks {
        /// How to write the list
        #[arg(long, short, value_name = "FORMAT", default_value = "human")]
        #[arg(value_parser = one_of(&ListFormat::ALL, ListFormat::word))]
        format: ListFormat,
    },
    /// Say whether Prometheus loads rule files and configurations, as `promtool check` does
    Check(CheckArguments),
    /// Say whether Alertmanager loads configurations, as `amtool check-config` does, with every reason
    CheckConfig(CheckConfigArguments),
    /// Show where alerts go: the routing tree, whom an alert reaches, which rule reaches whom
    Routes(RoutesArguments),
    /// Write a configuration for what lies here, and on request hooks, a workflow and a baseline
    Init(InitArguments),
    /// Print what the configuration demands, as Markdown for a wiki
    #[command(after_help = POLICY_EXAMPLES)]
    Policy {
        /// A file or folder of the project
        #[arg(default_value = ".", hide_default_value = true)]
        path: PathBuf,
    },
    /// Print the JSON schema of .promcheck.yml, for editors, or of the JSON of a graph
    #[command(after_help = SCHEMA_EXAMPLES)]
    Schema {
        /// What to describe: config (default) or graph
        #[arg(default_value = "config", hide_default_value = true, hide_possible_values = true)]
        #[arg(value_parser = one_of(&SchemaOf::ALL, SchemaOf::word))]
        of: SchemaOf,
    },
    /// Print what a shell needs to complete commands and flags
    #[command(after_help = completions::EXAMPLES)]
    Completions {
        /// Which shell: bash, elvish, fish, powershell or zsh
        #[arg(value_name = "SHELL", hide_possible_values = true)]
        shell: Shell,
    },
    /// Write the reference pages of the handbook as Markdown
    #[command(after_help = docs::EXAMPLES)]
    Docs {
        /// Where to write the pages
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
    },
    /// Print the manual page, or write one for each command into a folder
    #[command(after_help = manual::EXAMPLES)]
    Man {
        /// Where to write the pages
        #[arg(value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
}

/// What has a schema.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum SchemaOf {
    /// `.promcheck.yml`.
    Config,
    /// The JSON of `promcheck graph`.
    Graph,
}

impl SchemaOf {
    /// All.
    pub const ALL: [SchemaOf; 2] = [Self::Config, Self::Graph];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Graph => "graph",
        }
    }
}

/// How to lint.
#[derive(Debug, Args)]
#[command(after_help = LINT_EXAMPLES)]
pub struct LintArguments {
    /// Files and folders; together they are one workspace
    #[arg(default_value = ".", hide_default_value = true)]
    pub paths: Vec<PathBuf>,
    /// How to write the findings: human (default), concise (a line each), json, sarif, github,
    /// gitlab, junit, checkstyle or markdown
    #[arg(long, short, default_value = "human", value_parser = one_of(&Format::ALL, Format::word))]
    #[arg(hide_default_value = true, hide_possible_values = true)]
    pub format: Format,
    /// Write the findings to this file instead of the standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Only these checks or groups, separated by commas, even those that are off by default
    #[arg(long, value_name = "CHECK", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Not these checks or groups, separated by commas
    #[arg(long, value_name = "CHECK", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Leave out findings milder than this: info (default), warning or error
    #[arg(long, value_name = "SEVERITY", hide_possible_values = true)]
    #[arg(value_parser = one_of(&Severity::ALL, Severity::word))]
    pub min_severity: Option<Severity>,
    /// Exit with 1 from this severity on: info, warning (default), error or never
    #[arg(long, value_name = "SEVERITY", hide_possible_values = true)]
    #[arg(value_parser = one_of(&FailOn::ALL, FailOn::word))]
    pub fail_on: Option<FailOn>,
    /// Read this configuration instead of looking for .promcheck.yml from the first path upwards
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Look for no configuration
    #[arg(long)]
    pub no_config: bool,
    /// Obey comments for pint (`# pint disable …`) and promruval (`# ignore_validations: …`), too
    #[arg(long)]
    pub honour_pint: bool,
    /// Lint again when a file changes, until Ctrl-C, and tell what became new and what is fixed
    #[arg(long, conflicts_with_all = ["output", "fixes", "update_baseline"])]
    pub watch: bool,
    /// Number of threads [default: one for each processor]
    #[arg(long, value_name = "NUMBER")]
    pub threads: Option<NonZeroUsize>,
    /// Name the files that were not analysed, with the reason, on the standard error
    #[arg(long, short)]
    pub verbose: bool,
    /// Write findings only, no summary
    #[arg(long, short, conflicts_with = "verbose")]
    pub quiet: bool,
    /// What to do with fixes.
    #[command(flatten)]
    pub fixing: Fixing,
    /// What to tell of.
    #[command(flatten)]
    pub telling: Telling,
    /// What to ask the network.
    #[command(flatten)]
    pub network: NetworkArguments,
}

/// How to check configurations of Alertmanager.
#[derive(Debug, Args)]
#[command(after_help = CHECK_CONFIG_EXAMPLES)]
pub struct CheckConfigArguments {
    /// Configurations of Alertmanager; the standard input when there are none
    pub files: Vec<PathBuf>,
    /// How to write the reasons: human (default), concise (a line each), json, sarif, github,
    /// gitlab, junit, checkstyle or markdown
    #[arg(long, short, default_value = "human", value_parser = one_of(&Format::ALL, Format::word))]
    #[arg(hide_default_value = true, hide_possible_values = true)]
    pub format: Format,
    /// The version of Alertmanager that runs [default: `alertmanager_version` of .promcheck.yml, else 0.34]
    #[arg(long, value_name = "VERSION", value_parser = version)]
    pub alertmanager_version: Option<Version>,
}

fn version(text: &str) -> Result<Version, String> {
    Version::parse(text).ok_or_else(|| "not a version such as `0.34` or `v0.34.2`".to_owned())
}

/// What to test.
#[derive(Debug, Args)]
#[command(after_help = TEST_EXAMPLES, subcommand_negates_reqs = true)]
pub struct TestArguments {
    /// `rules`: the same with promtool's words and exit status
    #[command(subcommand)]
    pub drop_in: Option<DropIn>,
    /// Test files, and folders of them
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Refuse what promtool does not know, so that the files stay portable
    #[arg(long)]
    pub promtool: bool,
    /// How to write what failed: human (default), concise (a line each), json, sarif, github,
    /// gitlab, junit (a case for each test), checkstyle, markdown, or of coverage lcov or html
    #[arg(long, short, default_value = "human", value_parser = one_of(&TestFormat::ALL, TestFormat::word))]
    #[arg(hide_default_value = true, hide_possible_values = true)]
    pub format: TestFormat,
    /// Write failures only, no summary
    #[arg(long, short)]
    pub quiet: bool,
    /// Tell what the tests show of each rule and what they never show; with json, lcov or html
    /// this is the output, and failures stand on the standard error
    #[arg(long)]
    pub coverage: bool,
    /// Fail when less than so many goals in a hundred are covered
    #[arg(long, value_name = "PERCENT", value_parser = percentage)]
    pub min_coverage: Option<f64>,
    /// Run tests again when a file that they read changes, until Ctrl-C
    #[arg(long)]
    pub watch: bool,
    /// Number of threads [default: one for each processor]
    #[arg(long, value_name = "NUMBER")]
    pub threads: Option<NonZeroUsize>,
    /// How to run the tests.
    #[command(flatten)]
    pub how: HowToTest,
}

/// How to write how tests went.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum TestFormat {
    /// Findings.
    Findings(Format),
    /// Coverage on the lines of rule files.
    Lcov,
    /// Coverage as a page.
    Html,
}

impl TestFormat {
    /// All, in the order of the documentation.
    pub const ALL: [TestFormat; 11] = [
        TestFormat::Findings(Format::Human),
        TestFormat::Findings(Format::Concise),
        TestFormat::Findings(Format::Json),
        TestFormat::Findings(Format::Sarif),
        TestFormat::Findings(Format::Github),
        TestFormat::Findings(Format::Gitlab),
        TestFormat::Findings(Format::Junit),
        TestFormat::Findings(Format::Checkstyle),
        TestFormat::Findings(Format::Markdown),
        TestFormat::Lcov,
        TestFormat::Html,
    ];

    /// Its name on the command line.
    pub fn word(self) -> &'static str {
        match self {
            TestFormat::Findings(format) => format.word(),
            TestFormat::Lcov => "lcov",
            TestFormat::Html => "html",
        }
    }
}

fn percentage(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.0..=100.0).contains(number));
    number.ok_or_else(|| "not a number from 0 to 100".to_owned())
}

/// The spelling of promtool.
#[derive(Debug, Subcommand)]
pub enum DropIn {
    /// Run unit tests of rules with promtool's words and exit status
    #[command(after_help = TEST_RULES_EXAMPLES)]
    Rules {
        /// Test files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

/// How to run tests, in promtool's flags.
#[derive(Debug, Args)]
pub struct HowToTest {
    /// Only tests whose names have a part that matches; may be given several times
    #[arg(long, global = true, value_name = "REGEX")]
    pub run: Vec<String>,
    /// Also write the results to this file as JUnit XML, a case for each test
    #[arg(long, global = true, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Show differences instead of what was expected and what was found (`test rules`)
    #[arg(long, global = true)]
    pub diff: bool,
    /// Tell all series at the end of each test, on the standard error
    #[arg(long, global = true)]
    pub debug: bool,
    /// Pass over keys of rule files that Prometheus does not know
    #[arg(long, global = true)]
    pub ignore_unknown_fields: bool,
    /// Parts of PromQL that Prometheus has behind a flag, by the flag's name, separated by commas
    #[arg(long, global = true, value_name = "FLAG", value_delimiter = ',')]
    pub enable_feature: Vec<String>,
}

/// A parser of a closed set of words.
pub fn one_of<T>(all: &'static [T], word: fn(T) -> &'static str) -> impl TypedValueParser<Value = T>
where
    T: Copy + Send + Sync + 'static,
{
    PossibleValuesParser::new(all.iter().map(|value| word(*value))).try_map(move |text| {
        let found = all.iter().copied().find(|value| word(*value) == text);
        found.ok_or("not one of the possible values")
    })
}
