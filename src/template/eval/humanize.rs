//! Numbers for people: `humanize` and its like.

use crate::vocab::{Duration, DurationError, FloatFormat, format_float, parse_float};

use super::{
    builtin::Outcome,
    moment::Moment,
    quote,
    rule::four_digits,
    value::{IntegerType, Reach, TextType, Value},
};

const LARGE: [&str; 8] = ["k", "M", "G", "T", "P", "E", "Z", "Y"];
const SMALL: [&str; 8] = ["m", "u", "n", "p", "f", "a", "z", "y"];
const BINARY: [&str; 8] = ["ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"];

/// A number from what templates hold: a number, a text that is one, a duration in seconds.
pub(super) fn number(value: &Value) -> Result<f64, String> {
    match value {
        Value::Float(number) => Ok(*number),
        Value::Integer(number, IntegerType::Int | IntegerType::Int64) => Ok(*number as f64),
        Value::Duration(nanoseconds, Reach::Direct) => Ok(seconds(*nanoseconds)),
        Value::Text(text, TextType::Plain) => parse_float(text)
            .map_err(|error| format!("strconv.ParseFloat: parsing {}: {error}", quote::quoted(text, false))),
        _ => Err(format!("can't convert {} to float", value.type_name())),
    }
}

/// Seconds of a span, computed as Go's `Duration.Seconds` does.
pub(super) fn seconds(nanoseconds: i64) -> f64 {
    (nanoseconds / 1_000_000_000) as f64 + (nanoseconds % 1_000_000_000) as f64 / 1e9
}

/// A float as an `int64`; what does not fit becomes the smallest, as on Intel's machines.
pub(super) fn truncated(number: f64) -> i64 {
    // 2^63 is the first that is too large.
    if number.is_nan() || number >= 9_223_372_036_854_775_808.0 { i64::MIN } else { number as i64 }
}

/// `humanize`, `humanize1024`, `humanizeDuration`, `humanizePercentage`.
pub(super) fn call(name: &str, number: f64) -> Result<String, String> {
    Ok(match name {
        "humanizePercentage" => format!("{}%", four_digits(number * 100.0)),
        _ if !number.is_finite() => four_digits(number),
        "humanize1024" if number.abs() <= 1.0 => four_digits(number),
        "humanize1024" => larger(number, 1024.0, BINARY),
        "humanizeDuration" if number == 0.0 => format!("{}s", four_digits(number)),
        "humanizeDuration" if number.abs() >= 1.0 => long_duration(number),
        "humanizeDuration" => format!("{}s", smaller(number)),
        "humanize" if number == 0.0 => four_digits(number),
        "humanize" if number.abs() >= 1.0 => larger(number, 1000.0, LARGE),
        "humanize" => smaller(number),
        _ => return Err(format!("{name} is not a defined function")),
    })
}

fn larger(mut number: f64, step: f64, prefixes: [&str; 8]) -> String {
    let mut prefix = "";
    for larger in prefixes {
        if number.abs() < step {
            break;
        }
        prefix = larger;
        number /= step;
    }
    format!("{}{prefix}", four_digits(number))
}

fn smaller(mut number: f64) -> String {
    let mut prefix = "";
    for smaller in SMALL {
        if number.abs() >= 1.0 {
            break;
        }
        prefix = smaller;
        number *= 1000.0;
    }
    format!("{}{prefix}", four_digits(number))
}

/// `1d 2h 3m 4s`, from the largest unit that is not zero.
fn long_duration(number: f64) -> String {
    let sign = if number < 0.0 { "-" } else { "" };
    let total = truncated(number.abs());
    let (days, hours, minutes, seconds) = (total / 86_400, total / 3600 % 24, total / 60 % 60, total % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{sign}{}s", four_digits(number.abs())),
        (0, 0, _) => format!("{sign}{minutes}m {seconds}s"),
        (0, ..) => format!("{sign}{hours}h {minutes}m {seconds}s"),
        _ => format!("{sign}{days}d {hours}h {minutes}m {seconds}s"),
    }
}

/// The time so many seconds after 1970, in whole milliseconds.
pub(super) fn moment(number: f64) -> Result<Moment, String> {
    if !number.is_finite() {
        return Err("value is NaN or Inf".to_owned());
    }
    let nanoseconds = number * 1e9;
    if nanoseconds.abs() > 9_223_372_036_854_775_808.0 {
        let number = format_float(number, FloatFormat::G, None);
        return Err(format!("{number} cannot be represented as a nanoseconds timestamp since it overflows int64"));
    }
    let milliseconds = truncated(nanoseconds) / 1_000_000;
    Ok(Moment { nanoseconds: i128::from(milliseconds) * 1_000_000 })
}

/// `humanizeTimestamp`
pub(super) fn timestamp(value: &Value) -> Outcome {
    let number = number(value)?;
    if !number.is_finite() {
        return Ok(Value::text(four_digits(number)));
    }
    moment(number).map(|moment| Value::text(moment.to_string()))
}

/// Seconds of a Prometheus duration, which may be negative.
pub(super) fn parse_duration(text: &str) -> Result<f64, String> {
    let (sign, magnitude) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text),
    };
    match Duration::parse(magnitude) {
        Ok(duration) if duration == Duration::ZERO => Ok(0.0),
        Ok(duration) => Ok(sign * duration.as_milliseconds() as f64 / 1000.0),
        Err(DurationError::Empty) => Err("empty duration string".to_owned()),
        Err(_) => Err(duration_fault(magnitude)),
    }
}

/// Why a text is no duration, in Prometheus' words.
fn duration_fault(text: &str) -> String {
    let quoted = |text: &str| quote::quoted(text, false);
    let malformed = || format!("not a valid duration string: {}", quoted(text));
    let mut units = ["y", "w", "d", "h", "m", "s", "ms"].as_slice();
    let known = units;
    let mut rest = text;
    while !rest.is_empty() {
        let (count, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
        let (unit, next) = after.split_at(after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len()));
        if count.parse::<u64>().is_err() || unit.is_empty() {
            return malformed();
        }
        if !known.contains(&unit) {
            return format!("unknown unit {} in duration {}", quoted(unit), quoted(text));
        }
        match units.iter().position(|smaller| *smaller == unit) {
            Some(at) => units = &units[at + 1..],
            None => return malformed(),
        }
        rest = next;
    }
    "duration out of range".to_owned()
}
