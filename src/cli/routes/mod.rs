//! `promcheck routes`: where alerts go.

mod arguments;
mod rules;
mod show;
mod test;

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::{
    config::Config,
    diag::{Diagnostic, Severity},
    dispatch::{self, USUAL_VERSION},
    facts::routing::Origin,
    model::alertmanager::Route,
    report::{self, Format, Look, Outcome, Summary, one_line},
    text::{Files, Span},
    workspace::{self, read_bytes},
};

use super::{Verdict, error::CliError, screen::Screen};

pub use arguments::RoutesArguments;

use arguments::RoutesCommand;

/// Does what was asked.
pub fn run(arguments: &RoutesArguments, screen: Screen, out: &mut dyn Write) -> Result<Verdict, CliError> {
    match (&arguments.command, &arguments.show) {
        (Some(RoutesCommand::Show(request)), _) | (None, Some(request)) => show::run(request, screen, out),
        (Some(RoutesCommand::Test(request)), _) => test::run(request, screen, out),
        (Some(RoutesCommand::Rules(request)), _) => rules::run(request, screen, out),
        (None, None) => Err(CliError::NoRoutes("no configuration was named".to_owned())),
    }
}

/// A routing tree that was read from a file.
struct Source {
    files: Files,
    route: Route,
}

/// Reads the routing tree of a file. `None` when Alertmanager would refuse it, which has then been told.
fn source(path: &Path, screen: Screen, out: &mut dyn Write) -> Result<Option<Source>, CliError> {
    let discovered = workspace::discover(&[path.to_path_buf()], &Config::default());
    let read = workspace::load(discovered, Vec::new());
    let elsewhere = read.documents.iter().find_map(dispatch::route_in);
    if let Some((route, Origin::Manifest | Origin::Policies)) = elsewhere {
        return Ok(Some(Source { files: read.files, route }));
    }
    let mut files = Files::default();
    let loaded = dispatch::load(&mut files, path.to_path_buf(), read_bytes(path), NEWEST);
    if loaded.refusals.is_empty() {
        let route = loaded.config.and_then(|config| config.route);
        let missing = || CliError::NoRoutes(format!("{}: there is no route", path.display()));
        return Ok(Some(Source { files, route: route.ok_or_else(missing)? }));
    }
    let errors = loaded.refusals.len();
    let summary = Summary { files: 1, errors, ..Summary::default() };
    draw(&files, &loaded.refusals, summary, screen, out)?;
    Ok(None)
}

/// The release whose configurations are all taken: what is asked for here is the routing, not the version.
const NEWEST: crate::vocab::Version = crate::vocab::Version::new(USUAL_VERSION.major, u32::MAX);

/// Draws findings as `lint` does.
fn draw(
    files: &Files,
    findings: &[Diagnostic],
    summary: Summary,
    screen: Screen,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let outcome = Outcome { files, findings, summary, checks: &[] };
    let look = Look { colour: screen.colour, width: screen.width, elapsed: false, summary: false };
    report::render(Format::Human, &outcome, out, look).map_err(CliError::Output)
}

/// Where something stands, as `file:line`.
fn place(files: &Files, span: Span) -> String {
    let file = files.file(span.file);
    format!("{}:{}", one_line(&file.name), file.position(span.start).line)
}

/// Says on the standard error what the arguments got wrong, as amtool does, and fails.
fn refused(message: &str) -> Result<Verdict, CliError> {
    writeln!(io::stderr().lock(), "promcheck: error: {}", one_line(message)).map_err(CliError::Output)?;
    Ok(Verdict::Findings)
}

/// The first path that leads nowhere.
#[expect(clippy::disallowed_methods, reason = "paths that were given are looked for before anything is read")]
fn missing<'p>(paths: impl IntoIterator<Item = &'p PathBuf>) -> Option<&'p PathBuf> {
    paths.into_iter().find(|path| !path.exists())
}

/// A finding that only shows something.
fn shown(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Severity::Info, span, message)
}
