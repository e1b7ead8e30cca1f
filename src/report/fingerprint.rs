//! A name for a finding that outlives edits elsewhere in the file, so that a code scanning service knows
//! it again after lines have moved.

use std::{collections::BTreeMap, fmt::Write};

use sha2::{Digest, Sha256};

use crate::{
    diag::Diagnostic,
    text::{Files, Span},
};

/// How much of the line before and after a finding goes into its fingerprint; it keeps minified files
/// from changing every fingerprint with every edit, and from being read whole for each finding.
const CONTEXT: usize = 80;

/// One fingerprint for each finding, in order: a hash of the check, the path, the underlined text and its
/// line without the blanks around it; findings that agree in all of these are numbered.
pub fn fingerprints(files: &Files, findings: &[Diagnostic]) -> Vec<String> {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let mut all = Vec::with_capacity(findings.len());
    for finding in findings {
        let mut hash = hashed(files, finding);
        let count = seen.entry(hash.clone()).or_default();
        *count += 1;
        let _ = write!(hash, ":{count}");
        all.push(hash);
    }
    all
}

fn hashed(files: &Files, finding: &Diagnostic) -> String {
    let mut hasher = Sha256::new();
    let file = files.file(finding.span.file);
    let underlined = file.slice(finding.span);
    for part in [finding.check, &file.name, &underlined[..floor(underlined, 4 * CONTEXT)]] {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    hasher.update(line_around(&file.text, finding.span).as_bytes());
    let mut hex = String::with_capacity(32);
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

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceiling(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::SourceFile;

    fn prints(text: &str, needle: &str) -> Vec<String> {
        let mut files = Files::default();
        let file = files.add(SourceFile::new("a.yml".into(), "a.yml".into(), text));
        let findings: Vec<_> = text
            .match_indices(needle)
            .map(|(at, _)| Diagnostic::error(Span::new(file, at as u32, (at + needle.len()) as u32), "broken"))
            .collect();
        fingerprints(&files, &findings)
    }

    #[test]
    fn survive_moves() {
        let before = prints("expr: down == 0\n", "down");
        assert_eq!(before, prints("# new\ngroups:\n      expr: down == 0\n", "down"));
        assert_ne!(before, prints("expr: down == 1\n", "down"));
        assert_eq!(before[0].len(), 34);
    }

    #[test]
    fn equal_findings_are_numbered() {
        let twice = prints("expr: up\nexpr: up\n", "up");
        assert_eq!(twice[0].trim_end_matches(":1"), twice[1].trim_end_matches(":2"));
        assert_ne!(twice[0], twice[1]);
    }
}
