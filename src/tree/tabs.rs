//! Tabs in the indentation, which go-yaml refuses even where other readers take them: on blank lines,
//! before comments, behind dashes.

use std::ops::Range;

use crate::{diag::Diagnostic, text::Excerpt};

use super::{Complaints, Kind, Node, Style, Tree, line::Line};

/// After this many the others are left unsaid.
const MANY: usize = 20;

/// So many bytes back it is looked whether a plain scalar goes on.
const FAR: usize = 4096;

/// The complaint about a tab.
pub fn complaint(source: &Excerpt, at: usize) -> Diagnostic {
    let len = source.text().get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    Diagnostic::error(source.span(at..at + len), "a tab stands in the indentation")
        .help("YAML is indented with spaces only; Prometheus and Alertmanager refuse the whole file")
}

/// The first line from `at` on that has a tab in its indentation: the place of the tab.
pub fn next(text: &str, at: usize) -> Option<usize> {
    let mut line = Line::at(text, at);
    loop {
        let indentation = text.get(line.start..line.start + line.indent)?;
        if let Some(tab) = indentation.find('\t') {
            return Some(line.start + tab);
        }
        match line.next(text) {
            Some(next) => line = next,
            // Lines that end at a lone carriage return.
            None => return text.get(at..)?.find('\t').map(|tab| at + tab),
        }
    }
}

/// Complains of tabs that go-yaml refuses and the parser took. `flows` are the places of the outermost
/// flow collections, in which tabs are allowed.
pub fn complain(source: &Excerpt, documents: &[Tree], flows: &[Range<usize>]) -> Complaints {
    let text = source.text();
    let mut complaints = Complaints::new();
    let mut done = 0;
    for tab in memchr::memchr_iter(b'\t', text.as_bytes()) {
        if tab < done {
            continue;
        }
        let line = Line::at(text, tab);
        done = line.end;
        let before = text.get(line.start..tab).unwrap_or_default();
        if !before.bytes().all(|byte| matches!(byte, b' ' | b'-')) {
            continue;
        }
        let flow = flows.partition_point(|flow| flow.start < tab).checked_sub(1).map(|at| &flows[at]);
        let node = documents.iter().rev().find_map(|tree| tree.last_before(tab));
        let in_flow = flow.is_some_and(|flow| tab < flow.end);
        if !in_flow && node.is_none_or(|node| !allows(node, tab, tab - line.start)) {
            complaints.push(complaint(source, tab));
        }
        if complaints.len() == MANY {
            break;
        }
    }
    complaints
}

/// Whether a tab in this column may stand within a scalar, or behind a plain one that might go on.
fn allows(node: Node<'_>, tab: usize, column: usize) -> bool {
    let text = node.tree().source().text();
    let between = text.as_bytes().get(node.end_offset()..tab).unwrap_or_default();
    let goes_on = between.iter().rev().take(FAR).all(u8::is_ascii_whitespace);
    match node.kind() {
        Kind::Scalar(Style::Plain) => goes_on && column > parent_column(node),
        Kind::Scalar(_) => tab < node.end_offset(),
        Kind::Sequence | Kind::Mapping => false,
    }
}

/// The column of the map or list that a scalar stands in.
fn parent_column(node: Node<'_>) -> usize {
    let text = node.tree().source().text();
    let line = Line::at(text, node.offset());
    let begins = line.start + line.dashes(text);
    if node.offset() > begins || node.value_if_key().is_some() {
        return begins - line.start;
    }
    let before = text.get(line.start..begins).unwrap_or_default();
    before.rfind('-').unwrap_or(line.indent.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use crate::{
        text::{Excerpt, FileId},
        tree::yaml,
    };

    #[test]
    fn verdicts_are_those_of_promtool() {
        let cases = [
            ("a: b\n\t\nc: d\n", 1),
            ("a: b\n\t# why\nc: d\n", 1),
            ("- a: b\n  \t\n- c: d\n", 1),
            ("-\ta: b\n", 1),
            ("\t\na: b\n", 1),
            ("a: []\n\t\n", 1),
            ("a:\n\tb: c\n\td: e\n", 2),
            ("a: b\n \t\nc: d\n", 0),
            ("a:\tb\n", 0),
            ("a: [\tb,\n\tc]\n", 0),
            ("a: |\n  b\n  \tc\n", 0),
            ("a: b # why\t\n", 0),
        ];
        for (text, expected) in cases {
            let stream = yaml(&Excerpt::whole(FileId(0), text));
            let tabs = stream.complaints.iter().filter(|complaint| complaint.message.contains("a tab stands")).count();
            assert_eq!((tabs, stream.complaints.len()), (expected, expected), "{text:?}");
        }
    }
}
