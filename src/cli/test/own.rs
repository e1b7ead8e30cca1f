//! Results for people and for other programs.

use std::{
    io::{self, Write},
    time::Instant,
};

use crate::{
    diag::Severity,
    harness::{self, Report},
    report::{self, Format, Ink, Look, Outcome, Paint, Summary, TestFile, TestOutcome, one_line, visible},
    workspace::{Disk, normalised},
};

use super::{
    super::{arguments::TestArguments, screen::Screen},
    format_of_findings,
};

/// Writes failures and warnings, and for people a summary.
pub fn write(
    arguments: &TestArguments,
    found: &Report,
    began: Instant,
    screen: Screen,
    out: &mut dyn Write,
) -> io::Result<()> {
    let format = format_of_findings(arguments);
    if format == Some(Format::Junit) {
        return report::render_tests(&outcomes(found), out);
    }
    let mut err = io::stderr().lock();
    for dump in
        found.suites.iter().flat_map(|suite| &suite.cases).filter_map(|case| Some((&case.name, case.dump.as_ref()?)))
    {
        writeln!(err, "{}:\n{}", one_line(dump.0), visible(dump.1))?;
    }
    let findings = found.findings();
    let of = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let outcome = Outcome {
        files: &found.files,
        findings: &findings,
        summary: Summary {
            files: found.suites.len(),
            errors: of(Severity::Error),
            warnings: of(Severity::Warning),
            infos: of(Severity::Info),
            elapsed: began.elapsed(),
            ..Summary::default()
        },
        checks: &[],
    };
    let look = Look { colour: screen.colour, width: screen.width, elapsed: screen.terminal, summary: false };
    let Some(format) = format else { return report::render(Format::Concise, &outcome, &mut err, look) };
    report::render(format, &outcome, out, look)?;
    if format == Format::Human && !arguments.quiet {
        let gap = if findings.is_empty() { "" } else { "\n" };
        for folder in arguments.files.iter().filter(|path| Disk::Real.is_folder(path)) {
            let below = normalised(folder);
            let within = found.suites.iter().filter(|suite| found.files.file(suite.file).path.starts_with(&below));
            let name = one_line(&folder.to_string_lossy()).to_string();
            writeln!(out, "{gap}found {} in {name}", counted(within.count(), "test file"))?;
        }
        writeln!(out, "{gap}{}", summary(found, began, screen))?;
    }
    Ok(())
}

/// What was tested, and how it went, in one line.
fn summary(found: &Report, began: Instant, screen: Screen) -> String {
    let paint = Paint::new(screen.colour);
    let cases = || found.suites.iter().flat_map(|suite| &suite.cases);
    let failed = cases().filter(|case| !case.failures.is_empty()).count();
    let passed = cases().count() - failed;
    let unread = found.suites.iter().filter(|suite| !suite.refusals.is_empty()).count();
    let expectations: usize = cases().map(|case| case.expectations).sum();
    let bad = |text: String| paint.ink(Ink::Severity(Severity::Error), text).to_string();
    let mut told = Vec::new();
    if failed > 0 {
        told.push(bad(format!("{} failed", counted(failed, "test"))));
    }
    if unread > 0 {
        told.push(bad(format!("{} could not be run", counted(unread, "file"))));
    }
    match (told.is_empty(), passed) {
        (true, passed) => told.push(paint.ink(Ink::Good, format!("{} passed", counted(passed, "test"))).to_string()),
        (false, passed) => told.push(format!("{passed} passed")),
    }
    let elapsed = if screen.terminal { format!(" ({:.2} s)", began.elapsed().as_secs_f64()) } else { String::new() };
    let files = counted(found.suites.len(), "file");
    format!("{}: {} in {files}{elapsed}", told.join(", "), counted(expectations, "expectation"))
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// What each test came to, for JUnit.
pub fn outcomes(found: &Report) -> Vec<TestFile> {
    let texts = |failures: &[harness::Failure]| failures.iter().map(|failure| failure.classic.clone()).collect();
    let of_suite = |suite: &harness::SuiteReport| TestFile {
        name: found.files.file(suite.file).name.clone(),
        refusals: texts(&suite.refusals),
        tests: suite
            .cases
            .iter()
            .map(|case| TestOutcome { name: case.name.clone(), failures: texts(&case.failures) })
            .collect(),
    };
    found.suites.iter().map(of_suite).collect()
}
