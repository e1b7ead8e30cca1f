//! `promcheck routes rules`: which alert reaches whom, and what another configuration would change.

use std::{io::Write, path::PathBuf};

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use crate::{
    config::Config,
    dispatch::{self, Row},
    facts::{
        Facts,
        routing::{Alert, RouteTree, all_alerts},
    },
    report::{Ink, Paint, one_line},
    text::Files,
    workspace,
};

use super::{
    super::{Verdict, catalogue::ListFormat, error::CliError, screen::Screen},
    arguments::RulesArguments,
    missing, place, refused, source,
};

/// Writes the table, or what changes in it.
pub fn run(request: &RulesArguments, screen: Screen, out: &mut dyn Write) -> Result<Verdict, CliError> {
    if let Some(path) = missing([&request.config].into_iter().chain(&request.diff).chain(&request.rules)) {
        return refused(&format!("`{}` does not exist", path.display()));
    }
    let Some(ours) = source(&request.config, screen, out)? else { return Ok(Verdict::Findings) };
    let theirs = match &request.diff {
        Some(path) => match source(path, screen, out)? {
            Some(source) => Some(source),
            None => return Ok(Verdict::Findings),
        },
        None => None,
    };
    let settings = Config::default();
    let paths: Vec<PathBuf> = request.rules.clone();
    let read = workspace::load(workspace::discover(&paths, &settings), paths);
    let facts = Facts::of(&read, &settings);
    let alerts: Vec<Alert<'_>> = all_alerts(&facts);
    let rows = dispatch::rows(&RouteTree::of(&ours.route), &alerts);
    let text = match theirs {
        None => written(&rows, request.format, &read.files, screen),
        Some(theirs) => {
            let other = dispatch::rows(&RouteTree::of(&theirs.route), &alerts);
            let changed: Vec<(&Row, &Row)> =
                rows.iter().zip(&other).filter(|(now, then)| !now.goes_where(then)).collect();
            compared(&changed, request.format, &read.files, screen)
        }
    };
    out.write_all(text.as_bytes()).map_err(CliError::Output)?;
    Ok(Verdict::Clean)
}

/// Receivers in words: those that are certainly told, then those that may be, each with a question mark.
fn receivers(row: &Row) -> String {
    let possible = row.possible.iter().map(|name| format!("{name}?"));
    one_line(&row.certain.iter().cloned().chain(possible).collect::<Vec<_>>().join(", ")).into_owned()
}

fn labels(row: &Row) -> String {
    let pairs = row.labels.iter().map(|(name, value)| format!("{name}={value}"));
    one_line(&pairs.collect::<Vec<_>>().join(" ")).into_owned()
}

fn written(rows: &[Row], format: ListFormat, files: &Files, screen: Screen) -> String {
    if format == ListFormat::Json {
        let all: Vec<Value> = rows.iter().map(|row| object(row, files)).collect();
        return format!("{:#}\n", Value::Array(all));
    }
    let paint = Paint::new(screen.colour);
    let cells: Vec<[String; 4]> = rows
        .iter()
        .map(|row| [one_line(&row.alert).into_owned(), receivers(row), labels(row), place(files, row.place)])
        .collect();
    let width = |column: usize| cells.iter().map(|row| row[column].width()).max().unwrap_or_default();
    let widths = [width(0), width(1), width(2)];
    let mut text = String::new();
    for [alert, receivers, labels, place] in &cells {
        let pad = |cell: &str, width: usize| " ".repeat(width - cell.width());
        let line = format!(
            "{}{}  {receivers}{}  {labels}{}  {}",
            paint.ink(Ink::Bold, alert),
            pad(alert, widths[0]),
            pad(receivers, widths[1]),
            pad(labels, widths[2]),
            paint.ink(Ink::Dim, place)
        );
        text.push_str(&format!("{}\n", line.trim_end()));
    }
    text
}

fn object(row: &Row, files: &Files) -> Value {
    let labels: serde_json::Map<String, Value> =
        row.labels.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
    json!({
        "alert": row.alert,
        "place": place(files, row.place),
        "labels": labels,
        "certain": row.certain,
        "possible": row.possible,
    })
}

/// The rows that differ; the first of a pair is that of the configuration in question, the second that of the other.
fn compared(changed: &[(&Row, &Row)], format: ListFormat, files: &Files, screen: Screen) -> String {
    if format == ListFormat::Json {
        let pair = |(ours, other): &(&Row, &Row)| {
            let mut object = object(ours, files);
            object["other_certain"] = json!(other.certain);
            object["other_possible"] = json!(other.possible);
            object
        };
        return format!("{:#}\n", Value::Array(changed.iter().map(pair).collect()));
    }
    let paint = Paint::new(screen.colour);
    let mut text = String::new();
    for (ours, other) in changed {
        let head = paint.ink(Ink::Bold, one_line(&ours.alert));
        text.push_str(&format!("{head}  {}  {}\n", labels(ours), paint.ink(Ink::Dim, place(files, ours.place))));
        text.push_str(&format!("  - {}\n  + {}\n", receivers(ours), receivers(other)));
    }
    text
}
