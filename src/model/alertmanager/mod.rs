//! Alertmanager's configuration, `alertmanager.yml`: who is told what, when, and what silences what.

mod demands;
mod dialect;
mod integration;
mod lower;
mod matcher;
mod schema;
mod since;
#[cfg(test)]
mod tests;
mod time_interval;

use crate::{
    text::{Excerpt, Span, Spanned},
    vocab::Duration,
};

use super::{Keys, Pair, settings::Settings};

pub use demands::{address_fault, demands, demands_of_routes, no_route, url_fault};
pub use integration::{Integration, IntegrationKind};
pub use lower::lower;
pub(super) use matcher::pattern_error;
pub use matcher::{
    MatchOp, Matcher, MatcherStyle, MatcherText, Reading, parse as parse_matchers, parse_one as parse_matcher,
};
pub use since::{newer_in_template, newer_than};
pub use time_interval::{ALERTMANAGER_TIMES, Range, TimeInterval, TimeKeys, TimeRange, TimeSpec, lower_spec};

/// How long Alertmanager waits for more alerts of a group before it first notifies.
pub const DEFAULT_GROUP_WAIT: Duration = Duration::seconds(30);
/// How often Alertmanager looks whether a group has changed.
pub const DEFAULT_GROUP_INTERVAL: Duration = Duration::minutes(5);
/// After what time Alertmanager notifies again though nothing has changed.
pub const DEFAULT_REPEAT_INTERVAL: Duration = Duration::minutes(4 * 60);

/// A configuration.
#[derive(Clone, Debug)]
pub struct Alertmanager {
    /// The whole map.
    pub span: Span,
    /// Where its keys stand.
    pub keys: Keys,
    /// What integrations inherit.
    pub global: Option<Settings>,
    /// The root of the routing tree.
    pub route: Option<Route>,
    /// Who can be told.
    pub receivers: Vec<Receiver>,
    /// What silences what.
    pub inhibit_rules: Vec<InhibitRule>,
    /// Named times, those under the old key `mute_time_intervals` included, in the order of the file.
    pub time_intervals: Vec<TimeInterval>,
    /// Globs of template files.
    pub templates: Vec<Spanned<String>>,
    /// `tracing`.
    pub tracing: Option<Settings>,
    /// `event_recorder`.
    pub event_recorder: Option<Settings>,
}

/// A node of the routing tree.
#[derive(Clone, Debug)]
pub struct Route {
    /// The whole map.
    pub span: Span,
    /// Where its keys stand.
    pub keys: Keys,
    /// Who is told; inherited when unset.
    pub receiver: Option<Spanned<String>>,
    /// Which alerts it takes.
    pub matchers: Matchers,
    /// By which labels its alerts are grouped; inherited when unset, and an empty list groups all together.
    pub group_by: Option<GroupBy>,
    /// Whether later siblings see the alerts it took (`continue`).
    pub goes_on: Option<Spanned<bool>>,
    /// How long it waits before it first notifies of a group.
    pub group_wait: Option<Spanned<Duration>>,
    /// How often it looks whether a group has changed.
    pub group_interval: Option<Spanned<Duration>>,
    /// After what time it notifies again.
    pub repeat_interval: Option<Spanned<Duration>>,
    /// Names of the times at which it is silent; not inherited.
    pub mute_time_intervals: Vec<Spanned<String>>,
    /// Names of the only times at which it is not silent; not inherited.
    pub active_time_intervals: Vec<Spanned<String>>,
    /// Labels for templates (Alertmanager 0.34).
    pub labels: Vec<Pair>,
    /// Its children, in the order they are tried.
    pub routes: Vec<Route>,
}

impl Route {
    /// Whether later siblings see the alerts it took.
    pub fn goes_on(&self) -> bool {
        self.goes_on.is_some_and(|goes_on| goes_on.value)
    }

    /// Itself and all routes below, parents before children, in the order they are tried.
    pub fn all(&self) -> Vec<&Route> {
        let mut all = vec![self];
        for child in &self.routes {
            all.extend(child.all());
        }
        all
    }

    /// Where to point when the route as a whole is meant: at its first matcher, else its receiver, else
    /// its first key.
    pub fn anchor(&self) -> Span {
        let first_matcher = self.matchers.all.first().map(|matcher| matcher.span);
        let receiver = || self.receiver.as_ref().map(|receiver| receiver.span);
        let first_key = || self.keys.iter().next().map(|key| key.span);
        first_matcher.or_else(receiver).or_else(first_key).unwrap_or(self.span)
    }
}

/// By which labels alerts are grouped.
#[derive(Clone, Debug)]
pub struct GroupBy {
    /// The whole list.
    pub span: Span,
    /// The labels as written; `...` stands for all.
    pub labels: Vec<Spanned<String>>,
}

impl GroupBy {
    /// Whether every alert makes a group of its own.
    pub fn is_all(&self) -> bool {
        self.labels.iter().any(|label| label.value == "...")
    }
}

/// All matchers of a route or of a side of an inhibition rule; an alert must satisfy each.
#[derive(Clone, Debug)]
pub struct Matchers {
    /// The matchers, in the order of the file.
    pub all: Vec<Matcher>,
    /// The texts among them, and how they were read.
    pub texts: Vec<MatcherText>,
    /// Whether all that was written could be read; if not, nothing can be said about what matches.
    pub complete: bool,
}

/// Who is told, and by what means.
#[derive(Clone, Debug)]
pub struct Receiver {
    /// The whole map.
    pub span: Span,
    /// Where its keys stand.
    pub keys: Keys,
    /// Its name.
    pub name: Option<Spanned<String>>,
    /// Labels of the receiver itself (Alertmanager 0.33).
    pub labels: Vec<Pair>,
    /// The means, in the order of the file.
    pub integrations: Vec<Integration>,
}

/// Alerts that silence other alerts.
#[derive(Clone, Debug)]
pub struct InhibitRule {
    /// The whole map.
    pub span: Span,
    /// Where its keys stand.
    pub keys: Keys,
    /// Its name.
    pub name: Option<Spanned<String>>,
    /// Which alerts silence.
    pub source: Matchers,
    /// Which alerts are silenced.
    pub target: Matchers,
    /// Labels in which both must agree.
    pub equal: Vec<Spanned<String>>,
}

impl Alertmanager {
    /// All routes, parents before children, in the order they are tried.
    pub fn routes(&self) -> Vec<&Route> {
        self.route.as_ref().map(Route::all).unwrap_or_default()
    }

    /// The receiver of a name.
    pub fn receiver(&self, name: &str) -> Option<&Receiver> {
        self.receivers.iter().find(|receiver| receiver.name.as_ref().is_some_and(|own| own.value == name))
    }

    /// The time interval of a name.
    pub fn time_interval(&self, name: &str) -> Option<&TimeInterval> {
        self.time_intervals.iter().find(|interval| interval.name.as_ref().is_some_and(|own| own.value == name))
    }

    /// Every text that Alertmanager fills in as a template, with the integration it belongs to.
    pub fn template_texts(&self) -> Vec<(&Integration, &Excerpt)> {
        let integrations = self.receivers.iter().flat_map(|receiver| &receiver.integrations);
        integrations.flat_map(|integration| integration.templates().map(move |text| (integration, text))).collect()
    }
}
