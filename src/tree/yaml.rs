//! YAML text to located trees, on the events of `granit-parser`.

use std::{collections::HashMap, ops::Range};

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span as Place, StructureStyle, Tag};

use crate::{
    diag::{Cause, Diagnostic},
    text::{Excerpt, Span, ceiling, floor},
};

use super::{
    Comment, Complaints, Kind, Notation, Stream, Style, TreeBuilder, control, direct, duplicates, fault::Fault,
    node::Extent, repair::Repair, scalar, tabs, version,
};

/// How deep lists and maps may nest, per notation (block and flow).
const NESTING: usize = 100;

/// After this many complaints the others are left unsaid.
pub const MANY: usize = 100;

/// Reads every document of a YAML stream. Broken parts are passed over, the smallest that will do, and
/// what stands before and after them is kept.
pub fn yaml(source: &Excerpt) -> Stream {
    yaml_directly(source).unwrap_or_else(|| yaml_from_events(source))
}

/// The same for a text that can be read without the parser, in a fraction of its time; nothing for other texts.
pub fn yaml_directly(source: &Excerpt) -> Option<Stream> {
    let mut stream = direct::read(source, Comments::of(source.text()))?;
    stream.complaints.sort_by_key(|complaint| complaint.span);
    Some(stream)
}

/// The same by the parser, for every text.
pub fn yaml_from_events(source: &Excerpt) -> Stream {
    read(source, Comments::of(source.text()))
}

fn read(source: &Excerpt, comments: Comments) -> Stream {
    let mut repair = Repair::new(source.text());
    let mut complaints = control::complain(source, &mut repair);
    complaints.extend(version::complain(source));
    let mut stream = loop {
        let mut reader = Reader::new(source, &repair, comments);
        let Some(fault) = reader.read() else { break reader.finish() };
        let mended = repair.mend(&fault);
        complaints.push(fault.complaint(source, mended));
        if mended.is_none() {
            break Reader::new(source, &repair, comments).read_what_can_be();
        }
    };
    stream.complaints.append(&mut complaints);
    stream.complaints.sort_by_key(|complaint| complaint.span);
    // A tab may have been noticed by the parser and by ourselves.
    stream.complaints.dedup_by(|later, earlier| later.span == earlier.span && later.message == earlier.message);
    without_consequences(source, &mut stream.complaints);
    stream
}

/// Leaves out what is said anew of the lines right below, as where the text of a block is not indented.
fn without_consequences(source: &Excerpt, complaints: &mut Complaints) {
    let mut before: Option<Diagnostic> = None;
    complaints.retain(|complaint| {
        let follows = |before: &Diagnostic| {
            let (end, start) = (source.offset_of(before.span.end), source.offset_of(complaint.span.start));
            let between = end.zip(start).and_then(|(end, start)| source.text().get(end..start));
            before.message == complaint.message
                && between.is_some_and(|between| between.contains('\n') && between.trim().is_empty())
        };
        let is_consequence = before.as_ref().is_some_and(follows);
        before = Some(complaint.clone());
        !is_consequence
    });
}

/// The parser's options: nothing that a real file holds is refused, but nesting is bounded.
pub fn options(comments: Comments) -> granit_parser::Options {
    granit_parser::options! {
        emit_comments: comments == Comments::Kept,
        // The default of 96 refuses a file with a hundred lines commented out below a key.
        max_buffered_comment_events: usize::MAX,
        emit_unresolved_aliases: true,
        flow_nesting_limit: NESTING,
        block_nesting_limit: NESTING,
    }
}

/// Whether the parser tells of comments, which costs a tenth of its time.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Comments {
    /// They are told.
    Kept,
    /// They are passed over.
    PassedOver,
}

impl Comments {
    /// Keeps them when anyone could ask for one: where a `#` is followed, on its line, by the name of this
    /// program or by a sign that opens a template expression.
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr(b'#', rest)) {
            let rest = &bytes[at + found..];
            let line = &rest[..memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())];
            let asked_for = |from: usize| {
                let word = &line[from..];
                word.starts_with(b"promcheck") || [b"{{", b"{%", b"<%"].into_iter().any(|sign| word.starts_with(sign))
            };
            if memchr::memchr3_iter(b'p', b'{', b'<', line).any(asked_for) {
                return Self::Kept;
            }
            at += found + line.len();
        }
        Self::PassedOver
    }
}

/// What an anchor stands for, once its node is complete.
#[derive(Copy, Clone)]
enum Anchor {
    Open,
    Closed(u32, Extent),
}

/// A list or map that is not closed yet.
struct Opened {
    anchor: usize,
    flow: bool,
    start: usize,
}

/// Turns events into trees.
struct Reader<'s> {
    source: &'s Excerpt,
    text: &'s str,
    repair: &'s Repair<'s>,
    kept: Comments,
    stream: Stream,
    complaints: Complaints,
    builder: Option<TreeBuilder>,
    open: Vec<Opened>,
    anchors: HashMap<usize, Anchor>,
    /// Comments that belong to no document yet.
    comments: Vec<Comment>,
    /// Where the document begins.
    begun: usize,
    /// Where the last token that matters ended.
    last: usize,
    /// The outermost flow collections.
    flows: Vec<Range<usize>>,
    /// Parts that were not read.
    lost: Vec<Range<usize>>,
    /// How many nodes all aliases together stand for.
    expanded: u64,
}

impl<'s> Reader<'s> {
    fn new(source: &'s Excerpt, repair: &'s Repair<'s>, kept: Comments) -> Self {
        Self {
            source,
            repair,
            kept,
            text: source.text(),
            stream: Stream::default(),
            complaints: Vec::new(),
            builder: None,
            open: Vec::new(),
            anchors: HashMap::new(),
            comments: Vec::new(),
            begun: 0,
            last: 0,
            flows: Vec::new(),
            lost: Vec::new(),
            expanded: 0,
        }
    }

    /// Reads up to the first fault.
    fn read(&mut self) -> Option<Fault> {
        let mut parser = Parser::new_from_str_with_options(self.repair.text(), options(self.kept));
        while let Some(event) = parser.next_event() {
            match event {
                Ok((event, place)) => self.event(event, place),
                Err(error) => return Some(self.fault(&error)),
            }
        }
        None
    }

    /// Reads every document up to its first fault; the first of these faults was told already.
    fn read_what_can_be(mut self) -> Stream {
        let mut parser = Parser::new_from_str_with_options(self.repair.text(), options(self.kept));
        let mut told = false;
        while let Some(event) = parser.next_event() {
            match event {
                Ok((event, place)) => self.event(event, place),
                Err(error) => {
                    let fault = self.fault(&error);
                    if std::mem::replace(&mut told, true) && self.complaints.len() < MANY {
                        self.complaints.push(fault.complaint(self.source, None));
                    }
                    self.lost.push(fault.origin()..self.text.len());
                    self.break_off();
                    if parser.proceed_next_document().is_err() {
                        break;
                    }
                }
            }
        }
        self.finish()
    }

    fn fault(&self, error: &ScanError) -> Fault {
        let at = error.marker().byte_offset().unwrap_or(self.last).min(self.text.len());
        let until = if self.text.is_char_boundary(at + 1) { at + 1 } else { at };
        let quote = self.find(until, |rest| rest.starts_with(['"', '\'']));
        // An entry `[a: b]` opens a map without a bracket of its own.
        let is_bracket = |at: &usize| self.text.get(*at..).is_some_and(|rest| rest.starts_with(['[', '{']));
        let bracket = self.open.iter().rev().filter(|opened| opened.flow).map(|opened| opened.start).find(is_bracket);
        Fault::new(self.text, error.kind().clone(), at, quote, bracket)
    }

    fn event(&mut self, event: Event<'_>, place: Place) {
        let range = self.snapped(place.byte_range().unwrap_or(self.last..self.last));
        match event {
            Event::DocumentStart(explicit, _) => {
                let builder = TreeBuilder::new(self.source, Notation::Yaml);
                // Of many documents each would take the room of all.
                let is_first = self.stream.documents.is_empty();
                self.builder = Some(if is_first { builder.with_room() } else { builder });
                self.begun = range.start;
                self.last = if explicit { range.end } else { range.start };
            }
            Event::DocumentEnd => self.end_document(),
            Event::Comment(text, _) => self.comment(&text, range),
            Event::Scalar(value, style, anchor, tag) => self.scalar(&value, style, anchor, tag.as_deref(), range),
            Event::SequenceStart(style, anchor, tag) => self.open(Kind::Sequence, style, anchor, tag.as_deref(), range),
            Event::MappingStart(style, anchor, tag) => self.open(Kind::Mapping, style, anchor, tag.as_deref(), range),
            Event::SequenceEnd | Event::MappingEnd => self.close(range),
            Event::Alias(anchor) => self.alias(anchor, range),
            Event::UnresolvedAlias(name) => self.unknown_anchor(&name, range),
            _ => {}
        }
    }

    /// The range, widened to whole characters: behind a misplaced byte order mark the parser miscounts.
    fn snapped(&self, range: Range<usize>) -> Range<usize> {
        floor(self.text, range.start)..ceiling(self.text, range.end)
    }

    fn span(&self, range: Range<usize>) -> Span {
        self.source.span(range)
    }

    fn comment(&mut self, text: &str, range: Range<usize>) {
        let before = self.text.get(..range.start).unwrap_or_default();
        let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
        let trailing = !line.trim_start_matches('\u{feff}').trim().is_empty();
        self.comments.push(Comment { span: self.span(range), text: text.trim().to_owned(), trailing });
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, anchor: usize, tag: Option<&Tag>, range: Range<usize>) {
        let text = self.text;
        let (style, raw, inner) = match style {
            ScalarStyle::Plain => (Style::Plain, range.clone(), range),
            ScalarStyle::SingleQuoted => (Style::SingleQuoted, range.clone(), range.start + 1..range.end - 1),
            ScalarStyle::DoubleQuoted => (Style::DoubleQuoted, range.clone(), range.start + 1..range.end - 1),
            ScalarStyle::Literal => (Style::Literal, self.block(range.clone()), range.start..range.start + value.len()),
            ScalarStyle::Folded => (Style::Folded, self.block(range.clone()), range.start..range.start + value.len()),
        };
        let reread = self.repair.is_reread(&raw).then(|| scalar::quoted(self.source, raw.clone(), style));
        let value = match style {
            _ if reread.is_some() => reread.as_ref().map_or(value, Excerpt::text),
            // The parser gives `~` for a missing node.
            Style::Plain if raw.is_empty() => "",
            // At the end of a file that does not end in a newline, libyaml and go-yaml add none.
            Style::Literal | Style::Folded if raw.end == text.len() && !text.ends_with(['\n', '\r']) => {
                value.strip_suffix('\n').unwrap_or(value)
            }
            _ => value,
        };
        let (raw, inner) = if raw.is_empty() && text.get(raw.start..).is_some_and(|rest| rest.starts_with(':')) {
            // A missing value stands behind its colon.
            (raw.start + 1..raw.end + 1, inner.start + 1..inner.end + 1)
        } else {
            (raw, inner)
        };
        let inner = inner.start..inner.end.min(inner.start + value.len()).max(inner.start);
        self.last = raw.end;
        let Some(builder) = &mut self.builder else { return };
        let raw = raw.start as u32..raw.end as u32;
        let id = if text.get(inner.clone()) == Some(value) {
            builder.verbatim_scalar(style, raw, inner.start as u32..inner.end as u32)
        } else {
            builder.decoded_scalar(style, raw, value)
        };
        if let Some(tag) = tag {
            builder.tag(id, tag.original());
        }
        if anchor != 0 {
            self.anchors.insert(anchor, Anchor::Closed(id, Extent::SCALAR));
        }
    }

    /// The place of a block scalar with its header, given the place of its content.
    fn block(&self, content: Range<usize>) -> Range<usize> {
        let start = self.find(content.end, |rest| rest.starts_with(['|', '>'])).unwrap_or(content.start);
        start..content.end
    }

    /// The first token after the last node that `is` what is looked for; comments, anchors, tags and
    /// indicators are passed over.
    fn find(&self, until: usize, is: impl Fn(&str) -> bool) -> Option<usize> {
        let mut at = self.last;
        while at < until {
            let rest = self.text.get(at..until)?;
            if is(rest) {
                return Some(at);
            }
            let first = rest.chars().next()?;
            at += match first {
                '#' => rest.find(['\n', '\r']).unwrap_or(rest.len()),
                '&' | '!' => rest.find([' ', '\t', '\n', '\r']).unwrap_or(rest.len()),
                _ => first.len_utf8(),
            };
        }
        None
    }

    fn open(&mut self, kind: Kind, style: StructureStyle, anchor: usize, tag: Option<&Tag>, range: Range<usize>) {
        let Some(inside) = self.builder.as_ref().map(TreeBuilder::inside) else { return };
        let flow = style == StructureStyle::Flow;
        let mut start = range.start;
        if !flow && kind == Kind::Sequence && inside == Some(Kind::Mapping) {
            // The items of a list may stand at the column of its key; the parser then places the list
            // at its first item, not at its first dash.
            start = self.find(self.text.len(), is_dash).unwrap_or(start);
        }
        self.last = if flow { range.end } else { start + usize::from(kind == Kind::Sequence) };
        let Some(builder) = &mut self.builder else { return };
        let id = match kind {
            Kind::Mapping => builder.open_mapping(start as u32),
            Kind::Sequence | Kind::Scalar(_) => builder.open_sequence(start as u32),
        };
        if let Some(tag) = tag {
            builder.tag(id, tag.original());
        }
        if anchor != 0 {
            self.anchors.insert(anchor, Anchor::Open);
        }
        self.open.push(Opened { anchor, flow, start });
    }

    fn close(&mut self, range: Range<usize>) {
        let (Some(opened), Some(builder)) = (self.open.pop(), &mut self.builder) else { return };
        if opened.flow {
            self.last = range.end.max(self.last);
            if !self.open.iter().any(|outer| outer.flow) {
                self.flows.push(opened.start..self.last);
            }
        }
        if let Some((node, extent)) = builder.close(self.last as u32) {
            duplicates::complain(node, &mut self.complaints, MANY);
            if opened.anchor != 0 {
                self.anchors.insert(opened.anchor, Anchor::Closed(node.id(), extent));
            }
        }
    }

    fn complain(&mut self, complaint: Diagnostic) {
        if self.complaints.len() < MANY {
            self.complaints.push(complaint);
        }
    }

    fn alias(&mut self, anchor: usize, range: Range<usize>) {
        let raw = range.start as u32..range.end as u32;
        let span = self.span(range.clone());
        let Some(builder) = &mut self.builder else { return };
        self.last = range.end;
        let name = self.text.get(range).unwrap_or_default().trim_start_matches('*');
        let complaint = match self.anchors.get(&anchor) {
            Some(Anchor::Closed(target, extent)) => {
                let wide = self.expanded.saturating_add(extent.size);
                let deep = builder.depth() as u64 + u64::from(extent.height);
                let message = match () {
                    () if deep > 2 * NESTING as u64 => {
                        format!("`*{name}` nests aliases deeper than {} levels", 2 * NESTING)
                    }
                    () if wide > 100_000 + self.text.len() as u64 => {
                        format!("with `*{name}` the aliases of this document stand for {wide} nodes, too many to read")
                    }
                    () => {
                        self.expanded = wide;
                        builder.alias(raw, *target, *extent);
                        return;
                    }
                };
                Diagnostic::error(span, message).help("write the node out, or split the file")
            }
            _ => Diagnostic::error(span, format!("`*{name}` stands inside the very node that `&{name}` names"))
                .help("a node cannot contain itself; name another anchor"),
        };
        builder.decoded_scalar(Style::Plain, raw, "");
        self.complain(complaint);
    }

    fn unknown_anchor(&mut self, name: &str, range: Range<usize>) {
        let complaint = Diagnostic::error(self.span(range.clone()), format!("no anchor `&{name}` stands before `*{name}`"))
            .help(format!("an alias repeats an earlier node of the same document that is marked `&{name}`; quote the text if none is meant"))
            .cause(Cause::Habit);
        self.complain(complaint);
        self.last = range.end;
        self.lost.push(range.clone());
        if let Some(builder) = &mut self.builder {
            builder.decoded_scalar(Style::Plain, range.start as u32..range.end as u32, "");
        }
    }

    /// Closes what is open where the last node ended.
    fn break_off(&mut self) {
        while !self.open.is_empty() {
            self.close(self.last..self.last);
        }
        self.end_document();
    }

    fn end_document(&mut self) {
        let Some(mut builder) = self.builder.take() else { return };
        self.comments.sort_by_key(|comment| comment.span.start);
        for comment in self.comments.drain(..) {
            builder.comment(comment);
        }
        let damage = self.repair.damage().iter().filter(|part| part.start >= self.begun);
        for part in damage.chain(&self.lost) {
            builder.damage(part.start as u32..part.end as u32);
        }
        self.stream.documents.push(builder.finish());
        self.anchors.clear();
        self.lost.clear();
    }

    fn finish(mut self) -> Stream {
        self.break_off();
        self.comments.sort_by_key(|comment| comment.span.start);
        match self.stream.documents.last_mut() {
            Some(last) => last.comments.append(&mut self.comments),
            None => {
                self.builder = Some(TreeBuilder::new(self.source, Notation::Yaml));
                self.end_document();
            }
        }
        self.complaints.extend(tabs::complain(self.source, &self.stream.documents, &self.flows));
        self.stream.complaints = self.complaints;
        self.stream
    }
}

fn is_dash(rest: &str) -> bool {
    rest.strip_prefix('-').is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']))
}

#[cfg(test)]
mod tests;
