//! Named times that no route names.

use crate::{
    check,
    kit::*,
    model::{
        Document,
        alertmanager::{Route, TimeInterval},
        manifest::Resource,
    },
    vocab::nearest,
};

check! {
    /// A time interval is defined, and no route names it.
    ///
    /// ## Why it matters
    /// Somebody wrote down when alerts should be silent, and they are not: intervals apply only to the routes that
    /// name them, and the routes below do not inherit them.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: [severity="warning"]
    /// receivers:
    ///   - name: mail
    /// time_intervals:
    ///   - name: weekends
    ///     time_intervals:
    ///       - weekdays: [saturday, sunday]
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: [severity="warning"]
    ///       mute_time_intervals: [weekends]
    /// receivers:
    ///   - name: mail
    /// time_intervals:
    ///   - name: weekends
    ///     time_intervals:
    ///       - weekdays: [saturday, sunday]
    /// ```
    pub struct UnusedInterval {}
    id: "alertmanager/unused-interval", severity: Warning,
}

impl Check for UnusedInterval {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        if let Some(config) = document.alertmanager() {
            judge(config.route.as_ref(), &config.time_intervals, out);
        } else if let Some(Resource::AlertmanagerConfig(config)) =
            document.manifest().map(|manifest| &manifest.resource)
        {
            judge(config.route.as_ref(), &config.time_intervals, out);
        }
    }
}

fn judge(route: Option<&Route>, intervals: &[TimeInterval], out: &mut Sink<'_>) {
    let Some(route) = route else { return };
    let routes = route.all();
    let named = routes.iter().flat_map(|route| route.mute_time_intervals.iter().chain(&route.active_time_intervals));
    let named: Vec<&str> = named.map(|name| name.value.as_str()).collect();
    let defined = || intervals.iter().filter_map(|interval| Some(interval.name.as_ref()?.value.as_str()));
    let misspelt: Vec<&str> = named.iter().filter(|name| !defined().any(|own| own == **name)).copied().collect();
    for name in intervals.iter().filter_map(|interval| interval.name.as_ref()) {
        // A route that names an interval by a wrong name is the cause, and is reported.
        let meant = misspelt.iter().any(|wrong| nearest(wrong, defined()) == Some(name.value.as_str()));
        if named.contains(&name.value.as_str()) || name.value.is_empty() || meant {
            continue;
        }
        out.report(name.span, format!("no route names the time interval `{}`, so it silences nothing", name.value))
            .label(route.keys.span("routes").unwrap_or(route.anchor()), "the routes")
            .help("name it in `mute_time_intervals` or `active_time_intervals` of a route, or remove it");
    }
}
