//! Quoted texts of JSON: where they end, and what their escapes mean.

use std::ops::Range;

/// What a piece of a quoted text stands for.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Meaning {
    /// Itself.
    Verbatim,
    /// This character.
    Char(char),
    /// Nothing: the escape is wrong. Holds the remedy.
    Wrong(&'static str),
}

/// Where the quoted text that begins at `start` ends, and whether a quote closes it. A text without a
/// closing quote ends with its line, before a comma at the line's end.
pub fn string_end(bytes: &[u8], start: usize) -> (usize, bool) {
    let mut at = start + 1;
    let close = loop {
        match memchr::memchr2(b'"', b'\\', bytes.get(at..).unwrap_or_default()) {
            None => break None,
            Some(found) if bytes[at + found] == b'\\' => at += found + 2,
            Some(found) => break Some(at + found + 1),
        }
    };
    let line = memchr::memchr(b'\n', &bytes[start..close.unwrap_or(bytes.len())]).map(|len| start + len);
    let end_of_line = match (close, line) {
        (Some(close), None) => return (close, true),
        // A text over several lines: believed when what follows its closing quote fits.
        (Some(close), Some(line)) => {
            let next = bytes[close..].iter().find(|byte| !byte.is_ascii_whitespace());
            if next.is_none_or(|next| b",:}]".contains(next)) {
                return (close, true);
            }
            line
        }
        (None, line) => line.unwrap_or(bytes.len()),
    };
    let text = bytes[start..end_of_line].trim_ascii_end();
    let text = text.strip_suffix(b",").unwrap_or(text);
    (start + text.len().max(1), false)
}

/// One past the closing quote of a quoted text of YAML that begins at `start`, if it has one.
pub fn yaml_string_end(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let quote = *bytes.get(start)?;
    let mut at = start + 1;
    loop {
        let found = at + memchr::memchr2(quote, b'\\', bytes.get(at..)?)?;
        at = match bytes[found] {
            b'\\' if quote == b'"' => found + 2,
            b'\\' => found + 1,
            _ if quote == b'\'' && bytes.get(found + 1) == Some(&quote) => found + 2,
            _ => return Some(found + 1),
        };
    }
}

/// The pieces of the inside of a JSON string, in order and without gaps.
pub fn json_pieces(content: &str) -> impl Iterator<Item = (Range<usize>, Meaning)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = content.get(at..).filter(|rest| !rest.is_empty())?;
        let start = at;
        let (len, meaning) = match rest.find('\\') {
            Some(0) => json_escape(rest),
            verbatim => (verbatim.unwrap_or(rest.len()), Meaning::Verbatim),
        };
        at += len;
        Some((start..at, meaning))
    })
}

/// The length and meaning of the escape at the beginning of `rest`.
fn json_escape(rest: &str) -> (usize, Meaning) {
    let char = match rest.as_bytes().get(1) {
        Some(b'"') => '"',
        // Inside a text this is a quote that somebody escaped twice, so that it ends the text to JSON.
        Some(b'\\') if rest.as_bytes().get(2) == Some(&b'"') => return (3, Meaning::Char('"')),
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode_escape(rest),
        _ => {
            let len = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
            return (
                len,
                Meaning::Wrong(
                    "JSON knows `\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX`; a backslash itself is written `\\\\`",
                ),
            );
        }
    };
    (2, Meaning::Char(char))
}

fn unicode_escape(rest: &str) -> (usize, Meaning) {
    let unit = |at: usize| {
        let digits = rest.get(at..at + 6)?.strip_prefix("\\u")?;
        let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        plain.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
    };
    match (unit(0), unit(6)) {
        (None, _) => (2, Meaning::Wrong("`\\u` takes four hexadecimal digits")),
        (Some(high @ 0xD800..=0xDBFF), Some(low @ 0xDC00..=0xDFFF)) => {
            let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
            (12, Meaning::Char(char::from_u32(code).unwrap_or('\u{fffd}')))
        }
        (Some(code), _) => match char::from_u32(code) {
            Some(char) => (6, Meaning::Char(char)),
            None => (6, Meaning::Wrong("half of a surrogate pair: write both halves, or the character itself")),
        },
    }
}
