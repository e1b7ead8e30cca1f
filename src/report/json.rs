//! The JSON report: one object, stable within a `version`.
//!
//! ```text
//! version   1
//! findings  [ check, severity ("error", "warning", "info"), message,
//!             path, line, column, end_line, end_column, start_byte, end_byte,
//!             here (a few words at the place, or null),
//!             related [ path … end_byte, message ],
//!             help (remedies joined by line feeds, or null),
//!             fixes [ title, applicability ("safe", "unsafe", "shown"), edits [ path … end_byte, text ] ] ]
//! summary   { files, errors, warnings, infos, not_analysed, skipped, suppressed,
//!             known (in the baseline), elsewhere (in places that the run is not about), vendored }
//! ```
//! Lines and columns count from 1, columns count characters, ends are exclusive; bytes count from 0. New
//! keys may appear within a version; none changes its meaning or goes.

use std::io::{self, Write};

use serde::{Serialize, ser::Error as _};
use serde_json::ser::{CharEscape, Formatter, PrettyFormatter, Serializer};

use crate::diag::{Applicability, Diagnostic, Fix, Severity};

use super::{Outcome, Summary, place::Place, visible::stand_in};

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    findings: Vec<Finding<'a>>,
    summary: Counts,
}

#[derive(Serialize)]
struct Finding<'a> {
    check: &'a str,
    severity: Severity,
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    here: Option<&'a str>,
    related: Vec<Related<'a>>,
    help: Option<String>,
    fixes: Vec<FixText<'a>>,
}

#[derive(Serialize)]
struct Related<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    message: &'a str,
}

#[derive(Serialize)]
struct FixText<'a> {
    title: &'a str,
    applicability: &'static str,
    edits: Vec<EditText<'a>>,
}

#[derive(Serialize)]
struct EditText<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    text: &'a str,
}

#[derive(Serialize)]
struct Counts {
    files: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    not_analysed: usize,
    skipped: usize,
    suppressed: usize,
    known: usize,
    elsewhere: usize,
    vendored: usize,
}

/// Writes the report.
pub fn render(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    let findings = outcome.findings.iter().map(|finding| described(outcome, finding)).collect();
    write(&Document { version: 1, findings, summary: counted(&outcome.summary) }, out)
}

/// The word for how far a fix may be trusted.
pub fn applicability(applicability: Applicability) -> &'static str {
    match applicability {
        Applicability::Safe => "safe",
        Applicability::Unsafe => "unsafe",
        Applicability::Shown => "shown",
    }
}

fn described<'a>(outcome: &Outcome<'a>, finding: &'a Diagnostic) -> Finding<'a> {
    let related = |label: &'a crate::diag::Label| Related {
        place: Place::of(outcome.files, label.span),
        message: &label.message,
    };
    Finding {
        check: finding.check,
        severity: finding.severity,
        message: &finding.message,
        place: Place::of(outcome.files, finding.span),
        here: (!finding.here.is_empty()).then_some(&finding.here),
        related: finding.labels.iter().map(related).collect(),
        help: (!finding.help.is_empty()).then(|| finding.help.join("\n")),
        fixes: finding.fixes.iter().map(|fix| proposed(outcome, fix)).collect(),
    }
}

fn proposed<'a>(outcome: &Outcome<'a>, fix: &'a Fix) -> FixText<'a> {
    let edits = fix.edits().iter();
    FixText {
        title: &fix.title,
        applicability: applicability(fix.applicability),
        edits: edits.map(|edit| EditText { place: Place::of(outcome.files, edit.span), text: &edit.text }).collect(),
    }
}

fn counted(summary: &Summary) -> Counts {
    Counts {
        files: summary.files,
        errors: summary.errors,
        warnings: summary.warnings,
        infos: summary.infos,
        not_analysed: summary.not_analysed,
        skipped: summary.skipped,
        suppressed: summary.suppressed,
        known: summary.known,
        elsewhere: summary.elsewhere,
        vendored: summary.vendored,
    }
}

/// Writes a value as indented JSON with a line feed at the end; characters that would act on a terminal
/// are written as `\u` escapes, which mean the same.
pub fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut buffered = io::BufWriter::new(out);
    let mut serializer = Serializer::with_formatter(&mut buffered, Harmless(PrettyFormatter::new()));
    value.serialize(&mut serializer).map_err(|error| match error.io_error_kind() {
        Some(kind) => io::Error::new(kind, error),
        None => io::Error::other(serde_json::Error::custom(error)),
    })?;
    buffered.write_all(b"\n")?;
    buffered.flush()
}

/// A pretty printer that escapes what JSON allows raw but terminals act on.
struct Harmless<'a>(PrettyFormatter<'a>);

impl Formatter for Harmless<'_> {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if fragment.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
            return out.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some((at, acting)) = rest.char_indices().find(|&(_, character)| stand_in(character).is_some()) {
            out.write_all(&rest.as_bytes()[..at])?;
            write!(out, "\\u{:04x}", u32::from(acting))?;
            rest = &rest[at + acting.len_utf8()..];
        }
        out.write_all(rest.as_bytes())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, out: &mut W, escape: CharEscape) -> io::Result<()> {
        self.0.write_char_escape(out, escape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_terminals_act_on() {
        let mut out = Vec::new();
        let text = "\u{1b}[1m \u{9b}2J \u{7f} \u{202e} ü \"";
        write(&text, &mut out).unwrap();
        let written = String::from_utf8(out).unwrap();
        assert_eq!(written, "\"\\u001b[1m \\u009b2J \\u007f \\u202e ü \\\"\"\n");
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
    }
}
