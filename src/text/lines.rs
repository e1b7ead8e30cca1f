//! Byte offsets to lines and columns.

use super::boundary::floor;

/// A line and a column, both counted from 1; the column counts characters, not bytes.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// Bytes between two counts of characters.
const STRIDE: usize = 4096;

/// Where each line of a text starts.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// Characters before each multiple of [`STRIDE`], so that columns of a minified file need no scan of its
    /// one line; empty when every line is short.
    characters: Vec<u32>,
}

impl LineIndex {
    /// Reads the line starts of `text`; lines end at `\n`.
    pub fn of(text: &str) -> Self {
        // Counting is far cheaper than growing.
        let mut starts = Vec::with_capacity(memchr::memchr_iter(b'\n', text.as_bytes()).count() + 1);
        starts.push(0);
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at as u32 + 1));
        let ends = starts.iter().skip(1).copied().chain([text.len() as u32]);
        let long = starts.iter().zip(ends).any(|(start, end)| (end - start) as usize > 2 * STRIDE);
        let characters = if long { counts(text) } else { Vec::new() };
        Self { starts, characters }
    }

    /// Number of lines; a text that ends in a newline has an empty last line.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Never true: an empty text has one line.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The line (from 0) that holds byte `offset`.
    pub fn line_of(&self, offset: u32) -> usize {
        self.starts.partition_point(|&start| start <= offset) - 1
    }

    /// First byte of line `line` (from 0); past the last line, the start of the last.
    pub fn start_of(&self, line: usize) -> u32 {
        self.starts[line.min(self.starts.len() - 1)]
    }

    /// Line and column of a byte offset of `text`, the text this index was made of.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let line = self.line_of(offset);
        let start = self.starts[line] as usize;
        let end = floor(text, (offset as usize).max(start));
        let column = if end - start > 2 * STRIDE {
            self.characters_before(text, end) - self.characters_before(text, start)
        } else {
            beginnings(&text.as_bytes()[start.min(end)..end])
        };
        Position { line: line as u32 + 1, column: column + 1 }
    }

    /// Characters of the text that begin before byte `offset`.
    fn characters_before(&self, text: &str, offset: usize) -> u32 {
        let stride = (offset / STRIDE).min(self.characters.len().saturating_sub(1));
        let counted = self.characters.get(stride).copied().unwrap_or_default();
        counted + beginnings(&text.as_bytes()[stride * STRIDE..offset])
    }
}

/// Characters before each multiple of [`STRIDE`].
fn counts(text: &str) -> Vec<u32> {
    let mut total = 0;
    let strides = text.as_bytes().chunks(STRIDE).map(|chunk| {
        let before = total;
        total += beginnings(chunk);
        before
    });
    strides.collect()
}

/// How many characters begin in some bytes of UTF-8.
fn beginnings(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|&&byte| byte & 0b1100_0000 != 0b1000_0000).count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_characters() {
        let text = "aé b\nc\n";
        let index = LineIndex::of(text);
        assert_eq!(index.position(text, 3), Position { line: 1, column: 3 });
        assert_eq!(index.position(text, 6), Position { line: 2, column: 1 });
        assert_eq!(index.position(text, 8), Position { line: 3, column: 1 });
        assert_eq!(index.len(), 3);
    }

    #[test]
    fn counts_in_long_lines_as_in_short_ones() {
        let text = format!("first\n{}\nlast ü", "aé漢🙂".repeat(10_000));
        let index = LineIndex::of(&text);
        for (offset, _) in text.char_indices().step_by(997).chain([(text.len(), ' ')]) {
            let before = &text[..offset];
            let column = before[before.rfind('\n').map_or(0, |at| at + 1)..].chars().count() as u32 + 1;
            let line = before.matches('\n').count() as u32 + 1;
            assert_eq!(index.position(&text, offset as u32), Position { line, column }, "at {offset}");
        }
    }
}
