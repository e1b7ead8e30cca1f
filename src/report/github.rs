//! GitHub workflow commands: each finding becomes an annotation at its line in the pull request.
//!
//! <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>

use std::io::{self, Write};

use crate::diag::Severity;

use super::{Outcome, place::Place, visible};

/// Writes one `::error …::…` (or `warning`, `notice`) line for each finding.
pub fn render(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in outcome.findings {
        let place = Place::of(outcome.files, finding.span);
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        write!(out, "::{command} file={},line={},endLine={}", property(place.path), place.line, place.end_line)?;
        // Columns of a range over several lines are refused.
        if place.line == place.end_line {
            write!(out, ",col={},endColumn={}", place.column, place.end_column)?;
        }
        if !finding.check.is_empty() {
            write!(out, ",title={}", property(finding.check))?;
        }
        let mut text = finding.message.clone();
        for label in &finding.labels {
            let place = Place::of(outcome.files, label.span);
            text.push_str(&format!("\n{}:{}:{}: {}", place.path, place.line, place.column, label.message));
        }
        for help in &finding.help {
            text.push_str(&format!("\nhelp: {help}"));
        }
        writeln!(out, "::{}", data(&text))?;
    }
    Ok(())
}

/// Escapes the text of a command.
fn data(text: &str) -> String {
    visible(&text.replace("\r\n", "\n")).replace('%', "%25").replace('\n', "%0A")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        assert_eq!(data("5 % of a,b: c\r\nd"), "5 %25 of a,b: c%0Ad");
        assert_eq!(property("C:\\a,b\n100%"), "C%3A\\a%2Cb%0A100%25");
        assert_eq!(data("x\u{1b}[0m\r::error::"), "x␛[0m␍::error::");
    }
}
