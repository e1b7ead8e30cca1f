//! Texts in quotes and escapes, as Go's `strconv`, `text/template` and `net/url` write them.

use std::fmt::Write as _;

/// Whether Go takes a character for one that can be seen: letters, marks, numbers, punctuation, symbols, the blank.
pub(super) fn is_printable(character: char) -> bool {
    // Rust's debug form escapes exactly the others, besides what has an escape of its own; after a letter, marks stay.
    matches!(character, '"' | '\'' | '\\') || {
        let pair: String = ['a', character].into_iter().collect();
        pair.escape_debug().eq(pair.chars())
    }
}

/// `"text"` with Go's escapes; beyond ASCII nothing stays when `ascii` asks for it.
pub(super) fn quoted(text: &str, ascii: bool) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    text.chars().for_each(|character| push_escaped(&mut out, character, '"', ascii));
    out.push('"');
    out
}

/// `'c'` with Go's escapes.
pub(super) fn quoted_character(character: char, ascii: bool) -> String {
    let mut out = "'".to_owned();
    push_escaped(&mut out, character, '\'', ascii);
    out.push('\'');
    out
}

fn push_escaped(out: &mut String, character: char, quote: char, ascii: bool) {
    match character {
        '\\' => out.push_str("\\\\"),
        _ if character == quote => out.extend(['\\', quote]),
        _ if is_printable(character) && (character.is_ascii() || !ascii) => out.push(character),
        '\x07' => out.push_str("\\a"),
        '\x08' => out.push_str("\\b"),
        '\x0c' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\x0b' => out.push_str("\\v"),
        _ => {
            let code = u32::from(character);
            // Writing to a string cannot fail.
            let _ = match code {
                0..0x20 | 0x7f => write!(out, "\\x{code:02x}"),
                0..0x10000 => write!(out, "\\u{code:04x}"),
                _ => write!(out, "\\U{code:08x}"),
            };
        }
    }
}

/// Whether a text can stand between backquotes: no control characters but tabs, no backquote.
pub(super) fn can_backquote(text: &str) -> bool {
    text.chars().all(|c| c != '\u{feff}' && c != '`' && c != '\x7f' && (c >= ' ' || c == '\t'))
}

/// As `html` escapes it.
pub(super) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\0' => out.push('\u{fffd}'),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            _ => out.push(character),
        }
    }
    out
}

/// As `js` escapes it.
pub(super) fn javascript(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '\'' | '"' => out.extend(['\\', character]),
            '<' | '>' | '&' | '=' | '\0'..' ' => out.push_str(&format!("\\u{:04X}", u32::from(character))),
            _ if character.is_ascii() || is_printable(character) => out.push(character),
            _ => out.push_str(&format!("\\u{:04X}", u32::from(character))),
        }
    }
    out
}

/// As `urlquery` escapes it.
pub(super) fn url_query(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
