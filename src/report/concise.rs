//! One finding a line, as compilers print it, for editors, `grep` and `wc -l`.

use std::io::{self, Write};

use super::{Outcome, one_line};

/// Writes `path:line:column: severity: message [group/id]` for each finding.
pub fn render(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in outcome.findings {
        let file = outcome.files.file(finding.span.file);
        let place = file.position(finding.span.start);
        let (path, message) = (one_line(&file.name), one_line(&finding.message));
        write!(out, "{path}:{}:{}: {}: {message}", place.line, place.column, finding.severity)?;
        match finding.check {
            "" => writeln!(out)?,
            check => writeln!(out, " [{check}]")?,
        }
    }
    Ok(())
}
