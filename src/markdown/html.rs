//! What HTML within Markdown says: comments, anchors, links.

use std::ops::Range;

/// A thing found in HTML; ranges are bytes of the text that was searched.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Found {
    /// A comment: the whole and what is between `<!--` and `-->`.
    Comment { whole: Range<usize>, inside: Range<usize> },
    /// A value of `id` or of an anchor's `name`.
    Anchor(Range<usize>),
    /// A value of `href` or `src`, and whether it is an image's.
    Link { destination: Range<usize>, whole: Range<usize>, image: bool },
}

/// Searches a piece of HTML, from left to right.
pub(super) fn search(html: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = html[at..].find('<').map(|offset| at + offset) {
        if html[open..].starts_with("<!--") {
            let inside = open + 4;
            let end = html[inside..].find("-->").map(|offset| inside + offset);
            let (inside, end) = (inside..end.unwrap_or(html.len()), end.map_or(html.len(), |end| end + 3));
            found.push(Found::Comment { whole: open..end, inside });
            at = end;
            continue;
        }
        let end = tag_end(html, open);
        tag(html, open..end, &mut found);
        at = end;
    }
    found
}

/// The end of the tag that opens at `open`, quoted `>` skipped.
fn tag_end(html: &str, open: usize) -> usize {
    let mut quote = None;
    for (offset, byte) in html.as_bytes()[open..].iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return open + offset + 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(opened), byte) if opened == byte => quote = None,
            _ => {}
        }
    }
    html.len()
}

fn tag(html: &str, range: Range<usize>, found: &mut Vec<Found>) {
    let text = &html[range.clone()];
    let name: String = text[1..].chars().take_while(char::is_ascii_alphanumeric).collect();
    if name.is_empty() {
        return;
    }
    let name = name.to_ascii_lowercase();
    let mut at = range.start + 1 + name.len();
    while let Some((attribute, value, next)) = next_attribute(html, at, range.end) {
        let attribute = html[attribute].to_ascii_lowercase();
        match attribute.as_str() {
            "id" => found.push(Found::Anchor(value)),
            "name" if name == "a" => found.push(Found::Anchor(value)),
            "href" if name == "a" => found.push(Found::Link { destination: value, whole: range.clone(), image: false }),
            "src" if name == "img" => found.push(Found::Link { destination: value, whole: range.clone(), image: true }),
            _ => {}
        }
        at = next;
    }
}

/// The next `name=value`: the two ranges and where to go on.
fn next_attribute(html: &str, from: usize, end: usize) -> Option<(Range<usize>, Range<usize>, usize)> {
    let mut at = from;
    loop {
        let text = html.get(at..end)?;
        let start = at + text.find(|character: char| character.is_ascii_alphabetic())?;
        let is_name = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | ':');
        let length = html[start..end].find(|character| !is_name(character)).unwrap_or(end - start);
        let name = start..start + length;
        let Some(after) = html[name.end..end].trim_start().strip_prefix('=') else {
            at = name.end;
            continue;
        };
        let value = after.trim_start();
        let value_start = end - value.len();
        let (range, next) = match value.bytes().next() {
            Some(quote @ (b'"' | b'\'')) => {
                let length = value[1..].bytes().position(|byte| byte == quote).unwrap_or(value.len() - 1);
                (value_start + 1..value_start + 1 + length, (value_start + 2 + length).min(end))
            }
            _ => {
                let length = value.find([' ', '\t', '\n', '\r', '>']).unwrap_or(value.len());
                (value_start..value_start + length, value_start + length)
            }
        };
        return Some((name, range, next));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_comments_anchors_and_links() {
        let html = "<!-- a > b --><a name=\"x\" href='#y'><p class=z ID=w data-x><img alt=\">\" src=i.png><!--";
        let texts: Vec<(char, &str)> = search(html)
            .into_iter()
            .map(|found| match found {
                Found::Comment { inside, .. } => ('c', &html[inside]),
                Found::Anchor(range) => ('a', &html[range]),
                Found::Link { destination, image, .. } => (if image { 'i' } else { 'l' }, &html[destination]),
            })
            .collect();
        assert_eq!(texts, [('c', " a > b "), ('a', "x"), ('l', "#y"), ('a', "w"), ('i', "i.png"), ('c', "")]);
    }
}
