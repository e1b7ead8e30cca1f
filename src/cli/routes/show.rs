//! `promcheck routes show`: the tree.

use std::io::Write;

use serde_json::{Map, Value, json};

use crate::{
    dispatch::{Line, outline},
    facts::routing::RouteTree,
    report::{Ink, Paint, visible},
    text::Files,
};

use super::{
    super::{Verdict, catalogue::ListFormat, error::CliError, screen::Screen},
    arguments::ShowArguments,
    missing, place, refused, source,
};

/// Draws the tree of a file.
pub fn run(request: &ShowArguments, screen: Screen, out: &mut dyn Write) -> Result<Verdict, CliError> {
    if let Some(path) = missing([&request.config]) {
        return refused(&format!("`{}` does not exist", path.display()));
    }
    let Some(source) = source(&request.config, screen, out)? else { return Ok(Verdict::Findings) };
    let lines = outline(&RouteTree::of(&source.route));
    match request.format {
        ListFormat::Human => {
            let paint = Paint::new(screen.colour);
            writeln!(out, "Routing tree:\n.").map_err(CliError::Output)?;
            for line in &lines {
                let here = paint.ink(Ink::Dim, place(&source.files, line.place)).to_string();
                writeln!(out, "{}  {here}", visible(&line.drawn())).map_err(CliError::Output)?;
            }
            writeln!(out).map_err(CliError::Output)?;
        }
        ListFormat::Json => {
            let all: Vec<Value> = lines.iter().map(|line| object(line, &source.files)).collect();
            writeln!(out, "{:#}", Value::Array(all)).map_err(CliError::Output)?;
        }
    }
    Ok(Verdict::Clean)
}

fn object(line: &Line, files: &Files) -> Value {
    let changes: Map<String, Value> =
        line.changes.iter().map(|(key, value)| ((*key).to_owned(), Value::from(value.as_str()))).collect();
    json!({
        "place": place(files, line.place),
        "depth": line.depth,
        "matchers": line.matchers,
        "continue": line.goes_on,
        "receiver": line.receiver,
        "changes": changes,
    })
}
