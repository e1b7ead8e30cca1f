//! SARIF 2.1.0, the format of code scanning services.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{self, Write},
};

use serde::Serialize;

use crate::{
    diag::{Diagnostic, Edit, Fix, Severity},
    text::Span,
};

use super::{CheckText, Outcome, fingerprint::fingerprints, json, place::Place};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    column_kind: &'static str,
    original_uri_base_ids: BaseIds<'a>,
    results: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    short_description: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Help<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_configuration: Option<Configuration>,
}

#[derive(Serialize)]
struct Help<'a> {
    text: &'a str,
    markdown: &'a str,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct BaseIds<'a> {
    #[serde(rename = "SRCROOT")]
    root: BaseId<'a>,
}

#[derive(Serialize)]
struct BaseId<'a> {
    description: Text<'a>,
}

#[derive(Serialize)]
struct Text<'a> {
    text: &'a str,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message,
    locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'a>>,
    partial_fingerprints: Fingerprints<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Proposal<'a>>,
}

#[derive(Serialize)]
struct Fingerprints<'a> {
    #[serde(rename = "promcheck/v1")]
    first: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
    byte_offset: u32,
    byte_length: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Proposal<'a> {
    description: Text<'a>,
    artifact_changes: Vec<Change<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change<'a> {
    artifact_location: Artifact,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    inserted_content: Text<'a>,
}

/// Writes the log: one run, the checks that found something as its rules.
pub fn render(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    let texts: BTreeMap<&str, &CheckText> = outcome.checks.iter().map(|check| (check.id, check)).collect();
    let mut indices: BTreeMap<&str, usize> = outcome.findings.iter().map(|finding| (finding.check, 0)).collect();
    indices.values_mut().enumerate().for_each(|(rank, index)| *index = rank);
    let rules = indices.keys().map(|&id| rule(id, texts.get(id).copied())).collect();
    let fingerprints = fingerprints(outcome.files, outcome.findings);
    let results = outcome.findings.iter().zip(&fingerprints);
    let run = Run {
        tool: Tool { driver: Driver { name: "promcheck", semantic_version: env!("CARGO_PKG_VERSION"), rules } },
        column_kind: "unicodeCodePoints",
        original_uri_base_ids: BaseIds {
            root: BaseId { description: Text { text: "the directory promcheck ran in" } },
        },
        results: results.map(|(finding, fingerprint)| described(outcome, finding, fingerprint, &indices)).collect(),
    };
    json::write(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] }, out)
}

fn rule<'a>(id: &'a str, text: Option<&CheckText>) -> Rule<'a> {
    Rule {
        id,
        short_description: text.map(|check| Text { text: check.summary }),
        help: text.map(|check| Help { text: check.docs, markdown: check.docs }),
        default_configuration: text.map(|check| Configuration { level: level(check.severity) }),
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn described<'a>(
    outcome: &Outcome<'a>,
    finding: &'a Diagnostic,
    fingerprint: &'a str,
    indices: &BTreeMap<&str, usize>,
) -> Finding<'a> {
    let mut text = finding.message.clone();
    for help in &finding.help {
        text.push('\n');
        text.push_str(help);
    }
    let related = finding.labels.iter().map(|label| location(outcome, label.span, &label.message));
    Finding {
        rule_id: finding.check,
        rule_index: indices.get(finding.check).copied(),
        level: level(finding.severity),
        message: Message { text },
        locations: [location(outcome, finding.span, &finding.here)],
        related_locations: related.collect(),
        partial_fingerprints: Fingerprints { first: fingerprint },
        fixes: finding.fixes.iter().map(|fix| proposed(outcome, fix)).collect(),
    }
}

fn location<'a>(outcome: &Outcome<'_>, span: Span, words: &'a str) -> Location<'a> {
    let place = Place::of(outcome.files, span);
    Location {
        physical_location: Physical { artifact_location: artifact(place.path), region: region(&place) },
        message: (!words.is_empty()).then_some(Text { text: words }),
    }
}

fn region(place: &Place<'_>) -> Region {
    Region {
        start_line: place.line,
        start_column: place.column,
        end_line: place.end_line,
        end_column: place.end_column,
        byte_offset: place.start_byte,
        byte_length: place.end_byte - place.start_byte,
    }
}

fn artifact(path: &str) -> Artifact {
    let uri = percent_encoded(path);
    if path.starts_with('/') {
        return Artifact { uri: format!("file://{uri}"), uri_base_id: None };
    }
    Artifact { uri, uri_base_id: Some("SRCROOT") }
}

/// A fix, its edits grouped by file.
fn proposed<'a>(outcome: &Outcome<'_>, fix: &'a Fix) -> Proposal<'a> {
    let replacement = |edit: &'a Edit| Replacement {
        deleted_region: region(&Place::of(outcome.files, edit.span)),
        inserted_content: Text { text: &edit.text },
    };
    let changes = fix.edits().chunk_by(|left, right| left.span.file == right.span.file).filter_map(|edits| {
        let file = outcome.files.file(edits.first()?.span.file);
        let replacements = edits.iter().map(replacement).collect();
        Some(Change { artifact_location: artifact(&file.name), replacements })
    });
    Proposal { description: Text { text: &fix.title }, artifact_changes: changes.collect() }
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
        assert_eq!(artifact("/etc/a.yml").uri, "file:///etc/a.yml");
        assert_eq!(artifact("rules/a.yml").uri_base_id, Some("SRCROOT"));
    }
}
