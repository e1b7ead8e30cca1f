//! Addresses of the web in running text.

use std::ops::Range;

/// Where addresses stand in a text: from `http://` or `https://` to the next blank or angle bracket, without the
/// punctuation of the sentence around them.
pub fn addresses(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = next(text, from) {
        let length = text[start..].find(|character: char| character.is_whitespace() || character == '<');
        let end = trimmed_end(text, start..length.map_or(text.len(), |length| start + length));
        from = end.max(start + 1);
        found.push(start..end);
    }
    found
}

fn next(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    ["http://", "https://"].iter().filter_map(|scheme| rest.find(scheme)).min().map(|offset| from + offset)
}

/// The end of an address without the punctuation of the sentence around it.
fn trimmed_end(text: &str, range: Range<usize>) -> usize {
    let mut end = range.end;
    while let Some(last) = text[range.start..end].chars().next_back() {
        let address = &text[range.start..end];
        let unbalanced = last == ')' && address.matches(')').count() > address.matches('(').count();
        if !unbalanced && !matches!(last, '.' | ',' | ';' | ':' | '!' | '?' | '"' | '\'' | '*' | '_' | '~') {
            break;
        }
        end -= last.len_utf8();
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_addresses() {
        for (text, expected) in [
            ("See https://a.io/b.", &["https://a.io/b"][..]),
            ("(https://a.io/b) and http://c", &["https://a.io/b", "http://c"]),
            ("https://a.io/b_(c), or <https://d>", &["https://a.io/b_(c)", "https://d>"]),
            ("nothing", &[]),
        ] {
            let found: Vec<&str> = addresses(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
