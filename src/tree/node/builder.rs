//! Trees from the events of a reader, in the order of the document.

use std::{collections::BTreeMap, ops::Range};

use crate::text::Excerpt;

use super::{Comment, Data, Extent, Kind, Node, Notation, Stored, Style, Tree};

/// So many bytes of text are a node, or more.
const BYTES_OF_NODE: usize = 16;

/// Builds a [`Tree`] from a reader's events, in document order. A mapping's children alternate
/// between keys and values.
#[derive(Debug)]
pub struct TreeBuilder {
    tree: Tree,
    /// Open collections with their extent so far.
    open: Vec<(u32, Extent)>,
}

impl TreeBuilder {
    /// An empty tree over a source.
    pub fn new(source: &Excerpt, notation: Notation) -> Self {
        let tree = Tree {
            source: source.clone(),
            notation,
            nodes: Vec::new(),
            decoded: Vec::new(),
            tags: BTreeMap::new(),
            comments: Vec::new(),
            damage: Vec::new(),
        };
        Self { tree, open: Vec::new() }
    }

    /// Makes room for as many nodes as a text of the source's length usually has.
    #[must_use]
    pub fn with_room(mut self) -> Self {
        self.tree.nodes.reserve(self.tree.source.text().len() / BYTES_OF_NODE);
        self
    }

    /// Adds a scalar whose decoded text is the source's text at `verbatim`.
    pub fn verbatim_scalar(&mut self, style: Style, raw: Range<u32>, verbatim: Range<u32>) -> u32 {
        let behind = raw.end.checked_sub(verbatim.end).and_then(|bytes| u16::try_from(bytes).ok());
        if let Some(behind) = behind {
            return self.leaf(Data::Verbatim(style, behind, verbatim.start), raw, Extent::SCALAR);
        }
        // Very many blank lines follow the text.
        let text = self.tree.source.get(verbatim.start as usize..verbatim.end as usize).unwrap_or_default().to_owned();
        self.decoded_scalar(style, raw, text)
    }

    /// Adds a scalar whose text had to be decoded.
    pub fn decoded_scalar(&mut self, style: Style, raw: Range<u32>, decoded: impl Into<Box<str>>) -> u32 {
        let rank = self.tree.decoded.len() as u32;
        self.tree.decoded.push(decoded.into());
        self.leaf(Data::Decoded(style, rank), raw, Extent::SCALAR)
    }

    /// Adds an alias of an earlier node, which must be closed and of this extent.
    pub fn alias(&mut self, raw: Range<u32>, target: u32, extent: Extent) -> u32 {
        self.leaf(Data::Alias(target), raw, extent)
    }

    /// Opens a list.
    pub fn open_sequence(&mut self, start: u32) -> u32 {
        self.open_collection(Data::Sequence, start)
    }

    /// Opens a map.
    pub fn open_mapping(&mut self, start: u32) -> u32 {
        self.open_collection(|end| Data::Mapping(false, end), start)
    }

    /// Closes the innermost open collection at this offset of the source.
    pub fn close(&mut self, end: u32) -> Option<(Node<'_>, Extent)> {
        let (id, extent) = self.open.pop()?;
        let count = self.tree.nodes.len() as u32;
        let stored = &mut self.tree.nodes[id as usize];
        stored.raw.end = end.max(stored.raw.start);
        let is_map = matches!(stored.data, Data::Mapping(..));
        stored.data = if is_map { Data::Mapping(false, count) } else { Data::Sequence(count) };
        if is_map && (Node { tree: &self.tree, id }).has_tidy_keys() {
            self.tree.nodes[id as usize].data = Data::Mapping(true, count);
        }
        if let Some((_, parent)) = self.open.last_mut() {
            parent.add_child(extent);
        }
        Some((Node { tree: &self.tree, id }, extent))
    }

    /// What the innermost open collection is.
    pub fn inside(&self) -> Option<Kind> {
        let &(id, _) = self.open.last()?;
        Some(Node { tree: &self.tree, id }.kind())
    }

    /// Whether a collection of this kind is open, at any level.
    pub fn is_inside(&self, kind: Kind) -> bool {
        self.open.iter().any(|&(id, _)| Node { tree: &self.tree, id }.kind() == kind)
    }

    /// How many collections are open.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// Sets the tag of a node.
    pub fn tag(&mut self, id: u32, tag: impl Into<Box<str>>) {
        self.tree.tags.insert(id, tag.into());
    }

    /// Adds a comment.
    pub fn comment(&mut self, comment: Comment) {
        self.tree.comments.push(comment);
    }

    /// Says that a part of the source could not be read and was passed over.
    pub fn damage(&mut self, part: Range<u32>) {
        self.tree.damage.push(part);
    }

    /// The tree; collections left open are closed at the end of the source.
    pub fn finish(mut self) -> Tree {
        let end = self.tree.source.text().len() as u32;
        while self.close(end).is_some() {}
        self.tree
    }

    fn leaf(&mut self, data: Data, raw: Range<u32>, extent: Extent) -> u32 {
        let id = self.tree.nodes.len() as u32;
        self.tree.nodes.push(Stored { data, raw });
        if let Some((_, parent)) = self.open.last_mut() {
            parent.add_child(extent);
        }
        id
    }

    fn open_collection(&mut self, data: impl Fn(u32) -> Data, start: u32) -> u32 {
        let id = self.tree.nodes.len() as u32;
        self.tree.nodes.push(Stored { data: data(id + 1), raw: start..start });
        self.open.push((id, Extent::SCALAR));
        id
    }
}
