//! Options of checks: what types they have and how they are read from the configuration.

use std::collections::BTreeMap;

use crate::{tree::Node, vocab::Duration};

/// What an option says of itself.
#[derive(Debug)]
pub struct OptionSpec {
    /// Its key.
    pub name: &'static str,
    /// What it takes, in words: "a duration such as `5m`".
    pub kind: &'static str,
    /// What it is for.
    pub docs: &'static str,
}

/// A type that options may have.
pub trait OptionValue: Sized {
    /// What it takes, in words.
    const KIND: &'static str;

    /// Reads it from a node of the configuration.
    fn read(node: Node<'_>) -> Option<Self>;
}

impl OptionValue for bool {
    const KIND: &'static str = "`true` or `false`";

    fn read(node: Node<'_>) -> Option<Self> {
        node.text()?.parse().ok()
    }
}

impl OptionValue for f64 {
    const KIND: &'static str = "a number";

    fn read(node: Node<'_>) -> Option<Self> {
        node.text()?.parse().ok()
    }
}

impl<T: OptionValue> OptionValue for Option<T> {
    const KIND: &'static str = T::KIND;

    fn read(node: Node<'_>) -> Option<Self> {
        T::read(node).map(Some)
    }
}

/// A key of an option that is a map, and its value.
fn entries<T: OptionValue>(node: Node<'_>) -> Option<BTreeMap<String, T>> {
    if node.kind() != crate::tree::Kind::Mapping {
        return None;
    }
    node.entries().into_iter().map(|(key, value)| Some((key.text()?.to_owned(), T::read(value)?))).collect()
}

impl OptionValue for BTreeMap<String, String> {
    const KIND: &'static str = "a map of strings";

    fn read(node: Node<'_>) -> Option<Self> {
        entries(node)
    }
}

impl OptionValue for BTreeMap<String, Vec<String>> {
    const KIND: &'static str = "a map of lists of strings";

    fn read(node: Node<'_>) -> Option<Self> {
        entries(node)
    }
}

impl OptionValue for BTreeMap<String, Duration> {
    const KIND: &'static str = "a map of durations such as `critical: 5m`";

    fn read(node: Node<'_>) -> Option<Self> {
        entries(node)
    }
}

impl OptionValue for String {
    const KIND: &'static str = "a string";

    fn read(node: Node<'_>) -> Option<Self> {
        node.text().map(str::to_owned)
    }
}

impl OptionValue for Duration {
    const KIND: &'static str = "a duration such as `5m`";

    fn read(node: Node<'_>) -> Option<Self> {
        Self::parse(node.text()?).ok()
    }
}

impl OptionValue for Vec<String> {
    const KIND: &'static str = "a list of strings";

    fn read(node: Node<'_>) -> Option<Self> {
        if node.kind() != crate::tree::Kind::Sequence {
            return None;
        }
        node.items().map(|item| item.text().map(str::to_owned)).collect()
    }
}
