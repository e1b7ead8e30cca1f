//! The tree: an arena of nodes in pre-order, each with its place in the file.

pub(super) mod builder;
mod extent;

use std::{
    collections::{BTreeMap, HashSet},
    ops::Range,
};

use crate::text::{Excerpt, FileId, Span};

pub use extent::Extent;

/// How a scalar was written.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum Style {
    /// Without quotes; in JSON: numbers, `true`, `false`, `null`.
    Plain,
    /// `'…'`.
    SingleQuoted,
    /// `"…"`; every JSON string.
    DoubleQuoted,
    /// `|`.
    Literal,
    /// `>`.
    Folded,
}

/// What a node is.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// A scalar of any type.
    Scalar(Style),
    /// A list.
    Sequence,
    /// A map.
    Mapping,
}

/// A comment, without its `#` (or `//`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Comment {
    /// From the comment sign to the end of the line.
    pub span: Span,
    /// What it says, trimmed.
    pub text: String,
    /// Whether something other than blanks stands before it on its line.
    pub trailing: bool,
}

/// Small, because a large file has millions of nodes.
#[derive(Debug)]
enum Data {
    /// A scalar whose decoded text is the source's own, up to so many bytes before the node's end, and from here on.
    Verbatim(Style, u16, u32),
    /// A scalar whose text had to be decoded, by its rank among these.
    Decoded(Style, u32),
    /// One past the last node of its subtree; nodes lie in pre-order.
    Sequence(u32),
    /// Whether it is tidy, see [`Node::is_tidy`], and one past the last node of its subtree.
    Mapping(bool, u32),
    /// Another node's content, written `*name`.
    Alias(u32),
}

#[derive(Debug)]
struct Stored {
    data: Data,
    /// The node's own text in the source excerpt, quotes and indicators included.
    raw: Range<u32>,
}

impl Stored {
    /// Where the decoded text stands in the source, if it does.
    fn verbatim(&self) -> Option<Range<u32>> {
        match self.data {
            Data::Verbatim(_, behind, start) => Some(start..self.raw.end - u32::from(behind)),
            _ => None,
        }
    }
}

/// How a text is written down.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum Notation {
    /// YAML, as go-yaml reads it.
    Yaml,
    /// JSON.
    Json,
}

/// One document (YAML documents of a stream are trees of their own) and what was found while reading it.
#[derive(Debug)]
pub struct Tree {
    source: Excerpt,
    notation: Notation,
    nodes: Vec<Stored>,
    /// Texts of scalars that had to be decoded.
    decoded: Vec<Box<str>>,
    /// Explicit tags such as `!reference`, by node.
    tags: BTreeMap<u32, Box<str>>,
    /// Comments, in order; none of a YAML text in which nothing was said to promcheck.
    pub comments: Vec<Comment>,
    /// Parts of the source that could not be read and were passed over, in order.
    damage: Vec<Range<u32>>,
}

impl Tree {
    /// The text the tree was read from.
    pub fn source(&self) -> &Excerpt {
        &self.source
    }

    /// How it is written down.
    pub fn notation(&self) -> Notation {
        self.notation
    }

    /// The file it stands in.
    pub fn file(&self) -> FileId {
        self.source.file()
    }

    /// The root, unless the document is empty.
    pub fn root(&self) -> Option<Node<'_>> {
        (!self.nodes.is_empty()).then_some(Node { tree: self, id: 0 })
    }

    /// All nodes in the order of the file, each before its children; aliases are not followed.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.nodes.len() as u32).map(|id| Node { tree: self, id })
    }

    /// The first node that begins at or behind an offset of the source; of several, the outermost.
    pub(super) fn first_from(&self, offset: usize) -> Option<Node<'_>> {
        let id = self.nodes.partition_point(|stored| (stored.raw.start as usize) < offset);
        (id < self.nodes.len()).then_some(Node { tree: self, id: id as u32 })
    }

    /// The last node that begins before an offset of the source; of several, the innermost.
    pub(super) fn last_before(&self, offset: usize) -> Option<Node<'_>> {
        let id = self.nodes.partition_point(|stored| (stored.raw.start as usize) < offset).checked_sub(1)?;
        Some(Node { tree: self, id: id as u32 })
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether the document is empty.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

/// A node of a tree: a handle, free to copy. Aliases are followed silently; the reader made sure that
/// following all of them ends, and soon.
#[derive(Copy, Clone, Debug)]
pub struct Node<'t> {
    tree: &'t Tree,
    id: u32,
}

impl<'t> Node<'t> {
    fn stored(self) -> &'t Stored {
        &self.tree.nodes[self.id as usize]
    }

    /// The node itself, or what it is an alias of.
    fn resolved(self) -> Node<'t> {
        match self.stored().data {
            Data::Alias(target) => Node { tree: self.tree, id: target },
            _ => self,
        }
    }

    /// One past the last node of its subtree.
    fn end(self) -> u32 {
        match self.stored().data {
            Data::Sequence(end) | Data::Mapping(_, end) => end,
            _ => self.id + 1,
        }
    }

    /// The document it belongs to.
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// A number that is the same for the same node of the same tree; nodes are numbered in the order
    /// of the file.
    pub fn id(self) -> u32 {
        self.id
    }

    /// The first byte of it in the source of its tree.
    pub(super) fn offset(self) -> usize {
        self.stored().raw.start as usize
    }

    /// One past the last byte of it in the source of its tree.
    pub(super) fn end_offset(self) -> usize {
        self.stored().raw.end as usize
    }

    /// The value, if this is a scalar written as the key of an entry.
    pub(super) fn value_if_key(self) -> Option<Node<'t>> {
        let rest = self.tree.source.text().get(self.stored().raw.end as usize..)?;
        let id = self.id + 1;
        let is_key = rest.trim_start_matches([' ', '\t']).starts_with(':') && (id as usize) < self.tree.nodes.len();
        is_key.then_some(Node { tree: self.tree, id })
    }

    /// Where it is written; for an alias, where the alias stands. Quotes and the header of a block
    /// scalar are included, blank lines at its end are not.
    pub fn span(self) -> Span {
        let written = self.written();
        self.tree.source.span(written.start as usize..written.end as usize)
    }

    /// The bytes of it in the source of its tree: those of [`Node::span`].
    pub fn written(self) -> Range<u32> {
        let raw = &self.stored().raw;
        let bytes = self.tree.source.text().as_bytes().get(raw.start as usize..raw.end as usize).unwrap_or_default();
        let blanks = bytes.iter().rev().take_while(|byte| matches!(byte, b'\n' | b'\r' | b' ' | b'\t')).count();
        raw.start..raw.end - blanks as u32
    }

    /// Whether it is written as an alias (`*name`).
    pub fn is_alias(self) -> bool {
        matches!(self.stored().data, Data::Alias(_))
    }

    /// The explicit tag as written, such as `!reference`.
    pub fn tag(self) -> Option<&'t str> {
        self.tree.tags.get(&self.resolved().id).map(|tag| &**tag)
    }

    /// Whether part of it, or what follows it directly, could not be read: what seems to be missing
    /// may only be broken.
    pub fn is_damaged(self) -> bool {
        let stored = self.stored();
        let until = self.tree.nodes.get(self.end() as usize).map_or(u32::MAX, |next| next.raw.start);
        self.tree.damage.iter().any(|part| stored.raw.start < part.end && part.start < until)
    }

    /// What it is.
    pub fn kind(self) -> Kind {
        match self.resolved().stored().data {
            Data::Verbatim(style, ..) | Data::Decoded(style, _) => Kind::Scalar(style),
            Data::Sequence(_) => Kind::Sequence,
            Data::Mapping(..) => Kind::Mapping,
            Data::Alias(_) => Kind::Scalar(Style::Plain),
        }
    }

    /// Whether it is null: plain and empty, `~` or `null`, and not tagged as a string.
    pub fn is_null(self) -> bool {
        self.kind() == Kind::Scalar(Style::Plain)
            && matches!(self.text(), Some("" | "~" | "null" | "Null" | "NULL"))
            && !matches!(self.tag(), Some("!!str" | "!"))
    }

    /// Whether it is null in capital letters, which yaml.v2 hands to types that read themselves, unlike other nulls.
    pub fn is_capital_null(self) -> bool {
        self.is_null() && matches!(self.text(), Some("Null" | "NULL"))
    }

    /// Whether its text is read for what it may be (a number, a truth value): it stands without quotes, or its tag
    /// says so.
    pub fn is_resolved(self) -> bool {
        match self.tag() {
            Some("!!str" | "!") => false,
            Some("!!int" | "!!float") => matches!(self.kind(), Kind::Scalar(_)),
            _ => self.kind() == Kind::Scalar(Style::Plain),
        }
    }

    /// The decoded text of a scalar.
    #[inline]
    pub fn text(self) -> Option<&'t str> {
        let stored = self.resolved().stored();
        match &stored.data {
            Data::Verbatim(_, behind, start) => {
                self.tree.source.get(*start as usize..(stored.raw.end - u32::from(*behind)) as usize)
            }
            Data::Decoded(_, rank) => self.tree.decoded.get(*rank as usize).map(|text| &**text),
            Data::Alias(_) => Some(""),
            Data::Sequence(_) | Data::Mapping(..) => None,
        }
    }

    /// Where the text of a scalar stands in the source of its tree, byte for byte; nothing where it had to be decoded, and
    /// for an alias.
    pub fn verbatim(self) -> Option<Range<u32>> {
        self.stored().verbatim()
    }

    /// The decoded text of a scalar with its map to the file.
    pub fn excerpt(self) -> Option<Excerpt> {
        let stored = self.resolved().stored();
        if let Some(range) = stored.verbatim() {
            return Some(self.tree.source.sub(range.start as usize..range.end as usize));
        }
        match &stored.data {
            Data::Decoded(style, rank) => {
                let text = self.tree.decoded.get(*rank as usize)?;
                let raw = stored.raw.start as usize..stored.raw.end as usize;
                Some(super::scalar::excerpt(&self.tree.source, raw, *style, text))
            }
            _ => None,
        }
    }

    fn children(self) -> impl Iterator<Item = Node<'t>> + use<'t> {
        let Node { tree, id } = self.resolved();
        let mut at = id + 1;
        let end = Node { tree, id }.end();
        std::iter::from_fn(move || {
            let child = Node { tree, id: (at < end).then_some(at)? };
            at = child.end();
            Some(child)
        })
    }

    /// The items of a list; nothing for other nodes.
    pub fn items(self) -> impl Iterator<Item = Node<'t>> + use<'t> {
        (self.kind() == Kind::Sequence).then(|| self.children()).into_iter().flatten()
    }

    /// Keys and values of a map as written, duplicates included, merge keys (`<<`) not applied;
    /// nothing for other nodes.
    pub fn raw_entries(self) -> impl Iterator<Item = (Node<'t>, Node<'t>)> + use<'t> {
        let mut children = (self.kind() == Kind::Mapping).then(|| self.children());
        std::iter::from_fn(move || {
            let children = children.as_mut()?;
            Some((children.next()?, children.next()?))
        })
    }

    /// Keys and values of a map in order, with merge keys applied (own keys win, then earlier merges).
    /// Of duplicate keys YAML keeps the first; JSON the last, as Go and browsers do.
    pub fn entries(self) -> Vec<(Node<'t>, Node<'t>)> {
        self.named_entries().into_iter().map(|entry| (entry.key, entry.value)).collect()
    }

    /// As [`Node::entries`], each with the text of its key.
    pub(super) fn named_entries(self) -> Vec<Entry<'t>> {
        let mut entries = Vec::with_capacity(Seen::MOST / 2);
        if self.is_tidy() {
            entries.extend(self.raw_entries().map(Entry::of));
        } else if self.tree.notation == Notation::Json {
            entries.extend(self.raw_entries().map(Entry::of));
            entries.reverse();
            let mut seen = HashSet::new();
            entries.retain(|entry| entry.name.is_none_or(|name| seen.insert(name)));
            entries.reverse();
        } else {
            self.gather(&mut entries, &mut Seen::Few);
        }
        entries
    }

    /// Does something with each of its entries, as [`Node::entries`] gives them.
    pub(super) fn each_entry(self, act: impl FnMut(Entry<'t>)) {
        if self.is_tidy() {
            self.raw_entries().map(Entry::of).for_each(act);
        } else {
            self.named_entries().into_iter().for_each(act);
        }
    }

    fn gather(self, entries: &mut Vec<Entry<'t>>, seen: &mut Seen<'t>) {
        let mut merges = Vec::new();
        for entry in self.raw_entries().map(Entry::of) {
            if entry.name == Some(MERGE) && entry.key.is_merge() {
                merges.push(entry.value);
            } else if entry.name.is_none_or(|name| seen.insert(name, entries)) {
                entries.push(entry);
            }
        }
        for merge in merges {
            match merge.kind() {
                Kind::Mapping => merge.gather(entries, seen),
                Kind::Sequence => merge.items().for_each(|item| item.gather(entries, seen)),
                Kind::Scalar(_) => {}
            }
        }
    }

    /// Whether it is a map of a few entries whose keys are texts, each another, and no merges: such are nearly all, and
    /// nothing need be looked up to read them.
    pub(super) fn is_tidy(self) -> bool {
        matches!(self.resolved().stored().data, Data::Mapping(true, _))
    }

    /// Whether the keys of a map are as those of a tidy one.
    fn has_tidy_keys(self) -> bool {
        let mut met = [""; Seen::MOST];
        for (count, (key, _)) in self.raw_entries().enumerate() {
            let Some(name) = key.text() else { return false };
            if count == Seen::MOST || name == MERGE || met[..count].contains(&name) {
                return false;
            }
            met[count] = name;
        }
        true
    }

    /// Whether it is the key of a merge, `<<`.
    pub fn is_merge(self) -> bool {
        self.text() == Some(MERGE) && self.kind() == Kind::Scalar(Style::Plain)
    }

    /// The value of a key of a map.
    pub fn get(self, key: &str) -> Option<Node<'t>> {
        let mut merges = false;
        let mut found = None;
        for entry in self.raw_entries().map(Entry::of) {
            if entry.name == Some(key) {
                found = Some(entry.value);
                if self.tree.notation == Notation::Yaml {
                    return found;
                }
            }
            merges |= entry.name == Some(MERGE) && entry.key.is_merge();
        }
        if found.is_some() || !merges {
            return found;
        }
        self.entries().into_iter().find(|(name, _)| name.text() == Some(key)).map(|(_, value)| value)
    }

    /// The value at a path of keys.
    pub fn at(self, path: &[&str]) -> Option<Node<'t>> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }
}

/// The key of a merge.
const MERGE: &str = "<<";

/// An entry of a map.
#[derive(Copy, Clone, Debug)]
pub(super) struct Entry<'t> {
    /// What its key says, if that is a scalar.
    pub(super) name: Option<&'t str>,
    /// Its key.
    pub(super) key: Node<'t>,
    /// Its value.
    pub(super) value: Node<'t>,
    /// Whether a reader asked for it.
    pub(super) is_taken: bool,
}

impl<'t> Entry<'t> {
    fn of((key, value): (Node<'t>, Node<'t>)) -> Self {
        Self { name: key.text(), key, value, is_taken: false }
    }
}

/// Keys met so far. A few are looked for one by one among the entries, which is faster than hashing them.
enum Seen<'t> {
    Few,
    Many(HashSet<&'t str>),
}

impl<'t> Seen<'t> {
    /// Up to so many are few.
    const MOST: usize = 16;

    /// Notes the key of an entry that comes behind `entries`; whether it is new.
    fn insert(&mut self, key: &'t str, entries: &[Entry<'t>]) -> bool {
        match self {
            Self::Few if entries.len() < Self::MOST => entries.iter().all(|entry| entry.name != Some(key)),
            Self::Few => {
                let mut seen: HashSet<&str> = entries.iter().filter_map(|entry| entry.name).collect();
                let is_new = seen.insert(key);
                *self = Self::Many(seen);
                is_new
            }
            Self::Many(keys) => keys.insert(key),
        }
    }
}
