//! Times of the day that name no time zone.

use crate::{
    check,
    facts::{Program, routing::time_intervals, running},
    kit::*,
    model::{
        Document,
        alertmanager::{TimeInterval, TimeSpec},
    },
    vocab::Version,
};

check! {
    /// A time interval names hours and no time zone, so that it holds in UTC.
    ///
    /// ## Why it matters
    /// "Nine to five" begins at ten in Berlin in winter, at eleven in summer, and at one in the night in San Francisco.
    /// Alertmanager takes neither the zone of its machine nor that of the reader.
    ///
    /// Write `location: UTC` where UTC is meant; it changes nothing, and the next reader need not wonder.
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
    ///         times: [{start_time: '09:00', end_time: '17:00'}]
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
    ///         location: Europe/Berlin
    /// ```
    pub struct IntervalUtc {}
    id: "alertmanager/interval-utc", severity: Warning,
}

/// The first release that knows `location`.
const KNOWS_LOCATION: Version = Version::new(0, 25);

impl Check for IntervalUtc {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        // The operator's manifests cannot name a zone.
        if document.manifest().is_some() {
            return;
        }
        let path = &facts.workspace.files.file(document.file).path;
        let is_old = document.alertmanager().is_some()
            && running(facts, Program::Alertmanager, path).is_some_and(|running| running.version < KNOWS_LOCATION);
        if !is_old {
            time_intervals(document).into_iter().for_each(|interval| judge(interval, out));
        }
    }
}

fn judge(interval: &TimeInterval, out: &mut Sink<'_>) {
    let Some(name) = &interval.name else { return };
    let named = interval.specs.iter().find_map(|spec| spec.location.as_ref());
    let Some(spec) = interval.specs.iter().find(|spec| spec.location.is_none() && names_hours(spec)) else { return };
    let place = spec.keys.span("times").unwrap_or(spec.span);
    let finding = out.report(place, format!("these hours of `{}` are in UTC, as no `location` is named", name.value));
    match named {
        Some(other) => finding
            .label(other.span, "another part names one")
            .help(format!("write `location: {}` in this part, too", other.value)),
        None => finding
            .severity(Severity::Info)
            .help("write `location: Europe/Berlin`, or `location: UTC` if that is meant"),
    };
}

/// Whether a part speaks of the hours of a day.
fn names_hours(spec: &TimeSpec) -> bool {
    let whole = |start: u32, end: u32| start == 0 && end == 24 * 60;
    !spec.keys.is_damaged() && spec.times.iter().flatten().any(|time| !whole(time.value.start, time.value.end))
}
