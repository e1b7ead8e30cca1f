//! The command line: what was typed becomes a request to the library, and its answer text and an exit status.
//!
//! | status | meaning |
//! |---|---|
//! | 0 | done, and nothing found at or above `--fail-on` (default `warning`) |
//! | 1 | findings at or above `--fail-on`; of `query`, a wrong expression or series |
//! | 2 | the work could not be done: unknown check, unreadable path or configuration, usage |
//!
//! `promcheck test` ends with 1 when a test failed; `promcheck test rules` knows 0 and 1 only, as promtool, and
//! `promcheck check` 0, 1 and 3, for what only a lint finds.
//!
//! A reader that goes away (`promcheck lint | head`) ends the program quietly, with 0.

mod amtool;
mod arguments;
mod catalogue;
mod check;
mod check_config;
mod completions;
mod coverage;
mod docs;
mod error;
mod explain;
mod exporters;
mod fix;
mod format;
mod git;
mod graph;
mod init;
mod lint;
mod manual;
mod metrics;
mod network;
mod policy;
mod progress;
mod prose;
mod query;
mod replace;
mod routes;
mod scope;
mod screen;
mod suites;
mod test;
mod threads;

use std::{
    ffi::OsString,
    io::{self, Write},
    process::ExitCode,
};

use clap::Parser as _;

use arguments::{Arguments, Command, SchemaOf};
use error::CliError;
use screen::Screen;

/// What a command says of the files it looked at.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Verdict {
    Clean,
    Findings,
    /// Findings of a lint, in the sense of promtool.
    Lint,
}

/// Runs the program with these arguments, the first of which is its name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = amtool::translated(arguments);
    let is_drop_in = test::is_drop_in(&arguments) || check::is_drop_in(&arguments);
    let trouble = if is_drop_in { 1 } else { 2 };
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(usage) => {
            // Help that nobody reads any more is no failure.
            let _ = usage.print();
            return ExitCode::from(if usage.use_stderr() { trouble } else { 0 });
        }
    };
    match threads::with_room(arguments.threads(), || command(&arguments)) {
        Ok(Verdict::Clean) => ExitCode::SUCCESS,
        Ok(Verdict::Findings) => ExitCode::from(1),
        Ok(Verdict::Lint) => ExitCode::from(3),
        Err(CliError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let _ = error.show(&mut io::stderr().lock(), Screen::of_stderr(arguments.color));
            ExitCode::from(trouble)
        }
    }
}

fn command(arguments: &Arguments) -> Result<Verdict, CliError> {
    let screen = Screen::of_stdout(arguments.color);
    let mut out = io::stdout().lock();
    match &arguments.command {
        Command::Lint(request) => return lint::run(request, screen, &mut out),
        Command::Check(request) => {
            let screens = check::Screens { out: screen, err: Screen::of_stderr(arguments.color) };
            return check::run(request, screens, &mut out, &mut io::stderr().lock());
        }
        Command::CheckConfig(request) => return check_config::run(request, screen, &mut out),
        Command::Fmt(request) => return format::run(request, screen, &mut out),
        Command::Query(request) => {
            return query::run(request, screen, Screen::of_stderr(arguments.color), &mut out);
        }
        Command::Test(request) => return test::run(request, screen, &mut out),
        Command::Routes(request) => {
            let verdict = routes::run(request, screen, &mut out)?;
            out.flush().map_err(CliError::Output)?;
            return Ok(verdict);
        }
        Command::Explain { check } => explain::run(check, screen, &mut out)?,
        Command::Graph(request) => graph::run(request, screen, &mut out)?,
        Command::Metrics(request) => metrics::run(request, screen, &mut out)?,
        Command::Catalog { command } => exporters::run(command, &mut out)?,
        Command::Checks { format } => catalogue::run(*format, screen, &mut out)?,
        Command::Init(request) => return init::run(request, &mut out),
        Command::Completions { shell } => completions::run(*shell, &mut out)?,
        Command::Docs { folder } => docs::run(folder)?,
        Command::Man { folder } => manual::run(folder.as_deref(), &mut out)?,
        Command::Policy { path } => policy::run(path, &mut out)?,
        Command::Schema { of } => {
            let schema = match of {
                SchemaOf::Config => format!("{:#}\n", crate::config::schema(&catalogue::check_keys())),
                SchemaOf::Graph => graph::schema().to_owned(),
            };
            out.write_all(schema.as_bytes()).map_err(CliError::Output)?;
        }
    }
    out.flush().map_err(CliError::Output)?;
    Ok(Verdict::Clean)
}
