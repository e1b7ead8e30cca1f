//! Times whose conditions were to hold together, and hold one by one.

use crate::{
    check,
    facts::routing::time_intervals,
    kit::*,
    model::{
        Document,
        alertmanager::{TimeInterval, TimeSpec},
    },
};

check! {
    /// The conditions of a time interval stand in items of their own, so that each holds by itself.
    ///
    /// ## Why it matters
    /// The items of a time interval are alternatives; only what stands in one item holds together. With a dash before
    /// each key, "Monday to Friday, nine to five" becomes "all of Monday to Friday, and nine to five on every day", and
    /// the route is silent nearly always, or nearly never.
    ///
    /// Nights beside a weekend are silent by themselves on purpose, and are not reported.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: [severity="info"]
    ///       active_time_intervals: [office]
    /// receivers:
    ///   - name: mail
    /// time_intervals:
    ///   - name: office
    ///     time_intervals:
    ///       - weekdays: ['monday:friday']
    ///       - times: [{start_time: '09:00', end_time: '17:00'}]
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: [severity="info"]
    ///       active_time_intervals: [office]
    /// receivers:
    ///   - name: mail
    /// time_intervals:
    ///   - name: office
    ///     time_intervals:
    ///       - weekdays: ['monday:friday']
    ///         times: [{start_time: '09:00', end_time: '17:00'}]
    /// ```
    pub struct IntervalSplit {}
    id: "alertmanager/interval-split", severity: Warning,
}

impl Check for IntervalSplit {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        time_intervals(document).into_iter().for_each(|interval| judge(interval, out));
    }
}

/// The keys of a part that say when it holds.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Key {
    Times,
    Weekdays,
    DaysOfMonth,
    Months,
    Years,
    Location,
}

fn judge(interval: &TimeInterval, out: &mut Sink<'_>) {
    let Some(name) = &interval.name else { return };
    let single: Option<Vec<Key>> = interval.specs.iter().map(only_key).collect();
    let Some(keys) = single.filter(|keys| keys.len() > 1) else { return };
    // Two items with the same key were meant as alternatives.
    let is_distinct = keys.iter().enumerate().all(|(at, key)| !keys[..at].contains(key));
    let belong = |at: usize, other: usize| {
        belong_together((keys[at], &interval.specs[at]), (keys[other], &interval.specs[other]))
    };
    let pair = (1..keys.len()).find_map(|at| Some((0..at).find(|other| belong(at, *other))?).map(|other| (other, at)));
    let Some((first, second)) = pair.filter(|_| is_distinct) else { return };
    let place = |at: usize| {
        let spec: &TimeSpec = &interval.specs[at];
        spec.keys.iter().next().map_or(spec.span, |key| key.span)
    };
    out.report(place(second), format!("this alone makes `{}` hold: its items are alternatives", name.value))
        .label(place(first), "and so does this")
        .help("write both keys in one item, with one dash, if they are to hold together");
}

/// The only key of a part; `None` when it has several.
fn only_key(spec: &TimeSpec) -> Option<Key> {
    let present = [
        (Key::Times, spec.times.is_some()),
        (Key::Weekdays, spec.weekdays.is_some()),
        (Key::DaysOfMonth, spec.days_of_month.is_some()),
        (Key::Months, spec.months.is_some()),
        (Key::Years, spec.years.is_some()),
    ];
    let mut keys = present.into_iter().filter(|(_, is_there)| *is_there).map(|(key, _)| key);
    match (keys.next(), keys.next()) {
        _ if spec.keys.is_damaged() => None,
        (Some(key), None) => Some(key),
        (None, _) if spec.location.is_some() => Some(Key::Location),
        _ => None,
    }
}

/// Whether two keys would hardly be alternatives.
fn belong_together(one: (Key, &TimeSpec), other: (Key, &TimeSpec)) -> bool {
    let dates = [Key::DaysOfMonth, Key::Months, Key::Years];
    match (one.0, other.0) {
        (Key::Location, _) | (_, Key::Location) => true,
        (Key::Times, _) => !touches_midnight(one.1),
        (_, Key::Times) => !touches_midnight(other.1),
        (one, other) => dates.contains(&one) && dates.contains(&other),
    }
}

/// Whether a part is about nights, which go with whole days as alternatives.
fn touches_midnight(spec: &TimeSpec) -> bool {
    spec.times.iter().flatten().any(|time| time.value.start == 0 || time.value.end == 24 * 60)
}
