//! Numbered fingerprints, for services that want each finding to have one of its own.

use std::{collections::BTreeMap, fmt::Write};

use crate::{
    diag::{self, Diagnostic},
    text::Files,
};

/// One fingerprint for each finding, in order; findings with the same are numbered.
pub fn fingerprints(files: &Files, findings: &[Diagnostic]) -> Vec<String> {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let mut all = Vec::with_capacity(findings.len());
    for finding in findings {
        let file = files.file(finding.span.file);
        let mut print = diag::fingerprint(file, &file.name, finding);
        let count = seen.entry(print.clone()).or_default();
        *count += 1;
        let _ = write!(print, ":{count}");
        all.push(print);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{SourceFile, Span};

    #[test]
    fn equal_findings_are_numbered() {
        let mut files = Files::default();
        let file = files.add(SourceFile::new("a.yml".into(), "a.yml".into(), "expr: up\nexpr: up\n"));
        let findings = [6, 15].map(|at| Diagnostic::error(Span::new(file, at, at + 2), "broken"));
        let twice = fingerprints(&files, &findings);
        assert_eq!(twice[0].strip_suffix(":1"), twice[1].strip_suffix(":2"));
        assert_eq!(twice[0].len(), 34);
    }
}
