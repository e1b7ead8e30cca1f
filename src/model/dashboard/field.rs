//! Lenient reading of fields: dashboards are written by many versions of Grafana and by hand, so what
//! has an unexpected type is absent, never a complaint.

use crate::{
    text::{Excerpt, Spanned},
    tree::{Kind, Node},
};

/// A field that is neither absent nor null.
pub(super) fn value<'t>(node: Node<'t>, key: &str) -> Option<Node<'t>> {
    node.get(key).filter(|value| !value.is_null())
}

/// A field that holds a scalar, as text.
pub(super) fn string(node: Node<'_>, key: &str) -> Option<Spanned<String>> {
    string_of(value(node, key)?)
}

/// A scalar, as text.
pub(super) fn string_of(node: Node<'_>) -> Option<Spanned<String>> {
    node.text().map(|text| Spanned::new(node.span(), text.to_owned()))
}

/// A field that holds a scalar, as text with its map to the file.
pub(super) fn excerpt(node: Node<'_>, key: &str) -> Option<Excerpt> {
    value(node, key)?.excerpt()
}

/// A field that holds text that is not empty.
pub(super) fn filled(node: Node<'_>, key: &str) -> Option<Excerpt> {
    excerpt(node, key).filter(|text| !text.text().trim().is_empty())
}

/// A field that holds a number, quoted or not.
pub(super) fn number(node: Node<'_>, key: &str) -> Option<Spanned<f64>> {
    let value = value(node, key)?;
    value.text()?.trim().parse().ok().map(|number| Spanned::new(value.span(), number))
}

/// A field that holds a whole number, quoted or not.
pub(super) fn integer(node: Node<'_>, key: &str) -> Option<Spanned<i64>> {
    let value = value(node, key)?;
    value.text()?.trim().parse().ok().map(|number| Spanned::new(value.span(), number))
}

/// A field that holds a boolean.
pub(super) fn boolean(node: Node<'_>, key: &str) -> Option<Spanned<bool>> {
    let value = value(node, key)?;
    let truth = match value.text()? {
        "true" => true,
        "false" => false,
        _ => return None,
    };
    Some(Spanned::new(value.span(), truth))
}

/// Whether a field is `true`.
pub(super) fn is_set(node: Node<'_>, key: &str) -> bool {
    boolean(node, key).is_some_and(|set| set.value)
}

/// The items of a field that holds a list.
pub(super) fn list<'t>(node: Node<'t>, key: &str) -> Vec<Node<'t>> {
    node.get(key).map(|list| list.items().collect()).unwrap_or_default()
}

/// The items of a field that holds a list, maps only.
pub(super) fn maps<'t>(node: Node<'t>, key: &str) -> Vec<Node<'t>> {
    list(node, key).into_iter().filter(|item| item.kind() == Kind::Mapping).collect()
}

/// The scalars of a field that holds a list of them, or a single one.
pub(super) fn strings(node: Node<'_>, key: &str) -> Vec<Spanned<String>> {
    let Some(value) = value(node, key) else { return Vec::new() };
    match value.kind() {
        Kind::Sequence => value.items().filter_map(string_of).collect(),
        Kind::Scalar(_) => string_of(value).into_iter().collect(),
        Kind::Mapping => Vec::new(),
    }
}
