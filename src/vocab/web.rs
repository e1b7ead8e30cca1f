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
    let is_scheme = |(at, _): &(usize, &str)| {
        let behind = &text[from + at + "http".len()..];
        behind.strip_prefix('s').unwrap_or(behind).starts_with("://")
    };
    text.get(from..)?.match_indices("http").find(is_scheme).map(|(at, _)| from + at)
}

/// The end of an address without the punctuation of the sentence around it.
fn trimmed_end(text: &str, range: Range<usize>) -> usize {
    let mut end = range.end;
    let count = |sign: char| text[range.clone()].matches(sign).count();
    let mut unopened = count(')').saturating_sub(count('('));
    while let Some(last) = text[range.start..end].chars().next_back() {
        let is_unopened = last == ')' && unopened > 0;
        unopened -= usize::from(is_unopened);
        if !is_unopened && !matches!(last, '.' | ',' | ';' | ':' | '!' | '?' | '"' | '\'' | '*' | '_' | '~') {
            break;
        }
        end -= last.len_utf8();
    }
    end
}

/// A part of an address with its `%20` and the like resolved (RFC 3986, section 2.1). A `%` that two hexadecimal digits
/// do not follow stands for itself.
pub fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        let code = (*first == b'%').then(|| more.get(..2)).flatten();
        match code.and_then(|digits| Some(digit(digits[0])? << 4 | digit(digits[1])?)) {
            Some(byte) => {
                bytes.push(byte);
                rest = &more[2..];
            }
            None => {
                bytes.push(*first);
                rest = more;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The value of a hexadecimal digit.
fn digit(letter: u8) -> Option<u8> {
    char::from(letter).to_digit(16).and_then(|value| u8::try_from(value).ok())
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

    #[test]
    fn resolves_percent_signs() {
        for (text, expected) in
            [("a%20b%C3%A9%2", "a bé%2"), ("%", "%"), ("%+1%zz%4a", "%+1%zzJ"), ("%ff", "\u{fffd}"), ("%ä", "%ä")]
        {
            assert_eq!(percent_decoded(text), expected, "{text}");
        }
    }
}
