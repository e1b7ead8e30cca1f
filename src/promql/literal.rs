//! Numbers, durations and strings: how they are spelt and what they are worth.

use std::ops::Range;

use nom::{
    IResult, Parser,
    bytes::complete::{tag, tag_no_case, take_while, take_while_m_n, take_while1},
    character::complete::{anychar, one_of},
    combinator::{all_consuming, map_res, opt, recognize, verify},
    multi::{many0_count, many1_count},
    sequence::preceded,
};

use crate::vocab::{Duration, DurationError};

use super::token::TokenKind;

/// The run of characters that a reader takes for one number or duration: `1e-3`, `0x1F`, `1h30m`, `1.5h`.
pub(super) fn numeral(input: &str) -> IResult<&str, &str> {
    recognize((
        take_while(|c: char| c.is_ascii_digit() || matches!(c, '_' | '.')),
        opt((one_of("eE"), one_of("+-"))),
        take_while(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.')),
    ))
    .parse(input)
}

/// What a numeral is, or why it is nothing.
pub(super) fn classify(numeral: &str) -> Result<TokenKind, String> {
    if number(numeral).is_some() {
        return Ok(TokenKind::Number);
    }
    let error = match Duration::parse(numeral) {
        Ok(_) => return Ok(TokenKind::Duration),
        Err(error) => error,
    };
    Err(match error {
        DurationError::Order => format!("the units of `{numeral}` do not go from large to small, each once"),
        DurationError::OutOfRange => format!("`{numeral}` is longer than the 292 years that Prometheus can hold"),
        DurationError::UnknownUnit(unit) if numeral.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            format!("`{unit}` in `{numeral}` is no unit of time")
        }
        _ if all_consuming(plain_number).parse(numeral).is_ok() => {
            format!("`{numeral}` is larger than any number Prometheus can hold")
        }
        _ => format!("`{numeral}` is neither a number nor a duration"),
    })
}

/// How a duration with a fraction is written in whole units: `1.5h` is `1h30m`.
pub(super) fn whole_units(numeral: &str) -> Option<String> {
    let letters = numeral.find(|c: char| c.is_ascii_alphabetic())?;
    let (count, unit) = numeral.split_at(letters);
    let one = Duration::parse(&format!("1{unit}")).ok()?;
    let milliseconds = count.parse::<f64>().ok()? * one.as_milliseconds() as f64;
    (1.0..1e15).contains(&milliseconds).then(|| Duration::milliseconds(milliseconds as i64).to_string())
}

/// The value of a number, read as Go's `strconv` does it: first as an integer of any base (so `017` is
/// 15), then as a decimal fraction. `None` when it is not one, or beyond what a float holds.
pub(super) fn number(text: &str) -> Option<f64> {
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

/// The value of a string in quotes. Bytes that make no UTF-8 are replaced.
pub(super) fn unquote(quoted: &str) -> Result<String, EscapeError> {
    let inner = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
    if quoted.starts_with('`') || !inner.contains('\\') {
        return Ok(inner.to_owned());
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
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
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
