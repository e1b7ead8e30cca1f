//! The methods of times and durations that templates can call.

use super::{
    builtin::Outcome,
    humanize::seconds,
    moment::{Moment, duration_text},
    signature::Parameter,
    value::{IntegerType, Reach, Value},
};

/// What a method takes; `None` when the value has no such method, or one that Go's templates cannot call.
pub(super) fn parameters(receiver: &Value, name: &str) -> Option<&'static [Parameter]> {
    use Parameter::{Duration, Int, Text, Time};
    Some(match (receiver, name) {
        (Value::Time(..), "Format") => &[Text],
        (Value::Time(..), "Add" | "Truncate" | "Round") => &[Duration],
        (Value::Time(..), "Sub" | "Before" | "After" | "Equal" | "Compare") => &[Time],
        (Value::Time(..), "AddDate") => &[Int, Int, Int],
        (
            Value::Time(..),
            "String" | "GoString" | "UTC" | "Local" | "Unix" | "UnixMilli" | "UnixMicro" | "UnixNano" | "Year"
            | "Month" | "Day" | "Hour" | "Minute" | "Second" | "Nanosecond" | "Weekday" | "YearDay" | "IsZero"
            | "IsDST",
        ) => &[],
        (Value::Duration(..), "Round" | "Truncate") => &[Duration],
        (
            Value::Duration(..),
            "String" | "Seconds" | "Minutes" | "Hours" | "Milliseconds" | "Microseconds" | "Nanoseconds" | "Abs",
        ) => &[],
        (Value::Integer(_, IntegerType::Month | IntegerType::Weekday), "String") => &[],
        (Value::Histogram(_), "String") => &[],
        _ => return None,
    })
}

/// How many values a method gives that Go's templates therefore refuse to call.
pub(super) fn result_count(receiver: &Value, name: &str) -> Option<usize> {
    match (receiver, name) {
        (Value::Time(..), "Date" | "Clock") => Some(3),
        _ => None,
    }
}

/// Calls a method with arguments that fit it.
pub(super) fn call(receiver: &Value, name: &str, values: &[Value]) -> Outcome {
    match (receiver, name) {
        (_, "String") => Ok(Value::text(receiver.stringer().unwrap_or_default())),
        (Value::Time(moment, _), _) => of_time(*moment, name, values),
        (Value::Duration(nanoseconds, _), _) => of_duration(*nanoseconds, name, values),
        _ => Err(format!("{name} cannot be called")),
    }
}

fn of_time(moment: Moment, name: &str, values: &[Value]) -> Outcome {
    let time = |nanoseconds: i128| Value::Time(Moment { nanoseconds }, Reach::Direct);
    let int64 =
        |number: i128| Value::Integer(number.clamp(i64::MIN.into(), i64::MAX.into()) as i64, IntegerType::Int64);
    let now = moment.nanoseconds;
    let calendar = moment.calendar();
    Ok(match (name, values) {
        ("Format", [Value::Text(layout, _)]) => Value::text(moment.format(layout)),
        ("Add", [Value::Duration(span, _)]) => time(now + i128::from(*span)),
        ("Truncate", [Value::Duration(span, _)]) => time(now - rest(now, *span)),
        ("Round", [Value::Duration(span, _)]) => {
            let rest = rest(now, *span);
            time(if rest * 2 < i128::from(*span) { now - rest } else { now - rest + i128::from((*span).max(0)) })
        }
        ("AddDate", [Value::Integer(years, _), Value::Integer(months, _), Value::Integer(days, _)]) => {
            Value::Time(moment.moved(*years, *months, *days), Reach::Direct)
        }
        ("Sub", [Value::Time(other, _)]) => {
            let span = (now - other.nanoseconds).clamp(i64::MIN.into(), i64::MAX.into());
            Value::Duration(span as i64, Reach::Direct)
        }
        ("Before", [Value::Time(other, _)]) => Value::Boolean(moment < *other),
        ("After", [Value::Time(other, _)]) => Value::Boolean(moment > *other),
        ("Equal", [Value::Time(other, _)]) => Value::Boolean(moment == *other),
        ("Compare", [Value::Time(other, _)]) => Value::int(moment.cmp(other) as i64),
        ("UTC" | "Local", _) => Value::Time(moment, Reach::Direct),
        ("Unix", _) => int64(now.div_euclid(1_000_000_000)),
        ("UnixMilli", _) => int64(now.div_euclid(1_000_000)),
        ("UnixMicro", _) => int64(now.div_euclid(1_000)),
        ("UnixNano", _) => int64(now),
        ("Year", _) => Value::int(calendar.year),
        ("Month", _) => Value::Integer(calendar.month, IntegerType::Month),
        ("Day", _) => Value::int(calendar.day),
        ("Hour", _) => Value::int(calendar.hour),
        ("Minute", _) => Value::int(calendar.minute),
        ("Second", _) => Value::int(calendar.second),
        ("Nanosecond", _) => Value::int(calendar.nanosecond),
        ("Weekday", _) => Value::Integer(calendar.weekday, IntegerType::Weekday),
        ("YearDay", _) => Value::int(calendar.year_day),
        ("IsZero" | "IsDST", _) => Value::Boolean(false),
        _ => return Err(format!("{name} cannot be called")),
    })
}

/// What is left of a time above the last multiple of a span, counted from the year 1 as Go does.
fn rest(now: i128, span: i64) -> i128 {
    /// From the year 1 to 1970.
    const BEFORE: i128 = 62_135_596_800 * 1_000_000_000;
    if span <= 0 { 0 } else { (now + BEFORE).rem_euclid(i128::from(span)) }
}

fn of_duration(nanoseconds: i64, name: &str, values: &[Value]) -> Outcome {
    let int64 = |number: i64| Value::Integer(number, IntegerType::Int64);
    let in_units = |unit: i64| (nanoseconds / unit) as f64 + (nanoseconds % unit) as f64 / unit as f64;
    Ok(match (name, values) {
        ("Seconds", _) => Value::Float(seconds(nanoseconds)),
        ("Minutes", _) => Value::Float(in_units(60_000_000_000)),
        ("Hours", _) => Value::Float(in_units(3_600_000_000_000)),
        ("Milliseconds", _) => int64(nanoseconds / 1_000_000),
        ("Microseconds", _) => int64(nanoseconds / 1_000),
        ("Nanoseconds", _) => int64(nanoseconds),
        ("Abs", _) => Value::Duration(nanoseconds.saturating_abs(), Reach::Direct),
        ("Truncate", [Value::Duration(unit, _)]) => {
            Value::Duration(if *unit <= 0 { nanoseconds } else { nanoseconds - nanoseconds % unit }, Reach::Direct)
        }
        ("Round", [Value::Duration(unit, _)]) => Value::Duration(rounded(nanoseconds, *unit), Reach::Direct),
        _ => return Err(format!("{name} of {} cannot be called", duration_text(nanoseconds))),
    })
}

/// To the nearest multiple of a unit, halves away from zero.
fn rounded(nanoseconds: i64, unit: i64) -> i64 {
    if unit <= 0 {
        return nanoseconds;
    }
    let (whole, unit) = (i128::from(nanoseconds), i128::from(unit));
    let rest = whole.abs() % unit;
    let magnitude = if rest * 2 < unit { whole.abs() - rest } else { whole.abs() - rest + unit };
    (whole.signum() * magnitude).clamp(i64::MIN.into(), i64::MAX.into()) as i64
}
