//! Points in time and spans of it as Go's `time` holds and prints them, in UTC.

use std::fmt;

use super::value::{MONTHS, WEEKDAYS};

const SECOND: i128 = 1_000_000_000;
const DAY: i64 = 86_400;

/// A point in time, in nanoseconds since 1970.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Moment {
    /// Since 1970 in UTC.
    pub nanoseconds: i128,
}

/// A point in time as calendars and clocks show it.
pub(super) struct Calendar {
    pub(super) year: i64,
    /// From 1.
    pub(super) month: i64,
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    pub(super) nanosecond: i64,
    /// From Sunday, 0.
    pub(super) weekday: i64,
    /// From 1.
    pub(super) year_day: i64,
}

impl Moment {
    /// Whole seconds since 1970, rounded down.
    pub(super) fn seconds(self) -> i64 {
        i64::try_from(self.nanoseconds.div_euclid(SECOND)).unwrap_or(i64::MAX)
    }

    /// How calendars and clocks show it in UTC.
    pub(super) fn calendar(self) -> Calendar {
        let seconds = self.seconds();
        let (days, rest) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        let (year, month, day) = date_of(days);
        Calendar {
            year,
            month,
            day,
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60,
            nanosecond: self.nanoseconds.rem_euclid(SECOND) as i64,
            weekday: (days + 4).rem_euclid(7),
            year_day: days - days_before(year, 1, 1) + 1,
        }
    }

    /// A day of the calendar moved by years, months and days, at the same time of day; days beyond the end of a month
    /// run into the next, as in Go.
    pub(super) fn moved(self, years: i64, months: i64, days: i64) -> Self {
        // Dates so far away that they could overflow stay at that border.
        let bounded = |count: i64| count.clamp(-1_000_000, 1_000_000);
        let now = self.calendar();
        let month = now.month - 1 + bounded(months);
        let year = now.year + bounded(years) + month.div_euclid(12);
        let day = days_before(year, month.rem_euclid(12) + 1, 1) + now.day - 1 + bounded(days);
        let rest = self.nanoseconds.rem_euclid(SECOND * i128::from(DAY));
        Self { nanoseconds: i128::from(day) * i128::from(DAY) * SECOND + rest }
    }

    /// In the layout of Go's reference time, `2006-01-02 15:04:05`.
    pub(super) fn format(self, layout: &str) -> String {
        let calendar = self.calendar();
        let mut out = String::new();
        let mut rest = layout;
        while let Some(first) = rest.chars().next() {
            match element(rest).filter(|(_, length)| *length > 0) {
                Some((element, length)) => {
                    calendar.write(element, &rest[..length], &mut out);
                    rest = &rest[length..];
                }
                None => {
                    out.push(first);
                    rest = &rest[first.len_utf8()..];
                    // `_2006` is an underscore and a year.
                    if first == '_' && rest.starts_with("2006") {
                        calendar.write(Element::Year, "2006", &mut out);
                        rest = &rest[4..];
                    }
                }
            }
        }
        out
    }
}

impl fmt::Display for Moment {
    /// As Go prints a time in UTC: `2015-06-23 13:19:44.128 +0000 UTC`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.format("2006-01-02 15:04:05.999999999 -0700 MST"))
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar.
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March, so that the leap day is the last.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date so many days after 1970-01-01.
fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let years = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * years + years / 4 - years / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + years + i64::from(month <= 2), month, day)
}

/// A part of a layout.
#[derive(Copy, Clone)]
enum Element {
    MonthName,
    ShortMonthName,
    Month,
    PaddedMonth,
    WeekdayName,
    ShortWeekdayName,
    Day,
    SpacedDay,
    PaddedDay,
    SpacedYearDay,
    PaddedYearDay,
    Hour,
    Hour12,
    PaddedHour12,
    Minute,
    PaddedMinute,
    Second,
    PaddedSecond,
    Year,
    ShortYear,
    Upper,
    Lower,
    ZoneName,
    /// `Z07:00`, which is `Z` in UTC.
    Zulu,
    /// `-07:00`
    Offset,
    /// `.000`
    Fraction,
    /// `.999`, without trailing zeros.
    TrimmedFraction,
}

const ELEMENTS: [(&str, Element); 37] = [
    ("January", Element::MonthName),
    ("Monday", Element::WeekdayName),
    ("MST", Element::ZoneName),
    ("002", Element::PaddedYearDay),
    ("01", Element::PaddedMonth),
    ("02", Element::PaddedDay),
    ("03", Element::PaddedHour12),
    ("04", Element::PaddedMinute),
    ("05", Element::PaddedSecond),
    ("06", Element::ShortYear),
    ("15", Element::Hour),
    ("1", Element::Month),
    ("2006", Element::Year),
    ("2", Element::Day),
    ("__2", Element::SpacedYearDay),
    ("_2", Element::SpacedDay),
    ("3", Element::Hour12),
    ("4", Element::Minute),
    ("5", Element::Second),
    ("PM", Element::Upper),
    ("pm", Element::Lower),
    ("-070000", Element::Offset),
    ("-07:00:00", Element::Offset),
    ("-0700", Element::Offset),
    ("-07:00", Element::Offset),
    ("-07", Element::Offset),
    ("Z070000", Element::Zulu),
    ("Z07:00:00", Element::Zulu),
    ("Z0700", Element::Zulu),
    ("Z07:00", Element::Zulu),
    ("Z07", Element::Zulu),
    ("Jan", Element::ShortMonthName),
    ("Mon", Element::ShortWeekdayName),
    (".0", Element::Fraction),
    (",0", Element::Fraction),
    (".9", Element::TrimmedFraction),
    (",9", Element::TrimmedFraction),
];

/// The element that a layout starts with, and its length.
fn element(layout: &str) -> Option<(Element, usize)> {
    if layout.starts_with("_2006") {
        return None;
    }
    let (spelling, element) = ELEMENTS.into_iter().find(|(spelling, _)| layout.starts_with(spelling))?;
    let after = &layout[spelling.len()..];
    match element {
        Element::ShortMonthName | Element::ShortWeekdayName => {
            (!after.starts_with(|next: char| next.is_ascii_lowercase())).then_some((element, spelling.len()))
        }
        Element::Fraction | Element::TrimmedFraction => {
            let digit = &spelling[1..];
            let rest = after.trim_start_matches(digit);
            let ends = !rest.starts_with(|next: char| next.is_ascii_digit());
            ends.then(|| (element, layout.len() - rest.len()))
        }
        _ => Some((element, spelling.len())),
    }
}

impl Calendar {
    fn write(&self, element: Element, spelling: &str, out: &mut String) {
        let named = |names: &[&'static str], at: i64| {
            usize::try_from(at).ok().and_then(|at| names.get(at).copied()).unwrap_or_default()
        };
        let hour12 = (self.hour + 11) % 12 + 1;
        let text = match element {
            Element::MonthName => named(&MONTHS, self.month - 1).to_owned(),
            Element::ShortMonthName => named(&MONTHS, self.month - 1)[..3].to_owned(),
            Element::Month => self.month.to_string(),
            Element::PaddedMonth => format!("{:02}", self.month),
            Element::WeekdayName => named(&WEEKDAYS, self.weekday).to_owned(),
            Element::ShortWeekdayName => named(&WEEKDAYS, self.weekday)[..3].to_owned(),
            Element::Day => self.day.to_string(),
            Element::SpacedDay => format!("{:2}", self.day),
            Element::PaddedDay => format!("{:02}", self.day),
            Element::SpacedYearDay => format!("{:3}", self.year_day),
            Element::PaddedYearDay => format!("{:03}", self.year_day),
            Element::Hour => format!("{:02}", self.hour),
            Element::Hour12 => hour12.to_string(),
            Element::PaddedHour12 => format!("{hour12:02}"),
            Element::Minute => self.minute.to_string(),
            Element::PaddedMinute => format!("{:02}", self.minute),
            Element::Second => self.second.to_string(),
            Element::PaddedSecond => format!("{:02}", self.second),
            Element::Year if self.year < 0 => format!("-{:04}", -self.year),
            Element::Year => format!("{:04}", self.year),
            Element::ShortYear => format!("{:02}", self.year.rem_euclid(100)),
            Element::Upper => if self.hour >= 12 { "PM" } else { "AM" }.to_owned(),
            Element::Lower => if self.hour >= 12 { "pm" } else { "am" }.to_owned(),
            Element::ZoneName => "UTC".to_owned(),
            Element::Zulu => "Z".to_owned(),
            Element::Offset => spelling.replace('-', "+").replace('7', "0"),
            Element::Fraction | Element::TrimmedFraction => self.fraction(element, spelling),
        };
        out.push_str(&text);
    }

    fn fraction(&self, element: Element, spelling: &str) -> String {
        let (separator, places) = spelling.split_at(1);
        let digits = format!("{:09}{}", self.nanosecond, "0".repeat(places.len().saturating_sub(9)));
        let digits = &digits[..places.len()];
        match element {
            Element::TrimmedFraction => match digits.trim_end_matches('0') {
                "" => String::new(),
                trimmed => format!("{separator}{trimmed}"),
            },
            _ => format!("{separator}{digits}"),
        }
    }
}

/// A span of nanoseconds as Go prints it: `1h2m3.5s`, `1.5ms`, `0s`.
pub(super) fn duration_text(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let total = nanoseconds.unsigned_abs();
    let fraction = |unit: u64| {
        let width = unit.ilog10() as usize;
        let rest = if unit == 1 { String::new() } else { format!(".{:0width$}", total % unit) };
        rest.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    let text = match total {
        0 => "0s".to_owned(),
        1..1_000 => format!("{total}ns"),
        1_000..1_000_000 => format!("{}{}µs", total / 1_000, fraction(1_000)),
        1_000_000..1_000_000_000 => format!("{}{}ms", total / 1_000_000, fraction(1_000_000)),
        _ => {
            let seconds = total / 1_000_000_000;
            let tail = format!("{}{}s", seconds % 60, fraction(1_000_000_000));
            match (seconds / 3600, seconds / 60 % 60) {
                (0, 0) => tail,
                (0, minutes) => format!("{minutes}m{tail}"),
                (hours, minutes) => format!("{hours}h{minutes}m{tail}"),
            }
        }
    };
    format!("{sign}{text}")
}
