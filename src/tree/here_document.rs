//! Here-documents of shell scripts that break out of the block of text they stand in.

use std::ops::Range;

use super::line::Line;

/// The lines of a here-document from the one at a byte up to its last, where that line is its first: the one above
/// opens it, as in `cat <<EOF`.
pub fn from_here(text: &str, at: usize) -> Option<Range<usize>> {
    let first = Line::at(text, at);
    let word = opened(text.get(first.above(text)?.content(text))?)?;
    let mut line = first;
    loop {
        let content = text.get(line.content(text))?;
        if content.starts_with("---") {
            return None;
        }
        if content.starts_with(word) {
            return Some(first.start..line.end);
        }
        line = line.next(text)?;
    }
}

/// The word that ends the here-document which a line of a script opens.
fn opened(line: &str) -> Option<&str> {
    let (_, behind) = line.rsplit_once("<<")?;
    let word = behind.trim_start_matches(['-', ' ', '\\', '\'', '"']);
    let end = word.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(word.len());
    (end > 0).then(|| &word[..end])
}
