//! JUnit XML: a suite for each file that was read, a failed case for each error and warning in it, a
//! passed case for a file without any, so that a dashboard of tests shows what was looked at.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::{
    diag::{Diagnostic, Severity},
    text::{FileId, SourceFile},
};

use super::{Outcome, one_line, place::Place, visible};

/// Writes the report.
pub fn render(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut by_file: BTreeMap<FileId, Vec<&Diagnostic>> = BTreeMap::new();
    for finding in outcome.findings {
        by_file.entry(finding.span.file).or_default().push(finding);
    }
    let mut report = Report::new("promcheck");
    for (id, file) in outcome.files.iter() {
        report.add_test_suite(suite(outcome, file, by_file.get(&id).map_or(&[], Vec::as_slice)));
    }
    let mut buffered = io::BufWriter::new(out);
    report.serialize(&mut buffered).map_err(io::Error::other)?;
    buffered.flush()
}

/// How the tests of one file went.
#[derive(Clone, Debug)]
pub struct TestFile {
    /// The file.
    pub name: String,
    /// Why none of its tests could be run.
    pub refusals: Vec<String>,
    /// Its tests.
    pub tests: Vec<TestOutcome>,
}

/// How one test went.
#[derive(Clone, Debug)]
pub struct TestOutcome {
    /// Its name.
    pub name: String,
    /// What was not as expected; none when it passed.
    pub failures: Vec<String>,
}

/// Writes how tests went: a suite for each file, a case for each test.
///
/// # Errors
/// When `out` fails.
pub fn render_tests(files: &[TestFile], out: &mut dyn Write) -> io::Result<()> {
    let mut report = Report::new("promcheck");
    for file in files {
        let mut suite = TestSuite::new(one_line(&file.name));
        if !file.refusals.is_empty() {
            suite.add_test_case(test_case(&file.name, "load", &file.refusals, NonSuccessKind::Error));
        }
        for test in &file.tests {
            suite.add_test_case(test_case(&file.name, &test.name, &test.failures, NonSuccessKind::Failure));
        }
        report.add_test_suite(suite);
    }
    let mut buffered = io::BufWriter::new(out);
    report.serialize(&mut buffered).map_err(io::Error::other)?;
    buffered.flush()
}

fn test_case(file: &str, name: &str, failures: &[String], kind: NonSuccessKind) -> TestCase {
    let status = match failures {
        [] => TestCaseStatus::success(),
        [first, ..] => {
            let mut failed = TestCaseStatus::non_success(kind);
            failed.set_message(one_line(first)).set_description(visible(&failures.join("\n")));
            failed
        }
    };
    let mut case = TestCase::new(one_line(name), status);
    case.set_classname(one_line(file));
    case
}

fn suite(outcome: &Outcome<'_>, file: &SourceFile, findings: &[&Diagnostic]) -> TestSuite {
    let mut suite = TestSuite::new(one_line(&file.name));
    for finding in findings {
        suite.add_test_case(case(outcome, file, finding));
    }
    if findings.is_empty() {
        let mut passed = TestCase::new("no findings", TestCaseStatus::success());
        passed.set_classname(one_line(&file.name));
        suite.add_test_case(passed);
    }
    suite
}

fn case(outcome: &Outcome<'_>, file: &SourceFile, finding: &Diagnostic) -> TestCase {
    let place = Place::of(outcome.files, finding.span);
    let mut text = format!("{}:{}:{}: {}: {}", place.path, place.line, place.column, finding.severity, finding.message);
    for label in &finding.labels {
        let place = Place::of(outcome.files, label.span);
        text.push_str(&format!("\n{}:{}:{}: {}", place.path, place.line, place.column, label.message));
    }
    for help in &finding.help {
        text.push_str(&format!("\nhelp: {help}"));
    }
    let status = match finding.severity {
        Severity::Error | Severity::Warning => {
            let mut failed = TestCaseStatus::non_success(NonSuccessKind::Failure);
            failed.set_message(one_line(&finding.message)).set_type(finding.severity.word());
            failed.set_description(visible(&text));
            failed
        }
        Severity::Info => TestCaseStatus::success(),
    };
    let mut case = TestCase::new(format!("{} {}:{}", finding.check, place.line, place.column), status);
    case.set_classname(one_line(&file.name));
    if finding.severity == Severity::Info {
        case.set_system_out(visible(&text));
    }
    case
}
