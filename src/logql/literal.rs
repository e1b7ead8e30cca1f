//! Numbers, durations, sizes and strings: how Loki spells them.

use std::ops::Range;

use crate::text::{Excerpt, ExcerptBuilder};

/// The value of a number.
pub(super) fn number(text: &str) -> Option<f64> {
    let plain = text.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    plain.then(|| text.parse().ok()).flatten()
}

/// A duration in seconds: whole or broken numbers with units, such as `1h30m` and `1.5s`. Loki reads them as Go does,
/// and else as Prometheus does, with its days, weeks and years.
pub(super) fn duration(text: &str) -> Option<f64> {
    let mut seconds = 0.0;
    let mut rest = text;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
        let (count, behind) = rest.split_at(digits);
        let letters = behind.find(|letter: char| letter.is_ascii_digit() || letter == '.').unwrap_or(behind.len());
        let (unit, behind) = behind.split_at(letters);
        let unit = match unit {
            "ns" => 1e-9,
            "us" | "µs" | "μs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            "d" => 86_400.0,
            "w" => 604_800.0,
            "y" => 31_536_000.0,
            _ => return None,
        };
        seconds += count.parse::<f64>().ok()? * unit;
        rest = behind;
    }
    Some(seconds)
}

/// Whether a text is a size in bytes, such as `20MB`.
pub(super) fn is_bytes(text: &str) -> bool {
    let digits = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (count, unit) = text.split_at(digits);
    let unit = unit.to_ascii_lowercase();
    let unit = unit.strip_suffix('b').unwrap_or(&unit);
    let unit = unit.strip_suffix('i').filter(|rest| !rest.is_empty()).unwrap_or(unit);
    count.parse::<f64>().is_ok() && matches!(unit, "" | "k" | "m" | "g" | "t" | "p" | "e")
}

/// What stands between the quotes of a string, decoded, each piece with its place.
pub(super) fn inside_quotes(source: &Excerpt, range: Range<usize>) -> Excerpt {
    let inside = range.start + 1..range.end.saturating_sub(1).max(range.start + 1);
    let text = &source.text()[..inside.end];
    if text[range.start..].starts_with('`') || !text[inside.clone()].contains('\\') {
        return source.sub(inside);
    }
    let mut decoded = ExcerptBuilder::new(source);
    let mut from = inside.start;
    while let Some(escape) = text[from..].find('\\').map(|step| from + step) {
        decoded.copy(from..escape);
        let length = match text[escape + 1..].chars().next() {
            Some('x' | '0'..='7') => 4,
            Some('u') => 6,
            Some('U') => 10,
            Some(other) => 1 + other.len_utf8(),
            None => 1,
        };
        from = (escape + length).min(text.len());
        let letter = text.get(escape..from).and_then(unquoted).unwrap_or_default();
        decoded.replace(escape..from, &letter);
    }
    decoded.copy(from..inside.end);
    decoded.finish()
}

/// The text inside a quoted string, decoded as Go does; `None` at a wrong escape.
pub(super) fn unquoted(inside: &str) -> Option<String> {
    let mut decoded = String::with_capacity(inside.len());
    let mut rest = inside.chars();
    while let Some(letter) = rest.next() {
        if letter != '\\' {
            decoded.push(letter);
            continue;
        }
        let code = |digits: usize, radix: u32, rest: &mut std::str::Chars<'_>| {
            let text: String = rest.by_ref().take(digits).collect();
            let whole = text.len() == digits && text.bytes().all(|digit| (digit as char).is_digit(radix));
            u32::from_str_radix(&text, radix).ok().filter(|_| whole).and_then(char::from_u32)
        };
        decoded.push(match rest.next()? {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'a' => '\x07',
            'b' => '\x08',
            'f' => '\x0c',
            'v' => '\x0b',
            same @ ('\\' | '"' | '\'') => same,
            'x' => code(2, 16, &mut rest)?,
            'u' => code(4, 16, &mut rest)?,
            'U' => code(8, 16, &mut rest)?,
            first @ '0'..='7' => {
                let more: String = rest.by_ref().take(2).collect();
                char::from_u32(u32::from_str_radix(&format!("{first}{more}"), 8).ok()?)?
            }
            _ => return None,
        });
    }
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;

    #[test]
    fn reads_durations_sizes_and_strings() {
        for (text, seconds) in [
            ("5m", Some(300.0)),
            ("1h30m", Some(5400.0)),
            ("1.5s", Some(1.5)),
            ("5", None),
            ("m", None),
            ("5x", None),
            ("", None),
        ] {
            assert_eq!(duration(text), seconds, "{text}");
        }
        for (text, is) in [("20MB", true), ("4KiB", true), ("5b", true), ("20mibs", false), ("x", false)] {
            assert_eq!(is_bytes(text), is, "{text}");
        }
        assert_eq!(unquoted(r#"a\n\"\x41\u00e9\101"#).as_deref(), Some("a\n\"Aé\u{41}"));
        assert_eq!(unquoted(r"\d"), None);
        assert_eq!(unquoted("\\"), None);
    }

    #[test]
    fn pieces_of_strings_keep_their_places() {
        for (text, decoded, place) in [
            (r#""a\"b\x41c""#, "a\"bAc", 9..10),
            ("`a\\nc`", "a\\nc", 4..5),
            (r#""c""#, "c", 1..2),
            (r#""\u00e9c""#, "éc", 7..8),
        ] {
            let inside = inside_quotes(&Excerpt::whole(FileId(0), text), 0..text.len());
            let at = decoded.find('c').expect("a letter");
            assert_eq!((inside.text(), inside.span(at..at + 1).range()), (decoded, place), "{text}");
        }
        assert_eq!(inside_quotes(&Excerpt::whole(FileId(0), "\"\""), 0..2).text(), "");
    }
}
