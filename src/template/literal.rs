//! Constants as Go reads them: quoted strings, characters, numbers.

use std::ops::Range;

use crate::{
    text::{Excerpt, ExcerptBuilder, ceiling},
    vocab::parse_float,
};

use super::ast::{Number, NumberKind};

/// The offending bytes and what is wrong with them.
pub(super) type Fault = (Range<usize>, String);

/// The string whose quotes stand at the ends of `range`.
pub(super) fn string(excerpt: &Excerpt, range: Range<usize>) -> Result<Excerpt, Fault> {
    let inside = range.start + 1..range.end - 1;
    let text = excerpt.text().get(inside.clone()).unwrap_or_default();
    let raw = excerpt.text()[range].starts_with('`');
    if !text.contains(if raw { '\r' } else { '\\' }) {
        return Ok(excerpt.sub(inside));
    }
    let mut out = ExcerptBuilder::new(excerpt);
    let mut at = inside.start;
    while let Some(offset) = excerpt.text()[at..inside.end].find(if raw { '\r' } else { '\\' }) {
        out.copy(at..at + offset);
        at += offset;
        if raw {
            at += 1;
            continue;
        }
        let (character, length) =
            escape(&excerpt.text()[at..inside.end], '"').map_err(|length| fault(excerpt, at, length))?;
        out.replace(at..at + length, character.encode_utf8(&mut [0; 4]));
        at += length;
    }
    out.copy(at..inside.end);
    Ok(if out.is_empty() { excerpt.sub(inside.start..inside.start) } else { out.finish() })
}

fn fault(excerpt: &Excerpt, at: usize, length: usize) -> Fault {
    let end = ceiling(excerpt.text(), at + length);
    (at..end, format!("`{}` is not an escape in a Go string", &excerpt.text()[at..end]))
}

/// The character of the escape that `text` starts with and its length; the length of the fault otherwise.
fn escape(text: &str, quote: char) -> Result<(char, usize), usize> {
    let simple = |character| Ok((character, 2));
    let by_digits = |digits: usize, radix: u32, skipped: usize| {
        let code = text.get(skipped..skipped + digits).filter(|code| code.chars().all(|digit| digit.is_digit(radix)));
        let value = code.and_then(|code| u32::from_str_radix(code, radix).ok()).ok_or(skipped.max(2))?;
        // `\x80` and `\300` are bytes to Go; outside ASCII they stand for no character of their own.
        let character = match skipped + digits {
            4 if value > 255 => return Err(4),
            4 if value > 127 && digits < 4 => Some(char::REPLACEMENT_CHARACTER),
            _ => char::from_u32(value),
        };
        character.map(|character| (character, skipped + digits)).ok_or(skipped + digits)
    };
    match text[1..].chars().next() {
        Some('a') => simple('\x07'),
        Some('b') => simple('\x08'),
        Some('f') => simple('\x0c'),
        Some('n') => simple('\n'),
        Some('r') => simple('\r'),
        Some('t') => simple('\t'),
        Some('v') => simple('\x0b'),
        Some('\\') => simple('\\'),
        Some(found) if found == quote => simple(quote),
        Some('x') => by_digits(2, 16, 2),
        Some('u') => by_digits(4, 16, 2),
        Some('U') => by_digits(8, 16, 2),
        Some('0'..='7') => by_digits(3, 8, 1),
        _ => Err(2),
    }
}

/// The character whose quotes stand at the ends of `range`.
pub(super) fn character(excerpt: &Excerpt, range: Range<usize>) -> Result<Number, Fault> {
    let inside = &excerpt.text()[range.start + 1..range.end - 1];
    let (character, length) = match inside.chars().next() {
        Some('\\') => escape(inside, '\'').map_err(|length| fault(excerpt, range.start + 1, length))?,
        Some(character) => (character, character.len_utf8()),
        None => return Err((range, "`''` holds no character".to_owned())),
    };
    if length != inside.len() {
        let message = format!("`'{inside}'` is more than one character; strings stand between `\"`");
        return Err((range, message));
    }
    let code = u32::from(character);
    let (integer, unsigned) = (Some(i64::from(code)), Some(u64::from(code)));
    Ok(Number { kind: NumberKind::Integer, integer, unsigned, float: Some(f64::from(code)) })
}

/// A number in every type that holds it; `None` when Go refuses it.
pub(super) fn number(text: &str) -> Option<Number> {
    if let Some(imaginary) = text.strip_suffix('i') {
        return float(imaginary)
            .map(|value| if value == 0.0 { whole(0, false) } else { Number::default() })
            .map(complex_of);
    }
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if let Some(magnitude) = unsigned(digits) {
        if negative && magnitude > i64::MIN.unsigned_abs() {
            return None;
        }
        let mut number = whole(magnitude, negative);
        if text.starts_with(['-', '+']) && magnitude > 0 {
            // Go's ParseUint takes no sign; only a zero is let through.
            number.unsigned = None;
        }
        return (number.integer.is_some() || number.unsigned.is_some()).then_some(number);
    }
    let value = float(text).filter(|_| text.contains(['.', 'e', 'E', 'p', 'P']))?;
    let integer = (value as i64 as f64 == value).then_some(value as i64);
    let unsigned = (value >= 0.0 && value as u64 as f64 == value).then_some(value as u64);
    Some(Number { kind: NumberKind::Float, integer, unsigned, float: Some(value) })
}

/// A complex constant such as `1+2i`, which only printing can use.
pub(super) fn complex(text: &str) -> Option<Number> {
    let imaginary = text.strip_suffix('i')?;
    let split = imaginary.rfind(['+', '-']).filter(|at| *at > 0)?;
    (float(&imaginary[..split]).is_some() && float(&imaginary[split..]).is_some())
        .then(|| complex_of(Number::default()))
}

fn complex_of(number: Number) -> Number {
    Number { kind: NumberKind::Complex, ..number }
}

fn whole(magnitude: u64, negative: bool) -> Number {
    let integer = match i64::try_from(magnitude) {
        Ok(value) => Some(if negative { -value } else { value }),
        Err(_) => (negative && magnitude == i64::MIN.unsigned_abs()).then_some(i64::MIN),
    };
    let float = integer.map_or(magnitude as f64, |integer| integer as f64);
    Number {
        kind: NumberKind::Integer,
        integer,
        unsigned: (!negative || magnitude == 0).then_some(magnitude),
        float: Some(float),
    }
}

/// Digits in Go's notation: `12`, `0x1F`, `0o17`, `017`, `0b11`, with `_` between them.
fn unsigned(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    let (radix, digits) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, &lower[2..]),
        [b'0', b'o', ..] => (8, &lower[2..]),
        [b'0', b'b', ..] => (2, &lower[2..]),
        [b'0', _, ..] => (8, &lower[1..]),
        _ => (10, lower.as_str()),
    };
    if radix != 10 && digits.starts_with('_') {
        return u64::from_str_radix(&without_underscores(&digits[1..])?, radix).ok();
    }
    u64::from_str_radix(&without_underscores(digits)?, radix).ok().filter(|_| !digits.starts_with('+'))
}

/// The digits without their `_`, each of which must stand between two digits.
fn without_underscores(digits: &str) -> Option<String> {
    let misplaced = digits.is_empty() || digits.starts_with('_') || digits.ends_with('_') || digits.contains("__");
    (!misplaced).then(|| digits.replace('_', ""))
}

fn float(text: &str) -> Option<f64> {
    parse_float(text).ok().filter(|value| value.is_finite())
}

#[cfg(test)]
mod tests {
    use crate::text::FileId;

    use super::*;

    #[test]
    fn unquotes_and_maps_back() {
        let excerpt = Excerpt::whole(FileId(0), r#""a\t\x41é\u00e9\101\"z""#);
        let decoded = string(&excerpt, 0..excerpt.text().len()).unwrap();
        assert_eq!(decoded.text(), "a\tAéé\u{41}\"z");
        assert_eq!(excerpt.text()[decoded.span(1..2).range()], *r"\t");
        let end = decoded.text().len();
        assert_eq!(excerpt.text()[decoded.span(end - 1..end).range()], *"z");
        for (text, range) in [(r#""\d+""#, 1..3), (r#""ab\'""#, 3..5), (r#""\x4""#, 1..3), (r#""\777""#, 1..5)] {
            let excerpt = Excerpt::whole(FileId(0), text);
            assert_eq!(string(&excerpt, 0..text.len()).map_err(|fault| fault.0), Err(range), "{text}");
        }
    }

    #[test]
    fn reads_numbers_as_go_does() {
        let float = |value: f64| Number { kind: NumberKind::Float, integer: None, unsigned: None, float: Some(value) };
        let all = |value: i64| Number {
            kind: NumberKind::Integer,
            integer: Some(value),
            unsigned: Some(value as u64),
            float: Some(value as f64),
        };
        for (text, expected) in [
            ("12", Some(all(12))),
            ("0x1F", Some(all(31))),
            ("017", Some(all(15))),
            ("0o17", Some(all(15))),
            ("0b11", Some(all(3))),
            ("1_000", Some(all(1000))),
            ("1e3", Some(Number { kind: NumberKind::Float, ..all(1000) })),
            ("0.5", Some(float(0.5))),
            (".5", Some(float(0.5))),
            ("0x1p-2", Some(float(0.25))),
            ("-3", Some(Number { integer: Some(-3), unsigned: None, float: Some(-3.0), ..all(3) })),
            ("089", None),
            ("1__0", None),
            ("-", None),
            ("18446744073709551616", None),
            ("1e400", None),
        ] {
            assert_eq!(number(text), expected, "{text}");
        }
    }
}
