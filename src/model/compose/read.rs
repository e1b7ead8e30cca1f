//! Lenient reading of compose fields: what has an unexpected type is absent.

use crate::{
    text::{Excerpt, Spanned},
    tree::{Kind, Node},
};

use super::{Value, Variables, words::words};

/// Reads fields whose variables are replaced with what is given.
#[derive(Copy, Clone)]
pub(super) struct Reader<'v> {
    /// What variables are replaced with.
    pub variables: &'v Variables,
}

impl Reader<'_> {
    /// A scalar.
    pub(super) fn scalar(self, text: Excerpt) -> Value {
        Value { text, variables: self.variables.clone() }
    }

    /// A field that holds a scalar.
    pub(super) fn value(self, node: Node<'_>, key: &str) -> Option<Value> {
        let value = node.get(key).filter(|value| !value.is_null())?;
        value.excerpt().filter(|text| !text.text().is_empty()).map(|text| self.scalar(text))
    }

    /// Whether a field is true.
    pub(super) fn is_set(self, node: Node<'_>, key: &str) -> bool {
        self.value(node, key)
            .and_then(|value| value.known())
            .is_some_and(|value| matches!(value.as_str(), "true" | "True" | "TRUE" | "yes" | "on"))
    }

    /// The scalars of a field that holds a list of them, or one alone.
    pub(super) fn values(self, node: Node<'_>, key: &str) -> Vec<Value> {
        let Some(field) = node.get(key).filter(|field| !field.is_null()) else { return Vec::new() };
        let scalars = if field.kind() == Kind::Sequence { field.items().collect() } else { vec![field] };
        scalars.into_iter().filter_map(|scalar| scalar.excerpt().map(|text| self.scalar(text))).collect()
    }

    /// A command: a list of words, or a line that is split as a shell does it.
    pub(super) fn command(self, node: Node<'_>, key: &str) -> Vec<Value> {
        let Some(field) = node.get(key).filter(|field| !field.is_null()) else { return Vec::new() };
        if field.kind() == Kind::Sequence {
            return self.values(node, key);
        }
        let line = field.excerpt().map(|line| words(&line)).unwrap_or_default();
        line.into_iter().map(|text| self.scalar(text)).collect()
    }

    /// `environment:` as a map, or as a list of `NAME=value`. Without a value it comes from outside.
    pub(super) fn environment(self, node: Node<'_>) -> Vec<(Spanned<String>, Option<Value>)> {
        let Some(field) = node.get("environment") else { return Vec::new() };
        if field.kind() == Kind::Mapping {
            let entries = names(node, "environment").into_iter();
            return entries
                .map(|(name, value)| {
                    let value = value.filter(|value| !value.is_null()).and_then(Node::excerpt);
                    (name, value.map(|text| self.scalar(text)))
                })
                .collect();
        }
        let items = self.values(node, "environment").into_iter();
        items
            .map(|item| {
                let text = item.text.text();
                let sign = text.find('=');
                let name = &text[..sign.unwrap_or(text.len())];
                let place = item.text.span(0..name.len());
                (Spanned::new(place, name.to_owned()), sign.map(|sign| item.part(sign + 1..text.len())))
            })
            .collect()
    }
}

/// The items of a field that holds a list.
pub(super) fn list<'t>(node: Node<'t>, key: &str) -> Vec<Node<'t>> {
    node.get(key).map(|list| list.items().collect()).unwrap_or_default()
}

/// The names in a field that holds a list of names, or a map from names to settings.
pub(super) fn names<'t>(node: Node<'t>, key: &str) -> Vec<(Spanned<String>, Option<Node<'t>>)> {
    let Some(field) = node.get(key) else { return Vec::new() };
    let name = |node: Node<'_>| node.text().map(|text| Spanned::new(node.span(), text.to_owned()));
    if field.kind() == Kind::Sequence {
        return field.items().filter_map(|item| Some((name(item)?, None))).collect();
    }
    field.entries().into_iter().filter_map(|(key, value)| Some((name(key)?, Some(value)))).collect()
}
