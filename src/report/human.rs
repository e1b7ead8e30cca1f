//! Findings for people: what is wrong, the underlined text, the places that prove it, and the way out.

use std::{
    collections::BTreeSet,
    io::{self, Write},
};

use rayon::prelude::*;

use crate::{
    diag::{Applicability, Diagnostic, Severity},
    text::FileId,
};

use super::{
    Ink, Look, Outcome, Paint,
    change::{Change, changes},
    one_line,
    snippet::{Mark, Snippet, snippets},
    summary, visible,
    window::wrapped,
};

/// So many findings are drawn by all threads while those before them are written.
const BATCH: usize = 1024;

/// So many of these are drawn by one thread before another may take over the rest.
const AT_ONCE: usize = 32;

/// So many bytes hardly any finding exceeds as it is drawn.
const ROOM: usize = 1024;

/// Writes all findings and a line that counts them.
pub fn render(outcome: &Outcome<'_>, out: &mut dyn Write, look: Look) -> io::Result<()> {
    let mut explained = BTreeSet::new();
    let mut out = Gapped { out, gap: b"" };
    let mut drawn: Vec<Vec<u8>> = Vec::new();
    for batch in outcome.findings.chunks(BATCH) {
        let first_of_check = |finding: &Diagnostic| !finding.check.is_empty() && explained.insert(finding.check);
        let first: Vec<bool> = batch.iter().map(first_of_check).collect();
        let mut next = Ok(Vec::new());
        rayon::in_place_scope(|scope| {
            scope.spawn(|_| next = draw_all(outcome, batch, first, look));
            drawn.iter().try_for_each(|drawn| out.write(drawn))
        })?;
        drawn = next?;
    }
    drawn.iter().try_for_each(|drawn| out.write(drawn))?;
    if look.summary {
        out.write(format!("{}\n", summary::lines(outcome, look)).as_bytes())?;
    }
    Ok(())
}

/// Paragraphs, with an empty line between each two.
struct Gapped<W> {
    out: W,
    gap: &'static [u8],
}

impl<W: Write> Gapped<W> {
    fn write(&mut self, paragraph: &[u8]) -> io::Result<()> {
        self.out.write_all(std::mem::replace(&mut self.gap, b"\n"))?;
        self.out.write_all(paragraph)
    }
}

/// What is written of each finding.
fn draw_all(outcome: &Outcome<'_>, batch: &[Diagnostic], first: Vec<bool>, look: Look) -> io::Result<Vec<Vec<u8>>> {
    let drawn = batch.par_iter().zip(first).with_max_len(AT_ONCE).map(|(finding, is_first)| {
        let mut drawn = Vec::with_capacity(ROOM);
        draw(outcome, finding, is_first, look, &mut drawn)?;
        Ok(drawn)
    });
    drawn.collect()
}

/// One finding; the first of its check says where to read more.
fn draw(
    outcome: &Outcome<'_>,
    finding: &Diagnostic,
    is_first: bool,
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    header(finding, look, out)?;
    boxes(outcome, finding, look, out)?;
    remedies(outcome, finding, look, out)?;
    if is_first {
        let command = format!("promcheck explain {}", finding.check);
        indented("more: ", &command, Ink::Dim, look, out)?;
    }
    Ok(())
}

/// `error[group/id]: message`, wrapped under itself.
fn header(finding: &Diagnostic, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(look.colour);
    let head = match finding.check {
        "" => finding.severity.word().to_owned(),
        check => format!("{}[{check}]", finding.severity),
    };
    let text = format!("{head}: {}", visible(&finding.message));
    for (number, line) in wrapped(&text, look.width.max(40) - 2).into_iter().enumerate() {
        match line.strip_prefix(&head) {
            Some(rest) if number == 0 => {
                let head = paint.ink(Ink::Severity(finding.severity), &head);
                writeln!(out, "{head}{}", paint.ink(Ink::Bold, rest))?;
            }
            _ => writeln!(out, "  {}", paint.ink(Ink::Bold, line))?,
        }
    }
    Ok(())
}

/// The excerpts of a finding, joined into one drawing: its own place first, then the proof.
fn boxes(outcome: &Outcome<'_>, finding: &Diagnostic, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut files: Vec<(FileId, Vec<Mark<'_>>)> = Vec::new();
    let own = Mark { span: finding.span, words: &finding.here, main: true };
    let others = finding.labels.iter().map(|label| Mark { span: label.span, words: &label.message, main: false });
    for mark in std::iter::once(own).chain(others) {
        match files.iter_mut().find(|(file, _)| *file == mark.span.file) {
            Some((_, marks)) => marks.push(mark),
            None => files.push((mark.span.file, vec![mark])),
        }
    }
    let boxes: Vec<Snippet<'_>> =
        files.iter().flat_map(|(file, marks)| snippets(outcome.files.file(*file), marks)).collect();
    let number_width = boxes.iter().map(Snippet::number_width).max().unwrap_or(1);
    for (number, snippet) in boxes.iter().enumerate() {
        let mut drawn = snippet.draw(finding.severity, look, number_width)?;
        if number > 0
            && let Some(corner) = drawn.find('╭')
        {
            drawn.replace_range(corner..corner + '╭'.len_utf8(), "├");
        }
        if number + 1 < boxes.len() {
            drawn.truncate(drawn.trim_end().rfind('\n').map_or(0, |newline| newline + 1));
        }
        out.write_all(drawn.as_bytes())?;
    }
    Ok(())
}

fn remedies(outcome: &Outcome<'_>, finding: &Diagnostic, look: Look, out: &mut dyn Write) -> io::Result<()> {
    for help in &finding.help {
        indented("help: ", help, Ink::Lead, look, out)?;
    }
    for fix in &finding.fixes {
        let caution = match fix.applicability {
            Applicability::Safe => "",
            Applicability::Unsafe => " (changes what the file does)",
            Applicability::Shown => " (fill in what is missing)",
        };
        indented("fix:  ", &format!("{}{caution}", fix.title), Ink::Lead, look, out)?;
        for change in changes(outcome.files, fix, look.width.saturating_sub(10)) {
            diff(&change, Paint::new(look.colour), out)?;
        }
    }
    Ok(())
}

/// A paragraph behind a lead word.
fn indented(lead: &str, text: &str, ink: Ink, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(look.colour);
    for (number, line) in wrapped(&visible(text), look.width.max(40) - 8).iter().enumerate() {
        match number {
            0 => writeln!(out, "  {}{line}", paint.ink(ink, lead))?,
            _ => writeln!(out, "        {line}")?,
        }
    }
    Ok(())
}

/// The place of a change, then the lines that go and come.
fn diff(change: &Change<'_>, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "        {}", paint.ink(Ink::Dim, format!("{}:{}", one_line(change.path), change.line)))?;
    for line in &change.removed {
        writeln!(out, "        {}", paint.ink(Ink::Severity(Severity::Error), format!("- {line}")))?;
    }
    for line in &change.added {
        writeln!(out, "        {}", paint.ink(Ink::Good, format!("+ {line}")))?;
    }
    Ok(())
}
