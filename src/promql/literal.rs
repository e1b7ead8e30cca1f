//! Numbers, durations and strings: how they are spelt and what they are worth.

use std::ops::Range;

use nom::{
    IResult, Parser,
    bytes::complete::{tag, tag_no_case, take_while_m_n, take_while1},
    character::complete::{anychar, one_of},
    combinator::{all_consuming, map_res, opt, recognize, verify},
    multi::{many0_count, many1_count},
    sequence::preceded,
};

use crate::{
    text::Name,
    vocab::{Duration, DurationError, stray},
};

use super::token::TokenKind;

/// The run of characters that a reader takes for one number or duration: `1e-3`, `0x1F`, `1h30m`, `1.5h`.
pub(super) fn numeral(input: &str) -> &str {
    let bytes = input.as_bytes();
    let is_sign = |byte: &u8| matches!(byte, b'_' | b'.');
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit() || is_sign(byte)).count();
    let exponent = if matches!(bytes[digits..], [b'e' | b'E', b'+' | b'-', ..]) { 2 } else { 0 };
    let start = digits + exponent;
    let rest = bytes[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || is_sign(byte)).count();
    &input[..start + rest]
}

/// Why a numeral is nothing, and what to write instead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Malformed {
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// What a numeral, which begins with a digit or a point, is, or why it is nothing.
pub(super) fn classify(numeral: &str) -> Result<TokenKind, Malformed> {
    // What ends in the letter of a unit is rarely a number, and nothing is both.
    let ends_in_unit = numeral.ends_with(['y', 'w', 'd', 'h', 'm', 's']);
    if numeral.bytes().all(|byte| byte.is_ascii_digit()) || (!ends_in_unit && number(numeral).is_some()) {
        return Ok(TokenKind::Number);
    }
    let error = match Duration::parse(numeral) {
        Ok(_) => return Ok(TokenKind::Duration),
        Err(_) if ends_in_unit && number(numeral).is_some() => return Ok(TokenKind::Number),
        Err(error) => error,
    };
    let is_number = all_consuming(plain_number).parse(numeral).is_ok();
    let is_plain = numeral.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let mut help = whole_units(numeral).map(|whole| format!("a duration has whole numbers only: `{whole}`"));
    let message = match error {
        _ if is_number => format!("`{numeral}` is larger than any number Prometheus can hold"),
        DurationError::Order => format!("the units of `{numeral}` do not go from large to small, each once"),
        DurationError::OutOfRange => format!("`{numeral}` is longer than the 292 years that Prometheus can hold"),
        DurationError::UnknownUnit(unit) if is_plain => {
            help = Some("the units are `y`, `w`, `d`, `h`, `m`, `s` and `ms`".to_owned());
            format!("`{unit}` in `{numeral}` is no unit of time")
        }
        _ => format!("`{numeral}` is neither a number nor a duration"),
    };
    Err(Malformed { message, help })
}

/// How a duration with a fraction is written in whole units: `1.5h` is `1h30m`.
fn whole_units(numeral: &str) -> Option<String> {
    let letters = numeral.find(|c: char| c.is_ascii_alphabetic())?;
    let (count, unit) = numeral.split_at(letters);
    let one = Duration::parse(&format!("1{unit}")).ok()?;
    let milliseconds = count.parse::<f64>().ok()? * one.as_milliseconds() as f64;
    (1.0..1e15).contains(&milliseconds).then(|| Duration::milliseconds(milliseconds as i64).to_string())
}

/// The value of a number, read as Go's `strconv` does it: first as an integer of any base (so `017` is
/// 15), then as a decimal fraction. `None` when it is not one, or beyond what a float holds.
pub(super) fn number(text: &str) -> Option<f64> {
    if text.len() < 16 && (text == "0" || !text.starts_with('0')) && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // Most numbers; so few digits fit a float exactly.
        return text.parse::<u64>().ok().map(|value| value as f64);
    }
    let is_of_digits = || text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if text.len() > 1 && is_of_digits() && text.bytes().filter(|byte| *byte == b'.').count() == 1 {
        // Most of the others: what Rust reads as Go does.
        return text.parse().ok().filter(|value: &f64| value.is_finite());
    }
    if let Ok((_, value)) = all_consuming(named_number).parse(text) {
        return Some(value);
    }
    let digits: std::borrow::Cow<'_, str> = if text.contains('_') { text.replace('_', "").into() } else { text.into() };
    if all_consuming(hexadecimal).parse(text).is_ok() {
        return i64::from_str_radix(digits.get(2..)?, 16).ok().map(|value| value as f64);
    }
    all_consuming(plain_number).parse(text).ok()?;
    if digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|digit| matches!(digit, b'0'..=b'7')) {
        return i64::from_str_radix(&digits, 8).map_or_else(|_| digits.parse().ok(), |value| Some(value as f64));
    }
    digits.parse().ok().filter(|value: &f64| value.is_finite())
}

/// `inf` and `nan`, in any case.
fn named_number(input: &str) -> IResult<&str, f64> {
    tag_no_case("inf").map(|_: &str| f64::INFINITY).or(tag_no_case("nan").map(|_: &str| f64::NAN)).parse(input)
}

/// `0x1F`, `0x_1f`.
fn hexadecimal(input: &str) -> IResult<&str, &str> {
    recognize((tag_no_case("0x"), many1_count((opt(tag("_")), take_while1(|c: char| c.is_ascii_hexdigit())))))
        .parse(input)
}

/// `1_000.5e-3`.
fn plain_number(input: &str) -> IResult<&str, &str> {
    let exponent = |input| recognize((one_of("eE"), opt(one_of("+-")), digits)).parse(input);
    let fraction = |input| recognize((tag("."), opt(digits))).parse(input);
    let leading = |input| recognize((digits, opt(fraction), opt(exponent))).parse(input);
    recognize(leading.or(recognize((tag("."), digits, opt(exponent))))).parse(input)
}

/// Digits with single `_` between them.
fn digits(input: &str) -> IResult<&str, &str> {
    let some = |input| take_while1(|c: char| c.is_ascii_digit()).parse(input);
    recognize((some, many0_count((tag("_"), some)))).parse(input)
}

/// A string that is not one, and where in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct EscapeError {
    /// Bytes of the string's text.
    pub(super) range: Range<usize>,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// The value of a string in quotes. Bytes that make no UTF-8 are kept as [`stray`] does.
pub(super) fn unquote(quoted: &str) -> Result<Name, EscapeError> {
    let inner = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
    if quoted.starts_with('`') || !inner.contains('\\') {
        return Ok(Name::new(inner));
    }
    let quote = quoted.chars().next().unwrap_or('"');
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let sequence = &rest[at..];
        rest = match escape(sequence, quote, &mut bytes) {
            Ok((rest, ())) => rest,
            Err(_) => return Err(escape_error(quoted, quoted.len() - 1 - sequence.len(), quote)),
        };
    }
    bytes.extend_from_slice(rest.as_bytes());
    Ok(Name::from(stray::text_of(bytes)))
}

/// One escape, put into `bytes` as what it stands for.
fn escape<'i>(input: &'i str, quote: char, bytes: &mut Vec<u8>) -> IResult<&'i str, ()> {
    let (rest, letter) = preceded(tag("\\"), anychar).parse(input)?;
    let simple = match letter {
        'a' => 7,
        'b' => 8,
        'f' => 12,
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'v' => 11,
        '\\' => b'\\',
        'x' => {
            let (rest, value) = coded(2, 16)(rest)?;
            bytes.push(value as u8);
            return Ok((rest, ()));
        }
        'u' | 'U' => {
            let (rest, code) =
                verify(coded(if letter == 'u' { 4 } else { 8 }, 16), |code| char::from_u32(*code).is_some())
                    .parse(rest)?;
            let mut buffer = [0; 4];
            let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            bytes.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
            return Ok((rest, ()));
        }
        '0'..='7' => {
            let (rest, value) = verify(coded(3, 8), |value| *value < 256).parse(&input[1..])?;
            bytes.push(value as u8);
            return Ok((rest, ()));
        }
        other if other == quote => quote as u8,
        _ => return Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Escaped))),
    };
    bytes.push(simple);
    Ok((rest, ()))
}

/// Exactly `count` digits of a base.
fn coded<'i>(count: usize, base: u32) -> impl Fn(&'i str) -> IResult<&'i str, u32> {
    move |input| {
        let digits = take_while_m_n(count, count, |c: char| c.is_digit(base));
        map_res(digits, |digits| u32::from_str_radix(digits, base)).parse(input)
    }
}

/// What is wrong with the escape that begins at byte `at` of a string.
fn escape_error(quoted: &str, at: usize, quote: char) -> EscapeError {
    let sequence = &quoted[at..];
    let letter = sequence.chars().nth(1).unwrap_or('\\');
    let digits = |most: usize| {
        let end: usize = sequence.chars().skip(2).take(most).take_while(char::is_ascii_hexdigit).count();
        at..at + 2 + end
    };
    let (range, message) = match letter {
        'x' => (digits(2), "`\\x` needs two hexadecimal digits".to_owned()),
        'u' => (digits(4), "`\\u` needs four hexadecimal digits that name a character".to_owned()),
        'U' => (digits(8), "`\\U` needs eight hexadecimal digits that name a character".to_owned()),
        '0'..='7' => (digits(2), "an octal escape needs three digits, up to `\\377`".to_owned()),
        letter => (at..at + 1 + letter.len_utf8(), format!("`\\{letter}` is not an escape of PromQL")),
    };
    let help = match letter {
        'x' | 'u' | 'U' | '0'..='7' => None,
        '"' | '\'' => Some(format!("inside {quote} a {letter} needs no backslash")),
        _ => Some(format!("write `\\\\{letter}` for a backslash and `{letter}`")),
    };
    EscapeError { range, message, help }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_as_go_does() {
        for (text, value) in [
            ("5.", 5.0),
            (".5", 0.5),
            ("1e3", 1000.0),
            ("1E-3", 0.001),
            ("1_000.5", 1000.5),
            ("017", 15.0),
            ("08", 8.0),
            ("0x1F", 31.0),
            ("0X_1f", 31.0),
            ("iNf", f64::INFINITY),
            ("18446744073709551616", 18_446_744_073_709_551_616.0),
        ] {
            assert_eq!(number(text), Some(value), "{text}");
        }
        assert!(number("NaN").is_some_and(f64::is_nan));
        for text in
            ["", ".", "1__0", "1_", "_1", "1e", "1e+", "1.2.3", "1..2", "0xg", "0b11", "1e400", "1e3.5", "2a", "5m"]
        {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn says_why_a_numeral_is_none() {
        for (text, message) in [
            ("30m1h", "the units of `30m1h` do not go from large to small, each once"),
            ("5mins", "`mins` in `5mins` is no unit of time"),
            ("400y", "`400y` is longer than the 292 years that Prometheus can hold"),
            ("1e999", "`1e999` is larger than any number Prometheus can hold"),
            ("1.2.3", "`1.2.3` is neither a number nor a duration"),
        ] {
            assert_eq!(classify(text).map_err(|malformed| malformed.message), Err(message.to_owned()));
        }
        assert_eq!(classify("1h30m"), Ok(TokenKind::Duration));
        assert_eq!(classify("0x1e"), Ok(TokenKind::Number));
    }

    #[test]
    fn writes_fractions_in_whole_units() {
        assert_eq!(whole_units("1.5h").as_deref(), Some("1h30m"));
        assert_eq!(whole_units("0.5d").as_deref(), Some("12h"));
        assert_eq!(whole_units("1.2.3"), None);
    }

    #[test]
    fn decodes_strings() {
        for (quoted, value) in [
            (r#""""#, ""),
            (r#""a\tb\"\\""#, "a\tb\"\\"),
            (r"'it\'s'", "it's"),
            (r#""\x41\101\u00e9\U0001F600""#, "AAé😀"),
            (r#""\xc3\xa9""#, "é"),
            (r#""\xef\xbf\xbd""#, "\u{fffd}"),
            (r"`\d+`", r"\d+"),
        ] {
            assert_eq!(unquote(quoted), Ok(Name::new(value)), "{quoted}");
        }
        assert_eq!(unquote(r#""\xff""#), Ok(Name::from(stray::text_of(vec![0xff]))));
    }

    #[test]
    fn points_at_the_escape() {
        for (quoted, marked) in [
            (r#""a\.b""#, r"\."),
            (r#""\'""#, r"\'"),
            (r#""\xg""#, r"\x"),
            (r#""é\u12""#, r"\u12"),
            (r#""\ud800""#, r"\ud800"),
            (r#""\400""#, r"\400"),
        ] {
            let error = unquote(quoted).unwrap_err();
            assert_eq!(&quoted[error.range.clone()], marked, "{quoted} {error:?}");
        }
    }
}
