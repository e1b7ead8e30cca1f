//! `promcheck test`, and its drop-in spelling `promcheck test rules`.

#![expect(clippy::disallowed_methods, reason = "the command knows the clock, and writes the report")]

use std::{
    ffi::OsString,
    fs::File,
    io::{self, Write},
    path::PathBuf,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    diag::Severity,
    harness::{self, Report, Request, Spelling, coverage::Coverage},
    promql::Feature,
    report::{self, Format, Ink, Look, Outcome, Paint, Summary, TestFile, TestOutcome, one_line, visible},
    vocab::{Pattern, PatternUse},
    workspace::{Disk, normalised},
};

use super::{
    Verdict,
    arguments::{DropIn, TestArguments, TestFormat},
    coverage,
    error::CliError,
    screen::Screen,
    suites,
};

/// The flag for names that go only at the end of a query.
const DELAYED_NAME_REMOVAL: &str = "promql-delayed-name-removal";
/// How often progress is shown.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// Whether the spelling of promtool was typed, in which even trouble ends with status 1.
pub fn is_drop_in(arguments: &[OsString]) -> bool {
    let mut words = arguments.iter().skip(1).filter(|word| !word.to_string_lossy().starts_with('-'));
    words.next().is_some_and(|word| word == "test") && words.next().is_some_and(|word| word == "rules")
}

/// Tests and reports.
pub fn run(arguments: &TestArguments, screen: Screen, out: &mut dyn Write) -> Result<Verdict, CliError> {
    let began = Instant::now();
    let features = &arguments.how.enable_feature;
    let request = request(arguments, features)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(arguments.threads.map_or(0, usize::from)).build()?;
    let progress = Progress::new(began, Screen::of_stderr(super::screen::Color::Auto).terminal);
    let found = pool.install(|| harness::run(&request, &|| progress.one_more()));
    progress.clear();
    if request.spelling == Spelling::Promtool {
        write_classic(&request, features, &found, out).map_err(CliError::Output)?;
    } else {
        write_own(arguments, &found, began, screen, out).map_err(CliError::Output)?;
    }
    let told = found.coverage.as_ref().map(|coverage| write_coverage(arguments, coverage, &found, screen, out));
    let is_covered = told.transpose().map_err(CliError::Output)?.unwrap_or(true);
    if let Some(path) = &arguments.how.junit {
        let unwritable = |error| CliError::Unwritable { path: path.clone(), error };
        let mut file = File::create(path).map_err(unwritable)?;
        report::render_tests(&outcomes(&found), &mut file).map_err(unwritable)?;
    }
    let failed = found.suites.iter().any(harness::SuiteReport::has_failed);
    // The process ends now, and giving the syntax trees back one by one would take a part of the run.
    std::mem::forget(found);
    Ok(if failed || !is_covered { Verdict::Findings } else { Verdict::Clean })
}

/// How findings are written, when that is what the standard output is for.
fn format_of_findings(arguments: &TestArguments) -> Option<Format> {
    match arguments.format {
        TestFormat::Findings(Format::Json) if arguments.coverage => None,
        TestFormat::Findings(format) => Some(format),
        TestFormat::Lcov => None,
    }
}

/// Writes what was covered, and says whether that is enough. Where the standard output is for something else, the
/// table goes to the standard error.
fn write_coverage(
    arguments: &TestArguments,
    covered: &Coverage,
    found: &Report,
    screen: Screen,
    out: &mut dyn Write,
) -> io::Result<bool> {
    let mut err = io::stderr().lock();
    let is_for_people = arguments.drop_in.is_none() && arguments.format == TestFormat::Findings(Format::Human);
    match format_of_findings(arguments) {
        _ if is_for_people => {
            writeln!(out)?;
            coverage::write_table(covered, &found.files, screen, out)?;
        }
        None if arguments.drop_in.is_none() && arguments.format == TestFormat::Lcov => {
            coverage::write_lcov(covered, &found.files, out)?;
        }
        None if arguments.drop_in.is_none() => coverage::write_json(covered, &found.files, out)?,
        _ => coverage::write_table(covered, &found.files, Screen::of_stderr(super::screen::Color::Auto), &mut err)?,
    }
    let least = arguments.min_coverage.unwrap_or_default();
    let shortfall = coverage::shortfall(covered, &found.files, least);
    if let Some(told) = &shortfall {
        let to: &mut dyn Write = if is_for_people { out } else { &mut err };
        let screen = if is_for_people { screen } else { Screen::of_stderr(super::screen::Color::Auto) };
        let head = Paint::new(screen.colour).ink(Ink::Severity(Severity::Error), "too little is covered:").to_string();
        writeln!(to, "{head} {}", one_line(told))?;
    }
    Ok(shortfall.is_none())
}

fn request(arguments: &TestArguments, features: &[String]) -> Result<Request, CliError> {
    let (files, spelling) = match &arguments.drop_in {
        Some(DropIn::Rules { files }) => (files, Spelling::Promtool),
        None if arguments.promtool => (&arguments.files, Spelling::Portable),
        None => (&arguments.files, Spelling::Own),
    };
    let exists = |path: &PathBuf| spelling == Spelling::Promtool || Disk::Real.exists(path);
    if let Some(missing) = files.iter().find(|path| !exists(path)) {
        return Err(CliError::NoTestFile(missing.clone()));
    }
    let files = if spelling == Spelling::Promtool { files.clone() } else { suites::expanded(files)? };
    let how = &arguments.how;
    let text = how.run.join("|");
    let run = match how.run.is_empty() {
        true => None,
        false => {
            let pattern = Pattern::of(&text, PatternUse::Search);
            Some(pattern.map_err(|error| CliError::Pattern { text, error })?)
        }
    };
    Ok(Request {
        files,
        spelling,
        run,
        ignore_unknown_fields: how.ignore_unknown_fields,
        features: features.iter().filter_map(|flag| Feature::of_flag(flag)).collect(),
        delayed_name_removal: features.iter().any(|flag| flag == DELAYED_NAME_REMOVAL),
        diff: how.diff,
        dump: how.debug,
        coverage: arguments.coverage || arguments.min_coverage.is_some() || arguments.format == TestFormat::Lcov,
    })
}

/// Writes what promtool writes: headings to the standard output, failures to the standard error.
fn write_classic(request: &Request, features: &[String], found: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut err = io::stderr().lock();
    for flag in features.iter().filter(|flag| !is_known_feature(flag)) {
        writeln!(out, "  WARNING: Unknown feature passed to --enable-feature: {}", one_line(flag))?;
    }
    for suite in &found.suites {
        for pattern in &suite.unmatched {
            writeln!(err, "  WARNING: no file match pattern {}", one_line(pattern))?;
        }
        for case in &suite.cases {
            for warning in &case.warnings {
                writeln!(err, "  WARNING: {}", one_line(&warning.message))?;
            }
            if let Some(dump) = case.dump.as_ref().filter(|_| request.dump) {
                let name = one_line(&case.name);
                writeln!(err, "DEBUG: Starting test {name}")?;
                writeln!(err, "DEBUG: Dump of all data (input_series and rules):\n{}", visible(dump))?;
                writeln!(err, "DEBUG: Test {name} finished")?;
            }
        }
        if suite.has_failed() {
            writeln!(err, "  FAILED:")?;
            for failure in suite.failures() {
                writeln!(err, "{}", visible(&failure.classic))?;
                writeln!(out)?;
            }
        } else {
            writeln!(out, "  SUCCESS")?;
        }
        writeln!(out)?;
        out.flush()?;
    }
    Ok(())
}

/// Whether promtool has a feature flag of this name.
pub fn is_known_feature(flag: &str) -> bool {
    flag.is_empty() || flag == DELAYED_NAME_REMOVAL || Feature::of_flag(flag).is_some()
}

fn write_own(
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
fn outcomes(found: &Report) -> Vec<TestFile> {
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

/// How many tests are done, on a terminal, once a run is long.
struct Progress {
    began: Instant,
    done: AtomicUsize,
    /// When progress was last shown; `None` where nobody watches.
    shown: Option<Mutex<Instant>>,
}

impl Progress {
    fn new(began: Instant, is_watched: bool) -> Self {
        Self { began, done: AtomicUsize::new(0), shown: is_watched.then(|| Mutex::new(began)) }
    }

    fn one_more(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let Some(Ok(mut shown)) = self.shown.as_ref().map(Mutex::try_lock) else { return };
        if shown.elapsed() >= PROGRESS_EVERY {
            *shown = Instant::now();
            // A line that cannot be shown is no failure.
            let _ = write!(io::stderr().lock(), "\r{done} tests done, {:.0} s", self.began.elapsed().as_secs_f64());
        }
    }

    /// Takes the line back.
    fn clear(&self) {
        let was_shown =
            self.shown.as_ref().and_then(|shown| shown.lock().ok()).is_some_and(|shown| *shown != self.began);
        if was_shown {
            let _ = write!(io::stderr().lock(), "\r\u{1b}[K");
        }
    }
}
