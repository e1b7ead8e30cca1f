//! Bytes of Go strings that make no UTF-8, carried through a Rust string.
//!
//! `"a\xc5z"` is a string in PromQL, and Prometheus tells two such strings apart, writes them back as they were, and
//! refuses them as names. Each byte that belongs to no character therefore stands in the decoded text as a character
//! of its own, from a corner of the last private use plane that nobody writes.

/// Stands for byte 0x80; those of the bytes up to 0xff follow.
const FIRST: u32 = 0x0010_FE80;

/// The text of bytes, of which some may make no UTF-8.
pub fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| {
        let mut text = String::new();
        for chunk in error.as_bytes().utf8_chunks() {
            text.push_str(chunk.valid());
            text.extend(chunk.invalid().iter().filter_map(|byte| char::from_u32(FIRST + u32::from(*byte) - 0x80)));
        }
        text
    })
}

/// The byte that a character stands for, if it stands for one.
pub fn byte_of(character: char) -> Option<u8> {
    let offset = u32::from(character).checked_sub(FIRST)?;
    u8::try_from(offset + 0x80).ok()
}

/// Whether a text was written with bytes that make no UTF-8.
pub fn has_strays(text: &str) -> bool {
    !text.is_ascii() && text.chars().any(|character| byte_of(character).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_make_no_character_are_kept_apart() {
        for (bytes, strays) in [
            (&b"a\xc5z"[..], &[0xc5][..]),
            (b"\xff\xfe", &[0xff, 0xfe]),
            (b"\x80", &[0x80]),
            ("é\u{fffd}😀".as_bytes(), &[]),
            (b"\xe2\x82 \xc3\xa9", &[0xe2, 0x82]),
        ] {
            let text = text_of(bytes.to_vec());
            assert_eq!(text.chars().filter_map(byte_of).collect::<Vec<u8>>(), strays, "{bytes:?}");
            assert_eq!(has_strays(&text), !strays.is_empty(), "{bytes:?}");
        }
        assert_ne!(text_of(b"\xff".to_vec()), text_of(b"\xfe".to_vec()));
    }

    #[test]
    fn no_other_character_stands_for_a_byte() {
        for character in ['\0', 'a', '\u{fffd}', '\u{10fe7f}', '\u{10ff00}', char::MAX] {
            assert_eq!(byte_of(character), None, "{character:?}");
        }
    }
}
