//! The last lines of a report for people.

use crate::diag::Severity;

use super::{Ink, Look, Outcome, Paint};

/// What was found in how much, or, when nothing was, what was looked at; then what was left out.
pub fn lines(outcome: &Outcome<'_>, look: Look) -> String {
    let summary = &outcome.summary;
    let paint = Paint::new(look.colour);
    let found: Vec<String> = [
        (summary.errors, "error", Severity::Error),
        (summary.warnings, "warning", Severity::Warning),
        (summary.infos, "info", Severity::Info),
    ]
    .into_iter()
    .filter(|(count, _, _)| *count > 0)
    .map(|(count, word, severity)| paint.ink(Ink::Severity(severity), counted(count, word)).to_string())
    .collect();
    let files = counted(summary.files, "file");
    let elapsed = if look.elapsed { format!(" ({:.2} s)", summary.elapsed.as_secs_f64()) } else { String::new() };
    let mut lines = if found.is_empty() {
        let clean = paint.ink(Ink::Good, "no findings");
        format!("{clean} in {files}, {} ran{elapsed}", counted(outcome.checks.len(), "check"))
    } else {
        format!("{} in {files}{elapsed}", found.join(", "))
    };
    let notes: Vec<String> = [
        (summary.suppressed, "suppressed"),
        (summary.known, "in the baseline"),
        (summary.elsewhere, "elsewhere"),
        (summary.vendored, "in vendored files"),
        (summary.not_analysed, "not analysed"),
        (summary.skipped, "of other kinds skipped"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, note)| format!("{count} {note}"))
    .collect();
    if !notes.is_empty() {
        lines.push_str(&format!("\n{}", paint.ink(Ink::Dim, notes.join(", "))));
    }
    lines
}

/// A number and its noun.
fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 || noun == "info" { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts() {
        assert_eq!(counted(1, "error"), "1 error");
        assert_eq!(counted(0, "file"), "0 files");
        assert_eq!(counted(2, "info"), "2 info");
    }
}
