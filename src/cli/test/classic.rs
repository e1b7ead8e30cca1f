//! Results as promtool writes them.

use std::io::{self, Write};

use crate::{
    harness::{Report, Request},
    report::{one_line, visible},
};

use super::{is_known_feature, nothing_like};

/// Writes what promtool writes: headings to the standard output, failures to the standard error.
pub fn write(request: &Request, features: &[String], found: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut err = io::stderr().lock();
    for flag in features.iter().filter(|flag| !is_known_feature(flag)) {
        writeln!(out, "  WARNING: Unknown feature passed to --enable-feature: {}", one_line(flag))?;
    }
    if let Some(trouble) = nothing_like(request, found) {
        writeln!(err, "  WARNING: {}", one_line(&trouble.to_string()))?;
    }
    for suite in &found.suites {
        let path = found.files.file(suite.file).path.to_string_lossy();
        writeln!(out, "Processing test file: {}", one_line(&path))?;
        out.flush()?;
        for pattern in &suite.unmatched {
            writeln!(err, "  WARNING: no file match pattern {}", one_line(pattern))?;
        }
        for case in &suite.cases {
            for warning in &case.warnings {
                writeln!(err, "  WARNING: {}", one_line(&warning.message))?;
            }
            if let Some(dump) = case.dump.as_ref().filter(|_| request.dump) {
                let name = one_line(&case.name);
                writeln!(err, "DEBUG: Starting test {name}")?;
                writeln!(err, "DEBUG: Dump of all data (input_series and rules):\n{}", visible(dump))?;
                writeln!(err, "DEBUG: Test {name} finished")?;
            }
        }
        if suite.has_failed() {
            writeln!(err, "  FAILED:")?;
            for failure in suite.failures() {
                writeln!(err, "{}", visible(&failure.classic))?;
                writeln!(out)?;
            }
        } else {
            writeln!(out, "  SUCCESS")?;
        }
        writeln!(out)?;
        out.flush()?;
    }
    Ok(())
}
