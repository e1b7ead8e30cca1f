//! An expression as a YAML scalar, in the style it had where that is possible.

use crate::{
    diag::Edit,
    text::Span,
    tree::{Kind, Node, Style},
};

/// What is to be written in the place of a scalar so that it holds `text`; `None` when it is written so already, or the
/// place has no room for it. Whether the file still reads the same is for the caller to see.
pub fn written(node: Node<'_>, text: &str, source: &str) -> Option<Edit> {
    let Kind::Scalar(style) = node.kind() else { return None };
    let span = node.span();
    let old = source.get(span.range())?;
    let edit = match style {
        Style::Literal | Style::Folded => Edit { span, text: block(old, text)? },
        _ if text.contains('\n') => new_block(span, text, source)?,
        Style::SingleQuoted => Edit { span, text: single_quoted(text) },
        Style::DoubleQuoted => Edit { span, text: double_quoted(text) },
        Style::Plain => Edit { span, text: text.to_owned() },
    };
    (source.get(edit.span.range()) != Some(&edit.text)).then_some(edit)
}

/// A block scalar with the header and the indentation of an old one.
fn block(old: &str, text: &str) -> Option<String> {
    let (header, content) = old.split_once('\n')?;
    let first = content.lines().find(|line| !line.trim().is_empty())?;
    let indent = &first[..first.len() - first.trim_start_matches(' ').len()];
    let newline = if header.ends_with('\r') { "\r\n" } else { "\n" };
    let header = header.trim_end_matches('\r');
    Some(format!("{header}{newline}{}", indented(text, indent, newline)))
}

/// A literal block in the place of a scalar of another style, right behind its key. Nothing may follow on its line.
fn new_block(span: Span, text: &str, source: &str) -> Option<Edit> {
    let (before, after) = (source.get(..span.start as usize)?, source.get(span.end as usize..)?);
    let rest = after.split('\n').next().unwrap_or_default();
    let key = before.trim_end();
    if !rest.trim().is_empty() || !key.ends_with(':') {
        return None;
    }
    let line = &key[key.rfind('\n').map_or(0, |newline| newline + 1)..];
    // The key of an item's first field stands behind the item's dash.
    let depth = line.find(|character| character != ' ' && character != '-')?;
    let newline = if rest.ends_with('\r') { "\r\n" } else { "\n" };
    let content = indented(text, &" ".repeat(depth + 2), newline);
    let span = Span::new(span.file, key.len() as u32, span.end);
    Some(Edit { span, text: format!(" |-{newline}{content}") })
}

fn indented(text: &str, indent: &str, newline: &str) -> String {
    text.lines().map(|line| format!("{indent}{line}")).collect::<Vec<_>>().join(newline)
}

fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn double_quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
