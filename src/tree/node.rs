//! The tree: an arena of nodes in pre-order, each with its place in the file.

use std::{cell::Cell, ops::Range};

use crate::text::{Excerpt, FileId, Span};

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

#[derive(Debug)]
enum Data {
    /// A scalar; its decoded text is the source's own at this range, or was decoded.
    Scalar {
        style: Style,
        verbatim: Option<Range<u32>>,
        decoded: Box<str>,
    },
    Sequence,
    Mapping,
    /// Another node's content, written `*name`.
    Alias {
        target: u32,
    },
}

#[derive(Debug)]
struct Stored {
    data: Data,
    /// The node's own text in the source excerpt, quotes and indicators included.
    raw: Range<u32>,
    span: Span,
    /// Explicit tag such as `!reference`, with its sign.
    tag: Option<Box<str>>,
    first_child: Option<u32>,
    next: Option<u32>,
}

/// One document (YAML documents of a stream are trees of their own) and what was found while reading it.
#[derive(Debug)]
pub struct Tree {
    source: Excerpt,
    nodes: Vec<Stored>,
    /// Comments, in order.
    pub comments: Vec<Comment>,
    /// How often aliases may still be followed, so that an alias bomb costs nothing.
    alias_budget: Cell<u32>,
}

impl Tree {
    /// The text the tree was read from.
    pub fn source(&self) -> &Excerpt {
        &self.source
    }

    /// The file it stands in.
    pub fn file(&self) -> FileId {
        self.source.file()
    }

    /// The root, unless the document is empty.
    pub fn root(&self) -> Option<Node<'_>> {
        (!self.nodes.is_empty()).then_some(Node { tree: self, id: 0 })
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

/// A node of a tree: a handle, free to copy. Aliases are followed silently; a followed alias that
/// exceeds the tree's budget reads as null.
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
    fn resolved(self) -> Option<&'t Stored> {
        let mut stored = self.stored();
        for _ in 0..8 {
            let Data::Alias { target } = stored.data else { return Some(stored) };
            let budget = self.tree.alias_budget.get();
            self.tree.alias_budget.set(budget.checked_sub(1)?);
            stored = &self.tree.nodes[target as usize];
        }
        None
    }

    /// A number that is the same for the same node of the same tree.
    pub fn id(self) -> u32 {
        self.id
    }

    /// Where it is written; for an alias, where the alias stands. Quotes are included.
    pub fn span(self) -> Span {
        self.stored().span
    }

    /// Whether it is written as an alias (`*name`).
    pub fn is_alias(self) -> bool {
        matches!(self.stored().data, Data::Alias { .. })
    }

    /// The explicit tag, such as `!reference`.
    pub fn tag(self) -> Option<&'t str> {
        self.stored().tag.as_deref()
    }

    /// What it is.
    pub fn kind(self) -> Kind {
        match self.resolved().map(|stored| &stored.data) {
            Some(Data::Scalar { style, .. }) => Kind::Scalar(*style),
            Some(Data::Sequence) => Kind::Sequence,
            Some(Data::Mapping) => Kind::Mapping,
            Some(Data::Alias { .. }) | None => Kind::Scalar(Style::Plain),
        }
    }

    /// Whether it is null: plain and empty, `~` or `null`.
    pub fn is_null(self) -> bool {
        self.kind() == Kind::Scalar(Style::Plain) && matches!(self.text(), Some("" | "~" | "null" | "Null" | "NULL"))
    }

    /// The decoded text of a scalar.
    pub fn text(self) -> Option<&'t str> {
        match &self.resolved().map(|stored| &stored.data) {
            Some(Data::Scalar { verbatim: Some(range), .. }) => {
                self.tree.source.text().get(range.start as usize..range.end as usize)
            }
            Some(Data::Scalar { decoded, .. }) => Some(decoded),
            Some(Data::Sequence | Data::Mapping) => None,
            Some(Data::Alias { .. }) | None => Some(""),
        }
    }

    /// The decoded text of a scalar with its map to the file.
    pub fn excerpt(self) -> Option<Excerpt> {
        let stored = self.resolved()?;
        match &stored.data {
            Data::Scalar { verbatim: Some(range), .. } => {
                Some(self.tree.source.sub(range.start as usize..range.end as usize))
            }
            Data::Scalar { style, decoded, .. } => {
                Some(super::scalar::excerpt(&self.tree.source, &stored.raw, *style, decoded))
            }
            Data::Sequence | Data::Mapping | Data::Alias { .. } => None,
        }
    }

    /// The items of a list; nothing for other nodes.
    pub fn items(self) -> impl Iterator<Item = Node<'t>> + use<'t> {
        let tree = self.tree;
        let first = self
            .resolved()
            .filter(|stored| matches!(stored.data, Data::Sequence))
            .and_then(|stored| stored.first_child);
        std::iter::successors(first, move |&id| tree.nodes[id as usize].next).map(move |id| Node { tree, id })
    }

    /// Keys and values of a map as written, duplicates included, merge keys (`<<`) not applied;
    /// nothing for other nodes.
    pub fn raw_entries(self) -> impl Iterator<Item = (Node<'t>, Node<'t>)> + use<'t> {
        let tree = self.tree;
        let mut at =
            self.resolved().filter(|stored| matches!(stored.data, Data::Mapping)).and_then(|stored| stored.first_child);
        std::iter::from_fn(move || {
            let key = at?;
            let value = tree.nodes[key as usize].next?;
            at = tree.nodes[value as usize].next;
            Some((Node { tree, id: key }, Node { tree, id: value }))
        })
    }

    /// Keys and values of a map in order, with merge keys applied (own keys win, then earlier merges)
    /// and the first of duplicate keys kept.
    pub fn entries(self) -> Vec<(Node<'t>, Node<'t>)> {
        let mut entries: Vec<(Node<'t>, Node<'t>)> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        self.gather(&mut entries, &mut seen, 0);
        entries
    }

    fn gather(
        self,
        entries: &mut Vec<(Node<'t>, Node<'t>)>,
        seen: &mut std::collections::HashSet<&'t str>,
        depth: usize,
    ) {
        let mut merges = Vec::new();
        for (key, value) in self.raw_entries() {
            if key.kind() == Kind::Scalar(Style::Plain) && key.text() == Some("<<") {
                merges.push(value);
            } else if key.text().is_none_or(|text| seen.insert(text)) {
                entries.push((key, value));
            }
        }
        if depth > 16 {
            return;
        }
        for merge in merges {
            match merge.kind() {
                Kind::Mapping => merge.gather(entries, seen, depth + 1),
                Kind::Sequence => merge.items().for_each(|item| item.gather(entries, seen, depth + 1)),
                Kind::Scalar(_) => {}
            }
        }
    }

    /// The value of a key of a map.
    pub fn get(self, key: &str) -> Option<Node<'t>> {
        if self.kind() != Kind::Mapping {
            return None;
        }
        let own = self.raw_entries().find(|(name, _)| name.text() == Some(key)).map(|(_, value)| value);
        own.or_else(|| self.entries().into_iter().find(|(name, _)| name.text() == Some(key)).map(|(_, value)| value))
    }

    /// The value at a path of keys.
    pub fn at(self, path: &[&str]) -> Option<Node<'t>> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }
}

/// Builds a [`Tree`] from a reader's events, in document order. A mapping's children alternate
/// between keys and values.
#[derive(Debug)]
pub struct TreeBuilder {
    tree: Tree,
    /// Open collections: id and last child so far.
    open: Vec<(u32, Option<u32>)>,
}

impl TreeBuilder {
    /// An empty tree over a source.
    pub fn new(source: &Excerpt) -> Self {
        let tree = Tree { source: source.clone(), nodes: Vec::new(), comments: Vec::new(), alias_budget: Cell::new(0) };
        Self { tree, open: Vec::new() }
    }

    /// Adds a scalar whose decoded text is the source's text at `verbatim`.
    pub fn verbatim_scalar(&mut self, style: Style, raw: Range<u32>, verbatim: Range<u32>) -> u32 {
        self.add(Data::Scalar { style, verbatim: Some(verbatim), decoded: Box::from("") }, raw)
    }

    /// Adds a scalar whose text had to be decoded.
    pub fn decoded_scalar(&mut self, style: Style, raw: Range<u32>, decoded: impl Into<Box<str>>) -> u32 {
        self.add(Data::Scalar { style, verbatim: None, decoded: decoded.into() }, raw)
    }

    /// Adds an alias of an earlier node.
    pub fn alias(&mut self, raw: Range<u32>, target: u32) -> u32 {
        self.add(Data::Alias { target }, raw)
    }

    /// Opens a list.
    pub fn open_sequence(&mut self, start: u32) -> u32 {
        let id = self.add(Data::Sequence, start..start);
        self.open.push((id, None));
        id
    }

    /// Opens a map.
    pub fn open_mapping(&mut self, start: u32) -> u32 {
        let id = self.add(Data::Mapping, start..start);
        self.open.push((id, None));
        id
    }

    /// Closes the innermost open collection at this offset of the source.
    pub fn close(&mut self, end: u32) {
        if let Some((id, _)) = self.open.pop() {
            let stored = &mut self.tree.nodes[id as usize];
            stored.raw.end = end.max(stored.raw.start);
            stored.span = self.tree.source.span(stored.raw.start as usize..stored.raw.end as usize);
        }
    }

    /// How many collections are open.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// Sets the tag of a node.
    pub fn tag(&mut self, id: u32, tag: impl Into<Box<str>>) {
        self.tree.nodes[id as usize].tag = Some(tag.into());
    }

    /// Adds a comment.
    pub fn comment(&mut self, comment: Comment) {
        self.tree.comments.push(comment);
    }

    /// The tree; collections left open are closed at the end of the source.
    pub fn finish(mut self) -> Tree {
        let end = self.tree.source.text().len() as u32;
        while !self.open.is_empty() {
            self.close(end);
        }
        let budget = self.tree.nodes.len().saturating_mul(4).saturating_add(10_000);
        self.tree.alias_budget.set(u32::try_from(budget).unwrap_or(u32::MAX));
        self.tree
    }

    fn add(&mut self, data: Data, raw: Range<u32>) -> u32 {
        let id = self.tree.nodes.len() as u32;
        let span = self.tree.source.span(raw.start as usize..raw.end as usize);
        self.tree.nodes.push(Stored { data, raw, span, tag: None, first_child: None, next: None });
        if let Some((parent, last)) = self.open.last_mut() {
            match last.replace(id) {
                None => self.tree.nodes[*parent as usize].first_child = Some(id),
                Some(before) => self.tree.nodes[before as usize].next = Some(id),
            }
        }
        id
    }
}
