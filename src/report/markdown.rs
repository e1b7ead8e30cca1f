//! Markdown, for the summary of a pipeline's job or a comment of a merge request.
//!
//! A table for each severity, the gravest first. Every text is escaped, so that a file cannot put a link or a picture into
//! the page.

use std::io::{self, Write};

use crate::diag::{Diagnostic, Severity};

use super::{Look, Outcome, one_line, place::Place, summary};

/// After so many findings the others are only counted: GitHub takes a mebibyte, and nobody reads more.
const MOST: usize = 500;

/// Writes the report.
pub fn render(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    let look = Look { colour: false, width: usize::MAX, elapsed: false, summary: true };
    let mut lines = summary::lines(outcome, look).lines().map(str::to_owned).collect::<Vec<_>>().into_iter();
    writeln!(out, "## promcheck: {}", lines.next().unwrap_or_default())?;
    for line in lines {
        writeln!(out, "\n{line}")?;
    }
    let mut left = MOST;
    for severity in Severity::ALL.into_iter().rev() {
        let found: Vec<&Diagnostic> = outcome.findings.iter().filter(|finding| finding.severity == severity).collect();
        let shown = found.len().min(left);
        left -= shown;
        if shown > 0 {
            writeln!(out, "\n| {severity} | where | check |\n|---|---|---|")?;
            found[..shown].iter().try_for_each(|finding| row(outcome, finding, out))?;
        }
        if shown < found.len() {
            writeln!(out, "\nand {} more of severity {severity}", found.len() - shown)?;
        }
    }
    Ok(())
}

fn row(outcome: &Outcome<'_>, finding: &Diagnostic, out: &mut dyn Write) -> io::Result<()> {
    let place = Place::of(outcome.files, finding.span);
    let mut text = prose(&finding.message);
    for label in &finding.labels {
        let place = Place::of(outcome.files, label.span);
        text.push_str(&format!("<br>{}: {}", code(&format!("{}:{}", place.path, place.line)), prose(&label.message)));
    }
    for help in &finding.help {
        text.push_str(&format!("<br><em>{}</em>", prose(help)));
    }
    let at = code(&format!("{}:{}:{}", place.path, place.line, place.column));
    let check = if finding.check.is_empty() { String::new() } else { code(finding.check) };
    writeln!(out, "| {text} | {at} | {check} |")
}

/// A message, whose parts in backticks are code.
fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // With an odd number of backticks nobody knows what is meant.
    if parts.len().is_multiple_of(2) {
        return escaped(text);
    }
    let is_code = |rank: usize| rank % 2 == 1;
    parts.iter().enumerate().map(|(rank, part)| if is_code(rank) { code(part) } else { escaped(part) }).collect()
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

/// A text on one line in which nothing is markup.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in one_line(text).chars() {
        match character {
            '&' | '<' | '>' | '|' | '*' | '_' | '[' | ']' | '`' | '\\' | '~' | '@' => {
                escaped.push_str(&format!("&#{};", u32::from(character)));
            }
            other => escaped.push(other),
        }
    }
    // Addresses become links by themselves.
    escaped.replace("://", "&#58;//").replace("www.", "www&#46;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_hold_no_markup() {
        for (text, expected) in [
            ("`a|b` is [x](y)", "<code>a&#124;b</code> is &#91;x&#93;(y)"),
            ("one ` alone", "one &#96; alone"),
            ("<img src=x>\n| b", "&#60;img src=x&#62; &#124; b"),
            ("@team https://x", "&#64;team https&#58;//x"),
        ] {
            assert_eq!(prose(text), expected);
        }
    }
}
