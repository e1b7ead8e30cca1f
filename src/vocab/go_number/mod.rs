//! Floating-point numbers as Go writes and reads them (`strconv.FormatFloat`, `strconv.ParseFloat`).

#[cfg(test)]
mod tests;

use std::borrow::Cow;

/// How a number is written, named as in Go: the letter of `FormatFloat` and of `printf`.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum FloatFormat {
    /// `f`: `1234.5`, never with an exponent.
    F,
    /// `e`: `1.2345e+03`.
    E,
    /// `E`: `1.2345E+03`.
    UpperE,
    /// `g`: as `e` when the exponent is below -4 or not below the precision (without one: 6), else as `f`; no
    /// trailing zeros.
    G,
    /// `G`: as `g`, with `E`.
    UpperG,
    /// `b`: `5429687009927168p-42`, whole mantissa and binary exponent.
    B,
    /// `x`: `0x1.34ap+10`.
    X,
    /// `X`: `0X1.34AP+10`.
    UpperX,
}

/// No `f64` has more digits than this before or after its point, or significant ones.
const MOST_DIGITS: usize = 1100;

/// Significant decimal digits and where the point stands.
struct Decimal {
    /// At least one digit, without leading zeros unless the number is zero.
    digits: String,
    /// The power of ten of the first digit.
    exponent: i32,
}

impl Decimal {
    /// The fewest digits that read back as the same number; of two that are equally near, the even one. Rust takes
    /// the greater, as in 96030987016910.125, which Go writes with 12 at its end and Rust with 13.
    fn shortest(magnitude: f64) -> Self {
        /// No number that is not a tie has so many zeros behind its shortest digits and a 5.
        const BEHIND: usize = 60;
        let shortest = Self::read(&format!("{magnitude:e}"));
        let count = shortest.digits.len();
        let odd = shortest.digits.ends_with(['1', '3', '5', '7', '9']);
        if !odd || count < 15 || !Self::rounded(magnitude, count + 1).digits.ends_with('5') {
            return shortest;
        }
        let mut exact = Self::rounded(magnitude, count + 1 + BEHIND);
        let is_tie = exact.digits[count..].trim_end_matches('0') == "5";
        exact.digits.truncate(count);
        let even = exact.digits.ends_with(['0', '2', '4', '6', '8']);
        let reads_back = exact.scientific(count - 1, 'e').parse() == Ok(magnitude);
        if is_tie && even && reads_back { exact } else { shortest }
    }

    /// So many significant digits, correctly rounded, halves to even.
    fn rounded(magnitude: f64, digits: usize) -> Self {
        Self::read(&format!("{magnitude:.*e}", digits.saturating_sub(1).min(MOST_DIGITS)))
    }

    /// Takes `d.ddde-x` apart.
    fn read(scientific: &str) -> Self {
        let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
        let digits = mantissa.chars().filter(char::is_ascii_digit).collect();
        Self { digits, exponent: exponent.parse().unwrap_or_default() }
    }

    /// `d.ddde±xx` with so many digits after the point.
    fn scientific(&self, places: usize, letter: char) -> String {
        let (first, rest) = self.digits.split_at(1);
        let point = if places > 0 { "." } else { "" };
        let sign = if self.exponent < 0 { '-' } else { '+' };
        let rest = rest.get(..places.min(rest.len())).unwrap_or_default();
        format!("{first}{point}{}{letter}{sign}{:02}", filled(rest, places), self.exponent.unsigned_abs())
    }

    /// `ddd.ddd` with so many digits after the point, which are at least those there are.
    fn plain(&self, places: usize) -> String {
        let whole = usize::try_from(self.exponent + 1).unwrap_or(0);
        let leading = usize::try_from(-(self.exponent + 1)).unwrap_or(0);
        let (before, after) = self.digits.split_at(whole.min(self.digits.len()));
        let before = if before.is_empty() { "0".to_owned() } else { filled(before, whole) };
        if places == 0 {
            return before;
        }
        let after = format!("{}{after}", "0".repeat(leading.min(places)));
        format!("{before}.{}", filled(&after, places))
    }
}

/// Writes a number as Go's `strconv.FormatFloat(value, format, precision, 64)`. Without a precision (Go's `-1`) it
/// takes the fewest digits that read back as the same number. With one, that is digits after the point, or
/// significant digits for [`FloatFormat::G`].
///
/// `format_float(v, FloatFormat::F, None)` is what Prometheus prints as a sample's value, `format_float(v, FloatFormat::G,
/// None)` what Go's `%v` and `%g` print, `format_float(v, FloatFormat::UpperE, None)` what promtool prints.
pub fn format_float(value: f64, format: FloatFormat, precision: Option<usize>) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let magnitude = value.abs();
    let written = match format {
        FloatFormat::F => plain(magnitude, precision),
        FloatFormat::E => scientific(magnitude, precision, 'e'),
        FloatFormat::UpperE => scientific(magnitude, precision, 'E'),
        FloatFormat::G => general(magnitude, precision, 'e'),
        FloatFormat::UpperG => general(magnitude, precision, 'E'),
        FloatFormat::B => binary(magnitude),
        FloatFormat::X => hexadecimal(magnitude, precision),
        FloatFormat::UpperX => hexadecimal(magnitude, precision).to_ascii_uppercase(),
    };
    if value.is_sign_negative() { format!("-{written}") } else { written }
}

fn plain(magnitude: f64, precision: Option<usize>) -> String {
    match precision {
        None => {
            let decimal = Decimal::shortest(magnitude);
            let places = i32::try_from(decimal.digits.len()).unwrap_or(i32::MAX) - 1 - decimal.exponent;
            decimal.plain(usize::try_from(places).unwrap_or(0))
        }
        Some(places) => {
            let mut written = format!("{magnitude:.*}", places.min(MOST_DIGITS));
            written.extend(std::iter::repeat_n('0', places.saturating_sub(MOST_DIGITS)));
            written
        }
    }
}

fn scientific(magnitude: f64, precision: Option<usize>, letter: char) -> String {
    match precision {
        None => {
            let decimal = Decimal::shortest(magnitude);
            decimal.scientific(decimal.digits.len() - 1, letter)
        }
        Some(places) => Decimal::rounded(magnitude, places.saturating_add(1)).scientific(places, letter),
    }
}

fn general(magnitude: f64, precision: Option<usize>, letter: char) -> String {
    let mut decimal = match precision {
        None => Decimal::shortest(magnitude),
        Some(digits) => Decimal::rounded(magnitude, digits.max(1)),
    };
    let significant = decimal.digits.trim_end_matches('0').len().max(1);
    decimal.digits.truncate(significant);
    let significant = i32::try_from(significant).unwrap_or(i32::MAX);
    let threshold = match precision {
        None => 6,
        // A precision beyond the digits there are counts as those, when they reach the point.
        Some(digits) => match i32::try_from(digits.max(1)).unwrap_or(i32::MAX) {
            digits if digits > significant && significant > decimal.exponent => significant,
            digits => digits,
        },
    };
    if decimal.exponent < -4 || decimal.exponent >= threshold {
        return decimal.scientific(decimal.digits.len() - 1, letter);
    }
    decimal.plain(usize::try_from(significant - 1 - decimal.exponent).unwrap_or(0))
}

/// The bits of a finite number as a whole mantissa and the power of two of its last bit.
fn mantissa_and_exponent(magnitude: f64) -> (u64, i32) {
    let bits = magnitude.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    match i32::try_from(bits >> 52 & 0x7ff).unwrap_or_default() {
        0 => (fraction, -1074),
        biased => (fraction | 1 << 52, biased - 1075),
    }
}

fn binary(magnitude: f64) -> String {
    let (mantissa, exponent) = mantissa_and_exponent(magnitude);
    format!("{mantissa}p{exponent:+}")
}

/// One bit before the point, then as many hexadecimal digits as asked for or needed.
fn hexadecimal(magnitude: f64, precision: Option<usize>) -> String {
    /// Hexadecimal digits after the point that hold every bit.
    const ALL: usize = 13;
    let (mut mantissa, mut exponent) = mantissa_and_exponent(magnitude);
    exponent = if mantissa == 0 { 0 } else { exponent + 52 };
    while mantissa != 0 && mantissa < 1 << 52 {
        mantissa <<= 1;
        exponent -= 1;
    }
    if let Some(places) = precision.filter(|places| *places < ALL) {
        let dropped = 4 * (ALL - places);
        let (kept, rest, half) = (mantissa >> dropped, mantissa & ((1 << dropped) - 1), 1 << (dropped - 1));
        let up = rest > half || rest == half && kept & 1 == 1;
        mantissa = (kept + u64::from(up)) << dropped;
        if mantissa >= 1 << 53 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let digits = format!("{:013x}", mantissa & ((1 << 52) - 1));
    let fraction = match precision {
        None => digits.trim_end_matches('0').to_owned(),
        Some(places) => filled(&digits[..places.min(ALL)], places),
    };
    let point = if fraction.is_empty() { "" } else { "." };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("0x{}{point}{fraction}p{sign}{:02}", mantissa >> 52, exponent.unsigned_abs())
}

/// Why Go reads a text as no number.
#[derive(Copy, Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FloatError {
    /// It is not spelt like a number.
    #[error("invalid syntax")]
    Syntax,
    /// It is beyond what a float holds; Go then gives an infinity beside the error.
    #[error("value out of range")]
    Range,
}

/// Reads a number as Go's `strconv.ParseFloat(text, 64)`: decimal or hexadecimal (`0x1p-2`), `inf`, `infinity` and
/// `nan` in any case, `_` between digits.
pub fn parse_float(text: &str) -> Result<f64, FloatError> {
    let tidy = without_underscores(text).ok_or(FloatError::Syntax)?;
    let text = tidy.as_ref();
    let negative = text.starts_with('-');
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if text.eq_ignore_ascii_case("nan") {
        return Ok(f64::NAN);
    }
    let magnitude = match unsigned.get(..2) {
        _ if unsigned.eq_ignore_ascii_case("inf") || unsigned.eq_ignore_ascii_case("infinity") => {
            return Ok(if negative { f64::NEG_INFINITY } else { f64::INFINITY });
        }
        Some("0x" | "0X") => read_hexadecimal(&unsigned[2..]).ok_or(FloatError::Syntax)?,
        _ if unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.') => {
            unsigned.parse::<f64>().map_err(|_| FloatError::Syntax)?
        }
        _ => return Err(FloatError::Syntax),
    };
    if magnitude.is_infinite() {
        return Err(FloatError::Range);
    }
    Ok(if negative { -magnitude } else { magnitude })
}

/// The text without its `_`, each of which must stand between two digits or after `0x`.
fn without_underscores(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('_') {
        return Some(text.into());
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let hexadecimal = unsigned.starts_with("0x") || unsigned.starts_with("0X");
    let is_digit = |byte: &u8| if hexadecimal { byte.is_ascii_hexdigit() } else { byte.is_ascii_digit() };
    let bytes = unsigned.as_bytes();
    let fits = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        let follows = before.is_some_and(is_digit) || hexadecimal && at == 2;
        follows && bytes.get(at + 1).is_some_and(is_digit)
    };
    let placed = unsigned.match_indices('_').all(|(at, _)| fits(at));
    placed.then(|| text.replace('_', "").into())
}

/// `1.8p-3`, after its `0x`: hexadecimal digits and a power of two.
fn read_hexadecimal(text: &str) -> Option<f64> {
    let (mantissa, power) = text.split_once(['p', 'P'])?;
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if before.is_empty() && after.is_empty() {
        return None;
    }
    let power_digits = power.strip_prefix(['+', '-']).unwrap_or(power);
    if power_digits.is_empty() || !power_digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    // Beyond five digits a power only says "very large" or "very small".
    let limit = if power.starts_with('-') { -100_000 } else { 100_000 };
    let power: i64 = power.parse::<i64>().unwrap_or(limit).clamp(-100_000, 100_000);
    let (mut mantissa, mut lost, mut skipped) = (0_u64, false, 0_i64);
    for digit in before.chars().chain(after.chars()) {
        let digit = u64::from(digit.to_digit(16)?);
        if mantissa >> 59 == 0 {
            mantissa = mantissa << 4 | digit;
        } else {
            lost |= digit != 0;
            skipped += 4;
        }
    }
    let exponent = power - 4 * i64::try_from(after.len()).ok()? + skipped;
    Some(scaled(mantissa, lost, exponent))
}

/// `mantissa · 2^exponent`, rounded to even; `lost` says that nonzero bits follow the mantissa.
fn scaled(mantissa: u64, lost: bool, exponent: i64) -> f64 {
    if mantissa == 0 {
        return 0.0;
    }
    let bits = 64 - i64::from(mantissa.leading_zeros());
    let highest = exponent + bits - 1;
    if highest > 1023 {
        return f64::INFINITY;
    }
    let lowest = (highest - 52).max(-1074);
    let dropped = lowest - exponent;
    if dropped > 64 {
        return 0.0;
    }
    let wide = u128::from(mantissa) << 1 | u128::from(lost);
    let whole = match u32::try_from(dropped + 1) {
        Ok(shift @ 1..) => {
            let (kept, rest, half) = (wide >> shift, wide & ((1 << shift) - 1), 1_u128 << (shift - 1));
            kept + u128::from(rest > half || rest == half && kept & 1 == 1)
        }
        _ => u128::from(mantissa) << dropped.unsigned_abs(),
    };
    power_of_two(lowest) * whole as f64
}

/// `2^exponent` for exponents that a float holds, subnormal ones included.
fn power_of_two(exponent: i64) -> f64 {
    let exponent = exponent.clamp(-1074, 1023);
    f64::from_bits(if exponent < -1022 { 1 << (exponent + 1074) } else { ((exponent + 1023) as u64) << 52 })
}

/// Digits with zeros behind them, to so many in all; a width in a format string ends at 65535.
fn filled(digits: &str, length: usize) -> String {
    digits.to_owned() + &"0".repeat(length.saturating_sub(digits.len()))
}
