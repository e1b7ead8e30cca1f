//! Where the keys of a map stand, for carets and for fixes that add, rename or remove an entry.

use crate::{text::Span, tree::Node};

/// One entry of a map.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Key<'k> {
    /// Its name.
    pub name: &'k str,
    /// Where the name stands.
    pub span: Span,
    /// From the name to the end of the value.
    pub entry: Span,
}

/// The keys of a map, in the order of the file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Keys {
    /// All names, one behind the other: a large folder has more keys than anything else.
    names: Box<str>,
    places: Box<[Place]>,
    damaged: bool,
}

/// Where an entry stands, and where its name ends among the names.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
struct Place {
    name_end: u32,
    span: Span,
    entry: Span,
}

impl Keys {
    /// The keys that stand in this map itself; those that come by merge (`<<`) stand elsewhere.
    pub fn of(node: Node<'_>) -> Self {
        let count = node.raw_entries().count();
        let mut names = String::with_capacity(count * USUAL_NAME);
        let mut places = Vec::with_capacity(count);
        for (key, value) in node.raw_entries() {
            let Some(name) = key.text() else { continue };
            names.push_str(name);
            let span = key.span();
            places.push(Place { name_end: names.len() as u32, span, entry: span.to(value.span()) });
        }
        Self { names: names.into(), places: places.into(), damaged: node.is_damaged() }
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
    pub fn get(&self, name: &str) -> Option<Key<'_>> {
        self.iter().find(|key| key.name == name)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = Key<'_>> {
        let mut start = 0;
        self.places.iter().map(move |&Place { name_end, span, entry }| {
            let name = self.names.get(start..name_end as usize).unwrap_or_default();
            start = name_end as usize;
            Key { name, span, entry }
        })
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
}

/// So long most names are.
const USUAL_NAME: usize = 8;
