//! A copy of a broken YAML text, of the same length, in which the smallest broken parts are blanked
//! so that the rest can be read.

use std::{borrow::Cow, ops::Range};

use granit_parser::{ErrorKind, Parser};

use super::{
    escape,
    fault::{Fault, Sort},
    here_document,
    line::Line,
    yaml::{Comments, options},
};

/// How many events beyond a mended part show that the parser got past it.
const BEYOND: usize = 6;

/// How many faults of one text are mended; what follows the next one is not read.
const MOST: usize = 50;

/// How many levels outwards a broken part is looked for.
const OUTWARDS: usize = 6;

/// A text being repaired.
pub struct Repair<'s> {
    original: &'s str,
    text: Cow<'s, str>,
    /// Quoted scalars that the parser cannot read, but we can: they are filled with letters here.
    reread: Vec<Range<usize>>,
    damage: Vec<Range<usize>>,
    mended: usize,
    /// How many bytes may still be parsed for trying.
    budget: usize,
}

impl<'s> Repair<'s> {
    /// Nothing repaired yet.
    pub fn new(text: &'s str) -> Self {
        let budget = 2_000_000_usize.saturating_add(text.len().saturating_mul(2));
        Self { original: text, text: Cow::Borrowed(text), reread: Vec::new(), damage: Vec::new(), mended: 0, budget }
    }

    /// The repaired text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What was blanked.
    pub fn damage(&self) -> &[Range<usize>] {
        &self.damage
    }

    /// Whether this quoted scalar has to be read from the original text.
    pub fn is_reread(&self, raw: &Range<usize>) -> bool {
        self.reread.contains(raw)
    }

    /// Blanks what no reader takes, such as control characters.
    pub fn blank_all(&mut self, parts: impl Iterator<Item = Range<usize>>) {
        let mut parts = parts.peekable();
        if parts.peek().is_none() {
            return;
        }
        let mut bytes = self.text.as_bytes().to_vec();
        for part in parts {
            bytes[part].fill(b' ');
        }
        self.text = String::from_utf8(bytes).map_or_else(|_| self.text.clone(), Cow::Owned);
    }

    /// Blanks the smallest part that lets the parser get past the fault, and says how it was mended;
    /// nothing when no such part is found, or when enough was tried.
    pub fn mend(&mut self, fault: &Fault) -> Option<Mended> {
        self.mended += 1;
        self.spend(fault.at);
        if self.mended > MOST || self.budget == 0 || fault.kind == ErrorKind::RecursionLimitExceeded {
            return None;
        }
        match fault.sort() {
            Sort::Quoted if self.reread_quoted(fault) => return Some(Mended::Reread),
            Sort::Tab if self.tabs_to_spaces(fault) => return Some(Mended::Blanked),
            Sort::Comment if self.blank_ignored(fault, Line::at(&self.text, fault.at).end) => {
                return Some(Mended::Reread);
            }
            Sort::Outdented if self.blank_ignored(fault, self.document_end(fault.at)) => return Some(Mended::Reread),
            _ => {}
        }
        let part = candidates(&self.text, fault).into_iter().find(|part| {
            let text = filled(&self.text, part, b' ');
            self.budget > 0 && self.helps(&text, part.end, fault.at)
        })?;
        self.text = Cow::Owned(filled(&self.text, &part, b' '));
        self.damage.push(part);
        Some(Mended::Blanked)
    }

    /// Fills a quoted scalar whose end is known with letters, to be read from the original by ourselves.
    fn reread_quoted(&mut self, fault: &Fault) -> bool {
        let Some(begin) = fault.begin.filter(|_| fault.is_rereadable()) else { return false };
        let Some(end) = escape::yaml_string_end(self.original, begin) else { return false };
        let text = filled(&self.text, &(begin + 1..end - 1), b'x');
        let helps = self.helps(&text, end, end);
        if helps {
            self.text = Cow::Owned(text);
            self.reread.push(begin..end);
        }
        helps
    }

    /// Blanks what Prometheus passes over, from the fault on.
    fn blank_ignored(&mut self, fault: &Fault, end: usize) -> bool {
        let text = filled(&self.text, &(fault.at..end), b' ');
        let helps = self.helps(&text, end, fault.at);
        if helps {
            self.text = Cow::Owned(text);
        }
        helps
    }

    /// The next marker of a document, or the end of the text.
    fn document_end(&self, at: usize) -> usize {
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        memchr::memmem::find(rest, b"\n---").map_or(self.text.len(), |marker| at + marker)
    }

    /// Makes spaces of the tabs that a line begins with, there and in later lines that begin with one.
    fn tabs_to_spaces(&mut self, fault: &Fault) -> bool {
        let line = Line::at(&self.text, fault.at);
        let mut text = filled(&self.text, &(line.start..line.start + line.indent), b' ');
        let mut at = line.end;
        while let Some(found) = memchr::memmem::find(&text.as_bytes()[at..], b"\n\t") {
            at += found + 1;
            let tabs = text.as_bytes()[at..].iter().take_while(|byte| matches!(byte, b'\t' | b' ')).count();
            text.replace_range(at..at + tabs, &" ".repeat(tabs));
        }
        let helps = text != *self.text && self.helps(&text, line.end, fault.at);
        if helps {
            self.text = Cow::Owned(text);
        }
        helps
    }

    /// Whether the parser gets past a mended part and past where it gave up before.
    fn helps(&mut self, text: &str, end: usize, gave_up: usize) -> bool {
        // Making the copy has its price, too.
        self.spend(text.len() / 8);
        let before = text.get(..end).unwrap_or_default();
        let document = memchr::memmem::rfind(before.as_bytes(), b"\n---").map_or(0, |at| at + 1);
        let mut parser = Parser::new_from_str_with_options(&text[document..], options(Comments::Kept));
        let mut beyond = 0;
        let mut reached = 0;
        while let Some(event) = parser.next_event().filter(|_| beyond < BEYOND) {
            match event {
                Ok((_, place)) => {
                    reached = place.byte_range().map_or(reached, |range| range.start);
                    beyond += usize::from(document + reached > end.max(gave_up));
                }
                Err(error) => {
                    reached = error.marker().byte_offset().unwrap_or(reached);
                    self.spend(reached);
                    return document + reached > end.max(gave_up);
                }
            }
        }
        self.spend(reached);
        true
    }

    fn spend(&mut self, bytes: usize) {
        self.budget = self.budget.saturating_sub(bytes);
    }
}

/// How a fault was mended.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Mended {
    /// A part is not read.
    Blanked,
    /// All that Prometheus reads is read, though not by the parser.
    Reread,
}

/// A copy of a text with every byte of a part replaced, but for line breaks between blanks.
fn filled(text: &str, part: &Range<usize>, by: u8) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for byte in bytes.get_mut(part.clone()).into_iter().flatten() {
        if by != b' ' || !matches!(byte, b'\n' | b'\r') {
            *byte = by;
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// The parts that may be to blame for a fault, small ones first: the value, the line, what is nested
/// below it, the line above, and so outwards.
fn candidates(text: &str, fault: &Fault) -> Vec<Range<usize>> {
    let mut line = Line::at(text, fault.origin());
    let above = line.above(text);
    let mut parts = Vec::new();
    parts.extend(here_document::from_here(text, fault.at).filter(|_| fault.sort() == Sort::Line));
    let colon_is_missing = above.filter(|above| fault.sort() == Sort::Line && above.lacks_space(text));
    if let Some(above) = colon_is_missing {
        parts.push(above.start + above.dashes(text)..above.end);
    }
    // What stands below an entry that has its value already is all of it in the wrong place.
    let has_value = |above: &Line| above.indent < line.indent && above.value(text).is_some();
    if let Some(above) = above.filter(|above| fault.sort() == Sort::Line && has_value(above)) {
        let below_key = Line { indent: above.dashes(text), ..above };
        parts.push(line.start..below_key.block_end(text));
    }
    for line in [Some(line), above].into_iter().flatten() {
        let (inside, block) = (line.start + line.dashes(text), line.block_end(text));
        parts.extend(line.value(text).map(|value| value..line.end));
        parts.push(inside..line.end);
        parts.extend(line.value(text).map(|value| value..block));
        parts.push(inside..block);
        parts.push(line.start..block);
    }
    for _ in 0..OUTWARDS {
        let mut outer = line.above(text);
        while let Some(nearer) = outer.filter(|outer| outer.indent >= line.indent) {
            outer = nearer.above(text);
        }
        let Some(outer) = outer else { break };
        let block = outer.block_end(text);
        parts.push(outer.end..block);
        parts.push(outer.start + outer.dashes(text)..block);
        line = outer;
    }
    parts.retain(|part| part.start < part.end);
    parts
}
