//! `promcheck test`, and its drop-in spelling `promcheck test rules`.

#![expect(clippy::disallowed_methods, reason = "the command knows the clock, and writes the report")]

mod classic;
mod covered;
mod own;
mod watch;

use std::{ffi::OsString, fs::File, io::Write, path::PathBuf, time::Instant};

use crate::{
    harness::{self, Report, Request, Spelling},
    promql::Feature,
    report::{self, Format},
    vocab::{Pattern, PatternUse, listed, nearest_title},
    workspace::{Disk, Progress},
};

use super::{
    Verdict,
    arguments::{DropIn, TestArguments, TestFormat},
    error::CliError,
    progress,
    screen::{Color, Screen},
    suites,
};

/// The flag for names that go only at the end of a query.
const DELAYED_NAME_REMOVAL: &str = "promql-delayed-name-removal";

/// The most names of tests that are told where none was meant.
const MOST_NAMES: usize = 4;

/// Whether the spelling of promtool was typed, in which even trouble ends with status 1.
pub fn is_drop_in(arguments: &[OsString]) -> bool {
    let mut words = arguments.iter().skip(1).filter(|word| !word.to_string_lossy().starts_with('-'));
    words.next().is_some_and(|word| word == "test") && words.next().is_some_and(|word| word == "rules")
}

/// Tests and reports; with `--watch` again and again.
pub fn run(arguments: &TestArguments, screen: Screen, out: &mut dyn Write) -> Result<Verdict, CliError> {
    if arguments.watch {
        match watch::run(arguments, screen, out)? {}
    }
    let (verdict, found) = once(arguments, &request(arguments)?, screen, out)?;
    // The process ends now, and giving the syntax trees back one by one would take a part of the run.
    std::mem::forget(found);
    Ok(verdict)
}

fn once(
    arguments: &TestArguments,
    request: &Request,
    screen: Screen,
    out: &mut dyn Write,
) -> Result<(Verdict, Report), CliError> {
    let began = Instant::now();
    let progress = Progress::default();
    let is_watched = Screen::of_stderr(Color::Auto).terminal;
    let found = progress::shown(&progress, is_watched, || harness::run(request, &progress));
    if let Some(trouble) = nothing_like(request, &found).filter(|_| request.spelling != Spelling::Promtool) {
        return Err(trouble);
    }
    if request.spelling == Spelling::Promtool {
        classic::write(request, &arguments.how.enable_feature, &found, out).map_err(CliError::Output)?;
    } else {
        own::write(arguments, &found, began, screen, out).map_err(CliError::Output)?;
    }
    let told = found.coverage.as_ref().map(|coverage| covered::write(arguments, coverage, &found, screen, out));
    let is_covered = told.transpose().map_err(CliError::Output)?.unwrap_or(true);
    if let Some(path) = &arguments.how.junit {
        let unwritable = |error| CliError::Unwritable { path: path.clone(), error };
        let mut file = File::create(path).map_err(unwritable)?;
        report::render_tests(&own::outcomes(&found), &mut file).map_err(unwritable)?;
    }
    let failed = found.suites.iter().any(harness::SuiteReport::has_failed);
    Ok((if failed || !is_covered { Verdict::Findings } else { Verdict::Clean }, found))
}

/// How findings are written, when that is what the standard output is for.
fn format_of_findings(arguments: &TestArguments) -> Option<Format> {
    match arguments.format {
        TestFormat::Findings(Format::Json) if arguments.coverage => None,
        TestFormat::Findings(format) => Some(format),
        TestFormat::Lcov | TestFormat::Html => None,
    }
}

fn request(arguments: &TestArguments) -> Result<Request, CliError> {
    let features = &arguments.how.enable_feature;
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
        coverage: arguments.coverage
            || arguments.min_coverage.is_some()
            || matches!(arguments.format, TestFormat::Lcov | TestFormat::Html),
    })
}

/// Says that `--run` fits the name of no test, when it does not.
fn nothing_like(request: &Request, found: &Report) -> Option<CliError> {
    let pattern = request.run.as_ref()?.text();
    let names: Vec<&str> = found.suites.iter().flat_map(|suite| &suite.passed_over).map(String::as_str).collect();
    if names.is_empty() || found.suites.iter().any(|suite| !suite.cases.is_empty()) {
        return None;
    }
    let named = || names.iter().copied().filter(|name| !name.is_empty());
    let more = named().count().saturating_sub(MOST_NAMES);
    let hint = match (nearest_title(pattern, named()), named().next()) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, None) => "no test has a name".to_owned(),
        (None, Some(_)) if more > 0 => {
            format!("the tests are {} and {more} more", listed(named().take(MOST_NAMES), ", "))
        }
        (None, Some(_)) => format!("the tests are {}", listed(named(), ", ")),
    };
    Some(CliError::NoTestLike { pattern: pattern.to_owned(), hint })
}

/// Whether promtool has a feature flag of this name.
pub fn is_known_feature(flag: &str) -> bool {
    ["", DELAYED_NAME_REMOVAL].contains(&flag) || Feature::of_flag(flag).is_some()
}
