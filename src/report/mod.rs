//! Findings as people and programs want to read them: one module per format, all drawn from one [`Outcome`].
//!
//! Nothing here decides what a finding is; the formats only spell it. The same outcome gives the same
//! bytes on every run: no clock, no random numbers, no map order. The one exception, the time a run took,
//! is printed only where [`Look::elapsed`] allows it, which the command sets on a terminal alone.

mod change;
mod checkstyle;
mod concise;
mod fingerprint;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod markdown;
mod paint;
mod place;
mod plain;
mod sarif;
mod snippet;
mod summary;
mod unified;
mod visible;
mod window;

use std::{
    io::{self, Write},
    time::Duration,
};

use crate::{
    diag::{Diagnostic, Severity},
    text::Files,
};

pub use junit::{TestFile, TestOutcome, render_tests};
pub use paint::{Ink, Paint};
pub use summary::lines as summary;
pub use unified::unified;
pub use visible::{one_line, visible};
pub use window::wrapped;

/// A way to write findings.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum Format {
    /// Excerpts with underlined text, for people.
    #[default]
    Human,
    /// `path:line:column: severity: message [group/id]`, one finding a line.
    Concise,
    /// One JSON object; its shape is described in [`json`](self).
    Json,
    /// SARIF 2.1.0, for code scanning services and editors.
    Sarif,
    /// GitHub workflow commands, which become annotations of a pull request.
    Github,
    /// GitLab Code Quality.
    Gitlab,
    /// JUnit XML: a suite per file, a failed case per finding.
    Junit,
    /// Checkstyle XML.
    Checkstyle,
    /// Markdown tables, for summaries and comments.
    Markdown,
}

impl Format {
    /// All, in the order of the documentation.
    pub const ALL: [Format; 9] = [
        Format::Human,
        Format::Concise,
        Format::Json,
        Format::Sarif,
        Format::Github,
        Format::Gitlab,
        Format::Junit,
        Format::Checkstyle,
        Format::Markdown,
    ];

    /// Its name on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Format::Human => "human",
            Format::Concise => "concise",
            Format::Json => "json",
            Format::Sarif => "sarif",
            Format::Github => "github",
            Format::Gitlab => "gitlab",
            Format::Junit => "junit",
            Format::Checkstyle => "checkstyle",
            Format::Markdown => "markdown",
        }
    }
}

/// How a report may look; only [`Format::Human`] asks.
#[derive(Copy, Clone, Debug)]
pub struct Look {
    /// Whether escape sequences for colour may be written.
    pub colour: bool,
    /// Columns to fit in.
    pub width: usize,
    /// Whether to say how long the run took. Off wherever two runs must print the same bytes.
    pub elapsed: bool,
    /// Whether to end with the run in numbers.
    pub summary: bool,
}

/// What a run found, and in what.
#[derive(Copy, Clone, Debug)]
pub struct Outcome<'a> {
    /// The files that spans point into.
    pub files: &'a Files,
    /// The findings, sorted, without suppressed ones.
    pub findings: &'a [Diagnostic],
    /// The run in numbers.
    pub summary: Summary,
    /// The checks that ran.
    pub checks: &'a [CheckText],
}

/// A run in numbers.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// Files that were read.
    pub files: usize,
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Findings of severity info.
    pub infos: usize,
    /// Documents that were recognised but cannot be analysed, for example because they are templates.
    pub not_analysed: usize,
    /// Files that are of none of our kinds.
    pub skipped: usize,
    /// Findings that a comment or the configuration silences.
    pub suppressed: usize,
    /// Findings that the baseline holds.
    pub known: usize,
    /// Findings in places that the run is not about.
    pub elsewhere: usize,
    /// Findings in files of others.
    pub vendored: usize,
    /// How long the run took.
    pub elapsed: Duration,
}

/// What a check says of itself.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct CheckText {
    /// `group/what-is-wrong`.
    pub id: &'static str,
    /// The severity of its findings unless it says otherwise.
    pub severity: Severity,
    /// The first line of its documentation.
    pub summary: &'static str,
    /// The whole documentation, Markdown.
    pub docs: &'static str,
}

/// Writes a report.
///
/// # Errors
/// When `out` fails.
pub fn render(format: Format, outcome: &Outcome<'_>, out: &mut dyn Write, look: Look) -> io::Result<()> {
    match format {
        Format::Human => human::render(outcome, out, look),
        Format::Concise => concise::render(outcome, out),
        Format::Json => json::render(outcome, out),
        Format::Sarif => sarif::render(outcome, out),
        Format::Github => github::render(outcome, out),
        Format::Gitlab => gitlab::render(outcome, out),
        Format::Junit => junit::render(outcome, out),
        Format::Checkstyle => checkstyle::render(outcome, out),
        Format::Markdown => markdown::render(outcome, out),
    }
}
