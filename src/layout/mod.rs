//! Writes the expressions of rule files and dashboards anew, as Prometheus lays them out, each inside its own scalar of YAML
//! or string of JSON; every other byte of the file stays.
//!
//! An expression is left alone when it has comments or very many operators, when it is no valid PromQL, or when what was
//! printed would not read back as the same expression in the same file.

mod dashboard;
mod scalar;

use std::{collections::BTreeMap, path::Path};

use crate::{
    diag::{Edit, edited},
    promql::{MOST_LAID_OUT, Query},
    text::{Excerpt, FileId, Span},
    tree::{self, Node, Stream},
    workspace::{Fate, Workspace},
};

/// The text of a file with its expressions laid out anew; `None` when that changes nothing. A file that its reader
/// complains of is not changed.
pub fn laid_out(workspace: &Workspace, file: FileId) -> Option<String> {
    let reading = workspace.reading(file);
    if reading.fate != Fate::Read || !reading.complaints.is_empty() {
        return None;
    }
    let source = &workspace.files.file(file).text;
    let is_json = |path: &Path| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    if is_json(&workspace.files.file(file).path) {
        return dashboard::laid_out(workspace, file);
    }
    let queries: BTreeMap<Span, &Query> = workspace
        .documents_of(file)
        .iter()
        .flat_map(|document| document.rules().filter_map(|(group, rule)| document.promql_of(group, rule)))
        .map(|query| (query.text.full_span(), query))
        .collect();
    if queries.is_empty() {
        return None;
    }
    let before = tree::yaml(&Excerpt::whole(file, source.clone()));
    let edits: Vec<Edit> = nodes(&before).filter_map(|node| edit(node, &queries, source)).collect();
    let is_sound = |text: &String| is_same(&before, text, &queries);
    let all = edited(source, &edits, 0).filter(is_sound);
    let text = all.or_else(|| {
        // One of them stands where its new form cannot: the others are written, each tried by itself.
        let alone = |edit: &&Edit| edited(source, [*edit], 0).is_some_and(|text| is_sound(&text));
        edited(source, edits.iter().filter(alone), 0).filter(is_sound)
    })?;
    (*text != **source).then_some(text)
}

fn nodes(stream: &Stream) -> impl Iterator<Item = Node<'_>> {
    stream.documents.iter().flat_map(|tree| tree.nodes())
}

/// What is to be written in the place of a node that holds an expression, if that is something else.
fn edit(node: Node<'_>, queries: &BTreeMap<Span, &Query>, source: &str) -> Option<Edit> {
    let query = query_of(node, queries)?;
    let expr = query.valid().filter(|expr| expr.operators() <= MOST_LAID_OUT)?;
    if has_comment(query.text.text()) {
        return None;
    }
    let pretty = expr.pretty_flush();
    reads_back(&pretty, &expr.to_string()).then_some(())?;
    scalar::written(node, &pretty, source)
}

fn query_of<'q>(node: Node<'_>, queries: &BTreeMap<Span, &'q Query>) -> Option<&'q Query> {
    if node.is_alias() {
        return None;
    }
    queries.get(&node.excerpt()?.full_span()).copied()
}

/// Whether a text is the expression that prints like this.
fn reads_back(text: &str, printed: &str) -> bool {
    let again = Query::parse(Excerpt::whole(FileId(0), text));
    again.valid().is_some_and(|again| again.to_string() == printed)
}

/// Whether a `#` stands outside of all strings.
fn has_comment(text: &str) -> bool {
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (None, '#') => return true,
            (None, '"' | '\'' | '`') => quote = Some(character),
            (Some('"' | '\''), '\\') => drop(characters.next()),
            (Some(open), _) if open == character => quote = None,
            _ => {}
        }
    }
    false
}

/// Whether a text reads as the same tree, node by node, but for expressions, which are the same as expressions.
fn is_same(before: &Stream, text: &str, queries: &BTreeMap<Span, &Query>) -> bool {
    let after = tree::yaml(&Excerpt::whole(FileId(0), text));
    if after.complaints.len() != before.complaints.len() || nodes(before).count() != nodes(&after).count() {
        return false;
    }
    let is_same_query = |old: Node<'_>, new: Node<'_>| {
        let expr = query_of(old, queries).and_then(Query::valid);
        expr.is_some_and(|expr| new.text().is_some_and(|text| reads_back(text, &expr.to_string())))
    };
    nodes(before).zip(nodes(&after)).all(|(old, new)| {
        let is_same_kind = std::mem::discriminant(&old.kind()) == std::mem::discriminant(&new.kind());
        let is_same_text = old.is_alias() || old.text() == new.text() || is_same_query(old, new);
        is_same_kind && old.is_alias() == new.is_alias() && old.tag() == new.tag() && is_same_text
    })
}

#[cfg(test)]
mod tests;
