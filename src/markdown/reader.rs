//! Turns the parser's events into the lists of a page.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, MetadataBlockKind, Options, Parser, Tag, TagEnd};

use crate::{
    text::{Excerpt, ExcerptBuilder, Span, Spanned},
    vocab::AnchorStyle,
};

use super::{
    CodeBlock, Comment, Heading, Inline, Link, LinkKind, ListItem, Markdown, Paragraph, Table, TableRow, html,
    inline::{self, InlineBuilder},
    links::{self, Definitions, OpenLink},
    slug::Slugs,
};

/// Reads a page.
pub(super) fn read(source: &Excerpt, style: AnchorStyle) -> Markdown {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_GFM;
    let events = Parser::new_ext(source.text(), options).into_offset_iter();
    let definitions = links::definitions(events.reference_definitions());
    let mut reader = Reader {
        source,
        definitions,
        page: Markdown {
            source: source.clone(),
            headings: Vec::new(),
            anchors: Vec::new(),
            tables: Vec::new(),
            items: Vec::new(),
            paragraphs: Vec::new(),
            code_blocks: Vec::new(),
            links: Vec::new(),
            comments: Vec::new(),
            front_matter: None,
        },
        slugs: Slugs::of(style),
        run: None,
        open_links: Vec::new(),
        unread_texts: Vec::new(),
        open_items: Vec::new(),
        lists: 0,
        cells: Vec::new(),
        code: None,
    };
    for (event, range) in events {
        reader.event(event, range);
    }
    reader.flush();
    reader.close_sections();
    let mut page = reader.page;
    page.links.sort_by_key(|link| link.span);
    page
}

struct Reader<'s> {
    source: &'s Excerpt,
    definitions: Definitions,
    page: Markdown,
    slugs: Slugs,
    /// The inline content being read.
    run: Option<InlineBuilder<'s>>,
    open_links: Vec<OpenLink<'s>>,
    /// Indices of the links in the content being read, whose texts are to be cut out of it.
    unread_texts: Vec<usize>,
    /// Indices of the list items being read, and whether they have their first text.
    open_items: Vec<(usize, bool)>,
    lists: u32,
    /// The cells of the row being read.
    cells: Vec<Inline>,
    /// The code or front matter being read, and the words after its fence.
    code: Option<(ExcerptBuilder<'s>, String)>,
}

impl<'s> Reader<'s> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) => self.text(&text, range),
            Event::Code(code) => match self.description() {
                Some(description) => description.replace(range, &code),
                None => self.run(range.start).code(&code, range),
            },
            Event::SoftBreak => self.instead(" ", range),
            Event::HardBreak => self.instead("\n", range),
            Event::InlineHtml(tag) => {
                let is_break = tag.get(..3).is_some_and(|tag| tag.eq_ignore_ascii_case("<br"));
                if is_break {
                    self.instead("\n", range.clone());
                }
                self.html(range);
            }
            Event::Html(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_)
            | Event::Rule => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Strong => self.run(range.start).open_strong(),
            Tag::Link { link_type, dest_url, id, .. } => self.open(LinkKind::Link, (link_type, &id), &dest_url, range),
            Tag::Image { link_type, dest_url, id, .. } => {
                self.open(LinkKind::Image, (link_type, &id), &dest_url, range)
            }
            Tag::Emphasis | Tag::Strikethrough | Tag::Superscript | Tag::Subscript => {}
            block => {
                self.flush();
                self.start_block(block, range);
            }
        }
    }

    fn start_block(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Heading { .. } | Tag::TableCell | Tag::Paragraph => {
                self.run = Some(InlineBuilder::new(self.source, range.start));
            }
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => {
                self.code = Some((ExcerptBuilder::new(self.source), info.trim().to_owned()));
            }
            Tag::CodeBlock(CodeBlockKind::Indented) | Tag::MetadataBlock(_) => {
                self.code = Some((ExcerptBuilder::new(self.source), String::new()));
            }
            Tag::HtmlBlock => self.html(range),
            Tag::List(_) => self.lists += 1,
            Tag::Item => {
                let content = InlineBuilder::new(self.source, range.start).finish();
                self.open_items.push((self.page.items.len(), false));
                let (span, heading) = (self.span(range), self.heading());
                self.page.items.push(ListItem { span, content, depth: self.lists, heading });
            }
            Tag::Table(_) => {
                let (span, heading) = (self.span(range), self.heading());
                self.page.tables.push(Table { span, header: Vec::new(), rows: Vec::new(), heading });
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Strong => self.run(range.end).close_strong(),
            TagEnd::Link | TagEnd::Image => self.close_link(),
            TagEnd::Heading(level) => self.end_heading(level as u8, range),
            TagEnd::TableCell => {
                let cell = self.finish_run();
                self.cells.extend(cell);
            }
            TagEnd::TableHead | TagEnd::TableRow => self.end_row(tag == TagEnd::TableHead, range),
            TagEnd::CodeBlock => self.end_code(range),
            TagEnd::MetadataBlock(MetadataBlockKind::YamlStyle | MetadataBlockKind::PlusesStyle) => {
                self.page.front_matter = self.code.take().map(|(code, _)| code.finish());
            }
            TagEnd::Paragraph => self.flush(),
            TagEnd::List(_) => {
                self.flush();
                self.lists = self.lists.saturating_sub(1);
            }
            TagEnd::Item => {
                self.flush();
                self.open_items.pop();
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str, range: Range<usize>) {
        let source = self.source;
        if let Some((code, _)) = &mut self.code {
            inline::append(code, source, text, range);
        } else if let Some(description) = self.description() {
            inline::append(description, source, text, range);
        } else {
            self.run(range.start).text(text, range);
        }
    }

    fn instead(&mut self, text: &str, range: Range<usize>) {
        match self.description() {
            Some(description) => description.replace(range, text),
            None => self.run(range.start).instead(text, range),
        }
    }

    /// The description of the image being read.
    fn description(&mut self) -> Option<&mut ExcerptBuilder<'s>> {
        self.open_links.iter_mut().rev().find_map(|link| link.description.as_mut())
    }

    /// The inline content being read; begun when there is none, as in a list item without paragraphs.
    fn run(&mut self, start: usize) -> &mut InlineBuilder<'s> {
        self.run.get_or_insert_with(|| InlineBuilder::new(self.source, start))
    }

    fn open(
        &mut self,
        kind: LinkKind,
        reference: (pulldown_cmark::LinkType, &str),
        decoded: &str,
        range: Range<usize>,
    ) {
        let destination = links::destination(self.source, &self.definitions, reference, decoded, &range);
        let from = self.run(range.start).len();
        let description = (kind == LinkKind::Image).then(|| ExcerptBuilder::new(self.source));
        self.open_links.push(OpenLink { kind, range, destination, from, description });
    }

    /// Ends a link; the text of one that is no image is cut out when the content around it is finished.
    fn close_link(&mut self) {
        let Some(link) = self.open_links.pop() else { return };
        let OpenLink { kind, range, destination, from, description } = link;
        let start = range.start;
        let (span, heading) = (self.span(range), self.heading());
        let text = match description {
            Some(description) if !description.is_empty() => description.finish(),
            Some(_) => self.source.sub(start..start),
            None => {
                self.unread_texts.push(self.page.links.len());
                self.run(start).link(from);
                self.source.sub(start..start)
            }
        };
        self.page.links.push(Link { kind, destination, text, span, heading });
    }

    fn finish_run(&mut self) -> Option<Inline> {
        let content = self.run.take()?.finish();
        for (index, range) in self.unread_texts.drain(..).zip(&content.links) {
            if let Some(link) = self.page.links.get_mut(index) {
                link.text = content.text.sub(range.clone());
            }
        }
        self.page.links.extend(links::bare(&content, self.heading()));
        Some(content)
    }

    /// Ends the text being read: the first one of a list item is the item's, others are paragraphs.
    fn flush(&mut self) {
        let heading = self.heading();
        let Some(content) = self.finish_run() else { return };
        if let Some((item, has_text @ false)) = self.open_items.last_mut() {
            *has_text = true;
            if let Some(item) = self.page.items.get_mut(*item) {
                item.content = content;
            }
            return;
        }
        self.page.paragraphs.push(Paragraph { content, heading });
    }

    fn end_heading(&mut self, level: u8, range: Range<usize>) {
        let Some(mut content) = self.finish_run() else { return };
        if let Some((id, end)) = links::heading_id(content.text.text()) {
            let value = content.text.text().get(id.clone()).unwrap_or_default().to_owned();
            self.page.anchors.push(Spanned::new(content.text.span(id), value));
            content.text = content.text.sub(0..end);
        }
        let slug = self.slugs.next(content.text.text());
        let section = self.span(range);
        self.page.headings.push(Heading { level, content, slug, section });
    }

    fn end_row(&mut self, is_head: bool, range: Range<usize>) {
        let cells = std::mem::take(&mut self.cells);
        let span = self.span(range);
        let Some(table) = self.page.tables.last_mut() else { return };
        if is_head {
            table.header = cells;
        } else {
            table.rows.push(TableRow { span, cells });
        }
    }

    fn end_code(&mut self, range: Range<usize>) {
        let Some((code, info)) = self.code.take() else { return };
        let code = if code.is_empty() { self.source.sub(range.end..range.end) } else { code.finish() };
        let word = info.split([' ', ',', '{', '\t']).next().unwrap_or_default();
        let (span, heading) = (self.span(range), self.heading());
        self.page.code_blocks.push(CodeBlock { span, language: word.to_ascii_lowercase(), info, code, heading });
    }

    /// Takes comments, anchors and links out of a piece of HTML.
    fn html(&mut self, range: Range<usize>) {
        let text = self.source.text().get(range.clone()).unwrap_or_default();
        let place = |found: Range<usize>| range.start + found.start..range.start + found.end;
        for found in html::search(text) {
            match found {
                html::Found::Comment { whole, inside } => {
                    let inside = place(inline::trimmed(text, inside));
                    self.page.comments.push(Comment { span: self.span(place(whole)), text: self.source.sub(inside) });
                }
                html::Found::Anchor(name) => {
                    let value = text.get(name.clone()).unwrap_or_default().to_owned();
                    self.page.anchors.push(Spanned::new(self.span(place(name)), value));
                }
                html::Found::Link { destination, whole, image } => {
                    let kind = if image { LinkKind::Image } else { LinkKind::Link };
                    let destination = self.source.sub(place(destination));
                    let text = self.source.sub(range.start + whole.end..range.start + whole.end);
                    let (span, heading) = (self.span(place(whole)), self.heading());
                    self.page.links.push(Link { kind, destination, text, span, heading });
                }
            }
        }
    }

    /// Extends every heading's section to the next heading of its level or above.
    fn close_sections(&mut self) {
        let end = self.source.full_span().end;
        // Level and start of the headings below that a heading further up may end at, the nearest last.
        let mut below: Vec<(u8, u32)> = Vec::new();
        for heading in self.page.headings.iter_mut().rev() {
            below.retain(|(level, _)| *level <= heading.level);
            let next = below.last().map_or(end, |(_, start)| *start);
            heading.section.end = next.max(heading.section.end);
            below.push((heading.level, heading.section.start));
        }
    }

    fn heading(&self) -> Option<usize> {
        self.page.headings.len().checked_sub(1)
    }

    fn span(&self, range: Range<usize>) -> Span {
        self.source.span(range)
    }
}
