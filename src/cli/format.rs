//! `promcheck fmt`: expressions of rule files and dashboards, laid out as Prometheus does it.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use clap::Args;
use rayon::prelude::*;

use crate::{
    layout,
    lint::{self, ConfigFrom, Opened},
    report::{self, Look, one_line},
    text::{FileId, SourceFile},
    workspace::{Drafts, Progress, Workspace},
};

use super::{
    Verdict,
    error::CliError,
    progress,
    replace::replace,
    screen::{Color, Screen},
};

const EXAMPLES: &str = "\
Examples:
  promcheck fmt                    all rule files and dashboards below the working directory
  promcheck fmt --check rules/     says which files would change, and exits with 1 if any would
  promcheck fmt --diff rules/a.yml

Left alone are expressions with comments or more than 1,000 operators, what is no valid PromQL, templates
of files, and in dashboards what their variables ask for and expressions in which a variable may be
anything: {$filter}, $function(x).

Exit status: 0 all is formatted, 1 --check or --diff found something to do, 2 the work could not be done.";

/// What to format.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct FormatArguments {
    /// Files and folders
    #[arg(default_value = ".", hide_default_value = true)]
    pub paths: Vec<PathBuf>,
    /// Change nothing; name the files that would change, and exit with 1 if there are any
    #[arg(long)]
    pub check: bool,
    /// Change nothing; show what would change as a unified diff, and exit with 1 if that is anything
    #[arg(long, conflicts_with = "check")]
    pub diff: bool,
    /// Read this configuration instead of looking for .promcheck.yml from the first path upwards
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Leave alone what the configuration excludes, even when it is named
    #[arg(long)]
    pub in_context: bool,
    /// Name no files
    #[arg(long, short)]
    pub quiet: bool,
}

/// Formats, or says what would be formatted.
pub fn run(arguments: &FormatArguments, screen: Screen, out: &mut dyn Write) -> Result<Verdict, CliError> {
    let progress = Progress::default();
    let is_watched = Screen::of_stderr(Color::Auto).terminal && !arguments.quiet;
    let (workspace, changed) = progress::shown(&progress, is_watched, || formatted(arguments, &progress))?;
    let is_dry = arguments.check || arguments.diff;
    for (file, text) in &changed {
        let file = workspace.files.file(*file);
        if arguments.diff {
            show(file, text, screen, out).map_err(CliError::Output)?;
            continue;
        }
        if !is_dry {
            replace(&file.path, &file.text, text)?;
        }
        if !arguments.quiet {
            let done = if is_dry { "would format" } else { "formatted" };
            writeln!(out, "{done} {}", one_line(&file.name)).map_err(CliError::Output)?;
        }
    }
    out.flush().map_err(CliError::Output)?;
    Ok(if is_dry && !changed.is_empty() { Verdict::Findings } else { Verdict::Clean })
}

/// The files that formatting changes, with their new texts.
fn formatted(arguments: &FormatArguments, progress: &Progress) -> Result<(Workspace, Vec<(FileId, String)>), CliError> {
    let config = arguments.config.clone().map_or(ConfigFrom::Found, ConfigFrom::File);
    let Opened { workspace, config, .. } = lint::open(&arguments.paths, &config, &Drafts::new(), progress)?;
    let is_ours = |file: &SourceFile| {
        let is_left_alone = arguments.in_context && !config.takes(&file.path);
        !is_left_alone && !config.is_vendored(&file.path)
    };
    let files: Vec<FileId> = workspace.files.iter().filter(|(_, file)| is_ours(file)).map(|(id, _)| id).collect();
    progress.begin("formatting files", files.len());
    let one = |id| {
        let text = layout::laid_out(&workspace, id);
        progress.one_more();
        Some((id, text?))
    };
    let changed = files.into_par_iter().with_max_len(1).filter_map(one).collect();
    Ok((workspace, changed))
}

fn show(file: &SourceFile, text: &str, screen: Screen, out: &mut dyn Write) -> io::Result<()> {
    let look = Look { colour: screen.colour, width: screen.width, elapsed: false, summary: false };
    report::unified(&file.name, &file.text, text, out, look)
}
