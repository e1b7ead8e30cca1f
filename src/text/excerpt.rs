//! Decoded text that knows where each of its bytes stands in its file.
//!
//! A YAML folded scalar, a JSON string with escapes, a dashboard inside a ConfigMap's block scalar,
//! a query whose `$__rate_interval` was replaced by `5m`: each is text that the file spells
//! differently. An [`Excerpt`] keeps the text and a map back, and [`Excerpt::within`] composes maps,
//! so that whoever parses the text can speak of places in the file without knowing what lies between.

use std::{ops::Range, sync::Arc};

use super::{FileId, SharedText, Span};

/// A run of decoded bytes and the file bytes they stand for.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
struct Piece {
    /// First decoded byte.
    at: u32,
    /// Length in decoded bytes.
    len: u32,
    /// First file byte.
    source: u32,
    /// Length in file bytes.
    source_len: u32,
    /// Whether the decoded bytes are the file's bytes, one for one.
    verbatim: bool,
}

impl Piece {
    /// Where the decoded byte `at` begins in the file.
    fn start_of(self, at: u32) -> u32 {
        if self.verbatim { self.source + (at - self.at) } else { self.source }
    }

    /// What is left of it in a part of the text of this length, whose first byte is `from`.
    fn within(self, from: u32, len: u32) -> Self {
        let (start, end) = (self.at.max(from), (self.at + self.len).min(from + len));
        let (at, len) = (start - from, end - start);
        match self.verbatim {
            true => Self { at, len, source: self.start_of(start), source_len: len, verbatim: true },
            false => Self { at, len, ..self },
        }
    }

    /// Where what stands before the decoded byte `at` ends in the file.
    fn end_of(self, at: u32) -> u32 {
        if self.verbatim { self.source + (at - self.at) } else { self.source + self.source_len }
    }
}

/// Decoded text with its map back to the file. Cheap to copy, and parts share the text and the map of the whole: a
/// large folder has more excerpts than anything else.
#[derive(Clone, Debug)]
pub struct Excerpt {
    whole: Arc<Whole>,
    /// Where the text stands in that of the whole.
    from: u32,
    len: u32,
}

/// A text, its map, and the file they lead to.
#[derive(Debug)]
struct Whole {
    file: FileId,
    text: SharedText,
    map: Map,
}

/// From decoded bytes to bytes of the file.
#[derive(Debug)]
enum Map {
    /// All of it stands in the file, byte for byte, from here on. A text without bytes stands here, too.
    Verbatim(u32),
    /// Several pieces, or one that is not verbatim.
    Pieces(Box<[Piece]>),
}

impl PartialEq for Excerpt {
    fn eq(&self, other: &Self) -> bool {
        let is_one_place = self.file() == other.file() && self.end() == other.end();
        is_one_place && self.text() == other.text() && self.pieces().eq(other.pieces())
    }
}

impl Eq for Excerpt {}

impl Excerpt {
    /// A whole file, or any text that stands at its beginning.
    pub fn whole(file: FileId, text: impl Into<SharedText>) -> Self {
        Self::verbatim(file, 0, text)
    }

    /// Text that stands in the file, byte for byte, from `source` on.
    pub fn verbatim(file: FileId, source: u32, text: impl Into<SharedText>) -> Self {
        Self::of(Whole { file, text: text.into(), map: Map::Verbatim(source) })
    }

    fn of(whole: Whole) -> Self {
        Self { from: 0, len: whole.text.len() as u32, whole: Arc::new(whole) }
    }

    /// The file it stands in.
    pub fn file(&self) -> FileId {
        self.whole.file
    }

    /// The decoded text.
    #[inline]
    pub fn text(&self) -> &str {
        &self.whole.text[self.from as usize..(self.from + self.len) as usize]
    }

    /// A part of the decoded text; `None` beyond its end and within a character.
    #[inline]
    pub fn get(&self, range: Range<usize>) -> Option<&str> {
        let from = self.from as usize;
        if range.end > self.len as usize { None } else { self.whole.text.get(from + range.start..from + range.end) }
    }

    /// The span of the whole excerpt.
    pub fn full_span(&self) -> Span {
        self.span(0..self.len as usize)
    }

    /// The file span of a range of decoded bytes. A range that touches an escape or a replacement
    /// covers the whole of it. Ranges beyond the text are cut.
    #[inline]
    pub fn span(&self, range: Range<usize>) -> Span {
        let len = self.len as usize;
        let start = range.start.min(len);
        let (start, end) = (start as u32, range.end.min(len).max(start) as u32);
        match self.whole.map {
            Map::Verbatim(source) => {
                let source = source + self.from;
                Span::new(self.whole.file, source + start, source + end)
            }
            Map::Pieces(_) => self.span_of_pieces(start, end),
        }
    }

    fn span_of_pieces(&self, start: u32, end: u32) -> Span {
        let first = self.piece_at(start).map_or_else(|| self.end(), |piece| piece.start_of(start));
        if start == end {
            return Span::new(self.whole.file, first, first);
        }
        let last = self.piece_at(end - 1).map_or_else(|| self.end(), |piece| piece.end_of(end));
        Span::new(self.whole.file, first, last)
    }

    /// The file span of a range, if an edit of exactly that span is an edit of exactly that text:
    /// every byte of it stands verbatim and unbroken in the file.
    pub fn editable(&self, range: Range<usize>) -> Option<Span> {
        let span = self.span(range.clone());
        let unbroken = range.is_empty() || {
            let piece = self.piece_at(range.start as u32)?;
            piece.verbatim && range.end as u32 <= piece.at + piece.len
        };
        unbroken.then_some(span)
    }

    /// The decoded offset of a file offset, for the reverse look-up of a span's start; `None` when
    /// the file offset belongs to none of the text.
    pub fn offset_of(&self, source: u32) -> Option<usize> {
        let ranks = self.ranks();
        let piece = match &self.whole.map {
            Map::Verbatim(_) => self.piece(0)?,
            Map::Pieces(pieces) => {
                let behind = pieces[ranks.clone()].partition_point(|piece| piece.source <= source);
                self.piece(ranks.start + behind.checked_sub(1)?)?
            }
        };
        if source < piece.source || source >= piece.source + piece.source_len {
            return None;
        }
        Some((piece.at + if piece.verbatim { source - piece.source } else { 0 }) as usize)
    }

    /// A part of the excerpt as an excerpt of its own.
    #[must_use]
    pub fn sub(&self, range: Range<usize>) -> Excerpt {
        let len = self.len as usize;
        let range = range.start.min(len)..range.end.min(len);
        match self.get(range.clone()) {
            Some(text) if !text.is_empty() => {
                let (from, len) = (self.from + range.start as u32, text.len() as u32);
                Self { whole: Arc::clone(&self.whole), from, len }
            }
            _ => Self::verbatim(self.file(), self.span(range).start, ""),
        }
    }

    /// Re-reads `self`, whose file offsets are offsets into `outer`'s text, as a text of `outer`'s file.
    #[must_use]
    pub fn within(&self, outer: &Excerpt) -> Excerpt {
        let mut composed = ExcerptBuilder::new(outer);
        for piece in self.pieces() {
            let source = piece.source as usize..(piece.source + piece.source_len) as usize;
            if piece.verbatim {
                composed.copy(source);
            } else {
                let decoded = piece.at as usize..(piece.at + piece.len) as usize;
                composed.replace(source, self.text().get(decoded).unwrap_or_default());
            }
        }
        if composed.is_empty() {
            let end = outer.span(self.end() as usize..self.end() as usize).end;
            return Self::verbatim(outer.file(), end, "");
        }
        composed.finish()
    }

    /// Where the text ends in the file.
    fn end(&self) -> u32 {
        match &self.whole.map {
            Map::Verbatim(source) => source + self.from + self.len,
            Map::Pieces(_) => self.pieces().last().map_or(0, |piece| piece.source + piece.source_len),
        }
    }

    /// The ranks of the pieces that its text is made of.
    fn ranks(&self) -> Range<usize> {
        match &self.whole.map {
            Map::Verbatim(_) => 0..usize::from(self.len > 0),
            Map::Pieces(pieces) => {
                let first = pieces.partition_point(|piece| piece.at + piece.len <= self.from);
                first..pieces.partition_point(|piece| piece.at < self.from + self.len).max(first)
            }
        }
    }

    /// The pieces that its text is made of, in order.
    fn pieces(&self) -> impl DoubleEndedIterator<Item = Piece> {
        self.ranks().filter_map(|rank| self.piece(rank))
    }

    /// The piece of this rank, as much of it as belongs to the text.
    fn piece(&self, rank: usize) -> Option<Piece> {
        let (from, len) = (self.from, self.len);
        match &self.whole.map {
            Map::Verbatim(source) => (rank == 0 && len > 0).then_some(Piece {
                at: 0,
                len,
                source: source + from,
                source_len: len,
                verbatim: true,
            }),
            Map::Pieces(pieces) => pieces.get(rank).map(|piece| piece.within(from, len)),
        }
    }

    /// Rank of the piece that holds decoded byte `at`.
    fn rank_at(&self, at: u32) -> Option<usize> {
        let rank = match &self.whole.map {
            Map::Verbatim(_) => 0,
            Map::Pieces(pieces) => pieces.partition_point(|piece| piece.at <= self.from + at).checked_sub(1)?,
        };
        (at < self.len).then_some(rank)
    }

    /// The piece that holds decoded byte `at`.
    fn piece_at(&self, at: u32) -> Option<Piece> {
        self.piece(self.rank_at(at)?)
    }
}

/// Makes an [`Excerpt`] by copying and replacing parts of an outer one, from left to right.
#[derive(Debug)]
pub struct ExcerptBuilder<'o> {
    outer: &'o Excerpt,
    text: String,
    pieces: Vec<Piece>,
}

impl<'o> ExcerptBuilder<'o> {
    /// Nothing copied yet.
    pub fn new(outer: &'o Excerpt) -> Self {
        Self { outer, text: String::new(), pieces: Vec::with_capacity(1) }
    }

    /// Copies a range of the outer text.
    pub fn copy(&mut self, range: Range<usize>) {
        let Some(mut rank) = self.outer.rank_at(range.start as u32) else { return };
        let mut from = range.start as u32;
        let to = range.end.min(self.outer.len as usize) as u32;
        while from < to {
            let Some(piece) = self.outer.piece(rank) else { break };
            let until = to.min(piece.at + piece.len);
            let decoded = self.outer.text().get(from as usize..until as usize).unwrap_or_default();
            let source_len = if piece.verbatim { until - from } else { piece.source_len };
            self.push(decoded, piece.start_of(from), source_len, piece.verbatim);
            from = until;
            rank += 1;
        }
    }

    /// Puts `text` in the place of a range of the outer text.
    pub fn replace(&mut self, range: Range<usize>, text: &str) {
        let span = self.outer.span(range);
        self.push(text, span.start, span.len(), false);
    }

    /// Length of what was made so far, in decoded bytes.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether nothing was made so far.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The excerpt.
    pub fn finish(self) -> Excerpt {
        let map = match self.pieces.as_slice() {
            [] => Map::Verbatim(self.outer.end()),
            [only] if only.verbatim => Map::Verbatim(only.source),
            pieces => Map::Pieces(pieces.into()),
        };
        Excerpt::of(Whole { file: self.outer.file(), text: self.text.into(), map })
    }

    fn push(&mut self, decoded: &str, source: u32, source_len: u32, verbatim: bool) {
        if decoded.is_empty() {
            return;
        }
        let at = self.text.len() as u32;
        let len = decoded.len() as u32;
        self.text.push_str(decoded);
        if let Some(last) = self.pieces.last_mut()
            && verbatim
            && last.verbatim
            && last.source + last.source_len == source
        {
            last.len += len;
            last.source_len += source_len;
            return;
        }
        self.pieces.push(Piece { at, len, source, source_len, verbatim });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: FileId = FileId(0);

    #[test]
    fn maps_through_replacements_and_nesting() {
        let file = Excerpt::whole(FILE, r#"x: "a\nb[$w]""#);
        let mut string = ExcerptBuilder::new(&file);
        string.copy(4..5);
        string.replace(5..7, "\n");
        string.copy(7..12);
        let string = string.finish();
        assert_eq!(string.text(), "a\nb[$w]");
        assert_eq!(string.span(1..3), Span::new(FILE, 5, 8));

        let mut query = ExcerptBuilder::new(&string);
        query.copy(2..4);
        query.replace(4..6, "5m");
        query.copy(6..7);
        let query = query.finish();
        assert_eq!(query.text(), "b[5m]");
        assert_eq!(query.span(2..3), Span::new(FILE, 9, 11));
        assert_eq!(query.editable(0..2), Some(Span::new(FILE, 7, 9)));
        assert_eq!(query.editable(0..3), None);
        assert_eq!(query.offset_of(9), Some(2));
    }

    #[test]
    fn composes_with_within() {
        let outer = Excerpt::verbatim(FILE, 100, "  abc\n  def\n");
        let mut block = ExcerptBuilder::new(&outer);
        block.copy(2..6);
        block.copy(8..12);
        let block = block.finish();
        assert_eq!(block.text(), "abc\ndef\n");
        let inner = Excerpt::verbatim(FILE, 2, "c\nd");
        let composed = inner.within(&block);
        assert_eq!(composed.text(), "c\nd");
        assert_eq!(composed.span(0..1), Span::new(FILE, 104, 105));
        assert_eq!(composed.span(2..3), Span::new(FILE, 108, 109));
    }

    #[test]
    fn parts_share_the_map_of_the_whole() {
        // `0123` stands at 0, `x` for 4..6, `6789` at 6.
        let file = Excerpt::whole(FILE, "0123..6789");
        let mut whole = ExcerptBuilder::new(&file);
        whole.copy(0..4);
        whole.replace(4..6, "xy");
        whole.copy(6..10);
        let whole = whole.finish();
        for (part, text, start, end, back) in [
            (1..3, "12", 1, 3, Some(1)),
            (1..5, "123x", 1, 6, Some(1)),
            (5..8, "y67", 4, 8, None),
            (4..6, "xy", 4, 6, None),
            (7..7, "", 7, 7, None),
        ] {
            let part = whole.sub(part);
            assert_eq!((part.text(), part.full_span()), (text, Span::new(FILE, start, end)));
            assert_eq!(part.offset_of(2), back, "{text}");
            assert_eq!(part.offset_of(9), None, "{text}");
            assert_eq!(part.sub(0..text.len()), part);
        }
        let part = whole.sub(1..7).sub(2..6);
        assert_eq!((part.text(), part.full_span()), ("3xy6", Span::new(FILE, 3, 7)));
        assert_eq!(part.editable(0..1), Some(Span::new(FILE, 3, 4)));
        assert_eq!((part.editable(0..2), part.editable(3..5)), (None, None));
        assert_eq!(part.span(4..9), Span::new(FILE, 7, 7));
        let again = part.within(&Excerpt::verbatim(FILE, 100, "0123..6789"));
        assert_eq!((again.text(), again.full_span()), ("3xy6", Span::new(FILE, 103, 107)));
        assert_ne!(whole.sub(0..1), whole.sub(1..2));
    }

    #[test]
    fn empty_text_has_a_place() {
        let empty = Excerpt::verbatim(FILE, 7, "");
        assert_eq!(empty.full_span(), Span::new(FILE, 7, 7));
        let inner = Excerpt::whole(FILE, "expr: ''").sub(7..7);
        assert_eq!(inner.full_span(), Span::new(FILE, 7, 7));
    }
}
