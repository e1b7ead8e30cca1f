//! The YAML that nearly every file is written in, read in one pass: block lists and maps, texts of all styles,
//! flow collections on one line. Whatever else a file holds, and whatever is wrong with it, is left to the parser.

mod block;
mod flow;
mod folding;
mod scalar;

use std::ops::Range;

use crate::text::Excerpt;

use super::{
    Comment, Notation, Stream, Style, TreeBuilder, duplicates,
    yaml::{Comments, MANY},
};

/// How deep lists and maps may nest here; the parser goes deeper.
const NESTING: usize = 50;

/// So long a key may be here.
const LONGEST_KEY: usize = 1000;

/// The documents of a stream, exactly as the parser would give them; nothing when the text has anything
/// that is not read here.
pub fn read(source: &Excerpt, kept: Comments) -> Option<Stream> {
    let text = source.text();
    (!is_unusual(text)).then(|| Scanner::new(source, kept).stream())?
}

/// Whether a text holds a tab, a carriage return, or a character that the parser may refuse.
fn is_unusual(text: &str) -> bool {
    let is_suspect = |byte: u8| (byte < 0x20 && byte != b'\n') || matches!(byte, 0x7F | 0xC2 | 0xEF);
    // Whole chunks are looked at, so that the processor takes many bytes at once.
    let is_suspect_in = |chunk: &[u8]| chunk.iter().fold(false, |found, byte| found | is_suspect(*byte));
    let mut chunks = text.as_bytes().chunks(256);
    chunks.any(is_suspect_in)
        && text
            .chars()
            .any(|char| (char.is_control() && char != '\n') || matches!(char, '\u{feff}' | '\u{fffe}' | '\u{ffff}'))
}

/// A scalar that was read but not yet put into the tree.
struct Token {
    style: Style,
    raw: Range<usize>,
    /// Where its text begins, if it is verbatim.
    inner: Range<usize>,
    /// Whether the text is in the scanner's buffer, not verbatim in the source.
    is_decoded: bool,
}

/// A key with the place of its colon.
struct Key {
    token: Token,
    colon: usize,
}

/// Reads a text from its beginning to its end. Every method gives nothing as soon as it meets what is not
/// read here, and then all that was read is forgotten.
struct Scanner<'s> {
    source: &'s Excerpt,
    text: &'s str,
    bytes: &'s [u8],
    kept: Comments,
    /// The next byte.
    at: usize,
    /// Where its line begins.
    line: usize,
    builder: TreeBuilder,
    stream: Stream,
    comments: Vec<Comment>,
    /// Where the last node ended.
    last: usize,
    /// The text of the last scalar that is not verbatim in the source.
    decoded: String,
    /// Whether a line of the last quoted text does not stand deeper than its collection.
    is_shallow: bool,
}

impl<'s> Scanner<'s> {
    fn new(source: &'s Excerpt, kept: Comments) -> Self {
        let text = source.text();
        Self {
            source,
            text,
            bytes: text.as_bytes(),
            kept,
            at: 0,
            line: 0,
            builder: TreeBuilder::new(source, Notation::Yaml).with_room(),
            stream: Stream::default(),
            comments: Vec::new(),
            last: 0,
            decoded: String::new(),
            is_shallow: false,
        }
    }

    fn stream(mut self) -> Option<Stream> {
        self.skip()?;
        if self.is_marker() {
            self.marker()?;
        }
        loop {
            self.document()?;
            if self.at == self.bytes.len() {
                return Some(self.stream);
            }
            // Which of two documents a comment between them belongs to is the parser's to say.
            if self.kept == Comments::Kept {
                return None;
            }
            self.marker()?;
        }
    }

    fn document(&mut self) -> Option<()> {
        if self.at != self.line {
            return None;
        }
        match self.peek() {
            b'-' if self.is_blank_at(self.at + 1) => self.sequence(0)?,
            _ => {
                let key = self.key()?;
                self.mapping(0, key)?;
            }
        }
        if !self.is_end() {
            return None;
        }
        let builder = TreeBuilder::new(self.source, Notation::Yaml);
        let mut builder = std::mem::replace(&mut self.builder, builder);
        self.comments.drain(..).for_each(|comment| builder.comment(comment));
        self.stream.documents.push(builder.finish());
        Some(())
    }

    /// Passes over a line `---`, which must hold nothing else.
    fn marker(&mut self) -> Option<()> {
        self.at += 3;
        let line = self.line;
        self.skip()?;
        (self.line != line && !self.is_end()).then_some(())
    }

    /// Passes over blanks, line breaks and comments up to the next token.
    fn skip(&mut self) -> Option<()> {
        loop {
            match self.peek() {
                b' ' => self.at += self.bytes[self.at..].iter().take_while(|byte| **byte == b' ').count(),
                b'\n' => {
                    self.at += 1;
                    self.line = self.at;
                }
                b'#' if self.at == self.line || self.bytes[self.at - 1] == b' ' => self.comment(),
                _ => break,
            }
        }
        let is_refused = self.at == self.line && (self.peek() == b'%' || self.is_three_of(b'.'));
        (!is_refused).then_some(())
    }

    /// Passes over a comment.
    fn comment(&mut self) {
        let end = self.line_end();
        if self.kept == Comments::Kept {
            let before = &self.text[self.line..self.at];
            self.comments.push(Comment {
                span: self.source.span(self.at..end),
                text: self.text[self.at + 1..end].trim().to_owned(),
                trailing: !before.trim().is_empty(),
            });
        }
        self.at = end;
    }

    /// Passes over blanks within the line; whether something follows there.
    fn skip_blanks(&mut self) -> bool {
        while self.peek() == b' ' {
            self.at += 1;
        }
        !matches!(self.peek(), b'\n' | b'#' | 0)
    }

    /// The next byte; 0 at the end.
    fn peek(&self) -> u8 {
        self.byte(self.at)
    }

    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// Whether a blank, a line break or the end stands there.
    fn is_blank_at(&self, at: usize) -> bool {
        matches!(self.byte(at), b' ' | b'\n' | 0)
    }

    /// The end of the line.
    fn line_end(&self) -> usize {
        memchr::memchr(b'\n', &self.bytes[self.at..]).map_or(self.bytes.len(), |len| self.at + len)
    }

    fn is_three_of(&self, sign: u8) -> bool {
        self.bytes[self.at..].starts_with(&[sign; 3]) && self.is_blank_at(self.at + 3)
    }

    /// Whether a line `---` begins here.
    fn is_marker(&self) -> bool {
        self.at == self.line && self.is_three_of(b'-')
    }

    /// Whether the document ends here.
    fn is_end(&self) -> bool {
        self.at == self.bytes.len() || self.is_marker()
    }

    fn column(&self) -> usize {
        self.at - self.line
    }

    /// Whether a collection of this column goes on with the next token; nothing when the token is deeper.
    fn goes_on(&self, column: usize) -> Option<bool> {
        match self.column() {
            _ if self.is_end() => Some(false),
            next if next > column => None,
            next => Some(next == column),
        }
    }

    /// Puts a scalar into the tree.
    fn push(&mut self, token: Token) {
        let Token { style, raw, mut inner, is_decoded } = token;
        self.last = raw.end;
        let raw = raw.start as u32..raw.end as u32;
        if is_decoded {
            inner.end = inner.end.min(inner.start + self.decoded.len());
            if self.text.get(inner.clone()) != Some(&self.decoded) {
                self.builder.decoded_scalar(style, raw, self.decoded.as_str());
                return;
            }
        }
        self.builder.verbatim_scalar(style, raw, inner.start as u32..inner.end as u32);
    }

    /// Puts what is missing into the tree.
    fn push_null(&mut self, at: usize) {
        self.push(Token { style: Style::Plain, raw: at..at, inner: at..at, is_decoded: false });
    }

    fn close(&mut self) {
        if let Some((node, _)) = self.builder.close(self.last as u32) {
            duplicates::complain(node, &mut self.stream.complaints, MANY);
        }
    }

    fn is_too_deep(&self) -> bool {
        self.builder.depth() >= NESTING
    }
}

#[cfg(test)]
mod tests;
