//! Text of unknown origin, made safe to print: a file under test must not be able to move the cursor,
//! change colours or reorder what a reader sees.

use std::borrow::Cow;

/// How a character is shown when it must not be printed as it is: C0 controls as their pictures (`␛`),
/// other controls and the invisible characters that reorder or hide text as `\u{…}`. `None` for
/// characters that show themselves; tab and line feed are controls here.
pub fn stand_in(character: char) -> Option<Cow<'static, str>> {
    match character {
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).map(|picture| picture.to_string().into()),
        '\u{7f}' => Some("␡".into()),
        '\u{80}'..='\u{9f}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' => Some(format!("\\u{{{:x}}}", u32::from(character)).into()),
        _ => None,
    }
}

/// The text with every character shown by something printable; line feeds stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    replaced(text, |character| if character == '\n' { None } else { stand_in(character) })
}

/// The text as one line: like [`visible`], and each run of line breaks and the blanks around it is one blank.
pub fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(['\n', '\r']) {
        return visible(text);
    }
    let joined = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    Cow::Owned(visible(&joined).into_owned())
}

/// Whether every character is one of ASCII that shows itself, in one column.
pub fn is_plain(text: &str) -> bool {
    all_bytes(text, |byte| (0x20..0x7f).contains(&byte))
}

/// Whether all bytes are as wanted, looked at by so many at a time as processors do in one go.
fn all_bytes(text: &str, is_wanted: impl Fn(u8) -> bool) -> bool {
    text.as_bytes().chunks(32).all(|chunk| chunk.iter().fold(true, |so_far, byte| so_far & is_wanted(*byte)))
}

fn replaced(text: &str, stand_in: impl Fn(char) -> Option<Cow<'static, str>>) -> Cow<'_, str> {
    if all_bytes(text, |byte| (0x20..0x7f).contains(&byte) || byte == b'\n') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match stand_in(character) {
            Some(other) => out.push_str(&other),
            None => out.push(character),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_would_act() {
        assert_eq!(visible("a\u{1b}[31mb"), "a␛[31mb");
        assert_eq!(visible("a\tb\r\n"), "a␉b␍\n");
        assert_eq!(visible("\u{9b}2J"), "\\u{9b}2J");
        assert_eq!(visible("no\u{202e}pe\u{feff}"), "no\\u{202e}pe\\u{feff}");
        assert_eq!(visible("\u{7f}"), "␡");
        assert_eq!(visible("größe 漢字 🙂"), "größe 漢字 🙂");
    }

    #[test]
    fn joins_lines() {
        assert_eq!(one_line("a\n  b\r\n\nc "), "a b c");
        assert_eq!(one_line("a b"), "a b");
    }
}
