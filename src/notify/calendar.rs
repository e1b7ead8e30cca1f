//! Whether a moment lies in a time interval (Alertmanager, `timeinterval`).

use jiff::{
    Timestamp, Zoned,
    tz::{TimeZone, TimeZoneDatabase},
};

use crate::{
    model::alertmanager::{Range, TimeInterval, TimeRange, TimeSpec},
    text::Spanned,
};

/// A time interval with its time zones at hand.
#[derive(Debug)]
pub(super) struct Calendar<'c> {
    parts: Vec<(&'c TimeSpec, TimeZone)>,
}

impl<'c> Calendar<'c> {
    /// The calendar of a time interval.
    pub(super) fn of(interval: &'c TimeInterval) -> Self {
        Self { parts: interval.specs.iter().map(|spec| (spec, zone(spec))).collect() }
    }

    /// Whether any of its parts holds at a time, in milliseconds since 1970.
    pub(super) fn contains(&self, at: i64) -> bool {
        let Ok(moment) = Timestamp::from_millisecond(at) else { return false };
        self.parts.iter().any(|(spec, zone)| holds(spec, &moment.to_zoned(zone.clone())))
    }
}

/// The time zone of a part: UTC unless it names another. The zone of the machine, `Local`, is taken for UTC too, so
/// that all machines agree.
fn zone(spec: &TimeSpec) -> TimeZone {
    let named = spec.location.as_ref().map(|location| TimeZoneDatabase::bundled().get(&location.value));
    named.and_then(Result::ok).unwrap_or(TimeZone::UTC)
}

fn holds(spec: &TimeSpec, at: &Zoned) -> bool {
    let minute = u32::try_from(at.hour()).unwrap_or_default() * 60 + u32::try_from(at.minute()).unwrap_or_default();
    let in_times = |times: &Vec<Spanned<TimeRange>>| {
        times.iter().any(|range| (range.value.start..range.value.end).contains(&minute))
    };
    let in_days = |days: &Vec<Spanned<Range>>| {
        days.iter().any(|range| is_day(range.value, i64::from(at.day()), i64::from(at.days_in_month())))
    };
    let among = |ranges: &Option<Vec<Spanned<Range>>>, number: i64| {
        let within = |range: &Spanned<Range>| (range.value.first..=range.value.last).contains(&number);
        ranges.as_ref().is_none_or(|ranges| ranges.iter().any(within))
    };
    spec.times.as_ref().is_none_or(in_times)
        && spec.days_of_month.as_ref().is_none_or(in_days)
        && among(&spec.weekdays, i64::from(at.weekday().to_sunday_zero_offset()))
        && among(&spec.months, i64::from(at.month()))
        && among(&spec.years, i64::from(at.year()))
}

/// Whether a day lies in a range of days of a month that has so many. What begins after the end of the month never
/// does; what ends there ends with the month.
fn is_day(range: Range, day: i64, days: i64) -> bool {
    let from_start = |counted: i64| if counted < 0 { days + counted + 1 } else { counted };
    let (first, last) = (from_start(range.first), from_start(range.last));
    first <= days && (first.clamp(-days, days)..=last.clamp(-days, days)).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::alertmanager, model::specimen};

    fn contains(part: &str, at: &str) -> bool {
        let text = format!("time_intervals:\n  - name: one\n    time_intervals: [{part}]\n");
        let (config, complaints) = specimen::read(&text, alertmanager::lower);
        assert_eq!(complaints, Vec::<String>::new(), "{part}");
        let at: Timestamp = at.parse().expect("a test writes times as RFC 3339 has them");
        Calendar::of(&config.time_intervals[0]).contains(at.as_millisecond())
    }

    #[test]
    fn every_field_must_hold() {
        // 2026-03-02 is a Monday.
        for (part, at, expected) in [
            ("{}", "2026-03-02T08:00:00Z", true),
            ("{times: [{start_time: '08:00', end_time: '17:00'}]}", "2026-03-02T08:00:00Z", true),
            ("{times: [{start_time: '08:00', end_time: '17:00'}]}", "2026-03-02T16:59:59Z", true),
            ("{times: [{start_time: '08:00', end_time: '17:00'}]}", "2026-03-02T17:00:00Z", false),
            ("{times: [{start_time: '23:00', end_time: '24:00'}]}", "2026-03-02T23:59:59Z", true),
            ("{times: []}", "2026-03-02T08:00:00Z", false),
            ("{weekdays: ['monday:friday']}", "2026-03-02T00:00:00Z", true),
            ("{weekdays: ['monday:friday']}", "2026-03-01T23:59:59Z", false),
            ("{weekdays: ['saturday', 'sunday']}", "2026-03-01T12:00:00Z", true),
            ("{months: ['march', '5:7']}", "2026-06-01T12:00:00Z", true),
            ("{months: ['march', '5:7']}", "2026-04-01T12:00:00Z", false),
            ("{years: ['2027:2029']}", "2026-04-01T12:00:00Z", false),
            ("{years: ['2026'], months: ['april'], weekdays: ['wednesday']}", "2026-04-01T12:00:00Z", true),
            ("{years: ['2026'], months: ['april'], weekdays: ['thursday']}", "2026-04-01T12:00:00Z", false),
        ] {
            assert_eq!(contains(part, at), expected, "{part} {at}");
        }
    }

    #[test]
    fn days_count_from_both_ends_of_the_month() {
        for (part, at, expected) in [
            ("{days_of_month: ['-1']}", "2026-02-28T12:00:00Z", true),
            ("{days_of_month: ['-1']}", "2028-02-28T12:00:00Z", false),
            ("{days_of_month: ['-1']}", "2028-02-29T12:00:00Z", true),
            ("{days_of_month: ['-3:-1']}", "2026-04-28T12:00:00Z", true),
            ("{days_of_month: ['-3:-1']}", "2026-04-27T12:00:00Z", false),
            ("{days_of_month: ['30:31']}", "2026-02-28T12:00:00Z", false),
            ("{days_of_month: ['27:31']}", "2026-02-28T12:00:00Z", true),
            ("{days_of_month: ['27:-1']}", "2026-01-31T12:00:00Z", true),
            ("{days_of_month: ['1:-1']}", "2026-01-15T12:00:00Z", true),
            ("{days_of_month: ['-31:-29']}", "2026-02-01T12:00:00Z", false),
        ] {
            assert_eq!(contains(part, at), expected, "{part} {at}");
        }
    }

    #[test]
    fn clocks_are_those_of_the_zone() {
        let nine = "{times: [{start_time: '09:00', end_time: '10:00'}], location: Europe/Berlin}";
        // Berlin is one hour ahead in winter, two in summer; the clocks change on 2026-03-29.
        assert!(contains(nine, "2026-03-28T08:30:00Z"));
        assert!(!contains(nine, "2026-03-29T08:30:00Z"));
        assert!(contains(nine, "2026-03-29T07:30:00Z"));
        // Still Sunday in New York.
        assert!(contains("{weekdays: ['sunday'], location: America/New_York}", "2026-03-02T03:00:00Z"));
        // The hour that is skipped does not come, the one that is repeated comes twice.
        let two = "{times: [{start_time: '02:00', end_time: '03:00'}], location: Europe/Berlin}";
        assert!(!contains(two, "2026-03-29T01:30:00Z"));
        assert!(contains(two, "2026-10-25T00:30:00Z"));
        assert!(contains(two, "2026-10-25T01:30:00Z"));
    }
}
