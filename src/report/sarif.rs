//! SARIF 2.1.0, the format of code scanning services.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{self, Write},
};

use serde_json::{Value, json};

use crate::{
    diag::{Diagnostic, Fix, Severity},
    text::Span,
};

use super::{CheckText, Outcome, fingerprint::fingerprints, json, place::Place};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Writes the log: one run, the checks that found something as its rules.
pub fn render(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    let rules = found_checks(outcome);
    let fingerprints = fingerprints(outcome.files, outcome.findings);
    let results: Vec<Value> = outcome
        .findings
        .iter()
        .zip(&fingerprints)
        .map(|(finding, fingerprint)| result(outcome, finding, fingerprint, &rules))
        .collect();
    let driver = json!({
        "name": "promcheck",
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": rules.values().map(|rule| rule.text.clone()).collect::<Vec<_>>(),
    });
    let run = json!({
        "tool": { "driver": driver },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": { "SRCROOT": { "description": { "text": "the directory promcheck ran in" } } },
        "results": results,
    });
    json::write(&json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run] }), out)
}

struct Rule {
    index: usize,
    text: Value,
}

/// The checks that found something, by id, in order of id.
fn found_checks<'a>(outcome: &Outcome<'a>) -> BTreeMap<&'a str, Rule> {
    let texts: BTreeMap<&str, &CheckText> = outcome.checks.iter().map(|check| (check.id, check)).collect();
    let mut rules: BTreeMap<&str, Rule> = BTreeMap::new();
    for finding in outcome.findings {
        rules.entry(finding.check).or_insert_with(|| Rule {
            index: 0,
            text: texts.get(finding.check).map_or_else(|| json!({ "id": finding.check }), |check| rule(check)),
        });
    }
    for (index, rule) in rules.values_mut().enumerate() {
        rule.index = index;
    }
    rules
}

fn rule(check: &CheckText) -> Value {
    json!({
        "id": check.id,
        "shortDescription": { "text": check.summary },
        "help": { "text": check.docs, "markdown": check.docs },
        "defaultConfiguration": { "level": level(check.severity) },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result(outcome: &Outcome<'_>, finding: &Diagnostic, fingerprint: &str, rules: &BTreeMap<&str, Rule>) -> Value {
    let mut text = finding.message.clone();
    for help in &finding.help {
        text.push('\n');
        text.push_str(help);
    }
    let mut result = json!({
        "ruleId": finding.check,
        "level": level(finding.severity),
        "message": { "text": text },
        "locations": [location(outcome, finding.span, Some(&finding.here))],
        "partialFingerprints": { "promcheck/v1": fingerprint },
    });
    if let Some(rule) = rules.get(finding.check) {
        result["ruleIndex"] = json!(rule.index);
    }
    if !finding.labels.is_empty() {
        let related = finding.labels.iter().map(|label| location(outcome, label.span, Some(&label.message)));
        result["relatedLocations"] = related.collect();
    }
    if !finding.fixes.is_empty() {
        result["fixes"] = finding.fixes.iter().map(|fix| proposed(outcome, fix)).collect();
    }
    result
}

fn location(outcome: &Outcome<'_>, span: Span, words: Option<&str>) -> Value {
    let place = Place::of(outcome.files, span);
    let physical = json!({ "artifactLocation": artifact(place.path), "region": region(&place) });
    match words {
        Some(words) if !words.is_empty() => json!({ "physicalLocation": physical, "message": { "text": words } }),
        _ => json!({ "physicalLocation": physical }),
    }
}

fn region(place: &Place<'_>) -> Value {
    json!({
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
        "byteOffset": place.start_byte,
        "byteLength": place.end_byte - place.start_byte,
    })
}

fn artifact(path: &str) -> Value {
    let uri = percent_encoded(path);
    if path.starts_with('/') {
        return json!({ "uri": format!("file://{uri}") });
    }
    json!({ "uri": uri, "uriBaseId": "SRCROOT" })
}

/// A fix, its edits grouped by file.
fn proposed(outcome: &Outcome<'_>, fix: &Fix) -> Value {
    let changes = fix.edits().chunk_by(|left, right| left.span.file == right.span.file).filter_map(|edits| {
        let file = outcome.files.file(edits.first()?.span.file);
        let replacements: Vec<Value> = edits
            .iter()
            .map(|edit| {
                let region = region(&Place::of(outcome.files, edit.span));
                json!({ "deletedRegion": region, "insertedContent": { "text": edit.text } })
            })
            .collect();
        Some(json!({ "artifactLocation": artifact(&file.name), "replacements": replacements }))
    });
    json!({ "description": { "text": fix.title }, "artifactChanges": changes.collect::<Vec<_>>() })
}

/// A path as a relative URI reference.
fn percent_encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'@' | b'+' => {
                out.push(char::from(byte));
            }
            other => {
                let _ = write!(out, "%{other:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        assert_eq!(percent_encoded("a b/ü#1.yml"), "a%20b/%C3%BC%231.yml");
        assert_eq!(artifact("/etc/a.yml")["uri"], "file:///etc/a.yml");
        assert_eq!(artifact("rules/a.yml")["uriBaseId"], "SRCROOT");
    }
}
