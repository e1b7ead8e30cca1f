//! Inline content as plain text that maps back to the file: `**P95** <200ms` reads `P95 <200ms`.

use std::ops::Range;

use crate::text::{Excerpt, ExcerptBuilder, Span};

/// The content of a heading, cell, list item or paragraph. Ranges are byte ranges of the plain text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Inline {
    /// The plain text: no markup, soft line breaks as spaces, hard ones as `\n`.
    pub text: Excerpt,
    /// Code spans, without their backticks.
    pub code: Vec<Range<usize>>,
    /// Bold text.
    pub strong: Vec<Range<usize>>,
    /// Texts of links.
    pub links: Vec<Range<usize>>,
}

impl Inline {
    /// The place of the whole content.
    pub fn span(&self) -> Span {
        self.text.full_span()
    }

    /// The contents of the code spans.
    pub fn code_spans(&self) -> impl Iterator<Item = Excerpt> {
        self.code.iter().map(|range| self.text.sub(range.clone()))
    }

    /// The bold text the content opens with, as in `**HighLatency**: fires when …`.
    pub fn bold_lead(&self) -> Option<Excerpt> {
        let start = self.text.text().find(|character: char| !character.is_whitespace())?;
        self.strong
            .iter()
            .find(|range| range.start <= start && range.end > start)
            .map(|range| self.text.sub(range.clone()))
    }

    /// The sentences, each without the space around it: cut after `.`, `!` or `?` before white space and
    /// at hard line breaks, never inside code.
    pub fn sentences(&self) -> Vec<Excerpt> {
        let text = self.text.text();
        let mut cuts = Vec::new();
        for (at, character) in text.char_indices() {
            let end = at + character.len_utf8();
            let stops = match character {
                '\n' => true,
                '.' | '!' | '?' => text[end..].starts_with(char::is_whitespace) && !is_abbreviation(&text[..at]),
                _ => false,
            };
            if stops && !self.code.iter().any(|code| code.contains(&at)) {
                cuts.push(end);
            }
        }
        cuts.push(text.len());
        let mut from = 0;
        let ranges = cuts.into_iter().map(|cut| std::mem::replace(&mut from, cut)..cut);
        ranges
            .map(|range| trimmed(text, range))
            .filter(|range| !range.is_empty())
            .map(|range| self.text.sub(range))
            .collect()
    }
}

/// Whether a full stop after this text hardly ends a sentence.
fn is_abbreviation(before: &str) -> bool {
    let word =
        before.rsplit(|character: char| character.is_whitespace() || character == '(').next().unwrap_or_default();
    ["e.g", "i.e", "etc", "vs", "approx", "resp", "cf", "no"].iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// The range without white space at its ends.
pub(super) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (part.len() - part.trim_start().len());
    start..(range.start + part.trim_end().len()).max(start)
}

/// Collects the plain text of a run of inline content.
pub(super) struct InlineBuilder<'s> {
    source: &'s Excerpt,
    text: ExcerptBuilder<'s>,
    code: Vec<Range<usize>>,
    strong: Vec<Range<usize>>,
    links: Vec<Range<usize>>,
    open_strong: Vec<usize>,
    start: usize,
}

impl<'s> InlineBuilder<'s> {
    /// Nothing collected; `start` is where an empty content stands.
    pub(super) fn new(source: &'s Excerpt, start: usize) -> Self {
        Self {
            source,
            text: ExcerptBuilder::new(source),
            code: Vec::new(),
            strong: Vec::new(),
            links: Vec::new(),
            open_strong: Vec::new(),
            start,
        }
    }

    /// Length of the plain text so far.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    pub(super) fn text(&mut self, decoded: &str, range: Range<usize>) {
        append(&mut self.text, self.source, decoded, range);
    }

    /// A code span; `range` covers the backticks.
    pub(super) fn code(&mut self, decoded: &str, range: Range<usize>) {
        let from = self.text.len();
        let raw = self.source.text().get(range.clone()).unwrap_or_default();
        let ticks = raw.bytes().take_while(|byte| *byte == b'`').count();
        let mut inner = range.start + ticks..range.end.saturating_sub(ticks).max(range.start + ticks);
        let content = self.source.text().get(inner.clone()).unwrap_or_default();
        if content.len() >= decoded.len() + 2 && content.starts_with([' ', '\n']) && content.ends_with([' ', '\n']) {
            inner = inner.start + 1..inner.end - 1;
        }
        append(&mut self.text, self.source, decoded, inner);
        self.code.push(from..self.text.len());
    }

    /// Text that stands for markup: a space for a line break.
    pub(super) fn instead(&mut self, text: &str, range: Range<usize>) {
        self.text.replace(range, text);
    }

    pub(super) fn open_strong(&mut self) {
        self.open_strong.push(self.text.len());
    }

    pub(super) fn close_strong(&mut self) {
        if let Some(from) = self.open_strong.pop() {
            self.strong.push(from..self.text.len());
        }
    }

    /// Notes a link text that began at `from`.
    pub(super) fn link(&mut self, from: usize) {
        self.links.push(from..self.text.len());
    }

    pub(super) fn finish(mut self) -> Inline {
        self.strong.sort_by_key(|range| range.start);
        let text = if self.text.is_empty() { self.source.sub(self.start..self.start) } else { self.text.finish() };
        Inline { text, code: self.code, strong: self.strong, links: self.links }
    }
}

/// Appends `decoded`, which the source spells in `range`, byte for byte where the two agree.
pub(super) fn append(out: &mut ExcerptBuilder<'_>, source: &Excerpt, decoded: &str, range: Range<usize>) {
    let raw = source.text().get(range.clone()).unwrap_or_default();
    if raw == decoded {
        out.copy(range);
        return;
    }
    let mut at = range.start;
    let mut rest = raw;
    let mut wanted = decoded;
    while let Some(next) = wanted.chars().next() {
        let same = rest.bytes().zip(wanted.bytes()).take_while(|(left, right)| left == right).count();
        let same = (0..=same).rev().find(|at| wanted.is_char_boundary(*at) && rest.is_char_boundary(*at)).unwrap_or(0);
        if same > 0 {
            out.copy(at..at + same);
            (at, rest, wanted) = (at + same, &rest[same..], &wanted[same..]);
            continue;
        }
        // A pipe escaped in a table, a line break that reads as a space, a line break spelt `\r\n`.
        let spelt = ["\\|", "\r\n", "\n", "\r"].into_iter().find(|spelt| rest.starts_with(spelt));
        let Some(spelt) = spelt.filter(|_| matches!(next, '|' | ' ' | '\n')) else { break };
        out.replace(at..at + spelt.len(), &wanted[..1]);
        (at, rest, wanted) = (at + spelt.len(), &rest[spelt.len()..], &wanted[1..]);
    }
    if !wanted.is_empty() {
        out.replace(at..range.end, wanted);
    }
}
