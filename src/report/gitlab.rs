//! GitLab Code Quality, which GitLab shows in the merge request.
//!
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use std::io::{self, Write};

use serde::Serialize;

use crate::diag::Severity;

use super::{Outcome, fingerprint::fingerprints, json, place::Place};

#[derive(Serialize)]
struct Issue<'a> {
    description: &'a str,
    check_name: &'a str,
    fingerprint: &'a str,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

/// Writes the array of issues.
pub fn render(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    let fingerprints = fingerprints(outcome.files, outcome.findings);
    let issues: Vec<Issue<'_>> = outcome
        .findings
        .iter()
        .zip(&fingerprints)
        .map(|(finding, fingerprint)| {
            let place = Place::of(outcome.files, finding.span);
            Issue {
                description: &finding.message,
                check_name: finding.check,
                fingerprint,
                severity: match finding.severity {
                    Severity::Error => "major",
                    Severity::Warning => "minor",
                    Severity::Info => "info",
                },
                location: Location { path: place.path, lines: Lines { begin: place.line, end: place.end_line } },
            }
        })
        .collect();
    json::write(&issues, out)
}
