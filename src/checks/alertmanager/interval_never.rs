//! Named times that never are, or always.

use crate::{
    check,
    facts::routing::boards,
    kit::*,
    model::{
        Document,
        alertmanager::{Range, Route, TimeInterval, TimeSpec},
        manifest::Resource,
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
        let intervals = match (document.alertmanager(), document.manifest().map(|manifest| &manifest.resource)) {
            (Some(config), _) => &config.time_intervals,
            (None, Some(Resource::AlertmanagerConfig(config))) => &config.time_intervals,
            _ => return,
        };
        for board in boards(facts.workspace, document) {
            let routes: Vec<&Route> = board.tree.nodes().iter().map(|node| node.route).collect();
            for interval in intervals {
                judge(interval, &routes, out);
            }
        }
    }
}

fn judge(interval: &TimeInterval, routes: &[&Route], out: &mut Sink<'_>) {
    let Some(name) = interval.name.as_ref().filter(|_| !interval.keys.is_damaged()) else { return };
    let active = routes.iter().flat_map(|route| &route.active_time_intervals).find(|used| used.value == name.value);
    let mute = routes.iter().flat_map(|route| &route.mute_time_intervals).find(|used| used.value == name.value);
    let never: Option<Vec<Span>> = interval.specs.iter().map(never).collect();
    if let Some(why) = never {
        let place = why.first().copied().unwrap_or(name.span);
        let (used, does) = match (active, mute) {
            (Some(active), _) => (active, "this route is never told of anything"),
            (None, Some(mute)) => (mute, "this route is never silent"),
            // Nobody names it, which is reported.
            (None, None) => return,
        };
        out.report(place, format!("the time interval `{}` never comes", name.value))
            .label(used.span, format!("so {does}"))
            .help("months are 1 to 12 or their names; an empty list holds never, and a key that is left out always");
    } else if interval.specs.iter().any(always)
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
    is_empty("times", spec.times.as_ref().map(Vec::is_empty))
        .or(is_empty("weekdays", spec.weekdays.as_ref().map(Vec::is_empty)))
        .or(is_empty("days_of_month", spec.days_of_month.as_ref().map(Vec::is_empty)))
        .or(is_empty("months", spec.months.as_ref().map(Vec::is_empty)))
        .or(is_empty("years", spec.years.as_ref().map(Vec::is_empty)))
        .or(no_month)
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
