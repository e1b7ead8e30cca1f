//! `promcheck check metrics`.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::{
    cli::{Verdict, error::CliError},
    diag::Diagnostic,
    exposition::Exposition,
    report::{Format, one_line},
    server::{self, Cardinality},
    text::{Excerpt, FileId},
    workspace::text,
};

use super::{
    Fault, STANDARD_INPUT, Screens,
    arguments::{CheckArguments, MetricsArguments},
    bytes_of,
    telling::Telling,
};

/// Checks the page of metrics on the standard input.
pub fn run(
    what: &MetricsArguments,
    how: &CheckArguments,
    screens: Screens,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Verdict, CliError> {
    let lints = what.lint != "none";
    if !lints && !how.extended {
        let words = "promcheck: `--lint=none` leaves nothing to do without `--extended`\n";
        err.write_all(words.as_bytes()).map_err(CliError::Output)?;
        return Ok(Verdict::Findings);
    }
    let mut telling = Telling::new(how.format, screens, out, err);
    let fault = check(lints, how, &mut telling).map_err(CliError::Output)?;
    telling.finish().map_err(CliError::Output)?;
    // Here every problem counts, fatal or not.
    Ok(fault.verdict(true))
}

fn check(lints: bool, how: &CheckArguments, telling: &mut Telling<'_>) -> io::Result<Fault> {
    let opened = text(FileId(0), PathBuf::from(STANDARD_INPUT), bytes_of(Path::new(STANDARD_INPUT)));
    let source = Excerpt::whole(FileId(0), opened.file.text.clone());
    telling.files.add(opened.file);
    let page = Exposition::parse_classic(&source);
    let mut faults: Vec<Diagnostic> = opened.complaints;
    faults.extend(server::page_faults(&page));
    if !faults.is_empty() {
        telling.failed(faults)?;
        return Ok(Fault::Refused);
    }
    let mut fault = Fault::None;
    if lints {
        let problems = server::metric_problems(&page);
        if !problems.is_empty() {
            fault = Fault::Lint;
        }
        if how.format == Format::Human {
            for problem in &problems {
                telling.warn(&format!("{} {}", one_line(&problem.metric), one_line(&problem.text)))?;
            }
        } else {
            telling.note(server::as_findings(&problems));
        }
    }
    if how.extended {
        for line in table(&server::cardinalities(&page)) {
            telling.say(&line)?;
        }
    }
    Ok(fault)
}

/// The metrics with their numbers of series, in columns.
fn table(all: &[Cardinality]) -> Vec<String> {
    let total: usize = all.iter().map(|one| one.series).sum();
    let share = |series: usize| 100.0 * series as f64 / total.max(1) as f64;
    let mut rows = vec![["Metric".to_owned(), "Cardinality".to_owned(), "Percentage".to_owned()]];
    rows.extend(
        all.iter().map(|one| {
            [one_line(&one.metric).into_owned(), one.series.to_string(), format!("{:.2}%", share(one.series))]
        }),
    );
    rows.push(["Total".to_owned(), total.to_string(), "100%".to_owned()]);
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default() + 4;
    let widths = [width(0), width(1), width(2)];
    // Not by a width in the format, which ends at 65535.
    let padded = |(cell, width): (&String, usize)| cell.clone() + &" ".repeat(width - cell.chars().count());
    rows.iter().map(|row| row.iter().zip(widths).map(padded).collect()).collect()
}
