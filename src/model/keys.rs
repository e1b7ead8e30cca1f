//! Where the keys of a map stand, for carets and for fixes that add, rename or remove an entry.

use crate::{text::Span, tree::Node};

/// One entry of a map.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key {
    /// Its name.
    pub name: Box<str>,
    /// Where the name stands.
    pub span: Span,
    /// From the name to the end of the value.
    pub entry: Span,
}

/// The keys of a map, in the order of the file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Keys {
    keys: Vec<Key>,
    damaged: bool,
}

impl Keys {
    /// The keys that stand in this map itself; those that come by merge (`<<`) stand elsewhere.
    pub fn of(node: Node<'_>) -> Self {
        let keys = node.raw_entries().filter_map(|(key, value)| {
            let span = key.span();
            Some(Key { name: key.text()?.into(), span, entry: span.to(value.span()) })
        });
        Self { keys: keys.collect(), damaged: node.is_damaged() }
    }

    /// Whether some of the map could not be read: a key that seems to be missing may only be broken.
    pub fn is_damaged(&self) -> bool {
        self.damaged
    }

    /// Where a key stands, when it is present.
    pub fn span(&self, name: &str) -> Option<Span> {
        self.get(name).map(|key| key.span)
    }

    /// Where a key and its value stand, when it is present.
    pub fn entry(&self, name: &str) -> Option<Span> {
        self.get(name).map(|key| key.entry)
    }

    /// A key with its places, when it is present.
    pub fn get(&self, name: &str) -> Option<&Key> {
        self.keys.iter().find(|key| &*key.name == name)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Key> {
        self.keys.iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}
