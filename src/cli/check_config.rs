//! `promcheck check-config`: amtool's command of that name, with every reason at its place.

#![expect(clippy::disallowed_methods, reason = "a configuration may come from the standard input")]

use std::{
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use crate::{
    config::{self, Config},
    diag::{Diagnostic, Severity},
    dispatch::{self, Loaded, USUAL_VERSION},
    report::{self, Format, Look, Outcome, Summary, one_line},
    text::{FileId, Files},
    vocab::Version,
    workspace::read_bytes,
};

use super::{Verdict, arguments::CheckConfigArguments, catalogue, error::CliError, screen::Screen};

const STANDARD_INPUT: &str = "/dev/stdin";

/// Checks configurations, each by itself.
pub fn run(arguments: &CheckConfigArguments, screen: Screen, out: &mut dyn Write) -> Result<Verdict, CliError> {
    let mut paths = arguments.files.clone();
    if paths.is_empty() {
        paths.push(PathBuf::from(STANDARD_INPUT));
    } else if let Some(missing) = paths.iter().find(|path| !path.exists() || path.is_dir()) {
        let why = if missing.is_dir() { "is a folder" } else { "does not exist" };
        writeln!(io::stderr().lock(), "promcheck: error: `{}` {why}", one_line(&missing.to_string_lossy()))
            .map_err(CliError::Output)?;
        return Ok(Verdict::Findings);
    }
    let mut checked = Checked { files: Files::default(), refusals: Vec::new(), refused: 0 };
    let people = arguments.format == Format::Human;
    for path in &paths {
        let said = checked.one(path, arguments.alertmanager_version.unwrap_or_else(|| version_of(path)));
        if people {
            out.write_all(said.as_bytes()).map_err(CliError::Output)?;
        }
    }
    if !people || !checked.refusals.is_empty() {
        checked.report(arguments.format, screen, out).map_err(CliError::Output)?;
    }
    if checked.refused == 0 {
        return Ok(Verdict::Clean);
    }
    out.flush().map_err(CliError::Output)?;
    writeln!(io::stderr().lock(), "promcheck: error: failed to validate {} file(s)", checked.refused)
        .map_err(CliError::Output)?;
    Ok(Verdict::Findings)
}

struct Checked {
    files: Files,
    refusals: Vec<Diagnostic>,
    refused: usize,
}

impl Checked {
    /// Checks a configuration; what amtool would print of it.
    fn one(&mut self, path: &Path, version: Version) -> String {
        let bytes = if path == Path::new(STANDARD_INPUT) { standard_input() } else { read_bytes(path) };
        let loaded = dispatch::load(&mut self.files, path.to_path_buf(), bytes, version);
        let mut said = format!("Checking '{}'  ", one_line(&path.to_string_lossy()));
        self.refused += usize::from(!loaded.refusals.is_empty());
        if loaded.refusals.is_empty() {
            said.push_str("SUCCESS\n");
            said.push_str(&self.found(&loaded, path));
        } else {
            said.push_str(&failed(&loaded.refusals));
        }
        self.refusals.extend(loaded.refusals);
        said.push('\n');
        said
    }

    /// What a good configuration holds, and whether its template files are good.
    fn found(&mut self, loaded: &Loaded, path: &Path) -> String {
        let Some(config) = &loaded.config else { return String::new() };
        let counts = [
            (config.inhibit_rules.len(), "inhibit rules"),
            (config.receivers.len(), "receivers"),
            (config.templates.len(), "templates"),
        ];
        let mut said = String::from("Found:\n - global config\n - route\n");
        for (count, what) in counts {
            said.push_str(&format!(" - {count} {what}\n"));
        }
        if config.templates.is_empty() {
            return said;
        }
        let folder = path.parent().unwrap_or(Path::new(""));
        let templates = dispatch::templates(&mut self.files, config, folder);
        if templates.refusals.is_empty() {
            said.push_str("  SUCCESS\n");
        } else {
            self.refused += 1;
            said.push_str(&format!("  {}", failed(&templates.refusals)));
        }
        self.refusals.extend(templates.refusals);
        said
    }

    fn report(&self, format: Format, screen: Screen, out: &mut dyn Write) -> io::Result<()> {
        let checks = catalogue::check_texts(&["alertmanager/invalid", "alertmanager/template-syntax"]);
        let errors = self.refusals.iter().filter(|refusal| refusal.severity == Severity::Error).count();
        let outcome = Outcome {
            files: &self.files,
            findings: &self.refusals,
            summary: Summary { files: self.files.len(), errors, ..Summary::default() },
            checks: &checks,
        };
        let look = Look { colour: screen.colour, width: screen.width, elapsed: false, summary: false };
        report::render(format, &outcome, out, look)
    }
}

/// The end of a line about something that Alertmanager refuses.
fn failed(refusals: &[Diagnostic]) -> String {
    let first = refusals.first().map_or("", |refusal| refusal.message.as_str());
    match refusals.len() {
        0 | 1 => format!("FAILED: {}\n", one_line(first)),
        many => format!("FAILED: {} (and {} more)\n", one_line(first), many - 1),
    }
}

fn standard_input() -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// The version that the project says runs, else the usual one.
fn version_of(path: &Path) -> Version {
    let declared = config::find(path).and_then(|found| {
        let text = String::from_utf8(read_bytes(&found).ok()?).ok()?;
        let base = found.parent().unwrap_or(Path::new("")).to_path_buf();
        Config::read(FileId(0), text, base).0.alertmanager_version
    });
    declared.map_or(USUAL_VERSION, |declared| declared.value)
}
