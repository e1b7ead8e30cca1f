//! Coverage beside the results of tests.

use std::io::{self, Write};

use crate::{
    diag::Severity,
    harness::{Report, coverage::Coverage},
    report::{Format, Ink, Paint, one_line},
};

use super::{
    super::{
        arguments::{TestArguments, TestFormat},
        coverage,
        screen::{Color, Screen},
    },
    format_of_findings,
};

/// Writes what was covered, and says whether that is enough. Where the standard output is for something else, the
/// table goes to the standard error.
pub fn write(
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
        None if arguments.drop_in.is_none() && arguments.format == TestFormat::Html => {
            coverage::write_html(covered, &found.files, out)?;
        }
        None if arguments.drop_in.is_none() && arguments.format == TestFormat::Lcov => {
            coverage::write_lcov(covered, &found.files, out)?;
        }
        None if arguments.drop_in.is_none() => coverage::write_json(covered, &found.files, out)?,
        _ => coverage::write_table(covered, &found.files, Screen::of_stderr(Color::Auto), &mut err)?,
    }
    let least = arguments.min_coverage.unwrap_or_default();
    let shortfall = coverage::shortfall(covered, &found.files, least);
    if let Some(told) = &shortfall {
        let to: &mut dyn Write = if is_for_people { out } else { &mut err };
        let screen = if is_for_people { screen } else { Screen::of_stderr(Color::Auto) };
        let head = Paint::new(screen.colour).ink(Ink::Severity(Severity::Error), "too little is covered:").to_string();
        writeln!(to, "{head} {}", one_line(told))?;
    }
    Ok(shortfall.is_none())
}
