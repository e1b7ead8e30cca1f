//! Text in quotes as Go prints it, and so as Prometheus does in expressions and messages.

use std::fmt::{self, Write};

use super::stray;

/// Text in double quotes, as `%q` prints it; what makes no UTF-8 (see [`stray`]) as the bytes it was.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    write_quoted(&mut out, text).expect("a string takes all that is written");
    out
}

/// Writes text in double quotes, as `%q` prints it.
pub fn write_quoted(out: &mut impl Write, text: &str) -> fmt::Result {
    out.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' => out.write_str("\\\"")?,
            '\\' => out.write_str("\\\\")?,
            '\u{7}' => out.write_str("\\a")?,
            '\u{8}' => out.write_str("\\b")?,
            '\u{c}' => out.write_str("\\f")?,
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            '\u{b}' => out.write_str("\\v")?,
            ' '..='~' => out.write_char(character)?,
            '\0'..='\u{7f}' => write!(out, "\\x{:02x}", character as u32)?,
            _ if is_printable(character) => out.write_char(character)?,
            '\u{80}'..='\u{ffff}' => write!(out, "\\u{:04x}", character as u32)?,
            _ => match stray::byte_of(character) {
                Some(byte) => write!(out, "\\x{byte:02x}")?,
                None => write!(out, "\\U{:08x}", character as u32)?,
            },
        }
    }
    out.write_char('"')
}

/// Whether a character beyond ASCII can be seen; Rust's own escaping knows.
fn is_printable(character: char) -> bool {
    character.escape_debug().len() == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_escaped_as_in_go() {
        let stray = stray::text_of(b"a\xc5z".to_vec());
        for (text, expected) in [
            ("a\"b\\", r#""a\"b\\""#),
            ("\n\u{1}\u{7f}é\u{a0}", r#""\n\x01\x7fé\u00a0""#),
            ("\u{fffd}\u{10ffff}", "\"\u{fffd}\\U0010ffff\""),
            (&stray, r#""a\xc5z""#),
        ] {
            assert_eq!(quoted(text), expected);
        }
    }
}
