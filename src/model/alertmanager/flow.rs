//! Question marks in lists and maps that are written in brackets: the YAML reader of Alertmanager (yaml.v2, unlike
//! yaml.v3) ends a text without quotes there, and then refuses the file.

use crate::{
    diag::{Applicability, Diagnostic, Fix},
    tree::{Complaints, Kind, Node, Style},
};

/// Complains of every text in brackets that holds a question mark and has no quotes.
pub(super) fn question_marks(root: Node<'_>, complaints: &mut Complaints) {
    let source = root.tree().source();
    let mut brackets_until = 0;
    for node in root.tree().nodes() {
        let span = node.span();
        let is_bracket = || source.offset_of(span.start).is_some_and(|at| source.text()[at..].starts_with(['{', '[']));
        match node.kind() {
            _ if node.is_alias() => {}
            Kind::Sequence | Kind::Mapping if span.end > brackets_until && is_bracket() => brackets_until = span.end,
            Kind::Scalar(Style::Plain) if span.start < brackets_until => {
                let Some(text) = node.text().filter(|text| text.contains('?')) else { continue };
                let quoted = format!("'{}'", text.replace('\'', "''"));
                let complaint = Diagnostic::error(span, "a text without quotes ends at `?` within brackets")
                    .help("put it in quotes: the YAML reader of Alertmanager is stricter than others here")
                    .fix(Fix::edit("put it in quotes", Applicability::Safe, span, quoted));
                complaints.push(complaint);
            }
            _ => {}
        }
    }
}
