//! Checkstyle XML, which Jenkins, reviewdog and many editors read.

use std::io::{self, Write};

use crate::diag::{Diagnostic, Severity};

use super::{Outcome, one_line, place::Place};

/// Writes one `file` element for each file with findings.
pub fn render(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<checkstyle version=\"4.3\">")?;
    for of_one_file in outcome.findings.chunk_by(|left, right| left.span.file == right.span.file) {
        let Some(first) = of_one_file.first() else { continue };
        writeln!(out, "  <file name=\"{}\">", escaped(&outcome.files.file(first.span.file).name))?;
        for finding in of_one_file {
            element(outcome, finding, out)?;
        }
        writeln!(out, "  </file>")?;
    }
    writeln!(out, "</checkstyle>")
}

fn element(outcome: &Outcome<'_>, finding: &Diagnostic, out: &mut dyn Write) -> io::Result<()> {
    let place = Place::of(outcome.files, finding.span);
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    let (line, column, message) = (place.line, place.column, escaped(&finding.message));
    write!(out, "    <error line=\"{line}\" column=\"{column}\" severity=\"{severity}\" message=\"{message}\"")?;
    writeln!(out, " source=\"promcheck.{}\"/>", escaped(finding.check))
}

/// Text as the value of an XML attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in one_line(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        assert_eq!(escaped("a < b && \"c\" > 'd'"), "a &lt; b &amp;&amp; &quot;c&quot; &gt; &apos;d&apos;");
        assert_eq!(escaped("one\ntwo\u{0}\u{1b}\u{ffff}"), "one two␀␛\u{fffd}");
    }
}
