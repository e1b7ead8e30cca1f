//! `promcheck lint`.

#![expect(clippy::disallowed_methods, reason = "the command knows the clock and writes the report")]

mod watch;

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    sync::Arc,
    time::Instant,
};

use jiff::Zoned;

use crate::{
    checks::TABLE,
    diag::Severity,
    lint::{self, ConfigFrom, Mended, Opened, Request, Selection, Session, Today},
    live::{Live, Server},
    report::{self, Look, Summary, one_line},
    workspace::{Comments, Drafts, Fate, Workspace},
};

use super::{
    Verdict,
    arguments::LintArguments,
    catalogue,
    error::CliError,
    fix, network, progress, scope,
    screen::{Color, Screen},
};

/// So many bytes of a report are written at once.
const AT_ONCE: usize = 1 << 16;

/// Lints and reports; with `--watch` again and again.
pub fn run(arguments: &LintArguments, screen: Screen, out: &mut dyn Write) -> Result<Verdict, CliError> {
    if arguments.watch {
        match watch::run(arguments, screen, out)? {}
    }
    let began = Instant::now();
    let mut request = request(arguments)?;
    let (asked, server) = asked(arguments, &request)?;
    request.live = Arc::new(Live { pages: asked.as_ref().map(|asked| asked.pages.clone()), server });
    let found = match arguments.fixing.boldest() {
        None => linted(arguments, &request)?,
        Some(boldest) => {
            let mended = progress::shown(&request.progress, is_watched(arguments), || lint::mend(&request, boldest))?;
            if arguments.fixing.diff {
                return show_fixes(&mended, arguments, screen, out);
            }
            fix::write(&mended, &arguments.fixing)?;
            if !arguments.quiet {
                fix::tell(&mended, "fixed", &mut io::stderr().lock()).map_err(CliError::Output)?;
            }
            mended.session
        }
    };
    name_unread(arguments, &found.workspace, &mut io::stderr().lock()).map_err(CliError::Output)?;
    if arguments.telling.update_baseline {
        scope::renew(&found, arguments.quiet, out)?;
        return Ok(Verdict::Clean);
    }
    write(arguments, &found, began, screen, out)?;
    if let Some(asked) = asked.filter(|_| !arguments.quiet) {
        network::tell(&asked, arguments.verbose, &mut io::stderr().lock()).map_err(CliError::Output)?;
    }
    let fail_on = arguments.fail_on.or(found.fail_on).unwrap_or_default();
    let failed = found.findings.iter().any(|finding| fail_on.fails(finding.severity));
    // The process ends now, and giving thousands of rules back one by one would take a tenth of the run.
    std::mem::forget(found);
    Ok(if failed { Verdict::Findings } else { Verdict::Clean })
}

/// Whether somebody is to see how far it is.
fn is_watched(arguments: &LintArguments) -> bool {
    Screen::of_stderr(Color::Auto).terminal && !arguments.quiet
}

/// What is found in the files as they are.
fn linted(arguments: &LintArguments, request: &Request) -> Result<Session, CliError> {
    Ok(progress::shown(&request.progress, is_watched(arguments), || lint::run(request))?)
}

/// What the network is to be asked: which metrics a server has, and where links lead.
fn asked(arguments: &LintArguments, request: &Request) -> Result<(Option<network::Asked>, Option<Server>), CliError> {
    let network = &arguments.network;
    if !network.links && network.server.prometheus.is_none() {
        return Ok((None, None));
    }
    let ask = || {
        let Opened { workspace, config, .. } =
            lint::open(&request.paths, &request.config, &Drafts::new(), &request.progress)?;
        request.progress.begin("asking the server", 0);
        let server = network.server.ask(&workspace)?;
        request.progress.begin("asking where links lead", 0);
        let asked = network.links.then(|| network::ask(network, &workspace, &config)).transpose()?;
        Ok((asked, server))
    };
    progress::shown(&request.progress, is_watched(arguments), ask)
}

/// Shows what `--fix` would change, and says whether that is anything.
fn show_fixes(
    mended: &Mended,
    arguments: &LintArguments,
    screen: Screen,
    out: &mut dyn Write,
) -> Result<Verdict, CliError> {
    fix::show(mended, look(screen, arguments.quiet), out).map_err(CliError::Output)?;
    if !arguments.quiet {
        fix::tell(mended, "would fix", &mut io::stderr().lock()).map_err(CliError::Output)?;
    }
    Ok(if mended.drafts.is_empty() { Verdict::Clean } else { Verdict::Findings })
}

/// What was typed, in the library's terms.
fn request(arguments: &LintArguments) -> Result<Request, CliError> {
    let config = match &arguments.config {
        Some(path) => ConfigFrom::File(path.clone()),
        None if arguments.no_config => ConfigFrom::Nothing,
        None => ConfigFrom::Found,
    };
    let is_selected = |id: &str| arguments.select.iter().any(|word| word == id);
    let flagged =
        TABLE.iter().filter(|entry| is_selected(entry.meta.id)).find_map(|entry| Some((entry, entry.meta.flag?)));
    if let Some((entry, flag)) = flagged.filter(|_| !arguments.network.links) {
        return Err(CliError::NeedsFlag { check: entry.meta.id, flag });
    }
    let (paths, scope) = arguments.telling.scope(&arguments.paths)?;
    Ok(Request {
        config,
        selection: Selection { select: arguments.select.clone(), ignore: arguments.ignore.clone() },
        min_severity: arguments.min_severity,
        baseline: arguments.telling.baseline(),
        comments: if arguments.honour_pint { Comments::OfPeers } else { Comments::Own },
        scope,
        ..Request::of(paths, Today::told_by(|| Zoned::now().date()))
    })
}

/// Writes the report, and where it goes to a file, its summary to the standard error; what the baseline holds in vain
/// goes there, too.
fn write(
    arguments: &LintArguments,
    found: &Session,
    began: Instant,
    screen: Screen,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let outcome = report::Outcome {
        files: &found.workspace.files,
        findings: &found.findings,
        summary: summary(found, began),
        checks: &catalogue::check_texts(&found.checks),
    };
    let screen = if arguments.output.is_some() { Screen::of_file() } else { screen };
    let render = |out: &mut dyn Write| {
        let mut out = BufWriter::with_capacity(AT_ONCE, out);
        report::render(arguments.format, &outcome, &mut out, look(screen, arguments.quiet))?;
        out.flush()
    };
    match &arguments.output {
        None => render(out).map_err(CliError::Output)?,
        Some(path) => {
            let unwritable = |error| CliError::Unwritable { path: path.clone(), error };
            File::create(path).and_then(|mut file| render(&mut file)).map_err(unwritable)?;
            if !arguments.quiet {
                let summary = report::summary(&outcome, look(Screen::of_file(), false));
                writeln!(io::stderr().lock(), "{summary}").map_err(CliError::Output)?;
            }
        }
    }
    if arguments.quiet {
        return Ok(());
    }
    scope::tell_stale(found, arguments.verbose, &mut io::stderr().lock()).map_err(CliError::Output)
}

fn look(screen: Screen, quiet: bool) -> Look {
    Look { colour: screen.colour, width: screen.width, elapsed: screen.terminal, summary: !quiet }
}

fn summary(found: &Session, began: Instant) -> Summary {
    let of_severity = |severity| found.findings.iter().filter(|finding| finding.severity == severity).count();
    Summary {
        files: found.read(),
        errors: of_severity(Severity::Error),
        warnings: of_severity(Severity::Warning),
        infos: of_severity(Severity::Info),
        not_analysed: found.not_analysed(),
        skipped: found.unrelated(),
        suppressed: found.held_back.suppressed,
        known: found.held_back.known,
        elsewhere: found.held_back.elsewhere,
        vendored: found.held_back.vendored,
        elapsed: began.elapsed(),
    }
}

/// Names the files that say nothing, with the reason, where that is wanted.
fn name_unread(arguments: &LintArguments, workspace: &Workspace, out: &mut dyn Write) -> io::Result<()> {
    if !arguments.verbose {
        return Ok(());
    }
    for ((_, file), reading) in workspace.files.iter().zip(&workspace.readings) {
        let reason = match &reading.fate {
            Fate::Read | Fate::Config => continue,
            Fate::Unrelated => "skipped: it holds nothing that promcheck knows".to_owned(),
            Fate::Templated(template) => {
                format!(
                    "not analysed: it is a {} template and says nothing until it is rendered",
                    template.renderer.name()
                )
            }
            Fate::Unreadable => "not analysed: it cannot be read".to_owned(),
        };
        writeln!(out, "{}: {reason}", one_line(&file.name))?;
    }
    Ok(())
}
