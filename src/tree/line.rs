//! Lines of a text as block notation sees them: indentation and content.

use std::ops::Range;

/// A line, without its break.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// How many blanks it begins with.
    pub indent: usize,
}

impl Line {
    /// The line that holds byte `at`; lines end at `\n`.
    pub fn at(text: &str, at: usize) -> Self {
        let bytes = text.as_bytes();
        let at = at.min(bytes.len());
        let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |before| before + 1);
        let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |len| start + len);
        let end = if end > start && bytes[end - 1] == b'\r' { end - 1 } else { end };
        let indent = bytes[start..end].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        Self { start, end, indent }
    }

    /// The line without the blanks at both ends.
    pub fn content(self, text: &str) -> Range<usize> {
        let line = text.get(self.start..self.end).unwrap_or_default();
        self.start + self.indent..self.start + line.trim_end().len().max(self.indent)
    }

    /// Whether nothing stands on it, or only a comment.
    pub fn is_blank(self, text: &str) -> bool {
        let content = text.get(self.start + self.indent..self.end).unwrap_or_default();
        content.is_empty() || content.starts_with('#')
    }

    /// The next line, if there is one.
    pub fn next(self, text: &str) -> Option<Self> {
        let after = memchr::memchr(b'\n', text.as_bytes().get(self.end..)?)? + self.end + 1;
        (after < text.len()).then(|| Self::at(text, after))
    }

    /// The nearest line above that is not blank.
    pub fn above(self, text: &str) -> Option<Self> {
        let mut line = self;
        loop {
            line = Self::at(text, line.start.checked_sub(1)?);
            if !line.is_blank(text) {
                return Some(line);
            }
        }
    }

    /// The end of the last line, from this one on, that is indented deeper than this one.
    pub fn block_end(self, text: &str) -> usize {
        let mut end = self.end;
        let mut line = self;
        while let Some(next) = line.next(text) {
            if !next.is_blank(text) {
                if next.indent <= self.indent {
                    break;
                }
                end = next.end;
            }
            line = next;
        }
        end
    }

    /// How many bytes of dashes and blanks it begins with.
    pub fn dashes(self, text: &str) -> usize {
        let content = text.get(self.start..self.end).unwrap_or_default();
        let rest = content.trim_start_matches(' ');
        let mut len = content.len() - rest.len();
        let mut rest = rest;
        while let Some(inner) = rest.strip_prefix("- ") {
            let trimmed = inner.trim_start_matches(' ');
            len += rest.len() - trimmed.len();
            rest = trimmed;
        }
        len
    }

    /// Where its value begins, if it is an entry `key: value`.
    pub fn value(self, text: &str) -> Option<usize> {
        let from = self.start + self.dashes(text);
        let content = text.get(from..self.end)?;
        let colon = content.find(": ")?;
        let key = content[..colon].trim_matches(['"', '\'']);
        let is_key = !key.is_empty() && !key.contains(['{', '[', '"', '\'', '#']);
        is_key.then_some(from + colon + 1)
    }

    /// Whether it looks like an entry without a blank behind its colon: `key:value`.
    pub fn lacks_space(self, text: &str) -> bool {
        let content = text.get(self.start + self.dashes(text)..self.end).unwrap_or_default();
        let Some((key, value)) = content.split_once(':') else { return false };
        let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
        is_key && !value.is_empty() && !value.starts_with([' ', '/', ':']) && !value.contains(": ")
    }
}
