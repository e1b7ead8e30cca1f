//! Markdown as data: headings with their anchors, tables, list items, prose, code, links, comments,
//! all with places in the file.

mod html;
mod inline;
mod links;
mod reader;
mod slug;
#[cfg(test)]
mod tests;

use crate::{
    text::{Excerpt, Span, Spanned},
    vocab::AnchorStyle,
};

pub use inline::Inline;
pub use slug::slug;

/// A page. Every list is in the order of the file. `heading` is, in each, the index of the heading it
/// stands under.
#[derive(Clone, Debug)]
pub struct Markdown {
    /// The text of the page.
    pub source: Excerpt,
    /// Headings, with the anchors they are given.
    pub headings: Vec<Heading>,
    /// Anchors set by hand: `<a name="x">`, `id="x"`, `{#x}`.
    pub anchors: Vec<Spanned<String>>,
    /// Tables.
    pub tables: Vec<Table>,
    /// List items.
    pub items: Vec<ListItem>,
    /// Paragraphs; the first text of a list item belongs to the item and is not repeated here.
    pub paragraphs: Vec<Paragraph>,
    /// Code blocks, fenced or indented.
    pub code_blocks: Vec<CodeBlock>,
    /// Links and images, those in HTML and bare addresses too.
    pub links: Vec<Link>,
    /// HTML comments.
    pub comments: Vec<Comment>,
    /// YAML between `---` lines at the top.
    pub front_matter: Option<Excerpt>,
}

/// A heading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its content, without a trailing `{#id}`.
    pub content: Inline,
    /// The anchor it is given, unique on the page.
    pub slug: String,
    /// The heading and everything under it, up to the next heading of its level or above.
    pub section: Span,
}

/// A table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    /// The whole table.
    pub span: Span,
    /// The cells of its first row.
    pub header: Vec<Inline>,
    /// The other rows; each has as many cells as the header.
    pub rows: Vec<TableRow>,
    /// Index of the heading it stands under.
    pub heading: Option<usize>,
}

/// A row of a table's body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TableRow {
    /// The line.
    pub span: Span,
    /// Its cells.
    pub cells: Vec<Inline>,
}

/// An item of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListItem {
    /// The item with everything in it.
    pub span: Span,
    /// Its first text.
    pub content: Inline,
    /// How many lists it stands in, from 1.
    pub depth: u32,
    /// Index of the heading it stands under.
    pub heading: Option<usize>,
}

/// A paragraph.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Paragraph {
    /// Its content.
    pub content: Inline,
    /// Index of the heading it stands under.
    pub heading: Option<usize>,
}

/// A code block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeBlock {
    /// The block with its fences.
    pub span: Span,
    /// The first word after the opening fence, in lower case; empty when there is none.
    pub language: String,
    /// Everything after the opening fence.
    pub info: String,
    /// The code.
    pub code: Excerpt,
    /// Index of the heading it stands under.
    pub heading: Option<usize>,
}

/// How a link is written.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum LinkKind {
    /// `[text](destination)`, `[text][label]`, `<https://…>`.
    Link,
    /// `![text](destination)`.
    Image,
    /// An address that stands in the text without markup, which GitHub links.
    Bare,
}

/// A link or an image.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// How it is written.
    pub kind: LinkKind,
    /// Where it leads, escapes resolved; stands at the label's definition for reference links.
    pub destination: Excerpt,
    /// Its text, or an image's description.
    pub text: Excerpt,
    /// The whole link.
    pub span: Span,
    /// Index of the heading it stands under.
    pub heading: Option<usize>,
}

/// An HTML comment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Comment {
    /// From `<!--` to `-->`.
    pub span: Span,
    /// What is between, without the space around it.
    pub text: Excerpt,
}

impl Markdown {
    /// Reads a page as GitHub does; every text is a page.
    pub fn parse(source: &Excerpt) -> Self {
        Self::parse_for(source, AnchorStyle::GitHub)
    }

    /// Reads a page whose headings get their anchors by the rules of another site.
    pub fn parse_for(source: &Excerpt, style: AnchorStyle) -> Self {
        reader::read(source, style)
    }

    /// The place a `#fragment` leads to: an explicit anchor or a heading.
    pub fn anchor(&self, fragment: &str) -> Option<Span> {
        let explicit = self.anchors.iter().find(|anchor| anchor.value == fragment).map(|anchor| anchor.span);
        let heading = || self.headings.iter().find(|heading| heading.slug == fragment);
        explicit.or_else(|| heading().map(|heading| heading.content.span()))
    }

    /// The last paragraph of a section before a place in it.
    pub fn paragraph_above(&self, heading: Option<usize>, place: Span) -> Option<&Paragraph> {
        // They stand in the order of the page, and those of a section together.
        let above = self.paragraphs.partition_point(|paragraph| paragraph.content.span().start < place.start);
        self.paragraphs[..above].last().filter(|paragraph| paragraph.heading == heading)
    }

    /// All running text, list items and paragraphs, in the order of the file.
    pub fn prose(&self) -> Vec<&Inline> {
        let items = self.items.iter().map(|item| &item.content);
        let mut all: Vec<&Inline> = items.chain(self.paragraphs.iter().map(|paragraph| &paragraph.content)).collect();
        all.sort_by_key(|content| content.span());
        all
    }
}
