//! Named times that never are, or always.

use crate::{
    check,
    facts::routing::boards,
    kit::*,
    model::{
        Document,
        alertmanager::{Range, Route, TimeInterval, TimeSpec},
    },
};

check! {
    /// A time interval never comes, or never ends, so that a route is always silent or never.
    ///
    /// ## Why it matters
    /// Alertmanager takes month 13 and empty lists without a word. An interval that never comes silences nothing as
    /// `mute_time_intervals`, and everything as `active_time_intervals`; one that holds always does the opposite.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: [severity="info"]
    ///       active_time_intervals: [summer]
    /// receivers:
    ///   - name: mail
    /// time_intervals:
    ///   - name: summer
    ///     time_intervals:
    ///       - months: ['13']
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: [severity="info"]
    ///       active_time_intervals: [summer]
    /// receivers:
    ///   - name: mail
    /// time_intervals:
    ///   - name: summer
    ///     time_intervals:
    ///       - months: ['june:august']
    /// ```
    pub struct IntervalNever {}
    id: "alertmanager/interval-never", severity: Error,
}

impl Check for IntervalNever {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        for board in boards(facts.workspace, document) {
            let routes: Vec<&Route> = board.tree.nodes().iter().map(|node| node.route).collect();
            for interval in &board.intervals {
                judge(interval, &routes, out);
            }
        }
    }
}

fn judge(interval: &TimeInterval, routes: &[&Route], out: &mut Sink<'_>) {
    let Some(name) = interval.name.as_ref().filter(|_| !interval.keys.is_damaged()) else { return };
    let active = routes.iter().flat_map(|route| &route.active_time_intervals).find(|used| used.value == name.value);
    let mute = routes.iter().flat_map(|route| &route.mute_time_intervals).find(|used| used.value == name.value);
    // What nobody names is reported, and has no effect.
    let Some(used) = active.or(mute) else { return };
    let never: Option<Vec<Span>> = interval.specs.iter().map(never).collect();
    let remedy = "months are 1 to 12 or their names; an empty list holds never, and a key that is left out always";
    if let Some(why) = never {
        let place = why.first().copied().unwrap_or(name.span);
        let does = if active.is_some() { "is never told of anything" } else { "is never silent" };
        out.report(place, format!("the time interval `{}` never comes", name.value))
            .label(used.span, format!("so this route {does}"))
            .help(remedy);
        return;
    }
    for spec in &interval.specs {
        if let Some(place) = self::never(spec).or_else(|| month_outside(spec)) {
            out.report(place, format!("this never comes, so it adds nothing to `{}`", name.value))
                .severity(Severity::Warning)
                .help(remedy);
        }
    }
    if interval.specs.iter().any(always)
        && let Some(mute) = mute
    {
        out.report(name.span, format!("the time interval `{}` always holds", name.value))
            .label(mute.span, "so this route is never told of anything")
            .help("say in its parts when it holds, such as `weekdays: ['saturday', 'sunday']`");
    }
}

/// What keeps a part from ever holding.
fn never(spec: &TimeSpec) -> Option<Span> {
    if spec.keys.is_damaged() {
        return None;
    }
    let is_empty = |key: &str, list: Option<bool>| list.filter(|empty| *empty).and_then(|_| spec.keys.span(key));
    let months = spec.months.as_ref().filter(|months| !months.is_empty());
    let outside = |range: &Spanned<Range>| range.value.last < 1 || range.value.first > 12;
    let no_month = months.filter(|months| months.iter().all(outside)).map(|months| months[0].span);
    let days = spec.days_of_month.as_ref().filter(|days| !days.is_empty());
    let longest = longest_month(spec);
    let no_day = days.filter(|days| days.iter().all(|day| day.value.first > longest)).map(|days| days[0].span);
    is_empty("times", spec.times.as_ref().map(Vec::is_empty))
        .or(is_empty("weekdays", spec.weekdays.as_ref().map(Vec::is_empty)))
        .or(is_empty("days_of_month", spec.days_of_month.as_ref().map(Vec::is_empty)))
        .or(is_empty("months", spec.months.as_ref().map(Vec::is_empty)))
        .or(is_empty("years", spec.years.as_ref().map(Vec::is_empty)))
        .or(no_month)
        .or(no_day)
}

/// How many days the longest of a part's months may have.
fn longest_month(spec: &TimeSpec) -> i64 {
    const DAYS: [i64; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let holds = |month: i64| {
        let in_range = |range: &Spanned<Range>| (range.value.first..=range.value.last).contains(&month);
        spec.months.as_ref().is_none_or(|months| months.iter().any(in_range))
    };
    (1..).zip(DAYS).filter(|(month, _)| holds(*month)).map(|(_, days)| days).max().unwrap_or(31)
}

/// A month that is none, beside others.
fn month_outside(spec: &TimeSpec) -> Option<Span> {
    let strange = |range: &&Spanned<Range>| range.value.first < 1 || range.value.last > 12;
    spec.months.iter().flatten().find(strange).map(|range| range.span)
}

/// Whether a part holds at any time.
fn always(spec: &TimeSpec) -> bool {
    let whole_day = spec
        .times
        .as_ref()
        .is_none_or(|times| times.iter().any(|time| time.value.start == 0 && time.value.end == 1440));
    let whole = |ranges: &Option<Vec<Spanned<Range>>>, first: i64, last: i64| {
        let all = |range: &Spanned<Range>| range.value.first <= first && range.value.last >= last;
        ranges.as_ref().is_none_or(|ranges| ranges.iter().any(all))
    };
    let days = spec.days_of_month.as_ref().is_none_or(|days| {
        days.iter().any(|day| day.value.first == 1 && (day.value.last == -1 || day.value.last >= 31))
    });
    !spec.keys.is_damaged()
        && whole_day
        && days
        && whole(&spec.weekdays, 0, 6)
        && whole(&spec.months, 1, 12)
        && spec.years.is_none()
}
