//! A name for a finding that outlives edits elsewhere in the file, so that it is known again after lines have moved.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::text::{SourceFile, Span, ceiling, floor};

use super::Diagnostic;

/// How much of the line before and after a finding goes into its fingerprint; it keeps minified files
/// from changing every fingerprint with every edit, and from being read whole for each finding.
const CONTEXT: usize = 80;

/// The fingerprint of a finding in `file`, which is called `path`: a hash of the check, the path, the underlined text and
/// its line without the blanks around it. Two findings that agree in all of these have the same.
pub fn fingerprint(file: &SourceFile, path: &str, finding: &Diagnostic) -> String {
    let mut hasher = Sha256::new();
    let underlined = file.slice(finding.span);
    for part in [finding.check, path, &underlined[..floor(underlined, 4 * CONTEXT)]] {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    hasher.update(line_around(&file.text, finding.span).as_bytes());
    let mut hex = String::with_capacity(34);
    for byte in hasher.finalize().iter().take(16) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// The line that a span starts in, cut to [`CONTEXT`] bytes on either side of the start and trimmed.
fn line_around(text: &str, span: Span) -> &str {
    let at = floor(text, span.start as usize);
    let before = &text[ceiling(text, at.saturating_sub(CONTEXT))..at];
    let after = &text[at..floor(text, at + CONTEXT)];
    let start = at - before.len() + before.rfind('\n').map_or(0, |newline| newline + 1);
    let end = at + after.find('\n').unwrap_or(after.len());
    text[start..end].trim()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;

    fn print(text: &str, path: &str) -> String {
        let file = SourceFile::new("a.yml".into(), "a.yml".into(), text);
        let at = text.find("down").expect("it is there") as u32;
        fingerprint(&file, path, &Diagnostic::error(Span::new(FileId(0), at, at + 4), "broken"))
    }

    #[test]
    fn survives_moves() {
        let before = print("expr: down == 0\n", "a.yml");
        assert_eq!(before, print("# new\ngroups:\n      expr: down == 0\n", "a.yml"));
        assert_ne!(before, print("expr: down == 1\n", "a.yml"));
        assert_ne!(before, print("expr: down == 0\n", "b.yml"));
        assert_eq!(before.len(), 32);
    }
}
