//! How what was found is told: in promtool's shape for people, in a report for programs.

use std::io::{self, Write};

use crate::{
    cli::catalogue,
    diag::{Diagnostic, Severity},
    report::{self, Format, Look, Outcome, Summary, one_line},
    text::Files,
};

use super::{Fault, Screens};

/// What a command has to say, and where to.
pub struct Telling<'o> {
    /// The files that were read.
    pub files: Files,
    findings: Vec<Diagnostic>,
    format: Format,
    screens: Screens,
    out: &'o mut dyn Write,
    err: &'o mut dyn Write,
}

impl<'o> Telling<'o> {
    pub fn new(format: Format, screens: Screens, out: &'o mut dyn Write, err: &'o mut dyn Write) -> Self {
        Self { files: Files::default(), findings: Vec::new(), format, screens, out, err }
    }

    /// Where words that only people read go.
    pub fn heading(&mut self) -> &mut dyn Write {
        if self.format == Format::Human { self.out } else { self.err }
    }

    /// A line for people.
    pub fn say(&mut self, line: &str) -> io::Result<()> {
        if self.format == Format::Human { writeln!(self.out, "{line}") } else { Ok(()) }
    }

    /// A line for people, on the standard error.
    pub fn warn(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.err, "{line}")
    }

    /// Findings for programs only.
    pub fn note(&mut self, findings: Vec<Diagnostic>) {
        self.findings.extend(findings);
    }

    /// Warns of flags that are none.
    pub fn about_features(&mut self, unknown: &[String]) -> io::Result<()> {
        for flag in unknown {
            writeln!(self.heading(), "  WARNING: Unknown feature passed to --enable-feature: {}", one_line(flag))?;
        }
        Ok(())
    }

    /// Tells what is wrong: to people at once, below `  FAILED:`; to programs at the end.
    pub fn failed(&mut self, findings: Vec<Diagnostic>) -> io::Result<()> {
        if self.format == Format::Human {
            self.out.flush()?;
            writeln!(self.err, "  FAILED:")?;
            render(Format::Human, &self.files, &findings, self.screens.err, self.err)?;
            self.err.flush()?;
        }
        self.findings.extend(findings);
        Ok(())
    }

    /// Tells what a lint found, if it found something.
    pub fn lint(&mut self, findings: Vec<Diagnostic>) -> io::Result<Fault> {
        if findings.is_empty() {
            return Ok(Fault::None);
        }
        self.failed(findings)?;
        Ok(Fault::Lint)
    }

    /// Writes the report that a program reads.
    pub fn finish(self) -> io::Result<()> {
        match self.format {
            Format::Human => Ok(()),
            format => render(format, &self.files, &self.findings, self.screens.out, self.out),
        }
    }
}

fn render(
    format: Format,
    files: &Files,
    findings: &[Diagnostic],
    screen: crate::cli::screen::Screen,
    out: &mut dyn Write,
) -> io::Result<()> {
    let of = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let mut ids: Vec<&str> = findings.iter().map(|finding| finding.check).collect();
    ids.sort_unstable();
    ids.dedup();
    let summary = Summary {
        files: files.len(),
        errors: of(Severity::Error),
        warnings: of(Severity::Warning),
        infos: of(Severity::Info),
        ..Summary::default()
    };
    let outcome = Outcome { files, findings, summary, checks: &catalogue::check_texts(&ids) };
    let look = Look { colour: screen.colour, width: screen.width, elapsed: false, summary: false };
    report::render(format, &outcome, out, look)
}
