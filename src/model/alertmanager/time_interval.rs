//! Named times at which routes are silent, or only not silent (Alertmanager, `timeinterval`).

use std::ops::RangeInclusive;

use crate::{
    diag::Diagnostic,
    model::{Keys, settings::passed_over},
    text::{Span, Spanned},
    tree::{Complaints, Fields, Node},
    vocab::{is_time_zone, nearest, nearest_time_zone},
};

use super::lower::empty_items;

/// A named time: any of its parts.
#[derive(Clone, Debug)]
pub struct TimeInterval {
    /// The whole map.
    pub span: Span,
    /// Where its keys stand.
    pub keys: Keys,
    /// The key of the list it stands in: `time_intervals`, or the old `mute_time_intervals`.
    pub list: &'static str,
    /// Its name.
    pub name: Option<Spanned<String>>,
    /// Its parts; none means never.
    pub specs: Vec<TimeSpec>,
}

/// A part of a named time. Every field that is there must hold; a field that is an empty list never does.
#[derive(Clone, Debug)]
pub struct TimeSpec {
    /// The whole map.
    pub span: Span,
    /// Where its keys stand.
    pub keys: Keys,
    /// Times of day.
    pub times: Option<Vec<Spanned<TimeRange>>>,
    /// Days of the week.
    pub weekdays: Option<Vec<Spanned<Range>>>,
    /// Days of the month from 1 on; negative ones count from the end of the month.
    pub days_of_month: Option<Vec<Spanned<Range>>>,
    /// Months from 1 on.
    pub months: Option<Vec<Spanned<Range>>>,
    /// Years.
    pub years: Option<Vec<Spanned<Range>>>,
    /// Name of the time zone; UTC when unset.
    pub location: Option<Spanned<String>>,
}

/// From a minute of the day to before another.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub struct TimeRange {
    /// First minute.
    pub start: u32,
    /// One past the last minute; at most 1440.
    pub end: u32,
}

/// From a number to another, both included. Sunday is 0, January is 1.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub struct Range {
    /// The first.
    pub first: i64,
    /// The last.
    pub last: i64,
}

const WEEKDAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// What a field of ranges counts.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Unit {
    Weekday,
    DayOfMonth,
    Month,
    Year,
}

/// How a format spells what differs between `alertmanager.yml` and manifests.
#[derive(Copy, Clone, Debug)]
pub struct TimeKeys {
    /// `start_time`
    pub start: &'static str,
    /// `end_time`
    pub end: &'static str,
    /// `days_of_month`
    pub days_of_month: &'static str,
    /// Whether a range may be written as `{start: 1, end: 5}`.
    pub ranges_as_maps: bool,
}

/// As Alertmanager spells them.
pub const ALERTMANAGER_TIMES: TimeKeys =
    TimeKeys { start: "start_time", end: "end_time", days_of_month: "days_of_month", ranges_as_maps: false };

/// The named times of a list.
pub(super) fn lower_intervals(
    fields: &mut Fields<'_>,
    list: &'static str,
    complaints: &mut Complaints,
) -> Vec<TimeInterval> {
    let items = fields.list(list, complaints);
    empty_items("time interval", list, &items, complaints);
    items.into_iter().filter_map(|item| lower_interval(item, list, complaints)).collect()
}

fn lower_interval(node: Node<'_>, list: &'static str, complaints: &mut Complaints) -> Option<TimeInterval> {
    if node.is_null() {
        return None;
    }
    let mut fields = Fields::of(node, "time interval", complaints)?;
    let name = fields.string("name", complaints);
    let specs = fields.list("time_intervals", complaints).into_iter();
    let specs = specs.filter_map(|item| lower_spec(item, ALERTMANAGER_TIMES, complaints)).collect();
    fields.finish(complaints);
    Some(TimeInterval { span: node.span(), keys: Keys::of(node), list, name, specs })
}

/// A part of a named time.
pub fn lower_spec(node: Node<'_>, keys: TimeKeys, complaints: &mut Complaints) -> Option<TimeSpec> {
    let mut fields = Fields::of(node, "part of a time interval", complaints)?;
    let spec = TimeSpec {
        span: node.span(),
        keys: Keys::of(node),
        times: times(&mut fields, keys, complaints),
        weekdays: ranges(&mut fields, "weekdays", (Unit::Weekday, keys), complaints),
        days_of_month: ranges(&mut fields, keys.days_of_month, (Unit::DayOfMonth, keys), complaints),
        months: ranges(&mut fields, "months", (Unit::Month, keys), complaints),
        years: ranges(&mut fields, "years", (Unit::Year, keys), complaints),
        location: location(&mut fields, complaints),
    };
    fields.finish(complaints);
    Some(spec)
}

fn location(fields: &mut Fields<'_>, complaints: &mut Complaints) -> Option<Spanned<String>> {
    let name = fields.string("location", complaints)?;
    if !is_time_zone(&name.value) {
        let complaint = Diagnostic::error(name.span, format!("there is no time zone `{}`", name.value));
        let help = match nearest_time_zone(&name.value) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name it as in `Europe/Berlin` or `UTC`".to_owned(),
        };
        complaints.push(complaint.help(help));
    }
    Some(name)
}

fn times(fields: &mut Fields<'_>, keys: TimeKeys, complaints: &mut Complaints) -> Option<Vec<Spanned<TimeRange>>> {
    fields.value("times")?;
    let items = fields.list("times", complaints).into_iter();
    Some(items.filter_map(|item| lower_times(item, keys, complaints)).collect())
}

fn lower_times(node: Node<'_>, keys: TimeKeys, complaints: &mut Complaints) -> Option<Spanned<TimeRange>> {
    if node.is_null() {
        complaints.push(passed_over(node, "times"));
        return Some(Spanned::new(node.span(), TimeRange { start: 0, end: 0 }));
    }
    let mut fields = Fields::of(node, "time range", complaints)?;
    let ends = [keys.start, keys.end].map(|key| {
        if fields.value(key).is_none() {
            let message = format!("the time range has no `{key}`");
            complaints.push(Diagnostic::error(node.span(), message));
            return None;
        }
        let text = fields.string(key, complaints)?;
        let minute = minute_of_day(&text.value);
        if minute.is_none() {
            let message = format!("`{}` is no time of day", text.value);
            complaints.push(Diagnostic::error(text.span, message).help("write it as `HH:MM`, from `00:00` to `24:00`"));
        }
        minute
    });
    fields.finish(complaints);
    let [Some(start), Some(end)] = ends else { return None };
    if start >= end {
        let complaint = Diagnostic::error(node.span(), "the time range ends before it begins");
        complaints.push(complaint.help("a range over midnight is written as two: one until `24:00`, one from `00:00`"));
        return None;
    }
    Some(Spanned::new(node.span(), TimeRange { start, end }))
}

/// The minute of the day that `HH:MM` names.
fn minute_of_day(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !two_digits(hours) || !two_digits(minutes) {
        return None;
    }
    let (hours, minutes) = (hours.parse::<u32>().ok()?, minutes.parse::<u32>().ok()?);
    let minute = hours * 60 + minutes;
    (minutes < 60 && minute <= 24 * 60).then_some(minute)
}

fn ranges(
    fields: &mut Fields<'_>,
    key: &'static str,
    (unit, keys): (Unit, TimeKeys),
    complaints: &mut Complaints,
) -> Option<Vec<Spanned<Range>>> {
    fields.value(key)?;
    let mut ranges = Vec::new();
    for item in fields.list(key, complaints) {
        if item.is_null() {
            // Go's zero: Sunday, and a day, month or year that never comes.
            complaints.push(passed_over(item, key));
            ranges.push(Spanned::new(item.span(), Range { first: 0, last: 0 }));
            continue;
        }
        let text = item.text().map(str::to_owned);
        let text = if keys.ranges_as_maps { text.or_else(|| ends_of(item, complaints)) } else { text };
        let Some(text) = text else {
            if !keys.ranges_as_maps {
                complaints
                    .push(Diagnostic::error(item.span(), format!("`{key}` takes texts such as `{}`", unit.example())));
            }
            continue;
        };
        match unit.range(&text) {
            Ok(range) => ranges.push(Spanned::new(item.span(), range)),
            Err((message, help)) => {
                let complaint = Diagnostic::error(item.span(), message);
                complaints.push(help.into_iter().fold(complaint, Diagnostic::help));
            }
        }
    }
    Some(ranges)
}

/// The range that a manifest writes as `{start: 1, end: 5}`, written as `1:5`.
fn ends_of(node: Node<'_>, complaints: &mut Complaints) -> Option<String> {
    let mut fields = Fields::of(node, "range", complaints)?;
    let [start, end] = ["start", "end"].map(|key| fields.string(key, complaints).map(|end| end.value));
    fields.finish(complaints);
    match (start, end) {
        (Some(start), Some(end)) => Some(format!("{start}:{end}")),
        (start, end) => start.or(end),
    }
}

type Refusal = (String, Option<String>);

impl Unit {
    /// Reads `first:last` or a single member.
    fn range(self, text: &str) -> Result<Range, Refusal> {
        let (first, last) = text.split_once(':').unwrap_or((text, text));
        let range = Range { first: self.member(first)?, last: self.member(last)? };
        if self == Unit::DayOfMonth && range.first < 0 && range.last > 0 {
            return Err((format!("`{text}` counts its first day from the end of the month, but not its last"), None));
        }
        // Alertmanager compares days of the month in the shortest one.
        let rank = |day: i64| if self == Unit::DayOfMonth && day < 0 { 28 + day } else { day };
        if rank(range.first) > rank(range.last) {
            return Err((format!("`{text}` ends before it begins"), self.wrapped(first, last)));
        }
        Ok(range)
    }

    /// How to write a range that goes over the end of the week or year.
    fn wrapped(self, first: &str, last: &str) -> Option<String> {
        match self {
            Unit::Weekday => Some(format!("write it as two: `{first}:saturday` and `sunday:{last}`")),
            Unit::Month => Some(format!("write it as two: `{first}:december` and `january:{last}`")),
            Unit::DayOfMonth | Unit::Year => None,
        }
    }

    fn member(self, text: &str) -> Result<i64, Refusal> {
        let word = text.to_lowercase();
        let named = |names: &[&str], from: i64| names.iter().position(|name| *name == word).map(|at| at as i64 + from);
        let member = match self {
            Unit::Weekday => named(&WEEKDAYS, 0),
            Unit::Month => named(&MONTHS, 1).or_else(|| word.parse().ok()),
            Unit::DayOfMonth => word.parse().ok().filter(|day: &i64| ALL_DAYS.contains(day) && *day != 0),
            Unit::Year => word.parse().ok(),
        };
        member.ok_or_else(|| (format!("`{text}` is no {}", self.name()), self.meant(&word)))
    }

    fn name(self) -> &'static str {
        match self {
            Unit::Weekday => "day of the week",
            Unit::DayOfMonth => "day of the month",
            Unit::Month => "month",
            Unit::Year => "year",
        }
    }

    fn example(self) -> &'static str {
        match self {
            Unit::Weekday => "monday:friday",
            Unit::DayOfMonth => "1:5",
            Unit::Month => "may:august",
            Unit::Year => "2026:2028",
        }
    }

    /// What was probably meant.
    fn meant(self, word: &str) -> Option<String> {
        let names: &[&str] = match self {
            Unit::Weekday => &WEEKDAYS,
            Unit::Month => &MONTHS,
            Unit::DayOfMonth => return Some("days are `1` to `31`, or `-31` to `-1` from the end of the month".into()),
            Unit::Year => return None,
        };
        let word = word.trim();
        let abbreviated = names.iter().copied().find(|name| word.len() >= 3 && name.starts_with(word));
        abbreviated.or_else(|| nearest(word, names.iter().copied())).map(|name| format!("did you mean `{name}`?"))
    }
}

const ALL_DAYS: RangeInclusive<i64> = -31..=31;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_times_of_day() {
        for (text, minute) in [("00:00", Some(0)), ("09:30", Some(570)), ("24:00", Some(1440))] {
            assert_eq!(minute_of_day(text), minute, "{text}");
        }
        for text in ["9:00", "24:01", "09:60", "09:00:00", "0900", "", "-1:00"] {
            assert_eq!(minute_of_day(text), None, "{text}");
        }
    }

    #[test]
    fn reads_ranges() {
        use Unit::{DayOfMonth, Month, Weekday, Year};
        for (unit, text, first, last) in [
            (Weekday, "Monday", 1, 1),
            (Weekday, "monday:friday", 1, 5),
            (DayOfMonth, "1:-1", 1, -1),
            (DayOfMonth, "27:-1", 27, -1),
            (DayOfMonth, "30:31", 30, 31),
            (Month, "may:August", 5, 8),
            (Month, "13", 13, 13),
            (Year, "2024:2026", 2024, 2026),
            (Year, "-5", -5, -5),
        ] {
            assert_eq!(unit.range(text), Ok(Range { first, last }), "{text}");
        }
        for (unit, text) in [
            (Weekday, "1"),
            (Weekday, "mon"),
            (Weekday, "saturday:sunday"),
            (Weekday, "monday : friday"),
            (DayOfMonth, "0"),
            (DayOfMonth, "32"),
            (DayOfMonth, "-1:1"),
            (DayOfMonth, "5:1"),
            (DayOfMonth, "-1:-5"),
            (DayOfMonth, "28:-1"),
            (Month, "jan"),
            (Month, "may:march"),
            (Year, "2026:2024"),
        ] {
            assert!(unit.range(text).is_err(), "{text}");
        }
    }
}
