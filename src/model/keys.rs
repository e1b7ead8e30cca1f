//! Where the keys of a map stand, for carets and for fixes that add, rename or remove an entry.

use std::{collections::BTreeMap, ops::Range};

use crate::{
    text::{Excerpt, Span},
    tree::Node,
};

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
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// Where the map was read from: a large folder has more keys than anything else, so that they are not copied.
    source: Option<Excerpt>,
    places: Box<[Place]>,
    seldom: Option<Box<Seldom>>,
}

/// Where a name stands in the source, and where its value ends.
#[derive(Clone, Debug)]
struct Place {
    name: Range<u32>,
    end: u32,
    spelling: Spelling,
    /// Whether the value is nothing at all.
    is_empty: bool,
}

/// How a name is written.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Spelling {
    Bare,
    Quoted,
    /// Otherwise than it reads: with escapes, as an alias.
    Encoded,
}

/// What hardly any map has.
#[derive(Clone, Debug)]
struct Seldom {
    is_damaged: bool,
    /// The names that are encoded, by rank.
    decoded: BTreeMap<usize, String>,
}

impl PartialEq for Keys {
    fn eq(&self, other: &Self) -> bool {
        self.is_damaged() == other.is_damaged() && self.iter().eq(other.iter())
    }
}

impl Eq for Keys {}

impl Keys {
    /// The keys that stand in this map itself; those that come by merge (`<<`) stand elsewhere.
    pub fn of(node: Node<'_>) -> Self {
        let source = node.tree().source();
        let mut places = Vec::with_capacity(node.raw_entries().count());
        let mut decoded = BTreeMap::new();
        for (key, value) in node.raw_entries() {
            let name = key.written();
            let spelling = match key.verbatim() {
                Some(text) if text == name => Spelling::Bare,
                Some(text) if text == (name.start + 1..name.end.saturating_sub(1)) => Spelling::Quoted,
                _ => {
                    let Some(text) = key.text() else { continue };
                    decoded.insert(places.len(), text.to_owned());
                    Spelling::Encoded
                }
            };
            let Range { start, end } = value.written();
            places.push(Place { name, end, spelling, is_empty: start == end });
        }
        let is_damaged = node.is_damaged();
        let seldom = (is_damaged || !decoded.is_empty()).then(|| Box::new(Seldom { is_damaged, decoded }));
        Self { source: Some(source.clone()), places: places.into(), seldom }
    }

    /// Whether some of the map could not be read: a key that seems to be missing may only be broken.
    pub fn is_damaged(&self) -> bool {
        self.seldom.as_ref().is_some_and(|seldom| seldom.is_damaged)
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
        let source = self.source.as_ref()?;
        let rank = (0..self.places.len()).find(|rank| self.name(source, *rank) == name)?;
        Some(self.key(source, rank))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = Key<'_>> {
        let keys = |source| (0..self.places.len()).map(move |rank| self.key(source, rank));
        self.source.as_ref().map(keys).into_iter().flatten()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    fn name<'k>(&'k self, source: &'k Excerpt, rank: usize) -> &'k str {
        let Place { name, spelling, .. } = &self.places[rank];
        let written = || source.get(name.start as usize..name.end as usize).unwrap_or_default();
        match spelling {
            Spelling::Bare => written(),
            Spelling::Quoted => unquoted(written()),
            Spelling::Encoded => {
                self.seldom.as_ref().and_then(|seldom| seldom.decoded.get(&rank)).map_or("", String::as_str)
            }
        }
    }

    fn key<'k>(&'k self, source: &'k Excerpt, rank: usize) -> Key<'k> {
        let Place { name, end, is_empty, .. } = &self.places[rank];
        let end = *end as usize;
        let place = source.span(name.start as usize..name.end as usize);
        let last = source.span(end - usize::from(!is_empty)..end);
        Key { name: self.name(source, rank), span: place, entry: place.to(last) }
    }
}

/// What stands between the first and the last byte.
fn unquoted(text: &str) -> &str {
    text.get(1..text.len().saturating_sub(1)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::specimen::read;

    #[test]
    fn names_are_read_as_written() {
        let text = "a: 1\n'b': {c: 2}\n\"d\\n\":\ne: |\n  text\n\n";
        let (keys, _) = read(text, |root, _| Keys::of(root));
        let found: Vec<(&str, &str, &str)> =
            keys.iter().map(|key| (key.name, &text[key.span.range()], &text[key.entry.range()])).collect();
        let expected = [
            ("a", "a", "a: 1"),
            ("b", "'b'", "'b': {c: 2}"),
            ("d\n", "\"d\\n\"", "\"d\\n\":"),
            ("e", "e", "e: |\n  text"),
        ];
        assert_eq!(found, expected);
        assert_eq!(keys.get("d\n").map(|key| key.name), Some("d\n"));
        assert_eq!((keys.span("x"), keys.is_damaged(), keys.is_empty()), (None, false, false));
        assert_eq!(keys, keys.clone());
        assert_ne!(keys, Keys::default());
    }
}
