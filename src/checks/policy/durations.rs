//! How long alerts have to wait and to go on, by severity.

use std::collections::BTreeMap;

use crate::{check, kit::*, vocab::Duration};

use super::demands::is_excepted;

check! {
    /// The `for` or `keep_firing_for` of an alert is shorter or longer than the project allows.
    ///
    /// ## Why it matters
    /// What wakes somebody up at night is to be certain, and what is critical is not to wait for an hour. The limits are
    /// given by severity, `"*"` for all that have none of their own; the check is silent until there are some.
    ///
    /// ## Example
    /// ```yaml path=.promcheck.yml
    /// checks:
    ///   policy/durations:
    ///     most: {critical: 15m}
    /// ```
    /// ```yaml
    /// - alert: TargetDown
    ///   expr: up == 0
    ///   for: 1h
    ///   labels: {severity: critical}
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=.promcheck.yml
    /// checks:
    ///   policy/durations:
    ///     most: {critical: 15m}
    /// ```
    /// ```yaml
    /// - alert: TargetDown
    ///   expr: up == 0
    ///   for: 5m
    ///   labels: {severity: critical}
    /// ```
    pub struct Durations {
        /// The least `for`, by severity.
        pub least: BTreeMap<String, Duration> = BTreeMap::new(),
        /// The greatest `for`, by severity.
        pub most: BTreeMap<String, Duration> = BTreeMap::new(),
        /// The least `keep_firing_for`, by severity.
        pub least_kept: BTreeMap<String, Duration> = BTreeMap::new(),
        /// The greatest `keep_firing_for`, by severity.
        pub most_kept: BTreeMap<String, Duration> = BTreeMap::new(),
        /// Patterns of the names of alerts that need not follow.
        pub except: Vec<String> = Vec::new(),
    }
    id: "policy/durations", severity: Error, needs_options: true,
}

impl Check for Durations {
    type Subject = Rule;

    fn check(&self, site: RuleSite<'_>, _: &Facts<'_>, out: &mut Sink<'_>) {
        if !site.rule.is_alerting() || is_excepted(site, &self.except) {
            return;
        }
        let severity = site.rule.label("severity").map_or("", Excerpt::text);
        let anchor = site.rule.anchor();
        within("for", site.rule.hold_duration, (of(&self.least, severity), of(&self.most, severity)), anchor, out);
        let kept = (of(&self.least_kept, severity), of(&self.most_kept, severity));
        within("keep_firing_for", site.rule.keep_firing_for.as_deref().copied(), kept, anchor, out);
    }
}

/// The limit of a severity, else that of all.
fn of(limits: &BTreeMap<String, Duration>, severity: &str) -> Option<Duration> {
    limits.get(severity).or_else(|| limits.get("*")).copied()
}

fn within(
    key: &str,
    given: Option<Spanned<Duration>>,
    (least, most): (Option<Duration>, Option<Duration>),
    anchor: Span,
    out: &mut Sink<'_>,
) {
    let (value, place) = given.map_or((Duration::ZERO, anchor), |given| (given.value, given.span));
    if let Some(least) = least.filter(|least| value < *least) {
        let message = match given {
            Some(_) => format!("`{key}` is {value}, and at least {least} is demanded"),
            None => format!("there is no `{key}`, and at least {least} is demanded"),
        };
        out.report(place, message).help(format!("write `{key}: {least}`"));
    }
    if let Some(most) = most.filter(|most| value > *most) {
        out.report(place, format!("`{key}` is {value}, and at most {most} is allowed"))
            .help(format!("write `{key}: {most}`, or give the alert another severity"));
    }
}
